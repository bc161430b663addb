"""Ways to fail on the way to a protected connection: no TLS at the port, a broken handshake, a bad certificate."""

import ssl
import warnings
from collections.abc import Callable

from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.certificates import authority, expired, made, not_yet_valid, self_signed, server_context, untrusted
from tests.mail.scripts import IMAP, NNTP, POP3, SMTP, Speech
from tests.peer import Peer
from tests.scripted import PATIENCE_S
from tests.turns import Turn, hear, reset, silence, starttls
from tests.web.rungs.replies import real
from tests.web.rungs.ways import HOLD, INCOMING_HOST, OUTGOING_HOST, Press, Turns, Way, field_of
from tests.web.rungs.ways_talking import hang_up
from webapp.detection.stages import Stage
from webapp.mail.settings import Protocol, Security
from webapp.net.cause import Cause
from webapp.net.problems import ProblemKind

HELLO_REFUSED = b"\x15\x03\x03\x00\x02\x02\x28"  # an alert: fatal, handshake failure (RFC 8446, 6.2)
NO_HANDSHAKE = b"\x16\x03\x03\x00\x05hello"  # looks like TLS and is none
FOREIGN_DATA = b"* OK me too\r\n"
UNAVAILABLE = Cause.STARTTLS_UNAVAILABLE


def instead_of_tls(name: str, speech: Speech, kind: ProblemKind, *turns: Turn, part: str = "security") -> Way:
    """Return a way in which the port of TLS does something else."""
    silent = turns == (silence,)
    hold: Turns = () if silent else (HOLD,)
    blamed = field_of(speech.protocol, part)
    return Way(name, speech.protocol, Stage.TLS, kind, blamed, (*hold, *turns), silent=silent)


def instead_of_starttls(
    name: str, speech: Speech, kind: ProblemKind, *turns: Turn, cause: Cause | None = None, part: str = "security"
) -> Way:
    """Return a way in which a server does not do what STARTTLS should do."""
    return Way(
        name,
        speech.protocol,
        Stage.TLS,
        kind,
        field_of(speech.protocol, part),
        (speech.greeting, *speech.before_tls, hear(speech.ask_for_tls), HOLD, *turns),
        Security.STARTTLS,
        cause,
        Press.DONE if speech is NNTP else Press.RETEST,
    )


def certificate(
    name: str,
    speech: Speech,
    kind: ProblemKind,
    shown: Callable[[str], ssl.SSLContext],
    security: Security = Security.TLS,
    press: Press = Press.RETEST,
    *,
    part: str = "security",
    names: str = "–",
) -> Way:
    """Return a way in which everything is right but the certificate."""
    turns: Turns = (HOLD, starttls, silence)
    if security is Security.STARTTLS:
        turns = (speech.greeting, *speech.before_tls, hear(speech.ask_for_tls), HOLD, speech.tls_granted, starttls)
    host = OUTGOING_HOST if speech is SMTP else INCOMING_HOST
    return Way(
        name,
        speech.protocol,
        Stage.TLS,
        kind,
        field_of(speech.protocol, part),
        turns,
        security,
        press=press,
        certificate=lambda: shown(host),
        names_shown=names,
    )


def hello_heard(peer: Peer) -> None:
    """Wait until the client has begun its handshake: what is said before would be foreign data."""
    peer.begins_with_tls(PATIENCE_S)


def too_old(host: str) -> ssl.SSLContext:
    """Return a server's TLS that is older than ours goes."""
    context = server_context(host, "old.example")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def for_another(_host: str) -> ssl.SSLContext:
    """Return the TLS of a server with the certificate of another."""
    return server_context("other.example")


def for_clients(host: str) -> ssl.SSLContext:
    """Return the TLS of a server whose certificate was made for people, not for servers."""
    return made(host, issuer=authority, use=ExtendedKeyUsageOID.CLIENT_AUTH).context


HANDSHAKES = (
    *(
        instead_of_tls("plain text", speech, ProblemKind.TLS_NOT_SPOKEN, speech.greeting, silence)
        for speech in (IMAP, POP3, SMTP)
    ),
    instead_of_tls("garbage", IMAP, ProblemKind.TLS_FAILED, NO_HANDSHAKE, silence),
    instead_of_tls("an alert", SMTP, ProblemKind.TLS_FAILED, HELLO_REFUSED, silence),
    instead_of_tls("a reset", IMAP, ProblemKind.CONNECTION_LOST, reset, part="port"),
    instead_of_tls("an end", POP3, ProblemKind.CONNECTION_LOST, hang_up, part="port"),
    instead_of_tls("silence", IMAP, ProblemKind.SILENT, silence, part="port"),
    certificate("too old a protocol", IMAP, ProblemKind.TLS_FAILED, too_old),
)
CERTIFICATES = (
    certificate("self-signed", IMAP, ProblemKind.CERTIFICATE_SELF_SIGNED, self_signed),
    certificate("expired", POP3, ProblemKind.CERTIFICATE_EXPIRED, expired),
    certificate("expired", SMTP, ProblemKind.CERTIFICATE_EXPIRED, expired, Security.STARTTLS),
    certificate("not yet valid", IMAP, ProblemKind.CERTIFICATE_NOT_YET_VALID, not_yet_valid),
    certificate(
        "another name", SMTP, ProblemKind.CERTIFICATE_WRONG_NAME, for_another, part="host", names="other.example"
    ),
    certificate("unknown issuer", IMAP, ProblemKind.CERTIFICATE_UNKNOWN_ISSUER, untrusted),
    certificate("unknown issuer", POP3, ProblemKind.CERTIFICATE_UNKNOWN_ISSUER, untrusted, press=Press.DONE),
    certificate("not for servers", IMAP, ProblemKind.CERTIFICATE_INVALID, for_clients),
)
STARTTLS = (
    Way(
        "not offered",
        Protocol.SMTP,
        Stage.TLS,
        ProblemKind.STARTTLS_NOT_OFFERED,
        field_of(Protocol.SMTP, "security"),
        (SMTP.greeting, SMTP.before_tls[0], HOLD, b"250-hello\r\n250 AUTH PLAIN\r\n", silence),
        Security.STARTTLS,
    ),
    instead_of_starttls(
        "not offered",
        POP3,
        ProblemKind.STARTTLS_NOT_OFFERED,
        *(b"-ERR what?\r\n", hear(b"CAPA"), b"+OK\r\nUSER\r\n.\r\n", silence),
        cause=UNAVAILABLE,
    ),
    *(
        instead_of_starttls("refused", speech, ProblemKind.STARTTLS_REFUSED, said, silence, cause=UNAVAILABLE)
        for speech, said in (
            (IMAP, IMAP.tls_refused),
            (SMTP, real("Postfix", UNAVAILABLE)),
            (NNTP, real("Cyrus", UNAVAILABLE, Protocol.NNTP)),
        )
    ),
    *(
        instead_of_starttls(
            "foreign data", speech, ProblemKind.STARTTLS_INJECTION, speech.tls_granted + FOREIGN_DATA, silence
        )
        for speech in (IMAP, SMTP)
    ),
    instead_of_starttls(
        "plain text", POP3, ProblemKind.TLS_NOT_SPOKEN, POP3.tls_granted, hello_heard, b"+OK hello\r\n", silence
    ),
    instead_of_starttls("a reset", SMTP, ProblemKind.CONNECTION_LOST, SMTP.tls_granted, reset, part="port"),
)

WAYS = (*HANDSHAKES, *CERTIFICATES, *STARTTLS)
