"""Conversations as a transcript keeps them: what was told, and that a secret is in none of it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from tests.mail.echoes import ECHOES
from tests.mail.scripts import Speech, endpoint_of
from tests.scripted import ScriptedServer, network_to
from webapp.mail.sessions import AnySession, open_session
from webapp.mail.settings import Security
from webapp.mail.transcript import Speaker
from webapp.net.problems import Trouble

US, SERVER, NOTE = Speaker.US, Speaker.SERVER, Speaker.NOTE
CANARY = 'Kanarejka-Ж7 "x" \\ &<%41>'
ASCII_CANARY = 'Kanarejka-7 "x" \\ &<%41>'

Said = list[tuple[Speaker, str]]


def overheard(
    server: ScriptedServer,
    speech: Speech,
    use: Callable[[AnySession], Awaitable[object]],
    security: Security = Security.TLS,
) -> Said:
    """Return what is told of a session from its greeting to its end, which may be a trouble."""
    said: Said = []

    async def run() -> None:
        network = network_to(server)
        try:
            endpoint = endpoint_of(server, speech, security)
            heard = open_session(network, endpoint, hear=lambda speaker, words: said.append((speaker, words)))
            async with await heard as session:
                await use(session)
        except Trouble as trouble:
            assert_absent(CANARY, [repr(trouble.problem)])
        assert network.open_streams == 0

    asyncio.run(run())
    return said


def assert_absent(secret: str, words: Iterable[str]) -> None:
    """See that nobody could read a secret in any of these words, however it is written there."""
    forms = {echo(secret).casefold() for echo in ECHOES.values()}
    for line in words:
        found = [form for form in forms if form in line.casefold()]
        assert not found, f"{line!r} tells {found}"
