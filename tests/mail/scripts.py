"""What well-behaved servers of each protocol say, in pieces that the tests put together."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from tests.scripted import Script, ScriptedServer, Turn, dialogue, hear, network_to, starttls
from webapp.mail.sessions import AnySession, Endpoint, open_session
from webapp.mail.settings import Protocol, Security
from webapp.net.problems import Problem, Trouble

USERNAME = "anna@uspeh.example"
SECRET = 'Tайна-42 "quoted" \\ back'  # letters outside ASCII, and both characters that IMAP quotes
ASCII_SECRET = 'hunter-2 "quoted" \\ back'

Result = TypeVar("Result")


@dataclass(frozen=True)
class Speech:
    """One protocol as a server speaks it."""

    protocol: Protocol
    greeting: bytes
    before_tls: tuple[Turn, ...]  # what the client asks before it may ask for TLS
    ask_for_tls: bytes
    tls_granted: bytes
    tls_refused: bytes
    abilities: tuple[Turn, ...]  # with PLAIN, where an initial response may go along
    plain_login: bytes  # the command that carries PLAIN with its initial response
    logged_in: bytes
    refused: bytes
    unavailable: bytes
    unsupported: bytes
    farewell: bytes

    def up_to_login(self, *more: Turn) -> Script:
        """Return a script that is ready to log in, and what comes then."""
        return dialogue(self.greeting, *self.abilities, *more)

    def up_to_tls(self, *more: Turn) -> Script:
        """Return a script up to the wish for STARTTLS, and what comes then."""
        return dialogue(self.greeting, *self.before_tls, hear(self.ask_for_tls), *more)

    def over_starttls(self, *more: Turn) -> Script:
        """Return a script that starts TLS and is then ready to log in."""
        return self.up_to_tls(self.tls_granted, starttls, *self.abilities, *more)


IMAP = Speech(
    Protocol.IMAP,
    greeting=b"* OK ready\r\n",
    before_tls=(),
    ask_for_tls=rb"(?P<tag>\S+) STARTTLS",
    tls_granted=b"{tag} OK begin\r\n",
    tls_refused=b"{tag} NO not today\r\n",
    abilities=(
        hear(rb"(?P<tag>\S+) CAPABILITY"),
        b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n{tag} OK done\r\n",
    ),
    plain_login=rb"(?P<tag>\S+) AUTHENTICATE PLAIN \S+",
    logged_in=b"{tag} OK logged in\r\n",
    refused=b"{tag} NO [AUTHENTICATIONFAILED] wrong password\r\n",
    unavailable=b"{tag} NO [UNAVAILABLE] user database is down\r\n",
    unsupported=b"{tag} BAD what is PLAIN\r\n",
    farewell=rb"\S+ LOGOUT",
)
POP3 = Speech(
    Protocol.POP3,
    greeting=b"+OK ready\r\n",
    before_tls=(),
    ask_for_tls=rb"STLS",
    tls_granted=b"+OK begin\r\n",
    tls_refused=b"-ERR not today\r\n",
    abilities=(hear(rb"CAPA"), b"+OK\r\nRESP-CODES\r\nUSER\r\nSASL PLAIN\r\nSTLS\r\n.\r\n"),
    plain_login=rb"AUTH PLAIN \S+",
    logged_in=b"+OK logged in\r\n",
    refused=b"-ERR [AUTH] wrong password\r\n",
    unavailable=b"-ERR [SYS/TEMP] user database is down\r\n",
    unsupported=b"-ERR what is PLAIN\r\n",
    farewell=rb"QUIT",
)
SMTP = Speech(
    Protocol.SMTP,
    greeting=b"220 ready\r\n",
    before_tls=(hear(rb"EHLO \S+"), b"250-hello\r\n250-AUTH CRAM-MD5\r\n250 STARTTLS\r\n"),
    ask_for_tls=rb"STARTTLS",
    tls_granted=b"220 begin\r\n",
    tls_refused=b"454 4.7.0 not today\r\n",
    abilities=(hear(rb"EHLO \S+"), b"250-hello\r\n250-SIZE 1000000\r\n250 AUTH PLAIN LOGIN\r\n"),
    plain_login=rb"AUTH PLAIN \S+",
    logged_in=b"235 2.7.0 logged in\r\n",
    refused=b"535 5.7.8 wrong password\r\n",
    unavailable=b"454 4.7.0 user database is down\r\n",
    unsupported=b"504 5.5.4 what is PLAIN\r\n",
    farewell=rb"QUIT",
)
NNTP = Speech(
    Protocol.NNTP,
    greeting=b"200 ready\r\n",
    before_tls=(hear(rb"CAPABILITIES"), b"101 list\r\nVERSION 2\r\nREADER\r\nSTARTTLS\r\n.\r\n"),
    ask_for_tls=rb"STARTTLS",
    tls_granted=b"382 begin\r\n",
    tls_refused=b"580 not today\r\n",
    abilities=(hear(rb"CAPABILITIES"), b"101 list\r\nREADER\r\nAUTHINFO SASL\r\nSASL PLAIN LOGIN\r\n.\r\n"),
    plain_login=rb"AUTHINFO SASL PLAIN \S+",
    logged_in=b"281 logged in\r\n",
    refused=b"481 wrong password\r\n",
    unavailable=b"403 user database is down\r\n",
    unsupported=b"503 what is PLAIN\r\n",
    farewell=rb"QUIT",
)
SPEECHES = (IMAP, POP3, SMTP, NNTP)


def with_mechanism(speech: Speech, name: bytes) -> tuple[Speech, bytes, bytes]:
    """Return a server that offers one more mechanism, the client's first line for it, and how it is invited."""
    lists = {
        IMAP: b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=%s\r\n{tag} OK done\r\n" % name,
        POP3: b"+OK\r\nUSER\r\nSASL PLAIN %s\r\n.\r\n" % name,
        SMTP: b"250-hello\r\n250 AUTH PLAIN %s\r\n" % name,
        NNTP: b"101 list\r\nREADER\r\nAUTHINFO SASL\r\nSASL PLAIN %s\r\n.\r\n" % name,
    }
    words = {IMAP: rb"(?P<tag>\S+) AUTHENTICATE ", POP3: b"AUTH ", SMTP: b"AUTH ", NNTP: b"AUTHINFO SASL "}
    first = {one: begun + name for one, begun in words.items()}
    invitation = {IMAP: b"+ ", POP3: b"+ ", SMTP: b"334 ", NNTP: b"383 "}
    offered = replace(speech, abilities=(speech.abilities[0], lists[speech]))
    return offered, first[speech], invitation[speech]


def endpoint_of(server: ScriptedServer, speech: Speech, security: Security) -> Endpoint:
    """Return where a scripted server listens."""
    return Endpoint(speech.protocol, server.host, server.port, security)


def with_session(
    server: ScriptedServer,
    speech: Speech,
    use: Callable[[AnySession], Awaitable[Result]],
    security: Security = Security.TLS,
) -> Result:
    """Open a session, use it and close it; in the end no socket is left."""

    async def run() -> Result:
        network = network_to(server)
        async with await open_session(network, endpoint_of(server, speech, security)) as session:
            result = await use(session)
        assert network.open_streams == 0
        return result

    return asyncio.run(run())


def problem_of(
    server: ScriptedServer,
    speech: Speech,
    use: Callable[[AnySession], Awaitable[object]] | None = None,
    security: Security = Security.TLS,
    timeout_s: float = 10,
) -> Problem:
    """Return the problem that opening a session, or using it, ends with; no socket is left."""

    async def run() -> Problem:
        network = network_to(server)
        try:
            endpoint = endpoint_of(server, speech, security)
            async with await open_session(network, endpoint, timeout_s=timeout_s) as session:
                if use is not None:
                    await use(session)
        except Trouble as trouble:
            assert network.open_streams == 0
            return trouble.problem
        raise AssertionError("there was no trouble")

    return asyncio.run(run())


def forms_of(secret: str, username: str = USERNAME) -> list[bytes]:
    """Return what must not be seen where a secret must not be: itself and the ways it travels."""
    messages = (secret.encode(), f"\0{username}\0{secret}".encode())
    return [secret.encode(), *(base64.b64encode(message) for message in messages)]
