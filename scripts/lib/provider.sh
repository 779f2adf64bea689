# shellcheck shell=bash
# A real OpenID provider on this machine, where everybody may be anybody: for tests and for the demonstration.
#
#   DIR/ready   one line of JSON when it listens: issuer, clientId, clientSecret, clients (tests/provider/start.mjs)
#   DIR/pid, DIR/log
#
# Sourced after common.sh.

# start_provider DIR [OPTION…]: in the background, with its files in DIR; options are those of tests/provider/start.mjs.
# Back when it listens.
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
      die "The OpenID provider did not start; its last words:
$(tail -n 5 "$dir/log")"
    fi
    sleep 0.1
  done
}

# Whether the provider of this folder lives: its process must be the one that was started for it.
provider_lives() {
  [[ -s $1/pid ]] || return 1
  tr '\0' ' ' 2>/dev/null <"/proc/$(<"$1/pid")/cmdline" | grep -qF "$root/tests/provider/start.mjs"
}

# provider_says DIR MEMBER: a member of what it said when it was ready.
provider_says() {
  node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))[process.argv[2]]' "$1/ready" "$2"
}

# stop_provider DIR: stops what start_provider began; it keeps nothing. Back when its port is free again.
stop_provider() {
  local waited=0
  if provider_lives "$1"; then
    kill -TERM "$(<"$1/pid")" 2>/dev/null || true
  fi
  while provider_lives "$1" && ((waited++ < 50)); do sleep 0.1; done
  rm -f "$1/ready" "$1/pid" "$1/log"
  rmdir "$1" 2>/dev/null || true
}
