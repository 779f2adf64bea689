# shellcheck shell=bash
# An OpenID provider on this machine for tests and for the demonstration. Every user can sign in there under any name.
#
#   DIR/ready   one line of JSON as soon as it listens: issuer, clientId, clientSecret, clients (tests/provider/start.mjs)
#   DIR/pid, DIR/log
#
# Sourced after common.sh.

# start_provider DIR [OPTION…]: starts it in the background, with its files in DIR and the options of tests/provider/start.mjs.
# Returns when it listens.
start_provider() {
  local dir=$1 waited=0
  shift
  npm_ci "$root/tests/provider"
  mkdir -p "$dir"
  rm -f "$dir/ready"
  node "$root/tests/provider/start.mjs" "$@" >"$dir/ready" 2>"$dir/log" </dev/null &
  printf '%s\n' $! >"$dir/pid"
  while [[ ! -s $dir/ready ]]; do
    if ! kill -0 "$(<"$dir/pid")" 2>/dev/null || ((waited++ > 300)); then
      kill -TERM "$(<"$dir/pid")" 2>/dev/null || true
      die "The OpenID provider did not start. The end of its log:
$(tail -n 5 "$dir/log")"
    fi
    sleep 0.1
  done
}

# provider_is_running DIR: succeeds if the provider of this folder runs. Compares the command line, because the process ID may have
# been used again.
provider_is_running() {
  [[ -s $1/pid ]] || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$(<"$1/pid")/cmdline" | grep -qF "$root/tests/provider/start.mjs"
}

# provider_value DIR MEMBER: prints a member of DIR/ready.
provider_value() {
  node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))[process.argv[2]]' "$1/ready" "$2"
}

# stop_provider DIR: stops the provider and deletes its files. Returns when its port is free.
stop_provider() {
  local waited=0
  if provider_is_running "$1"; then
    kill -TERM "$(<"$1/pid")" 2>/dev/null || true
  fi
  while provider_is_running "$1" && ((waited++ < 50)); do sleep 0.1; done
  rm -f "$1/ready" "$1/pid" "$1/log"
  rmdir "$1" 2>/dev/null || true
}
