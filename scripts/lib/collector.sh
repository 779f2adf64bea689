# shellcheck shell=bash
# The collector of traces of the tests: rotel, in .tools/rotel. Sourced after common.sh.

# need_collector: installs the locked package, unless it is installed. The tests start it.
need_collector() {
  local packages=() dir=$tools/rotel stamp wanted
  stamp=$dir/.installed
  wanted=$(sha256sum <"$root/tests/collector/requirements.txt")
  have python3 || packages+=(python3)
  { have python3 && python3 -m pip --version >/dev/null 2>&1; } || packages+=(python3-pip)
  [[ ${#packages[@]} == 0 ]] || need_packages "Python" "${packages[@]}"
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    return
  fi
  note "pip install of the collector of the tests"
  rm -rf "$dir"
  PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --require-hashes --only-binary=:all: \
    --target "$dir" -r "$root/tests/collector/requirements.txt" >&2 ||
    die "The collector of the tests could not be installed. The output of pip is above."
  printf '%s\n' "$wanted" >"$stamp"
}
