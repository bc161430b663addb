"""Decide which of a server's authentication methods we can use; pure."""

from webapp.detection.candidates import Candidate
from webapp.detection.types import Source
from webapp.mail.settings import AuthMethod, Protocol, Security

OPTIONAL_LOGIN = frozenset({Protocol.SMTP, Protocol.NNTP})
PASSWORDS = (AuthMethod.PASSWORD_CLEARTEXT, AuthMethod.PASSWORD_ENCRYPTED)


def usable_methods(
    candidate: Candidate, offered: tuple[AuthMethod, ...], fixed: AuthMethod | None
) -> tuple[AuthMethod, ...]:
    """Return the methods for a login, best first; empty when none would do.

    The server's own list counts, in our order (over TLS the plain password
    first, because lists of clever methods lie); what a source named over TLS
    only moves to the front. What we cannot do stays at the end, for the record.
    """
    if fixed is not None:
        return (fixed,) if fixed in offered or _without_login(candidate, fixed) else ()
    passwords = [method for method in offered if method in PASSWORDS]
    if candidate.settings.security is not Security.NONE:
        passwords.sort(key=lambda method: method not in candidate.settings.auth_methods)
    rest = [method for method in offered if method not in PASSWORDS and method is not AuthMethod.NONE]
    if passwords:
        return (*passwords, *rest)
    return (AuthMethod.NONE,) if not rest and _without_login(candidate, AuthMethod.NONE) else ()


def _without_login(candidate: Candidate, method: AuthMethod) -> bool:
    """Tell whether sending, or reading news, without a login is meant.

    Only where somebody said so: an MX host takes letters for its own domain
    from anybody, which proves nothing about sending.
    """
    named = AuthMethod.NONE in candidate.settings.auth_methods or candidate.source is Source.ENTERED
    return method is AuthMethod.NONE and candidate.settings.protocol in OPTIONAL_LOGIN and named
