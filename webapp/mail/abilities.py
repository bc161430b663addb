"""What a server offers for logging in, read from its list of mechanisms. Pure."""

import re
from collections.abc import Iterable

from webapp.mail.settings import AuthMethod
from webapp.net.cause import Cause

CLEARTEXT = ("PLAIN", "LOGIN", "USER")
ENCRYPTED = ("SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5")
"""The mechanisms of PASSWORD_ENCRYPTED we can carry out, best first."""

METHOD_OF = {
    **dict.fromkeys(CLEARTEXT, AuthMethod.PASSWORD_CLEARTEXT),
    **dict.fromkeys(ENCRYPTED, AuthMethod.PASSWORD_ENCRYPTED),
    "XOAUTH2": AuthMethod.OAUTH2,
    "OAUTHBEARER": AuthMethod.OAUTH2,
    "NTLM": AuthMethod.NTLM,
    "GSSAPI": AuthMethod.GSSAPI,
    "GSS-SPNEGO": AuthMethod.GSSAPI,
    "EXTERNAL": AuthMethod.TLS_CLIENT_CERT,
}

MECHANISM_NAME = re.compile(r"[A-Z0-9_-]{1,20}")  # RFC 4422, section 3.1
MOST_MECHANISMS = 32

# Over TLS a plain password is the one method that every server that lists it can really check:
# an encrypted one needs passwords stored in clear, and lists lie (detection-facts, section 8.8).
ORDER_OVER_TLS = (
    AuthMethod.PASSWORD_CLEARTEXT,
    AuthMethod.PASSWORD_ENCRYPTED,
    AuthMethod.OAUTH2,
    AuthMethod.NTLM,
    AuthMethod.GSSAPI,
    AuthMethod.TLS_CLIENT_CERT,
    AuthMethod.NONE,
)
ORDER_WITHOUT_TLS = (AuthMethod.PASSWORD_ENCRYPTED, AuthMethod.PASSWORD_CLEARTEXT, *ORDER_OVER_TLS[2:])


def mechanism_names(words: Iterable[bytes]) -> tuple[str, ...]:
    """Return the well-formed mechanism names among a server's words: upper case, each once, in its order."""
    names = (word.decode("ascii", "replace").upper() for word in words)
    return tuple(dict.fromkeys(name for name in names if MECHANISM_NAME.fullmatch(name)))[:MOST_MECHANISMS]


def offered_methods(mechanisms: Iterable[str], *, over_tls: bool) -> tuple[AuthMethod, ...]:
    """Return the authentication methods behind mechanism names, best first."""
    methods = {METHOD_OF[name] for name in mechanisms if name in METHOD_OF}
    return tuple(method for method in (ORDER_OVER_TLS if over_tls else ORDER_WITHOUT_TLS) if method in methods)


def why_no_way(abilities: Iterable[str], *, over_tls: bool) -> Cause | None:
    """Return why a server that lists these ways to log in has none for us; None if it has, and another was chosen.

    Before TLS a server may hide what it takes after it (RFC 3501, section 6.2.3; RFC 4954, section 4).
    """
    methods = {METHOD_OF.get(name) for name in abilities}
    if methods & {AuthMethod.PASSWORD_CLEARTEXT, AuthMethod.PASSWORD_ENCRYPTED}:
        return None
    if AuthMethod.OAUTH2 in methods:
        return Cause.OAUTH_ONLY
    return Cause.LOGIN_DISABLED if over_tls else Cause.TLS_REQUIRED
