# shellcheck shell=bash
# Finds or installs libfaketime, which shifts the clock of one process. Sourced after common.sh.

# need_faketime: sets `faketime` to the path of the library.
need_faketime() {
  faketime=$(find_faketime)
  if [[ -z $faketime ]]; then
    need_packages "libfaketime" faketime
    faketime=$(find_faketime)
  fi
  [[ -n $faketime ]] || die "libfaketime is missing, and the clock cannot be set without it. Install the package faketime."
}

find_faketime() {
  find /usr/lib /usr/local/lib -name libfaketimeMT.so.1 -print -quit 2>/dev/null || true
}
