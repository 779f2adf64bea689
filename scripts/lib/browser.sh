# shellcheck shell=bash
# Finds or installs Chromium for the browser tests. Sourced after common.sh.

# need_chromium: exports CHROMIUM, the path of a Chromium that runs. A value of $CHROMIUM takes precedence.
need_chromium() {
  local name
  if [[ -z ${CHROMIUM:-} ]]; then
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
      if have "$name"; then
        CHROMIUM=$(command -v "$name")
        break
      fi
    done
  fi
  if [[ -z ${CHROMIUM:-} ]]; then
    # Without fonts the pages show no text.
    need_packages "Chromium" chromium fonts-liberation
    CHROMIUM=$(command -v chromium)
  fi
  "$CHROMIUM" --version >/dev/null 2>&1 || die "$CHROMIUM does not run. Set CHROMIUM to the path of a Chromium that runs."
  export CHROMIUM
}
