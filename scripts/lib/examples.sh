# shellcheck shell=bash
# Installs what the examples of deploy/examples need. Sourced after common.sh.

# need_examples: installs the packages in tests/examples/node_modules, also those of Python, and Python and Java if they are missing.
need_examples() {
  local folder=$root/tests/examples python=${PYTHON:-python3} stamp wanted
  "$python" -c 'import venv, ensurepip' 2>/dev/null || need_packages "Python" python3 python3-venv
  have java || need_packages "Java" openjdk-17-jdk-headless
  npm_ci tests/examples
  stamp=$folder/node_modules/.venv/.installed
  wanted=$(sha256sum <"$folder/requirements.txt")
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then
    return
  fi
  note "pip install in tests/examples"
  if ! { "$python" -m venv --clear "$folder/node_modules/.venv" && "$folder/node_modules/.venv/bin/pip" install --quiet --disable-pip-version-check \
    --require-hashes --only-binary :all: -r "$folder/requirements.txt"; } >&2; then
    die "pip install failed in tests/examples. Its output is above."
  fi
  printf '%s\n' "$wanted" >"$stamp"
}
