# shellcheck shell=bash
# What every script shares: where the repository is, how to speak, how to get what is missing.
# Sourced after `set -euo pipefail`. Progress goes to stderr, so that data on stdout stays clean.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Everything that is downloaded, and not kept by cargo or npm, lives here. Not under version control; safe to delete.
# shellcheck disable=SC2034 # some scripts need no tools
tools=$root/.tools

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
  bold=$'\e[1m' red=$'\e[31m' dim=$'\e[2m' plain=$'\e[0m'
else
  bold='' red='' dim='' plain=''
fi

say() { printf '%s\n' "$*" >&2; }
step() { printf '%s==> %s%s\n' "$bold" "$*" "$plain" >&2; }
note() { printf '%s    %s%s\n' "$dim" "$*" "$plain" >&2; }
die() {
  printf '%s%s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The comment that a script begins with is its help.
show_help() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$1"; }

# need_packages WHY PACKAGE…: installs Debian packages, or says the exact command that does.
need_packages() {
  local why=$1 elevate=()
  shift
  local by_hand="apt-get install -y --no-install-recommends $*"
  have apt-get || die "$why is missing. This is not a Debian system: please install what its packages '$*' hold, and start again."
  if [[ $(id -u) != 0 ]]; then
    # Without a terminal sudo may only be used where it asks nothing.
    if have sudo && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
      elevate=(sudo)
    else
      die "$why is missing. As an administrator of this machine, please run
  apt-get update && $by_hand
and start again."
    fi
  fi
  note "installing $* ($why)"
  local install=("${elevate[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends
    -o DPkg::Lock::Timeout=300 "$@")
  # A fresh machine has no package lists yet, an old one stale ones: both are cured by an update and a second try.
  if ! "${install[@]}" >/dev/null 2>&1; then
    "${elevate[@]}" apt-get update -qq -o DPkg::Lock::Timeout=300 >&2 || true
    "${install[@]}" >&2 || die "$why could not be installed. What apt said is above; by hand it is
  ${elevate[*]:+sudo }$by_hand"
  fi
}

need_node() {
  { have node && have npm; } ||
    die "Node.js 20.19 or newer (with npm) is needed to build the web app, and is not on the PATH: https://nodejs.org"
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
    die "Node.js 20.19 or newer is needed, this is $(node --version): https://nodejs.org"
}

need_cargo() {
  local wanted found
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")
  if ! have cargo && [[ -x ${CARGO_HOME:-$HOME/.cargo}/bin/cargo ]]; then
    PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
  fi
  have cargo || die "Rust $wanted or newer is needed, and cargo is not on the PATH: https://rustup.rs"
  found=$(cargo --version | sed 's/^cargo \([0-9.]*\).*/\1/')
  [[ $(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1) == "$wanted" ]] ||
    die "Rust $wanted or newer is needed, this is $found. With rustup: rustup update stable"
  # The embedded store and the cryptography contain C. cmake is not needed: aws-lc-sys compiles with cc where we build.
  have cc || need_packages "A C compiler" gcc libc6-dev
}

# The folder cargo builds into.
target_dir() {
  local target=${CARGO_TARGET_DIR:-target}
  [[ $target == /* ]] || target=$root/$target
  printf '%s\n' "$target"
}

# files_hash DIR…: one hash of the names and contents of all source files, whatever git thinks of them.
files_hash() {
  find "$@" \( -name node_modules -o -name dist -o -name .angular -o -name out \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

# npm_ci DIR: installs the locked packages; nothing is done when they are there.
npm_ci() {
  local dir=$1 stamp wanted
  stamp=$dir/node_modules/.installed
  wanted=$(cat "$dir/package.json" "$dir/package-lock.json" | sha256sum | cut -d ' ' -f 1)
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    return
  fi
  note "npm ci in ${dir#"$root"/}"
  # npm itself may run on an older Node than the one the packages bring along: its engine warnings mean nothing here.
  (cd "$dir" && npm ci --no-fund --no-audit --loglevel=error >&2) ||
    die "npm ci failed in ${dir#"$root"/}: what it said is above."
  printf '%s\n' "$wanted" >"$stamp"
}

# build_app: installs and builds the Angular app; nothing is done when its sources are as they were.
build_app() {
  local app=$root/angular stamp wanted
  stamp=$app/dist/.built-from
  need_node
  npm_ci "$app"
  wanted=$(files_hash "$app")
  if [[ -f $stamp && -f $app/dist/portal/browser/index.html && $(<"$stamp") == "$wanted" ]]; then
    note "the web app is up to date"
    return
  fi
  note "npm run build in angular"
  # Through a pipe: on a terminal that does not know its size the builder's spinner spins for ever.
  (cd "$app" && npm run build 2>&1 | cat >&2) || die "The web app does not build: what the builder said is above."
  printf '%s\n' "$wanted" >"$stamp"
}

# free_ports N: N free ports of the loopback interface, one a line.
free_ports() {
  node -e '
    const net = require("node:net");
    const open = Array.from({ length: +process.argv[1] }, () => new Promise((done) => {
      const server = net.createServer().listen(0, "127.0.0.1", () => done(server));
    }));
    Promise.all(open).then((servers) => {
      for (const server of servers) { console.log(server.address().port); server.close(); }
    });' "$1"
}

# something_listens HOST PORT
something_listens() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }
