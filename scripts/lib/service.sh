# shellcheck shell=bash
# The vestibule binary: its path, its build, its settings. Sourced after common.sh.

# find_binary: prints the path of the newest vestibule that was built here, or else of the one on the PATH.
find_binary() {
  local built target profile newest=''
  target=$(target_dir)
  for profile in quick release debug; do
    built=$target/$profile/vestibule
    if [[ -x $built && (-z $newest || $built -nt $newest) ]]; then
      newest=$built
    fi
  done
  [[ -n $newest ]] || newest=$(command -v vestibule) || return 1
  printf '%s\n' "$newest"
}

# build_quick_binary: builds target/quick/vestibule with the current build of the web app in it.
build_quick_binary() {
  local target embedded app
  target=$(target_dir)
  embedded=$target/quick/.app-inside
  app=$(cat "$root/angular/dist/.built-from" 2>/dev/null || echo none)
  if [[ -x $target/quick/vestibule ]]; then
    # cargo does not notice new files among the embedded ones, so our crate is compiled again.
    [[ $(cat "$embedded" 2>/dev/null) == "$app" ]] || (cd "$root" && cargo clean --quiet --profile quick --package vestibule)
  else
    note "the first build takes some minutes"
  fi
  (cd "$root" && cargo build --locked --profile quick --bin vestibule) || die "The service could not be built. The output of cargo is above."
  printf '%s\n' "$app" >"$embedded"
}

# setting NAME DEFAULT: prints the value that the service will use: from the environment, else from .env (in the format of
# src/config/dotenv.rs), else the default.
setting() {
  local value=${!1:-}
  if [[ ! -v $1 && -f $root/.env ]]; then
    value=$(sed -n "s/^[[:space:]]*\(export[[:space:]]\{1,\}\)\{0,1\}$1[[:space:]]*=[[:space:]]*//p" "$root/.env" | tail -n 1)
    case $value in
      \'*) value=${value:1} && value=${value%%\'*} ;;
      \"*) value=${value:1} && value=${value%%\"*} ;;
      '#'*) value='' ;;
      *) value=${value%%[[:space:]]*} ;;
    esac
  fi
  printf '%s\n' "${value:-$2}"
}

# refuse_taken_port: stops with a message if a program listens on the port of the service.
refuse_taken_port() {
  local listen host port
  listen=$(setting VESTIBULE_LISTEN 127.0.0.1:3000)
  host=${listen%:*} port=${listen##*:}
  case $host in
    0.0.0.0 | '') host=127.0.0.1 ;;
    '[::]') host=::1 ;;
    '['*']') host=${host:1:-1} ;;
  esac
  [[ $port =~ ^[0-9]+$ ]] || return 0
  something_listens "$host" "$port" || return 0
  if [[ $(health "$listen" "$host" "$port") == *'"status":"ok"'* ]]; then
    die "Vestibule is already running. Open $(setting VESTIBULE_PUBLIC_URL "http://localhost:$port") in a browser, or stop it with Ctrl-C first."
  fi
  die "Another program listens on $listen. Stop it, or choose another port with VESTIBULE_LISTEN=$host:$((port + 1)) VESTIBULE_PUBLIC_URL=http://localhost:$((port + 1))"
}

# health LISTEN HOST PORT: prints the response of /healthz. Uses only bash, because curl may not be installed.
health() {
  {
    printf 'GET /healthz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1" >&3
    timeout 3 cat <&3 || true
  } 2>/dev/null 3<>"/dev/tcp/$2/$3" || true
}
