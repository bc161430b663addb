"""Other addresses that send through the same server: asked one by one, named when refused."""

import asyncio

import pytest

from tests.detection.servers import over_tls
from tests.detection.test_verify_letter import SENDING, taking_letters
from tests.detection.verifying import Verifying, WaitingFor, logins, proved, stopped
from tests.detection.world import ADDRESS, world
from tests.mail.scripts import IMAP, SMTP
from tests.peer import Peer
from tests.scripted import Script, reset, silence
from webapp.detection.refusals import RefusalsInMemory
from webapp.detection.steps import StepState
from webapp.detection.types import Outcome, OutcomeKind
from webapp.detection.verify import verify
from webapp.net.problems import ProblemKind

TAKEN = (rb"DATA", taking_letters(b"250 taken\r\n"))
RESET = (rb"RSET", b"250 forgotten\r\n")
OTHERS = ("boris@uspeh.test", "vera@uspeh.test")

Answer = tuple[bytes, bytes | Script]


def shared(*answers: Answer, letter: bool = True) -> tuple[Outcome, Verifying, list[bytes]]:
    with over_tls(SMTP, *answers, *SENDING, TAKEN, RESET) as smtp:
        check = Verifying(smtp)
        verification = logins(None, proved(smtp, SMTP), letter=letter, for_receiving=False, sharing=OTHERS)
        outcome = check.run(verification)
    return outcome, check, [line for line in smtp.received if line.startswith((b"MAIL", b"RCPT", b"RSET", b"DATA"))]


def test_every_other_address_passes_its_envelope_and_no_letter_of_theirs_goes_out() -> None:
    outcome, check, heard = shared()

    assert outcome.kind is OutcomeKind.FOUND
    assert outcome.sharing_problems == ()
    own = f"RCPT TO:<{ADDRESS}>".encode()
    asked = [[f"MAIL FROM:<{address}>".encode(), own, b"RSET"] for address in OTHERS]
    assert heard[3:] == [*asked[0], *asked[1]]
    assert heard.count(b"DATA") == 1
    assert [check.telling.states()[f"verify:sharing:{address}"] for address in OTHERS] == [StepState.OK] * 2


@pytest.mark.parametrize("command", [rb"MAIL FROM:<boris.*", rb"RCPT TO:.*"])
def test_a_refused_address_is_named_and_the_next_is_still_asked(command: bytes) -> None:
    refused = (command, refusing_after_the_letter(command))

    outcome, check, heard = shared(refused)

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.seconds_proved is None
    assert outcome.letter_problem is None
    first = outcome.sharing_problems[0]
    assert (first.address, first.problem.kind) == ("boris@uspeh.test", ProblemKind.SENDER_REFUSED)
    assert first.problem.server_said == "553 5.7.1 not yours"
    assert check.telling.states()["verify:sharing:boris@uspeh.test"] is StepState.FAILED
    assert b"MAIL FROM:<vera@uspeh.test>" in heard
    assert heard.count(b"RSET") == 2


def refusing_after_the_letter(command: bytes) -> bytes | Script:
    if command.startswith(b"MAIL"):
        return b"553 5.7.1 not yours\r\n"
    recipients = iter([b"250 ok\r\n"])

    def answer(peer: Peer) -> None:
        peer.say(next(recipients, b"553 5.7.1 not yours\r\n"))

    return answer


def test_a_broken_connection_is_one_problem_and_nobody_else_is_asked() -> None:
    outcome, check, heard = shared((rb"MAIL FROM:<boris.*", reset))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert [(one.address, one.problem.kind) for one in outcome.sharing_problems] == [
        ("boris@uspeh.test", ProblemKind.CONNECTION_LOST)
    ]
    assert b"MAIL FROM:<vera@uspeh.test>" not in heard
    assert check.telling.states()["verify:sharing:vera@uspeh.test"] is StepState.SKIPPED


def test_a_server_that_does_not_forget_an_envelope_is_asked_no_more() -> None:
    outcome, _, _ = shared((rb"RSET", b"421 4.3.2 closing\r\n"))

    assert [one.problem.kind for one in outcome.sharing_problems] == [ProblemKind.SERVICE_UNAVAILABLE]


def test_a_check_without_a_letter_asks_for_the_others_all_the_same() -> None:
    outcome, _, heard = shared(letter=False)

    assert outcome.kind is OutcomeKind.FOUND
    assert b"DATA" not in heard
    assert heard.count(b"RSET") == 2


def test_after_a_refused_letter_nobody_else_is_asked() -> None:
    outcome, check, heard = shared((rb"DATA", b"554 5.7.1 no\r\n"))

    assert outcome.kind is OutcomeKind.NOT_PROVED
    assert outcome.letter_problem is not None
    assert not [key for key in check.telling.steps if key.startswith("verify:sharing")]
    assert b"RSET" not in heard


def test_an_account_that_only_receives_asks_for_nobody() -> None:
    with over_tls(IMAP) as imap:
        outcome = Verifying(imap).run(logins(proved(imap, IMAP), None, letter=True, sharing=OTHERS))

    assert outcome.kind is OutcomeKind.FOUND


def test_an_address_that_is_none_is_named_without_asking_the_server() -> None:
    with over_tls(SMTP, *SENDING, TAKEN, RESET) as smtp:
        verification = logins(None, proved(smtp, SMTP), letter=True, for_receiving=False, sharing=("a\r\nQUIT@x.test",))
        outcome = Verifying(smtp).run(verification)

    assert outcome.sharing_problems[0].problem.kind is ProblemKind.NAME_INVALID
    assert b"QUIT@x.test>" not in b"".join(smtp.received)


def test_stopping_between_the_addresses_leaves_nothing_open() -> None:
    key = "verify:sharing:boris@uspeh.test"
    telling = WaitingFor(key, StepState.RUNNING)
    hanging: Answer = (rb"MAIL FROM:<boris.*", silence)
    with over_tls(SMTP, hanging, *SENDING, TAKEN, RESET) as smtp, world(smtp) as here:
        verification = logins(None, proved(smtp, SMTP), letter=True, for_receiving=False, sharing=OTHERS)

        async def work() -> None:
            run = asyncio.create_task(verify(verification, here.surroundings, RefusalsInMemory(), telling))
            await stopped(run, telling.rung)
            assert here.surroundings.network.open_streams == 0

        asyncio.run(work())

    assert telling.states("verify:sharing") == {
        key: StepState.STOPPED,
        "verify:sharing:vera@uspeh.test": StepState.STOPPED,
    }
