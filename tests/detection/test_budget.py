"""Logins side by side never bring more refusals than a pause allows."""

import asyncio
import threading
from dataclasses import replace

import pytest

from tests.detection.servers import HOST, over_tls, refusing
from tests.detection.verifying import LOGIN_OF, Verifying, logins, names_tried, proved
from tests.detection.world import ADDRESS, world
from tests.mail.scripts import IMAP, SMTP
from tests.peer import Peer
from tests.scripted import Script
from webapp.detection.budget import RefusalBudget
from webapp.detection.refusals import RefusalsInMemory
from webapp.detection.types import OutcomeKind
from webapp.detection.verify import verify
from webapp.mail.settings import Protocol, Security, ServerSettings
from webapp.net.problems import ProblemKind, Trouble

SETTINGS = ServerSettings(Protocol.IMAP, HOST, 993, Security.TLS, ADDRESS)


def test_with_two_refusals_behind_us_only_one_of_two_servers_hears_a_wrong_password() -> None:
    with over_tls(IMAP, refusing(IMAP)) as imap, over_tls(SMTP, refusing(SMTP)) as smtp:
        check = Verifying(imap, smtp)
        for _ in range(2):
            check.ledger.note_refusal(ADDRESS)

        outcome = check.run(logins(proved(imap, IMAP), proved(smtp, SMTP)))

    assert len(names_tried(imap)) + len(names_tried(smtp)) == 1
    problems = [problem.kind for problem in (outcome.incoming_problem, outcome.outgoing_problem) if problem]
    assert sorted(problems) == [ProblemKind.LOGIN_PAUSED, ProblemKind.LOGIN_REFUSED]


def test_with_two_refusals_behind_us_a_right_password_opens_both_servers_one_after_the_other() -> None:
    with over_tls(IMAP) as imap, over_tls(SMTP) as smtp:
        check = Verifying(imap, smtp)
        for _ in range(2):
            check.ledger.note_refusal(ADDRESS)

        outcome = check.run(logins(proved(imap, IMAP), proved(smtp, SMTP)))

    assert outcome.kind is OutcomeKind.FOUND
    assert len(names_tried(imap)) == len(names_tried(smtp)) == 1


@pytest.mark.parametrize("earlier", [0, 1, 2])
def test_runs_side_by_side_make_three_refusals_at_most(earlier: int) -> None:
    ledger = RefusalsInMemory()
    for _ in range(earlier):
        ledger.note_refusal(ADDRESS)
    with over_tls(IMAP, refusing(IMAP)) as imap, world(imap) as here:
        verification = logins(proved(imap, IMAP, fixed=False), None)

        async def work() -> None:
            runs = [verify(verification, here.surroundings, ledger, Quiet()) for _ in range(6)]
            await asyncio.gather(*runs)
            assert here.surroundings.network.open_streams == 0

        asyncio.run(work())

    assert earlier + len(names_tried(imap)) == 3
    assert ledger.paused_until(ADDRESS) is not None


def test_three_logins_are_judged_at_the_same_time_when_nobody_was_refused_before() -> None:
    together = threading.Barrier(3, timeout=10)

    def when_all_are_there(peer: Peer) -> None:
        together.wait()
        peer.say(b"{tag} NO [AUTHENTICATIONFAILED] no\r\n".replace(b"{tag}", b"M2"))

    answer: Script = when_all_are_there
    with over_tls(IMAP, (LOGIN_OF[IMAP], answer)) as imap, world(imap) as here:
        verification = logins(proved(imap, IMAP), None)

        async def work() -> None:
            ledger = RefusalsInMemory()
            runs = [verify(verification, here.surroundings, ledger, Quiet()) for _ in range(5)]
            outcomes = await asyncio.gather(*runs)
            kinds = [outcome.incoming_problem.kind for outcome in outcomes if outcome.incoming_problem]
            assert kinds.count(ProblemKind.LOGIN_REFUSED) == 3
            assert kinds.count(ProblemKind.LOGIN_PAUSED) == 2

        asyncio.run(work())

    assert len(names_tried(imap)) == 3


def test_whoever_is_stopped_while_waiting_leaves_no_place_taken() -> None:
    ledger = RefusalsInMemory()
    for _ in range(2):
        ledger.note_refusal(ADDRESS)
    budget = RefusalBudget(ADDRESS, ledger, 2)

    async def work() -> None:
        async with budget.place(SETTINGS):
            waiting = asyncio.create_task(enter(budget))
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        await enter(budget)

    asyncio.run(work())
    assert ledger.places.taken(ADDRESS) == 0


def test_a_mailbox_behind_another_login_name_is_the_same_one() -> None:
    ledger = RefusalsInMemory()
    for _ in range(3):
        ledger.note_refusal(f"boss@{HOST}")
    budget = RefusalBudget(ADDRESS, ledger, 1)

    with pytest.raises(Trouble) as raised:
        asyncio.run(enter(budget, replace(SETTINGS, username="Boss")))
    assert raised.value.problem.kind is ProblemKind.LOGIN_PAUSED


async def enter(budget: RefusalBudget, settings: ServerSettings = SETTINGS) -> None:
    async with budget.place(settings):
        pass


class Quiet:
    """Takes what many runs tell."""

    def step(self, step: object) -> None:
        """Take a step."""

    def findings(self, findings: object) -> None:
        """Take findings."""
