"""Mail servers that show a chosen certificate at each connection, over TLS or STARTTLS, and let everybody in."""

import re
from datetime import datetime

from tests.certificates import Made, authority, made, stranger
from tests.detection.servers import HOST, LOGIN_OF, QUESTIONS_OF
from tests.detection.verifying import PROTOCOLS
from tests.detection.world import ADDRESS
from tests.mail.scripts import SMTP, Speech
from tests.peer import Peer
from tests.scripted import Script, ScriptedServer
from webapp.detection.types import Consent, Entered, EnteredServer, ProvedServer, Source
from webapp.mail.settings import Direction, Security, ServerSettings
from webapp.net.problems import ProblemKind
from webapp.net.tls import fingerprint

LONG_AGO = (datetime(2020, 1, 1), datetime(2020, 2, 1))
NOT_YET = (datetime(2090, 1, 1), datetime(2091, 1, 1))

GOOD = made(HOST, issuer=authority)
FAULTS: dict[ProblemKind, Made] = {
    ProblemKind.CERTIFICATE_SELF_SIGNED: made(HOST, issuer=None),
    ProblemKind.CERTIFICATE_EXPIRED: made(HOST, issuer=authority, not_before=LONG_AGO[0], not_after=LONG_AGO[1]),
    ProblemKind.CERTIFICATE_NOT_YET_VALID: made(HOST, issuer=authority, not_before=NOT_YET[0], not_after=NOT_YET[1]),
    ProblemKind.CERTIFICATE_WRONG_NAME: made("mail.hoster.test", issuer=authority),
    ProblemKind.CERTIFICATE_UNKNOWN_ISSUER: made(HOST, issuer=stranger),
}
# What stood there when it was accepted, and what stands there now.
CHANGES: dict[str, tuple[Made, Made]] = {
    "renewed with the same key": (made(HOST, issuer=None), made(HOST, issuer=None, not_after=datetime(2091, 1, 1))),
    "renewed by the same authority": (
        made(HOST, issuer=stranger),
        made(HOST, issuer=stranger, key="next", not_after=datetime(2091, 1, 1)),
    ),
    "swapped for another key": (made(HOST, issuer=None), made(HOST, issuer=None, key="somebody's")),
    "swapped for one that verifies": (made(HOST, issuer=None), GOOD),
    "swapped for one of another name": (made(HOST, issuer=stranger), made("evil.test", issuer=stranger, key="evil")),
}
WAYS = [(speech, security) for speech in PROTOCOLS for security in (Security.TLS, Security.STARTTLS)]


def showing(speech: Speech, security: Security, *certificates: Made) -> ScriptedServer:
    """Return a server that shows these certificates, one a connection and the last for ever after."""
    return ScriptedServer(*(script_of(speech, security, one) for one in certificates))


def script_of(speech: Speech, security: Security, certificate: Made, *more: tuple[bytes, bytes | Script]) -> Script:
    """Return a whole conversation that shows one certificate."""
    pattern, welcome, _ = LOGIN_OF[speech]
    answers = (*more, *QUESTIONS_OF[speech], (pattern, welcome))

    def play(peer: Peer) -> None:
        if security is Security.TLS:
            peer.shake_hands(certificate.context)
        peer.say(speech.greeting)
        while True:
            line = peer.hear()
            asked = re.fullmatch(speech.ask_for_tls, line, re.IGNORECASE)
            if asked and security is Security.STARTTLS and not peer.secure:
                peer.say(_tagged(speech.tls_granted, asked))
                peer.shake_hands(certificate.context)
            elif speech is SMTP and line.upper().startswith(b"EHLO") and not peer.secure:
                peer.say(b"250-hello\r\n250 STARTTLS\r\n")
            else:
                _answer(peer, line, answers)

    return play


def place_of(server: ScriptedServer) -> str:
    """Return the form a consent keeps."""
    return f"{HOST}:{server.port}"


def accepting(server: ScriptedServer, certificate: Made) -> Consent:
    """Return the consent of somebody who has looked at this certificate and accepted it."""
    return Consent(pins={place_of(server): fingerprint(certificate.der)})


def settings_of(server: ScriptedServer, speech: Speech, security: Security) -> ServerSettings:
    """Return how a server is reached and logged in to."""
    return ServerSettings(PROTOCOLS[speech], HOST, server.port, security, ADDRESS)


def stored(server: ScriptedServer, speech: Speech, security: Security, certificate: Made | None = None) -> ProvedServer:
    """Return the server as an account has it, accepted by this certificate or proved like any other."""
    pin = fingerprint(certificate.der) if certificate is not None else None
    return ProvedServer(settings_of(server, speech, security), Source.ENTERED, True, "uspeh.test", True, pin)


def typed_by_hand(server: ScriptedServer, speech: Speech, security: Security) -> Entered:
    """Return what a person enters who knows everything about this one server."""
    settings = settings_of(server, speech, security)
    fixed = EnteredServer(settings.protocol, HOST, server.port, security)
    if settings.direction is Direction.OUTGOING:
        return Entered(ADDRESS, for_receiving=False, outgoing=fixed)
    return Entered(ADDRESS, for_sending=False, incoming=fixed)


def logins_heard(server: ScriptedServer, speech: Speech) -> list[bytes]:
    """Return every line that carried a password."""
    return [line for line in server.received if re.fullmatch(LOGIN_OF[speech][0], line)]


def _answer(peer: Peer, line: bytes, answers: tuple[tuple[bytes, bytes | Script], ...]) -> None:
    for pattern, answer in answers:
        match = re.fullmatch(pattern, line, re.IGNORECASE)
        if match and callable(answer):
            return answer(peer)
        if match and isinstance(answer, bytes):
            return peer.say(_tagged(answer, match))
    raise AssertionError(f"nobody expected {line!r}")


def _tagged(answer: bytes, match: re.Match[bytes]) -> bytes:
    return answer.replace(b"{tag}", match.groupdict().get("tag") or b"")
