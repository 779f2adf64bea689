# shellcheck shell=bash
# The SMTP server of the tests: aiosmtpd, in .tools/smtp. Sourced after common.sh.

# need_smtp: installs the locked packages, unless they are installed. The tests start the server (tests/smtp/server.py).
need_smtp() { pip_install "The SMTP server of the tests" "$tools/smtp" "$root/tests/smtp/requirements.txt"; }
