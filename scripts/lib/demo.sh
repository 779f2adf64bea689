# shellcheck shell=bash
# `scripts/start --demo`: both doors on one machine, with people to try them. Sourced after common.sh, service.sh, provider.sh.
#
# It has a folder of its own and reads none of your settings but the two addresses, so nothing of yours is touched. Who can
# reach it can be anybody: it refuses what others could reach.

demo=$root/data/demo

# is_loopback HOST
is_loopback() { [[ $1 =~ ^(localhost|[a-z0-9.-]+\.localhost|127\.[0-9.]+|\[::1\])$ ]]; }

# refuse_real_demo: before anything is built, the settings that say this is no demonstration.
refuse_real_demo() {
  local url listen host
  url=$(setting VESTIBULE_PUBLIC_URL http://localhost:3000)
  host=${url#http://}
  host=${host%/}
  { [[ $url == http://* ]] && is_loopback "${host%:*}"; } ||
    die "--demo lets everybody in as anybody, so it is for this machine only: VESTIBULE_PUBLIC_URL is $url, not http://localhost:PORT."
  listen=$(setting VESTIBULE_LISTEN 127.0.0.1:3000)
  is_loopback "${listen%:*}" ||
    die "--demo lets everybody in as anybody, so it is for this machine only: VESTIBULE_LISTEN is $listen, not 127.0.0.1:PORT."
  [[ $(setting VESTIBULE_DATABASE_URL '') != mongodb* ]] ||
    die "--demo makes people whose passwords it shows, so it is not for a shared database: VESTIBULE_DATABASE_URL names a MongoDB."
}

# prepare_demo BINARY: starts the provider and brings ada and linus. From then on the settings are those of the demonstration.
prepare_demo() {
  local binary=$1 url listen port
  url=$(setting VESTIBULE_PUBLIC_URL http://localhost:3000)
  url=${url%/}
  listen=$(setting VESTIBULE_LISTEN 127.0.0.1:3000)
  # Beside ours, and the same at every start: the issuer is half of what an identity is known by.
  port=$((${listen##*:} + 1))
  something_listens 127.0.0.1 "$port" &&
    die "Port $port is for the demonstration's provider, but another program listens there: stop it, or choose other ports with VESTIBULE_LISTEN=127.0.0.1:$((port + 9)) VESTIBULE_PUBLIC_URL=http://localhost:$((port + 9))"
  mkdir -p "$demo"
  start_provider "$demo/provider" --port "$port" --redirect "$url/api/auth/callback/demo" \
    --backchannel "$url/api/auth/backchannel-logout/demo"

  local name
  while IFS= read -r name; do unset "$name"; done < <(compgen -e VESTIBULE_ || true)
  export VESTIBULE_PUBLIC_URL=$url VESTIBULE_LISTEN=$listen
  export VESTIBULE_DATABASE_URL=sqlite:$demo/vestibule.db
  export VESTIBULE_PROVIDERS=demo
  export VESTIBULE_PROVIDER_DEMO_LABEL="Demo provider"
  VESTIBULE_PROVIDER_DEMO_ISSUER=$(provider_says "$demo/provider" issuer)
  VESTIBULE_PROVIDER_DEMO_CLIENT_ID=$(provider_says "$demo/provider" clientId)
  VESTIBULE_PROVIDER_DEMO_CLIENT_SECRET=$(provider_says "$demo/provider" clientSecret)
  export VESTIBULE_PROVIDER_DEMO_ISSUER VESTIBULE_PROVIDER_DEMO_CLIENT_ID VESTIBULE_PROVIDER_DEMO_CLIENT_SECRET
  export VESTIBULE_PROVIDER_DEMO_ROLE_CLAIM=groups VESTIBULE_PROVIDER_DEMO_ROLE_MAP=staff=staff
  export VESTIBULE_PROVIDER_DEMO_TRUST_MFA=mfa
  # Where no .env lies.
  cd "$demo"

  [[ -s people.csv ]] || make_demo_people
  "$binary" users import people.csv --no-passwords >&2 ||
    die "The people of the demonstration could not be made: what is wrong stands above. Deleting $demo starts it afresh."
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

explain_demo() {
  say "
${bold}Two doors, one session: what to try in two minutes at $VESTIBULE_PUBLIC_URL${plain}

  1. The local door: sign in as  ${bold}ada${plain}  with the password  ${bold}$(password_in_demo ada)${plain}
     On the dashboard, set up an authenticator app, sign out, sign in again with a code.
  2. The federated door: sign out, choose ${bold}Demo provider${plain}, and there be ${bold}grace${plain}. Nobody here knows her: she gets an account,
     and the role that her group has here.
  3. Linking: sign out, Demo provider, be ${bold}linus${plain}. Somebody here has that address, so you are asked for a proof:
     linus, ${bold}$(password_in_demo linus)${plain}. Confirm the link, sign out, be linus at the provider again: straight in.
  4. An attack: be ${bold}mallory${plain}, who claims the address of linus without having it. She gets an account of her own, never his.

Everything is in data/demo; delete that folder to start afresh. Ctrl-C stops both.
"
}

# run_demo BINARY [OPTION…]: the service in front of the provider; both end together.
run_demo() {
  local binary=$1 service code=0
  shift
  "$binary" serve "$@" &
  service=$!
  trap 'kill -TERM $service 2>/dev/null || true' INT TERM HUP
  # A trapped signal ends the first wait early.
  wait "$service" || code=$?
  while kill -0 "$service" 2>/dev/null; do
    code=0
    wait "$service" || code=$?
  done
  return "$code"
}
