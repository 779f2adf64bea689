# shellcheck shell=bash
# The collector of traces of the tests: rotel, in .tools/rotel. Sourced after common.sh.

# need_collector: installs the locked package, unless it is installed. The tests start it.
need_collector() { pip_install "The collector of the tests" "$tools/rotel" "$root/tests/collector/requirements.txt"; }
