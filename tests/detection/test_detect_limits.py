"""Searches end: at their limit, or when they are stopped."""

import asyncio

import pytest

from tests.detection.servers import HOST, over_tls
from tests.detection.world import ADDRESS, Port, Telling, World, world
from tests.mail.scripts import IMAP, SMTP
from tests.net.loopback import swallowed_packets
from tests.scripted import ScriptedServer, silence
from webapp.detection.engine import detect
from webapp.detection.steps import StepState
from webapp.detection.types import Consent, Entered, OutcomeKind


def test_the_hard_limit_ends_a_search_with_what_is_proved() -> None:
    with over_tls(IMAP) as imap, ScriptedServer(silence) as smtp, world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=True)

        outcome = here.detect(limit_s=1.0)

    assert outcome.kind is OutcomeKind.HALF_FOUND
    assert outcome.findings.incoming
    assert here.telling.steps[f"probe:smtp:{HOST}:{smtp.port}:tls"].state is StepState.FAILED


def test_stopping_leaves_no_socket_no_task_and_every_step_ended() -> None:
    with swallowed_packets() as port, ScriptedServer(silence) as imap, world(imap, Port(port)) as here:
        here.offer(IMAP, imap, tls=True)
        here.zone.add("swallowing.uspeh.test", "A", "127.0.0.3")
        here.zone.add("_submissions._tcp.uspeh.test", "SRV", f"0 1 {port} swallowing.uspeh.test.")

        asyncio.run(stopped(here))

    assert here.telling.states()
    assert StepState.STOPPED in here.telling.states("probe:").values()
    assert not {StepState.RUNNING, StepState.WAITING} & set(here.telling.states().values())
    assert imap.wait_until_left()


async def stopped(here: World) -> None:
    """Start a search, stop it as soon as both servers are being probed, and look around."""
    both = asyncio.Event()

    class Watching(Telling):
        def step(self, step: object) -> None:
            super().step(step)  # type: ignore[arg-type]
            if len(self.states("probe:")) >= 2:
                both.set()

    here.telling = Watching()
    search = asyncio.create_task(detect(Entered(ADDRESS), Consent(), here.surroundings, here.telling))
    await both.wait()

    search.cancel()
    with pytest.raises(asyncio.CancelledError):
        await search

    assert here.surroundings.network.open_streams == 0
    assert len(asyncio.all_tasks()) == 1


def test_findings_are_told_while_the_search_goes_on() -> None:
    with over_tls(IMAP) as imap, ScriptedServer(silence) as smtp, world(imap, smtp) as here:
        here.offer(IMAP, imap, tls=True)
        here.offer(SMTP, smtp, tls=True)

        here.detect(limit_s=1.0)

    early = here.telling.all_findings[0]
    assert early.incoming
    assert early.outgoing_problem is None
