# shellcheck shell=bash
# Functions of all scripts: the root of the repository, messages, and the installation of missing tools.
# Sourced after `set -euo pipefail`. Progress goes to stderr; stdout is for data.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# Downloaded tools that neither cargo nor npm manages. Not under version control; safe to delete.
# shellcheck disable=SC2034 # not every script uses it
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

# show_help FILE: prints the comment at the top of a script.
show_help() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$1"; }

# need_packages WHAT PACKAGE…: installs Debian packages, or prints the command that installs them.
need_packages() {
  local what=$1 elevate=()
  shift
  local by_hand="apt-get install -y --no-install-recommends $*"
  have apt-get || die "$what is missing. Install the equivalent of the Debian packages '$*', and start again."
  if [[ $(id -u) != 0 ]]; then
    # Without a terminal, sudo cannot ask for a password.
    if have sudo && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; then
      elevate=(sudo)
    else
      die "$what is missing. As root, run
  apt-get update && $by_hand
and start again."
    fi
  fi
  note "installing $* ($what)"
  local install=("${elevate[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends
    -o DPkg::Lock::Timeout=300 "$@")
  # The package lists may be missing or out of date. An update fixes both.
  if ! "${install[@]}" >/dev/null 2>&1; then
    "${elevate[@]}" apt-get update -qq -o DPkg::Lock::Timeout=300 >&2 || true
    "${install[@]}" >&2 || die "$what could not be installed. The output of apt-get is above. To install it yourself, run
  ${elevate[*]:+sudo }$by_hand"
  fi
}

need_node() {
  { have node && have npm; } ||
    die "Node.js 20.19 or newer with npm is required, and is not on the PATH. Install it from https://nodejs.org"
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
    die "Node.js 20.19 or newer is required, but $(node --version) was found. Install it from https://nodejs.org"
}

need_cargo() {
  local wanted found
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")
  if ! have cargo && [[ -x ${CARGO_HOME:-$HOME/.cargo}/bin/cargo ]]; then
    PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
  fi
  have cargo || die "Rust $wanted or newer is required, and cargo is not on the PATH. Install rustup from https://rustup.rs"
  found=$(cargo --version | sed 's/^cargo \([0-9.]*\).*/\1/')
  [[ $(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -n 1) == "$wanted" ]] ||
    die "Rust $wanted or newer is required, but $found was found. rustup (https://rustup.rs) installs the release of rust-toolchain.toml"
  # SQLite and aws-lc are compiled from C. cmake is not required: aws-lc-sys uses cc.
  have cc || need_packages "A C compiler" gcc libc6-dev
}

# target_dir: prints the folder into which cargo builds.
target_dir() {
  local target=${CARGO_TARGET_DIR:-target}
  [[ $target == /* ]] || target=$root/$target
  printf '%s\n' "$target"
}

# files_hash DIR…: prints one hash of the names and contents of all source files, tracked or not.
files_hash() {
  find "$@" \( -name node_modules -o -name dist -o -name .angular -o -name out \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

# npm_ci DIR: installs the locked packages, unless they are installed.
npm_ci() {
  local dir=$1 stamp wanted
  stamp=$dir/node_modules/.installed
  wanted=$(cat "$dir/package.json" "$dir/package-lock.json" | sha256sum | cut -d ' ' -f 1)
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    return
  fi
  note "npm ci in ${dir#"$root"/}"
  # --loglevel=error hides warnings about the Node.js version of npm itself.
  (cd "$dir" && npm ci --no-fund --no-audit --loglevel=error >&2) ||
    die "npm ci failed in ${dir#"$root"/}. Its output is above."
  printf '%s\n' "$wanted" >"$stamp"
}

# need_pip: installs Python with pip, if they are missing.
need_pip() {
  local packages=()
  have python3 || packages+=(python3)
  { have python3 && python3 -m pip --version >/dev/null 2>&1; } || packages+=(python3-pip)
  [[ ${#packages[@]} == 0 ]] || need_packages "Python" "${packages[@]}"
}

# run_pip OPTION…: installs locked packages, without building one.
run_pip() {
  PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --require-hashes --only-binary=:all: "$@" >&2
}

# pip_install WHAT DIR REQUIREMENTS [OPTION…]: installs locked Python packages in a folder of their own, unless they are installed.
pip_install() {
  local what=$1 dir=$2 requirements=$3 stamp=$2/.installed wanted
  shift 3
  wanted=$(sha256sum <"$requirements")
  need_pip
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    return
  fi
  note "pip install of ${what,}"
  rm -rf "$dir"
  run_pip "$@" --target "$dir" -r "$requirements" || die "$what could not be installed. The output of pip is above."
  printf '%s\n' "$wanted" >"$stamp"
}

# build_app: builds the Angular app, unless its sources are unchanged.
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
  # The pipe prevents a progress spinner that never ends on a terminal without a size.
  (cd "$app" && npm run build 2>&1 | cat >&2) || die "The web app could not be built. The output of the build is above."
  printf '%s\n' "$wanted" >"$stamp"
}

# free_ports N: prints N free ports of 127.0.0.1, one per line.
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

# fast_folder: prints a folder for databases of tests: in memory on a machine with plenty of it, where creating a database takes a tenth of
# the time.
fast_folder() {
  local gib=$((1024 * 1024)) available free
  available=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || true)
  free=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1 || true)
  if [[ -w /dev/shm && ${available:-0} -ge $((12 * gib)) && ${free:-0} -ge $((8 * gib)) ]]; then
    printf '/dev/shm\n'
  else
    printf '%s\n' "${TMPDIR:-/tmp}"
  fi
}

# something_listens HOST PORT: succeeds if a program listens there.
something_listens() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }
