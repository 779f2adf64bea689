# shellcheck shell=bash
# Installs what checks the files of deploy: hadolint, schemas of Compose, Kubernetes and GitHub, promtool. Sourced after common.sh.

# need_deploy: installs the checkers in .tools/deploy and exports DEPLOY_TOOLS, the folder of their programs.
need_deploy() {
  have kubectl || die "kubectl is missing, and Debian has no current one. Install it from https://kubernetes.io/docs/tasks/tools/ and start again."
  have systemd-analyze || need_packages "systemd-analyze" systemd
  need_python_checkers
  need_promtool
  export DEPLOY_TOOLS=$tools/deploy
}

need_python_checkers() {
  local packages=() stamp=$tools/deploy/.installed wanted
  wanted=$(sha256sum <"$root/tests/deploy/requirements.txt")
  have python3 || packages+=(python3)
  { have python3 && python3 -m pip --version >/dev/null 2>&1; } || packages+=(python3-pip)
  [[ ${#packages[@]} == 0 ]] || need_packages "Python" "${packages[@]}"
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    return
  fi
  note "pip install of the checkers of deploy"
  rm -rf "$tools/deploy"
  # Without byte code: most of the size is schemas, and each checker runs a few times.
  PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --require-hashes --only-binary=:all: --no-compile \
    --target "$tools/deploy" -r "$root/tests/deploy/requirements.txt" >&2 ||
    die "The checkers of deploy could not be installed. The output of pip is above."
  printf '%s\n' "$wanted" >"$stamp"
}

# need_promtool: takes promtool out of the Debian package. Installing the package would start a Prometheus server.
need_promtool() {
  local package=$tools/prometheus
  if ! have promtool && [[ ! -x $package/usr/bin/promtool ]]; then
    have apt-get || die "promtool is missing. Install Prometheus, and start again."
    note "fetching promtool (19 MB)"
    rm -rf "$package" && mkdir -p "$package/download"
    # The package lists may be missing or out of date. Only root can update them.
    if ! (cd "$package/download" && apt-get download -qq prometheus) >/dev/null 2>&1; then
      [[ $(id -u) != 0 ]] || apt-get update -qq -o DPkg::Lock::Timeout=300 >&2 || true
      (cd "$package/download" && apt-get download -qq prometheus >&2) ||
        die "promtool could not be fetched. Install the Debian package prometheus, and start again."
    fi
    dpkg -x "$package"/download/prometheus_*.deb "$package"
    rm -r "$package/download"
  fi
  have promtool || PATH=$PATH:$package/usr/bin
}

# need_engine: installs what builds the image and runs it without a Docker engine.
need_engine() {
  { have buildah && have podman && have runc && have debootstrap && [[ -x /usr/lib/podman/netavark ]]; } ||
    need_packages "buildah and podman" buildah podman runc netavark aardvark-dns iptables containernetworking-plugins debootstrap
}
