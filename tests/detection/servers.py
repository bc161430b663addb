"""Scripted mail servers as a search meets them: whole conversations, good and bad."""

import re
import ssl

from tests.certificates import server_context
from tests.mail.scripts import IMAP, POP3, SMTP, Speech
from tests.peer import Peer
from tests.scripted import Script, ScriptedServer, hear

HOST = "box.uspeh.test"


def responder(greeting: bytes, *answers: tuple[bytes, bytes | Script]) -> Script:
    """Return a script that answers whatever line comes by the first pattern that fits it."""

    def play(peer: Peer) -> None:
        peer.say(greeting)
        while True:
            line = peer.hear()
            fitting = ((re.fullmatch(pattern, line, re.IGNORECASE), answer) for pattern, answer in answers)
            match, answer = next(((match, answer) for match, answer in fitting if match), (None, b""))
            assert match, f"nobody expected {line!r}"
            if callable(answer):
                answer(peer)
            else:
                peer.say(answer.replace(b"{tag}", match.groupdict().get("tag", b"")))

    return play


LOGIN_OF = {
    IMAP: (rb"(?P<tag>\S+) AUTHENTICATE PLAIN \S+", b"{tag} OK in\r\n", b"{tag} NO [AUTHENTICATIONFAILED] no\r\n"),
    POP3: (rb"AUTH PLAIN \S+", b"+OK in\r\n", b"-ERR [AUTH] no\r\n"),
    SMTP: (rb"AUTH PLAIN \S+", b"235 2.7.0 in\r\n", b"535 5.7.8 no\r\n"),
}


QUESTIONS_OF = {
    IMAP: (
        (rb"(?P<tag>\S+) CAPABILITY", b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n{tag} OK done\r\n"),
        (rb"(?P<tag>\S+) LOGOUT", b"* BYE\r\n{tag} OK\r\n"),
    ),
    POP3: (
        (rb"CAPA", b"+OK\r\nSASL PLAIN\r\n.\r\n"),
        (rb"QUIT", b"+OK\r\n"),
    ),
    SMTP: (
        (rb"EHLO \S+", b"250-hello\r\n250 AUTH PLAIN\r\n"),
        (rb"QUIT", b"221 bye\r\n"),
    ),
}


NO_STARTTLS_OF = {
    IMAP: (rb"(?P<tag>\S+) STARTTLS", b"{tag} BAD what\r\n"),
    POP3: (rb"STLS", b"-ERR what\r\n"),
    SMTP: (rb"STARTTLS", b"502 what\r\n"),
}


def plain_script(speech: Speech, *more: tuple[bytes, bytes | Script]) -> Script:
    """Return a server without STARTTLS; it lets anybody in whose login `more` does not answer otherwise."""
    pattern, welcome, _ = LOGIN_OF[speech]
    return responder(speech.greeting, *more, *QUESTIONS_OF[speech], NO_STARTTLS_OF[speech], (pattern, welcome))


def over_tls(speech: Speech, *more: tuple[bytes, bytes | Script]) -> ScriptedServer:
    """Return a server with implicit TLS and a good certificate."""
    return ScriptedServer(plain_script(speech, *more), tls=server_context(HOST))


def over_starttls(speech: Speech, context: ssl.SSLContext | None = None) -> ScriptedServer:
    """Return a server that starts TLS when asked, by default with a good certificate."""
    script = speech.over_starttls(hear(speech.farewell))
    return ScriptedServer(script, context=context or server_context(HOST))


def without_tls(speech: Speech) -> ScriptedServer:
    """Return a server that knows no TLS at all."""
    return ScriptedServer(plain_script(speech))


def refusing(speech: Speech) -> tuple[bytes, bytes]:
    """Return the answer of a server that refuses every login."""
    pattern, _, refusal = LOGIN_OF[speech]
    return pattern, refusal
