# shellcheck shell=bash
# The SMTP server of the tests: aiosmtpd, in .tools/smtp. Sourced after common.sh.

# need_smtp: installs the locked packages, unless they are installed. The tests start the server (tests/smtp/server.py).
need_smtp() {
  local packages=() dir=$tools/smtp stamp wanted
  stamp=$dir/.installed
  wanted=$(sha256sum <"$root/tests/smtp/requirements.txt")
  have python3 || packages+=(python3)
  { have python3 && python3 -m pip --version >/dev/null 2>&1; } || packages+=(python3-pip)
  [[ ${#packages[@]} == 0 ]] || need_packages "Python" "${packages[@]}"
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    return
  fi
  note "pip install of the SMTP server of the tests"
  rm -rf "$dir"
  PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --require-hashes --only-binary=:all: \
    --target "$dir" -r "$root/tests/smtp/requirements.txt" >&2 ||
    die "The SMTP server of the tests could not be installed. The output of pip is above."
  printf '%s\n' "$wanted" >"$stamp"
}
