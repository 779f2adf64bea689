# shellcheck shell=bash
# Finds or installs nginx, Caddy and openssl for the tests behind real proxies. Sourced after common.sh.

# need_proxies: the packages start their servers as services where systemd runs. The tests start servers of their own.
need_proxies() {
  # Not on the PATH of every user.
  PATH=$PATH:/usr/sbin
  have nginx || need_packages "nginx" nginx-light
  [[ -e /usr/lib/nginx/modules/ngx_stream_module.so ]] || need_packages "the stream module of nginx" libnginx-mod-stream
  have caddy || need_packages "Caddy" caddy
  have openssl || need_packages "openssl" openssl
}
