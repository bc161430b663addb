"""Who was let in and who was refused, from Dovecot's log."""

import re
from dataclasses import dataclass

# auth: Info: passwd-file(anna@uspeh.test,127.0.0.1,<session>): Password mismatch
# auth: Info: cram-md5(anna@uspeh.test,127.0.0.1): Password mismatch
REFUSED = re.compile(r"auth: Info: [\w-]+\((?P<user>[^,)]*)[^)]*\): (?:Password mismatch|unknown user)", re.IGNORECASE)


@dataclass(frozen=True)
class RefusedLogin:
    """One refused login, in IMAP, POP3 or SMTP alike: Postfix asks Dovecot too."""

    username: str


def refused_logins(log: str) -> list[RefusedLogin]:
    """Read the refused logins out of a piece of the log."""
    return [RefusedLogin(match["user"]) for match in REFUSED.finditer(log)]
