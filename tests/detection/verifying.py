"""One verification against scripted servers, and what they heard of it."""

import asyncio
import base64
from dataclasses import replace

import pytest

from tests.certificates import server_context
from tests.detection.servers import HOST
from tests.detection.world import ADDRESS, Telling, world
from tests.mail.scripts import IMAP, POP3, SMTP, Speech
from tests.peer import Peer
from tests.scripted import ScriptedServer
from webapp.detection.refusals import RefusalsInMemory
from webapp.detection.steps import Step, StepState
from webapp.detection.types import Outcome, ProvedServer, Source
from webapp.detection.verify import Verification, verify
from webapp.mail.settings import Credentials, Protocol, Security, ServerSettings

SECRET = "tri-medvedya-17"


PROTOCOLS = {IMAP: Protocol.IMAP, POP3: Protocol.POP3, SMTP: Protocol.SMTP}


LOGIN_OF = {
    IMAP: rb"(?P<tag>\S+) AUTHENTICATE PLAIN (?P<said>\S+)",
    POP3: rb"AUTH PLAIN (?P<said>\S+)",
    SMTP: rb"AUTH PLAIN (?P<said>\S+)",
}


ANSWERS_OF = {
    IMAP: (b"{tag} OK in\r\n", b"{tag} NO [AUTHENTICATIONFAILED] no\r\n", b"{tag} NO [UNAVAILABLE] later\r\n"),
    POP3: (b"+OK in\r\n", b"-ERR [AUTH] no\r\n", b"-ERR [SYS/TEMP] later\r\n"),
    SMTP: (b"235 in\r\n", b"535 5.7.8 no\r\n", b"454 4.7.0 later\r\n"),
}


def proved(server: ScriptedServer, speech: Speech, *, username: str = ADDRESS, fixed: bool = True) -> ProvedServer:
    settings = ServerSettings(PROTOCOLS[speech], HOST, server.port, Security.TLS, username)
    return ProvedServer(settings, Source.AUTOCONFIG, True, "uspeh.test", username_fixed=fixed)


def temporary(speech: Speech) -> tuple[bytes, bytes]:
    return LOGIN_OF[speech], ANSWERS_OF[speech][2]


def knowing(name: str, speech: Speech) -> ScriptedServer:
    """Return a server that lets in one name only."""
    welcome, refusal, _ = ANSWERS_OF[speech]

    def play(peer: Peer) -> None:
        peer.say(speech.greeting)
        while True:
            line = peer.hear()
            words = line.split()
            tag = words[0] if speech is IMAP else b""
            if words[-2:-1] == [b"PLAIN"]:
                right = base64.b64decode(words[-1]).split(b"\0")[1].decode() == name
                peer.say((welcome if right else refusal).replace(b"{tag}", tag))
            else:
                peer.say(abilities(speech, line, tag))

    return ScriptedServer(play, tls=server_context(HOST))


def abilities(speech: Speech, line: bytes, tag: bytes) -> bytes:
    if line.upper().endswith((b"LOGOUT", b"QUIT")):
        return {IMAP: b"* BYE\r\n" + tag + b" OK\r\n", POP3: b"+OK\r\n", SMTP: b"221 bye\r\n"}[speech]
    return {
        IMAP: b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n" + tag + b" OK done\r\n",
        POP3: b"+OK\r\nSASL PLAIN\r\n.\r\n",
        SMTP: b"250-hello\r\n250 AUTH PLAIN\r\n",
    }[speech]


def names_tried(server: ScriptedServer) -> list[str]:
    """Return the login names a server heard, in order."""
    said = [line.split()[-1] for line in server.received if b" PLAIN " in line]
    return [base64.b64decode(word).split(b"\0")[1].decode() for word in said]


class Verifying:
    """One verification and everything around it."""

    def __init__(self, *servers: ScriptedServer) -> None:
        self.servers = servers
        self.ledger = RefusalsInMemory()
        self.telling = Telling()

    def run(self, verification: Verification) -> Outcome:
        with world(*self.servers) as here:

            async def work() -> Outcome:
                outcome = await verify(verification, here.surroundings, self.ledger, self.telling)
                assert here.surroundings.network.open_streams == 0
                assert len(asyncio.all_tasks()) == 1
                return outcome

            return asyncio.run(work())


def logins(incoming: ProvedServer | None, outgoing: ProvedServer | None, **more: object) -> Verification:
    given = Verification(ADDRESS, "Анна", incoming, outgoing, Credentials(SECRET), letter=False)
    return replace(given, **more)  # type: ignore[arg-type]


class WaitingFor(Telling):
    """A report that rings when a step has come to a state."""

    def __init__(self, key: str, state: StepState) -> None:
        super().__init__()
        self.rung = asyncio.Event()
        self._wanted = (key, state)

    def step(self, step: Step) -> None:
        """Take a step."""
        super().step(step)
        if (step.key, step.state) == self._wanted:
            self.rung.set()


async def stopped(run: "asyncio.Task[Outcome]", rung: asyncio.Event) -> None:
    """Cancel a run when the bell has rung."""
    await rung.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert len(asyncio.all_tasks()) == 1
