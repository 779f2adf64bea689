# shellcheck shell=bash
# `scripts/start --demo`: password login and federated login on one machine, with users for both. Sourced after common.sh,
# service.sh and provider.sh.
#
#   check_demo                  before the build: refuses addresses that other machines could reach, and ports in use
#   run_demo BINARY [OPTION…]   starts the provider, creates the users, prints what to try, and runs the service; stops all of them
#
# The demonstration has its own folder and uses only the two addresses and the log level of your settings. It does not change your
# data. Every user can sign in at its provider under any name, so it refuses addresses that other machines could reach.

demo=$root/data/demo

# is_loopback HOST
is_loopback() { [[ $1 =~ ^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost|127(\.[0-9]{1,3}){3}|\[::1\])$ ]]; }

# set_demo_addresses: sets demo_listen, demo_url and demo_port (of the provider). Refuses addresses that other machines could reach.
set_demo_addresses() {
  local only="--demo accepts every user under any name, so it is for this machine only." port
  demo_listen=$(setting VESTIBULE_LISTEN 127.0.0.1:3000)
  port=${demo_listen##*:}
  is_loopback "${demo_listen%:*}" || die "$only Set VESTIBULE_LISTEN to 127.0.0.1:PORT instead of $demo_listen."
  { [[ $port =~ ^[1-9][0-9]{0,4}$ ]] && ((port < 65535)); } ||
    die "--demo requires a port from 1 to 65534 in VESTIBULE_LISTEN, which is $demo_listen."
  demo_url=$(setting VESTIBULE_PUBLIC_URL "http://localhost:$port")
  { [[ $demo_url =~ ^http://([^/@:]+|\[[0-9a-f:]+\])(:[0-9]+)?/?$ ]] && is_loopback "${BASH_REMATCH[1]}"; } ||
    die "$only Set VESTIBULE_PUBLIC_URL to http://localhost:PORT instead of $demo_url."
  demo_url=${demo_url%/}
  # The issuer contains the port and is part of each stored identity, so the port must be the same at every start.
  demo_port=$((port + 1))
}

check_demo() {
  local name
  set_demo_addresses
  for name in VESTIBULE_DATABASE_URL VESTIBULE_DATABASE_URL_FILE; do
    [[ $(setting "$name" sqlite:) == sqlite:* ]] ||
      die "--demo creates users and prints their passwords, so it does not run on a machine with a shared database. Remove $name."
  done
  refuse_taken_port
  if provider_is_running "$demo/provider"; then
    tr '\0' ' ' <"/proc/$(<"$demo/provider/pid")/cmdline" | grep -qF -- "--port $demo_port " ||
      die "A demonstration of this folder is already running on other ports. Stop it with Ctrl-C first."
    # Its service has ended, because the port of the service is free: an earlier demonstration was killed.
    stop_provider "$demo/provider"
  fi
  ! something_listens 127.0.0.1 "$demo_port" ||
    die "The provider of the demonstration uses port $demo_port, but another program listens there. Stop that program, or choose other ports with VESTIBULE_LISTEN=127.0.0.1:$((demo_port + 9))"
}

run_demo() {
  local binary=$1 is_repeated=no output
  shift
  check_demo
  [[ ! -s $demo/users.csv ]] || is_repeated=yes
  trap 'stop_provider "$demo/provider"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  mkdir -p "$demo"
  start_provider "$demo/provider" --port "$demo_port" --redirect "$demo_url/api/auth/callback/demo" \
    --backchannel "$demo_url/api/auth/backchannel-logout/demo"
  configure_demo
  # A folder without a .env file.
  cd "$demo"
  [[ -s users.csv ]] || create_demo_users
  output=$("$binary" users import users.csv --no-passwords 2>&1) || die "$output
The users of the demonstration could not be created. To start with an empty demonstration, delete $demo."
  print_demo_steps "$binary" "$is_repeated"
  serve_demo "$binary" "$@"
}

# Replaces all settings by those of the demonstration.
configure_demo() {
  local name log unused=()
  # The default `info` would print an event for each login and scroll the steps off the screen.
  log=$(setting VESTIBULE_LOG warn)
  while IFS= read -r name; do
    case $name in VESTIBULE_LISTEN | VESTIBULE_PUBLIC_URL | VESTIBULE_LOG) ;; *) unused+=("$name") ;; esac
    unset "$name"
  done < <(compgen -e VESTIBULE_ || true)
  [[ ${#unused[@]} == 0 ]] || note "not used in a demonstration: ${unused[*]}"
  export VESTIBULE_LOG=$log
  export VESTIBULE_PUBLIC_URL=$demo_url VESTIBULE_LISTEN=$demo_listen
  export VESTIBULE_DATABASE_URL=sqlite:$demo/vestibule.db
  # Mails become files: resets and notices can be tried without a mail server.
  export VESTIBULE_MAIL_URL=file:$demo/mail VESTIBULE_MAIL_FROM="Demo <no-reply@localhost>"
  export VESTIBULE_PROVIDERS=demo
  export VESTIBULE_PROVIDER_DEMO_LABEL="Demo provider"
  VESTIBULE_PROVIDER_DEMO_ISSUER=$(provider_value "$demo/provider" issuer)
  VESTIBULE_PROVIDER_DEMO_CLIENT_ID=$(provider_value "$demo/provider" clientId)
  VESTIBULE_PROVIDER_DEMO_CLIENT_SECRET=$(provider_value "$demo/provider" clientSecret)
  export VESTIBULE_PROVIDER_DEMO_ISSUER VESTIBULE_PROVIDER_DEMO_CLIENT_ID VESTIBULE_PROVIDER_DEMO_CLIENT_SECRET
  export VESTIBULE_PROVIDER_DEMO_ROLE_CLAIM=groups VESTIBULE_PROVIDER_DEMO_ROLE_MAP=staff=staff
  export VESTIBULE_PROVIDER_DEMO_TRUST_MFA=mfa
}

# Generates the passwords once for this machine. A published password would open every demonstration that keeps running.
create_demo_users() {
  # shellcheck disable=SC2016 # it is JavaScript
  (umask 077 && node -e '
    const { randomInt } = require("node:crypto");
    const letters = "abcdefghjkmnpqrstuvwxyz23456789";
    const word = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join("");
    const password = () => [word(), word(), word()].join("-");
    console.log("username,email,emailVerified,displayName,password");
    console.log(`ada,ada@corp.example,true,Ada Lovelace,${password()}`);
    console.log(`linus,linus@corp.example,true,Linus,${password()}`);' >users.csv)
}

# demo_password USERNAME
demo_password() { sed -n "s/^$1,.*,//p" "$demo/users.csv"; }

# print_demo_steps BINARY IS_REPEATED
print_demo_steps() {
  local repeated=''
  [[ $2 == no ]] || repeated="
This is not the first start: the users of earlier starts still have their accounts. To start again without them, delete ${demo#"$root"/}.
"
  say "
${bold}Try these steps at $VESTIBULE_PUBLIC_URL${plain}
$repeated
  1. Password login. Sign in as  ${bold}ada${plain}  with the password  ${bold}$(demo_password ada)${plain}
     The dashboard shows the sign-in method and when the session expires. Sign out.
  2. Federated login. Choose Demo provider and sign in there as  ${bold}grace${plain}.
     She has no account yet, so one is created. Her group gives her the role staff. Sign out.
  3. Account linking. Choose Demo provider and sign in there as  ${bold}linus${plain}. An account with this address exists, so you must prove
     that it is yours: sign in as  linus  with the password  ${bold}$(demo_password linus)${plain}
     Confirm the link and sign out. Now sign in through Demo provider as linus again: no proof is necessary. Sign out.
  4. An attack. Sign in at Demo provider as  ${bold}mallory${plain}, who claims the address of linus without a verification.
     Mallory gets a separate account and no access to the account of linus.

With an authenticator app you can enrol a second factor on the dashboard. Both kinds of login then ask for a code.
To see what was decided and why, run in another terminal:
  VESTIBULE_DATABASE_URL=sqlite:${demo#"$root"/}/vestibule.db ${1#"$root"/} users show linus

Messages to users are in ${demo#"$root"/}/mail instead of a mailbox. All data is in ${demo#"$root"/}. Ctrl-C stops the service and the provider.
"
}

# serve_demo BINARY [OPTION…]: runs the service until it is stopped.
serve_demo() {
  local binary=$1 service code=0
  shift
  # Ctrl-C reaches the service directly. If it also interrupted bash, bash could lose the exit code of the service.
  trap '' INT
  "$binary" serve "$@" &
  service=$!
  trap 'kill -TERM $service 2>/dev/null || true' TERM HUP
  # A trapped signal ends the first wait early.
  wait "$service" || code=$?
  while kill -0 "$service" 2>/dev/null; do
    code=0
    wait "$service" || code=$?
  done
  return "$code"
}
