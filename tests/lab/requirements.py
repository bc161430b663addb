"""What the lab needs from the machine, and the sentence that says what is missing."""

import os
from pathlib import Path

from tests.lab import dovecot, postfix

PROGRAMS = {
    "dovecot-imapd": Path("/usr/lib/dovecot/imap-login"),
    "dovecot-pop3d": Path("/usr/lib/dovecot/pop3-login"),
    "dovecot-lmtpd": Path("/usr/lib/dovecot/lmtp"),
    "dovecot-core": dovecot.PROGRAM,
    "postfix": postfix.MASTER,
}

ENABLE_TESTS = "sudo make test"
ENABLE_DEMO = "sudo make demo"


def missing() -> str | None:
    """Say what keeps the lab from running here, or return None."""
    packages = [package for package, program in PROGRAMS.items() if not program.exists()]
    lacks = []
    if os.geteuid() != 0:
        lacks.append("root rights (mail servers listen on ports below 1024)")
    if packages:
        lacks.append(f"the Debian packages {', '.join(packages)}")
    return f"The mail lab needs {' and '.join(lacks)}." if lacks else None
