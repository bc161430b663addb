"""The trial letter against scripted servers."""

import asyncio

import pytest

from tests.detection.servers import over_tls, refusing
from tests.detection.verifying import (
    Verifying,
    logins,
    proved,
    stopped,
)
from tests.detection.world import ADDRESS, Telling, world
from tests.mail.scripts import IMAP, SMTP
from tests.peer import Peer
from tests.scripted import Script
from webapp.detection.refusals import RefusalsInMemory
from webapp.detection.steps import StepState
from webapp.detection.types import OutcomeKind
from webapp.detection.verify import verify
from webapp.net.problems import ProblemKind


def test_stopping_after_the_letter_was_handed_over_says_that_it_may_remain() -> None:
    def never_answering(peer: Peer) -> None:
        peer.say(b"354 go on\r\n")
        while peer.hear() != b".":
            pass
        handed_over()
        peer.keep_silent()

    telling = Telling()
    with over_tls(SMTP, *SENDING, (rb"DATA", never_answering)) as smtp, world(smtp) as here:
        loop = asyncio.new_event_loop()
        rung = asyncio.Event()

        def handed_over() -> None:
            loop.call_soon_threadsafe(rung.set)

        async def work() -> None:
            verification = logins(None, proved(smtp, SMTP), letter=True, for_receiving=False)
            run = asyncio.create_task(verify(verification, here.surroundings, RefusalsInMemory(), telling))
            await stopped(run, rung)

        try:
            loop.run_until_complete(work())
        finally:
            loop.close()

    assert telling.states()["verify:letter"] is StepState.WARNING
    assert "handed-over" in telling.steps["verify:letter"].facts


SENDING = (
    (rb"MAIL FROM:.*", b"250 ok\r\n"),
    (rb"RCPT TO:.*", b"250 ok\r\n"),
)


def taking_letters(answer: bytes) -> Script:
    """Return the answer to DATA: the letter is heard and judged."""

    def take(peer: Peer) -> None:
        peer.say(b"354 go on\r\n")
        while peer.hear() != b".":
            pass
        peer.say(answer)

    return take


def test_a_sending_account_sends_to_itself_and_does_not_look() -> None:
    with over_tls(SMTP, *SENDING, (rb"DATA", taking_letters(b"250 taken\r\n"))) as smtp:
        check = Verifying(smtp)

        outcome = check.run(logins(None, proved(smtp, SMTP), letter=True, for_receiving=False))

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.letter_problem is None
    assert [line for line in smtp.received if line.upper().startswith((b"MAIL", b"RCPT"))][1].startswith(
        f"RCPT TO:<{ADDRESS}>".encode()
    )
    assert check.telling.states("verify:") == {"verify:outgoing": StepState.OK, "verify:letter": StepState.OK}
    assert "handed-over" in check.telling.steps["verify:letter"].facts


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (((rb"MAIL FROM:.*", b"550 5.7.1 no\r\n"),), ProblemKind.SENDER_REFUSED),
        ((SENDING[0], (rb"RCPT TO:.*", b"452 4.2.2 full\r\n")), ProblemKind.RECIPIENT_REFUSED),
        ((*SENDING, (rb"DATA", taking_letters(b"554 5.7.1 spam\r\n"))), ProblemKind.LETTER_REFUSED),
    ],
)
def test_a_letter_the_server_does_not_take_proves_nothing(
    answers: tuple[tuple[bytes, bytes | Script], ...], kind: ProblemKind
) -> None:
    with over_tls(SMTP, *answers) as smtp:
        outcome = Verifying(smtp).run(logins(None, proved(smtp, SMTP), letter=True, for_receiving=False))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.letter_problem is not None
    assert outcome.letter_problem.kind is kind
    assert outcome.letter_problem.server_said


def test_a_receiving_account_logs_in_and_sends_nothing() -> None:
    with over_tls(IMAP) as imap:
        check = Verifying(imap)

        outcome = check.run(logins(proved(imap, IMAP), None, letter=True))

    assert outcome.kind is OutcomeKind.FOUND
    assert check.telling.states("verify:") == {"verify:incoming": StepState.OK}


def test_no_letter_goes_out_when_one_login_failed() -> None:
    with over_tls(IMAP, refusing(IMAP)) as imap, over_tls(SMTP) as smtp:
        check = Verifying(imap, smtp)

        outcome = check.run(logins(proved(imap, IMAP), proved(smtp, SMTP), letter=True))

    assert outcome.kind is OutcomeKind.LOGIN_REFUSED
    assert "verify:letter" not in check.telling.steps
    assert not [line for line in smtp.received if line.upper().startswith(b"MAIL")]
