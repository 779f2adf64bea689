# shellcheck shell=bash
# Builds the image of the service and runs it without a Docker engine: buildah, podman and runc. Sourced after common.sh.

# need_engine: installs the programs, and exports where they keep images and containers: .tools/containers.
need_engine() {
  # Some of them are not on the PATH of every user.
  PATH=$PATH:/usr/sbin:/sbin
  { have buildah && have podman && have runc && have debootstrap && [[ -x /usr/lib/podman/netavark ]]; } ||
    need_packages "buildah and podman" buildah podman runc netavark aardvark-dns iptables containernetworking-plugins debootstrap
  [[ $(id -u) == 0 ]] || { have sudo && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; } ||
    die "Containers need root, because buildah and podman mount file systems. As root, start it again."
  export DEPLOY_CONTAINERS=$tools/containers
  export CONTAINERS_STORAGE_CONF=$DEPLOY_CONTAINERS/storage.conf CONTAINERS_CONF=$DEPLOY_CONTAINERS/containers.conf
  # Without systemd, podman has no timers for health checks. The tests run the command themselves.
  export DISABLE_HC_SYSTEMD=true
  mkdir -p "$DEPLOY_CONTAINERS"
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$DEPLOY_CONTAINERS/store" "$DEPLOY_CONTAINERS/run" \
    >"$CONTAINERS_STORAGE_CONF"
  # crun does not run in a container without control groups of version 2.
  printf '%s\n' '[engine]' 'runtime = "runc"' 'cgroup_manager = "cgroupfs"' 'events_logger = "file"' \
    '[containers]' 'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]' 'log_driver = "k8s-file"' >"$CONTAINERS_CONF"
}

# as_root COMMAND…: runs a command as root, with the variables that the tests of containers read.
as_root() {
  local name keep=()
  if [[ $(id -u) == 0 ]]; then
    "$@"
    return
  fi
  for name in PATH HOME TMPDIR SSL_CERT_FILE VESTIBULE_BIN MONGOD CONTAINERS_STORAGE_CONF CONTAINERS_CONF DISABLE_HC_SYSTEMD \
    DEPLOY_TOOLS DEPLOY_CONTAINERS DEPLOY_IMAGE; do
    [[ ! -v $name ]] || keep+=("$name=${!name}")
  done
  sudo env "${keep[@]}" "$@"
}

# build_image: builds the stand-ins and, with the unmodified Dockerfile, the image. Exports its name as DEPLOY_IMAGE. DEPLOY_IMAGE of the
# caller is an image that was built before. DEPLOY_PROFILE=quick builds it in a third of the time.
build_image() {
  local profile=${DEPLOY_PROFILE:-release} toolchain began=$SECONDS
  # errexit is off in a function whose result is tested.
  as_root tests/deploy/containers/stand-ins/build.sh "$DEPLOY_CONTAINERS" || die "The stand-ins could not be built. The output is above."
  if [[ -n ${DEPLOY_IMAGE:-} ]]; then
    return
  fi
  export DEPLOY_IMAGE=localhost/vestibule:test
  toolchain=$(rustc --print sysroot)
  note "building the image with the profile $profile"
  # The caches of the build are in the temporary folder: here the next run finds them.
  as_root mkdir -p "$DEPLOY_CONTAINERS/tmp"
  local how=(--pull-never --isolation chroot --network host --format docker --volume "$toolchain:/usr/local/rust:ro")
  local what=(--build-arg "PROFILE=$profile" --file deploy/Dockerfile --tag "$DEPLOY_IMAGE" "$root")
  as_root env TMPDIR="$DEPLOY_CONTAINERS/tmp" buildah bud "${how[@]}" "${what[@]}" >"$DEPLOY_CONTAINERS/build.log" 2>&1 ||
    die "The image could not be built. The end of $DEPLOY_CONTAINERS/build.log:
$(tail -n 20 "$DEPLOY_CONTAINERS/build.log")"
  # Images of earlier runs lost their names to the new ones.
  as_root podman image prune --force >/dev/null
  note "the image took $((SECONDS - began)) s"
}
