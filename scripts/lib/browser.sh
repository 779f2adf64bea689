# shellcheck shell=bash
# Finds or installs Chromium for the browser tests. Sourced after common.sh.

# need_headless_shell: sets `headless_shell` to the path of Chromium without its user interface, which starts pages in half of the time; if
# the system has no package of it, or $CHROMIUM is set, to that of need_chromium.
need_headless_shell() {
  headless_shell=${CHROMIUM:-$(command -v chromium-headless-shell || true)}
  if [[ -z $headless_shell ]] && apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    need_packages "Chromium's headless shell" chromium-headless-shell fonts-liberation
    headless_shell=$(command -v chromium-headless-shell)
  fi
  if [[ -z $headless_shell ]]; then
    need_chromium
    headless_shell=$CHROMIUM
  fi
  "$headless_shell" --version >/dev/null 2>&1 || die "$headless_shell does not run. Set CHROMIUM to the path of a Chromium that runs."
}

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
