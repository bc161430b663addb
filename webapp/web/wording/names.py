"""Words for the closed sets of settings: protocols, security, authentication methods, sources, hints."""

from flask_babel import gettext

from webapp.detection.types import Source
from webapp.mail.settings import AuthMethod, Direction, Protocol, Security
from webapp.net.domains import to_unicode
from webapp.web.wording.words import N_

PROTOCOLS: dict[Protocol, str] = {
    Protocol.IMAP: "IMAP",
    Protocol.POP3: "POP3",
    Protocol.SMTP: "SMTP",
    Protocol.NNTP: "NNTP",
}

SECURITY: dict[Security, str] = {
    Security.TLS: "SSL/TLS",
    Security.STARTTLS: "STARTTLS",
    Security.NONE: N_("None"),
}

AUTH_METHODS: dict[AuthMethod, str] = {
    AuthMethod.PASSWORD_CLEARTEXT: N_("Normal password"),
    AuthMethod.PASSWORD_ENCRYPTED: N_("Encrypted password"),
    AuthMethod.OAUTH2: "OAuth2",
    AuthMethod.NTLM: "NTLM",
    AuthMethod.GSSAPI: "Kerberos (GSSAPI)",
    AuthMethod.TLS_CLIENT_CERT: N_("TLS certificate"),
    AuthMethod.NONE: N_("No authentication"),
}

UNSUPPORTED_AUTH = (AuthMethod.OAUTH2, AuthMethod.NTLM, AuthMethod.GSSAPI, AuthMethod.TLS_CLIENT_CERT)

DIRECTIONS: dict[Direction, str] = {
    Direction.INCOMING: N_("Incoming server"),
    Direction.OUTGOING: N_("Outgoing server (SMTP)"),
}

SOURCES: dict[Source, str] = {
    Source.SAME_DOMAIN: N_("another account of this domain"),
    Source.AUTOCONFIG: N_("published by the provider"),
    Source.WELL_KNOWN: N_("published by the provider"),
    Source.PACC: N_("published by the provider"),
    Source.PROVIDER_TABLE: N_("built-in provider table"),
    Source.SNAPSHOT: N_("imported provider database"),
    Source.ISPDB: N_("public provider database"),
    Source.MX: N_("the provider that takes this domain's mail (MX)"),
    Source.SRV: N_("service records of the domain (SRV)"),
    Source.AUTODISCOVER: N_("published by the provider for Outlook (Autodiscover)"),
    Source.PLAIN_AUTOCONFIG: N_("published by the provider without protection"),
    Source.GUESS: N_("usual server names, tried one by one"),
    Source.CERTIFICATE: N_("the name in the server's certificate"),
    Source.ENTERED: N_("typed by hand"),
    Source.ASSUMPTION: N_("assumption"),
}

ASKED: dict[Source, str] = {
    Source.SAME_DOMAIN: N_("Accounts of this domain"),
    Source.AUTOCONFIG: N_("Provider's page"),
    Source.WELL_KNOWN: N_("Domain's own page"),
    Source.PACC: N_("Signed settings (PACC)"),
    Source.PROVIDER_TABLE: N_("Provider table"),
    Source.SNAPSHOT: N_("Imported database"),
    Source.ISPDB: N_("Provider database"),
    Source.MX: N_("MX records"),
    Source.SRV: N_("SRV records"),
    Source.AUTODISCOVER: N_("Autodiscover"),
    Source.PLAIN_AUTOCONFIG: N_("Unprotected page"),
    Source.GUESS: N_("Usual names"),
    Source.CERTIFICATE: N_("Name in the certificate"),
    Source.ENTERED: N_("Typed by hand"),
    Source.ASSUMPTION: N_("Assumption"),
}


def protocol_name(protocol: Protocol) -> str:
    """Return a protocol's name, the same in every language."""
    return PROTOCOLS[protocol]


def security_name(security: Security) -> str:
    """Return how a connection is protected, in words."""
    return gettext(SECURITY[security])


def auth_name(method: AuthMethod) -> str:
    """Return an authentication method in words."""
    return gettext(AUTH_METHODS[method])


def direction_name(direction: Direction) -> str:
    """Return the heading of one half of an account."""
    return gettext(DIRECTIONS[direction])


def server_name(direction: Direction, protocol: Protocol | None) -> str:
    """Return the heading of one half of an account whose protocol may be known: a news server is no mail server."""
    return gettext("News server (NNTP)") if protocol is Protocol.NNTP else direction_name(direction)


def source_name(source: Source) -> str:
    """Return where settings came from, in words that end a sentence."""
    return gettext(SOURCES[source])


def asked_name(source: Source) -> str:
    """Return whom a line of the ladder asks."""
    return gettext(ASKED[source])


def readable_address(address: str) -> str:
    """Return an address with its domain in letters people read."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{to_unicode(domain)}"


def host_for_people(host: str) -> str:
    """Return a host name in letters people read, and its A-label behind when the two differ."""
    readable = to_unicode(host)
    return host if readable == host else f"{readable} ({host})"
