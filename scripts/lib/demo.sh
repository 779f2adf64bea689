# shellcheck shell=bash
# `scripts/start --demo`: both doors on one machine, with people to try them. Sourced after common.sh, service.sh, provider.sh.
#
#   clear_way_for_demo          before anything is built: refuses what is no demonstration, and ports that are taken
#   demonstrate BINARY [OPTION…]  the provider, the people, what to try, and the service in front of it; ends with all of them
#
# It has a folder of its own and takes none of your settings but the two addresses and the log level, so nothing of yours is
# touched. Everybody can be anybody there, so it refuses what others could reach.

demo=$root/data/demo

# is_loopback HOST
is_loopback() { [[ $1 =~ ^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost|127(\.[0-9]{1,3}){3}|\[::1\])$ ]]; }

# address_demo: sets demo_listen, demo_url and demo_port, the provider's; refuses addresses that others could reach.
address_demo() {
  local only="--demo lets everybody in as anybody, so it is for this machine only:" port
  demo_listen=$(setting VESTIBULE_LISTEN 127.0.0.1:3000)
  port=${demo_listen##*:}
  is_loopback "${demo_listen%:*}" || die "$only VESTIBULE_LISTEN is $demo_listen, not 127.0.0.1:PORT."
  { [[ $port =~ ^[1-9][0-9]{0,4}$ ]] && ((port < 65535)); } ||
    die "VESTIBULE_LISTEN is $demo_listen: --demo needs a port from 1 to 65534 there."
  demo_url=$(setting VESTIBULE_PUBLIC_URL "http://localhost:$port")
  { [[ $demo_url =~ ^http://([^/@:]+|\[[0-9a-f:]+\])(:[0-9]+)?/?$ ]] && is_loopback "${BASH_REMATCH[1]}"; } ||
    die "$only VESTIBULE_PUBLIC_URL is $demo_url, not http://localhost:PORT."
  demo_url=${demo_url%/}
  # Beside ours, and the same at every start: the issuer is half of what an identity is known by.
  demo_port=$((port + 1))
}

clear_way_for_demo() {
  local name
  address_demo
  for name in VESTIBULE_DATABASE_URL VESTIBULE_DATABASE_URL_FILE; do
    [[ $(setting "$name" sqlite:) == sqlite:* ]] ||
      die "--demo makes people whose passwords it shows, so it is not for a machine with a shared database: $name is set."
  done
  refuse_taken_port
  if provider_lives "$demo/provider"; then
    tr '\0' ' ' <"/proc/$(<"$demo/provider/pid")/cmdline" | grep -qF -- "--port $demo_port " ||
      die "A demonstration already runs from this folder, on other ports: stop it there (Ctrl-C) first."
    # Its service is gone: it is what somebody left who was stopped the hard way.
    stop_provider "$demo/provider"
  fi
  ! something_listens 127.0.0.1 "$demo_port" ||
    die "Port $demo_port is for the demonstration's provider, but another program listens there: stop it, or choose another pair of ports with VESTIBULE_LISTEN=127.0.0.1:$((demo_port + 9))"
}

demonstrate() {
  local binary=$1 before=no said
  shift
  clear_way_for_demo
  [[ ! -s $demo/people.csv ]] || before=yes
  trap 'stop_provider "$demo/provider"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  mkdir -p "$demo"
  start_provider "$demo/provider" --port "$demo_port" --redirect "$demo_url/api/auth/callback/demo" \
    --backchannel "$demo_url/api/auth/backchannel-logout/demo"
  set_up_demo
  # Where no .env lies.
  cd "$demo"
  [[ -s people.csv ]] || make_demo_people
  said=$("$binary" users import people.csv --no-passwords 2>&1) || die "$said
The people of the demonstration could not be made. Deleting $demo begins it afresh."
  explain_demo "$binary" "$before"
  serve_demo "$binary" "$@"
}

# From then on the settings are those of the demonstration.
set_up_demo() {
  local name log unused=()
  log=$(setting VESTIBULE_LOG warn)
  while IFS= read -r name; do
    case $name in VESTIBULE_LISTEN | VESTIBULE_PUBLIC_URL | VESTIBULE_LOG) ;; *) unused+=("$name") ;; esac
    unset "$name"
  done < <(compgen -e VESTIBULE_ || true)
  [[ ${#unused[@]} == 0 ]] || note "not used in a demonstration: ${unused[*]}"
  # What it tells of every sign-in would push what to try off the screen.
  export VESTIBULE_LOG=$log
  export VESTIBULE_PUBLIC_URL=$demo_url VESTIBULE_LISTEN=$demo_listen
  export VESTIBULE_DATABASE_URL=sqlite:$demo/vestibule.db
  export VESTIBULE_PROVIDERS=demo
  export VESTIBULE_PROVIDER_DEMO_LABEL="Demo provider"
  VESTIBULE_PROVIDER_DEMO_ISSUER=$(provider_says "$demo/provider" issuer)
  VESTIBULE_PROVIDER_DEMO_CLIENT_ID=$(provider_says "$demo/provider" clientId)
  VESTIBULE_PROVIDER_DEMO_CLIENT_SECRET=$(provider_says "$demo/provider" clientSecret)
  export VESTIBULE_PROVIDER_DEMO_ISSUER VESTIBULE_PROVIDER_DEMO_CLIENT_ID VESTIBULE_PROVIDER_DEMO_CLIENT_SECRET
  export VESTIBULE_PROVIDER_DEMO_ROLE_CLAIM=groups VESTIBULE_PROVIDER_DEMO_ROLE_MAP=staff=staff
  export VESTIBULE_PROVIDER_DEMO_TRUST_MFA=mfa
}

# Passwords are made once for this machine; a known one would be a way in wherever somebody leaves the demonstration running.
make_demo_people() {
  # shellcheck disable=SC2016 # it is JavaScript
  (umask 077 && node -e '
    const { randomInt } = require("node:crypto");
    const letters = "abcdefghjkmnpqrstuvwxyz23456789";
    const word = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join("");
    const password = () => [word(), word(), word()].join("-");
    console.log("username,email,emailVerified,displayName,password");
    console.log(`ada,ada@corp.example,true,Ada Lovelace,${password()}`);
    console.log(`linus,linus@corp.example,true,Linus,${password()}`);' >people.csv)
}

# password_in_demo NAME
password_in_demo() { sed -n "s/^$1,.*,//p" "$demo/people.csv"; }

# explain_demo BINARY BEFORE: what to try; BEFORE is yes when somebody may have tried it before.
explain_demo() {
  local again=''
  [[ $2 == no ]] || again="
This is not the first start: whom you were before is known here already. Deleting ${demo#"$root"/} begins afresh.
"
  say "
${bold}Two doors, one session: what to try in two minutes at $VESTIBULE_PUBLIC_URL${plain}
$again
  1. The local door. Sign in as  ${bold}ada${plain}  with the password  ${bold}$(password_in_demo ada)${plain}
     The dashboard says which door you took and how long the session lasts. Sign out.
  2. The federated door. Continue with Demo provider, and there be  ${bold}grace${plain}.
     Nobody here knows her: she gets an account, and the role staff of her group. Sign out.
  3. Linking. Continue with Demo provider, and be  ${bold}linus${plain}. An account here has that address, so it is to be proven:
     linus  with the password  ${bold}$(password_in_demo linus)${plain}
     Confirm, sign out, and be linus at the provider once more: straight in. Sign out.
  4. An attack. Be  ${bold}mallory${plain}  there, who claims the address of linus without having it: an account of her own, never his.

With an app for one-time codes at hand: set it up on a dashboard, and whoever has one is asked for a code at either door.
What was decided, and why, says another terminal:
  VESTIBULE_DATABASE_URL=sqlite:${demo#"$root"/}/vestibule.db ${1#"$root"/} users show linus

Everything is kept in ${demo#"$root"/}. Ctrl-C stops the service and the provider.
"
}

# serve_demo BINARY [OPTION…]: the service in front of the provider, until it is told to stop.
serve_demo() {
  local binary=$1 service code=0
  shift
  # Ctrl-C reaches the service without us. Were we woken by it too, bash could lose how a service ended that ends at that moment.
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
