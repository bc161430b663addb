"""Letters leave once, whatever the server says and wherever the connection breaks."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.background.sending.outgoing import (
    BORIS,
    NOBODY,
    RESET,
    SENDER,
    VERA,
    Desk,
    after_login,
    ended,
    read_letter,
    smtp_server,
    states,
    to,
    whole_letter,
)
from tests.scripted import Turn, hear, reset, silence
from webapp.background import work as working
from webapp.background.sending.sending import send
from webapp.background.work import NeedsPassword, NotYet, Work, WorkLost, WorkStopped
from webapp.mail.settings import Direction
from webapp.net.cause import Cause
from webapp.net.problems import ProblemKind, Trouble
from webapp.storage import deciding, dispatch, doubts, outbox
from webapp.storage.endings import fail, give_back
from webapp.storage.models import Notice, NoticeKind, OutgoingState, RecipientState, Traffic
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import due
from webapp.storage.users import create_user

ACCEPTED, REFUSED, WAITING = RecipientState.ACCEPTED, RecipientState.REFUSED, RecipientState.WAITING


@pytest.fixture
def desk(engine: Engine, session: Session, box: SecretBox) -> Desk:
    return Desk(engine, session, box)


def test_letters_leave_in_order_over_one_connection(desk: Desk) -> None:
    with smtp_server(after_login(*whole_letter(BORIS), *whole_letter(VERA))) as server:
        account = desk.account(server)
        first, second = desk.write(account, BORIS), desk.write(account, VERA)

        again_at = desk.send(account, server)

    assert (server.connections, again_at) == (1, None)
    assert [ended(letter) for letter in (first, second)] == [(OutgoingState.SENT, False)] * 2
    assert states(first) == {BORIS: ACCEPTED}
    assert first.sent_at is not None


def test_nothing_is_sent_twice(desk: Desk) -> None:
    with smtp_server(after_login(*whole_letter(BORIS))) as server:
        account = desk.account(server)
        letter = desk.write(account)
        desk.send(account, server)

        desk.send(account, server)

    assert (server.connections, letter.state) == (1, OutgoingState.SENT)


def test_people_in_bcc_get_the_letter_and_stand_nowhere_in_it(desk: Desk) -> None:
    with smtp_server(after_login(*whole_letter(BORIS, VERA))) as server:
        account = desk.account(server)
        desk.write(account, BORIS, bcc=VERA)

        desk.send(account, server)

    heard = server.received[server.received.index(b"DATA") :]
    assert not any(b"vera" in line or line.lower().startswith(b"bcc") for line in heard)


def test_refused_recipients_are_told_apart(desk: Desk) -> None:
    turns = (*SENDER, *to(BORIS), *to(NOBODY, b"550 5.1.1 unknown\r\n"), *whole_letter()[2:])
    with smtp_server(after_login(*turns)) as server:
        account = desk.account(server)
        letter = desk.write(account, f"{BORIS}, {NOBODY}")

        desk.send(account, server)

    assert letter.state is OutgoingState.SENT
    assert states(letter) == {BORIS: ACCEPTED, NOBODY: REFUSED}
    assert outbox.problems_of(letter)[NOBODY].cause is Cause.RECIPIENT_UNKNOWN


def test_where_all_are_refused_the_letter_is(desk: Desk) -> None:
    with smtp_server(after_login(*SENDER, *to(NOBODY, b"550 5.1.1 unknown\r\n"), *RESET)) as server:
        account = desk.account(server)
        letter = desk.write(account, NOBODY)

        assert desk.send(account, server) is None

    assert ended(letter) == (OutgoingState.REFUSED, False)
    assert letter.problem is not None
    assert letter.problem.kind is ProblemKind.RECIPIENT_REFUSED


def test_who_was_refused_for_now_is_tried_again_alone(desk: Desk) -> None:
    first = (*SENDER, *to(BORIS), *to(VERA, b"450 4.2.0 greylisted\r\n"), *whole_letter()[2:])
    with smtp_server(after_login(*first), after_login(*whole_letter(VERA))) as server:
        account = desk.account(server)
        letter = desk.write(account, f"{BORIS}, {VERA}")

        again_at = desk.send(account, server)

        assert again_at == letter.next_try_at is not None
        assert (letter.state, states(letter)) == (OutgoingState.QUEUED, {BORIS: ACCEPTED, VERA: WAITING})
        with pytest.raises(NotYet) as not_yet:
            desk.send(account, server)
        assert (not_yet.value.until, server.connections) == (again_at, 1)
        desk.clock.shift = dispatch.pause_after(0) + timedelta(seconds=1)
        desk.send(account, server)

    assert (letter.state, states(letter)) == (OutgoingState.SENT, {BORIS: ACCEPTED, VERA: ACCEPTED})


def test_who_is_refused_for_now_for_three_days_is_refused(desk: Desk) -> None:
    with smtp_server(after_login(*SENDER, *to(VERA, b"450 4.2.0 later\r\n"), *RESET)) as server:
        account = desk.account(server)
        letter = desk.write(account, VERA)
        pauses = timedelta()
        for tries in range(dispatch.MOST_TRIES):
            desk.send(account, server)
            pauses += dispatch.pause_after(tries)
            desk.clock.shift = pauses

    assert server.connections == dispatch.MOST_TRIES
    assert (letter.state, states(letter)) == (OutgoingState.REFUSED, {VERA: REFUSED})
    assert timedelta(days=3) <= pauses <= timedelta(days=4)


@pytest.mark.parametrize(
    ("turns", "kind"),
    [
        ((hear(rb"MAIL FROM:.*"), b"553 5.7.1 not owned\r\n", *RESET), ProblemKind.SENDER_REFUSED),
        ((*SENDER, *to(BORIS), hear(rb"DATA"), b"554 5.7.1 spam\r\n", *RESET), ProblemKind.LETTER_REFUSED),
        ((*whole_letter(BORIS, answer=b"552 5.3.4 too big\r\n"), *RESET), ProblemKind.LETTER_REFUSED),
    ],
    ids=["sender", "data", "after the dot"],
)
def test_a_letter_the_server_will_not_have_is_refused_and_the_next_one_leaves(
    desk: Desk, turns: tuple[Turn, ...], kind: ProblemKind
) -> None:
    with smtp_server(after_login(*turns, *whole_letter(VERA))) as server:
        account = desk.account(server)
        letter, next_one = desk.write(account), desk.write(account, VERA)

        desk.send(account, server)

    assert letter.problem is not None
    assert (ended(letter), letter.problem.kind) == ((OutgoingState.REFUSED, False), kind)
    assert (next_one.state, server.connections) == (OutgoingState.SENT, 1)


def test_a_letter_too_big_for_the_server_is_not_even_begun(desk: Desk) -> None:
    with smtp_server(after_login(*whole_letter(VERA))) as server:
        account = desk.account(server)
        letter, next_one = desk.write(account, body="ы" * 100_000), desk.write(account, VERA)

        desk.send(account, server)

    assert letter.problem is not None
    assert (letter.state, letter.problem.cause) == (OutgoingState.REFUSED, Cause.LETTER_TOO_BIG)
    assert next_one.state is OutgoingState.SENT


@pytest.mark.parametrize(
    "turns",
    [
        (*whole_letter(BORIS, answer=b"451 4.7.1 later\r\n"), *RESET),
        (hear(rb"MAIL FROM:.*"), b"451 4.3.0 busy\r\n", *RESET),
    ],
    ids=["after the dot", "sender"],
)
def test_a_letter_the_server_puts_off_waits_and_the_next_one_leaves(desk: Desk, turns: tuple[Turn, ...]) -> None:
    with smtp_server(after_login(*turns, *whole_letter(VERA))) as server:
        account = desk.account(server)
        letter, next_one = desk.write(account), desk.write(account, VERA)

        again_at = desk.send(account, server)

    assert (ended(letter), letter.tries) == ((OutgoingState.QUEUED, False), 1)
    assert again_at == letter.next_try_at is not None
    assert next_one.state is OutgoingState.SENT


BREAKS_BEFORE: dict[str, tuple[Turn, ...]] = {
    "at once": (reset,),
    "goodbye": (hear(rb"MAIL FROM:.*"), b"421 4.3.2 shutting down\r\n"),
    "at the recipient": (*SENDER, hear(rb"RCPT.*"), reset),
    "nonsense": (hear(rb"MAIL FROM:.*"), b"what\r\n"),
    "at DATA": (*SENDER, *to(BORIS), hear(rb"DATA"), reset),
    "goodbye after the dot": whole_letter(BORIS, answer=b"421 4.3.2 shutting down\r\n"),
}


@pytest.mark.parametrize("turns", BREAKS_BEFORE.values(), ids=BREAKS_BEFORE)
def test_a_letter_that_has_not_left_for_certain_waits_and_goes_once(desk: Desk, turns: tuple[Turn, ...]) -> None:
    with smtp_server(after_login(*turns), after_login(*whole_letter(BORIS))) as server:
        account = desk.account(server)
        letter = desk.write(account)

        desk.trouble(account, server)

        assert ended(letter) == (OutgoingState.QUEUED, False)
        assert letter.problem is not None
        desk.clock.shift = timedelta(minutes=1)
        desk.send(account, server)

    assert (ended(letter), server.connections) == ((OutgoingState.SENT, False), 2)
    assert desk.letters()[0].problem is None


@pytest.mark.parametrize(
    "answer", [(reset,), (b"what\r\n",), (b"354 go on\r\n", *RESET)], ids=["reset", "nonsense", "go on"]
)
def test_a_letter_nobody_answered_for_is_in_doubt_and_never_sent_again_by_itself(
    desk: Desk, answer: tuple[Turn, ...]
) -> None:
    with smtp_server(after_login(*whole_letter(BORIS, answer=answer[0]), *answer[1:])) as server:
        account = desk.account(server)
        letter = desk.write(account)

        desk.trouble(account, server)
        desk.clock.shift = timedelta(days=30)
        desk.send(account, server)

    assert ended(letter) == (OutgoingState.IN_DOUBT, True)
    assert server.connections == 1
    (notice,) = desk.session.scalars(select(Notice))
    assert (notice.kind, notice.subject) == (NoticeKind.LETTER_IN_DOUBT, BORIS)


def test_a_letter_in_doubt_goes_again_by_its_authors_word(desk: Desk) -> None:
    with smtp_server(after_login(*whole_letter(BORIS, answer=reset)), after_login(*whole_letter(BORIS))) as server:
        account = desk.account(server)
        letter = desk.write(account)
        desk.trouble(account, server)

        assert deciding.send_again(desk.session, letter, desk.clock())
        desk.session.commit()
        desk.send(account, server)

    assert ended(letter) == (OutgoingState.SENT, False)


def test_silence_after_the_dot_is_doubt_when_the_work_is_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "ANSWER_AWAITED_S", 0.05)
    works: list[Work] = []

    with smtp_server(after_login(*whole_letter(BORIS, answer=lambda peer: works[0].stop()), silence)) as server:
        account = desk.account(server)
        letter = desk.write(account)

        with pytest.raises((WorkStopped, Trouble)):
            desk.send(account, server, works=works)

    assert ended(letter) == (OutgoingState.IN_DOUBT, True)


def test_a_server_that_has_the_letter_may_say_so_when_the_work_is_stopped(desk: Desk) -> None:
    works: list[Work] = []
    taken = (*whole_letter(BORIS, answer=lambda peer: works[0].stop()), b"250 2.0.0 taken\r\n")

    with smtp_server(after_login(*taken)) as server:
        account = desk.account(server)
        letter, next_one = desk.write(account), desk.write(account, VERA)

        with pytest.raises(WorkStopped):
            desk.send(account, server, works=works)

    assert ended(letter) == (OutgoingState.SENT, False)
    assert ended(next_one) == (OutgoingState.QUEUED, False)


def test_stop_before_the_dot_leaves_the_letter_waiting(desk: Desk) -> None:
    works: list[Work] = []

    def stop(peer: object) -> None:
        works[0].stop()

    turns = (*SENDER, *to(BORIS), hear(rb"DATA"), stop, silence)
    with smtp_server(after_login(*turns)) as server:
        account = desk.account(server)
        letter = desk.write(account)

        with pytest.raises((WorkStopped, Trouble)):
            desk.send(account, server, works=works)

    assert ended(letter) == (OutgoingState.QUEUED, False)
    assert letter.problem is None


def test_what_a_dead_worker_left_is_judged_by_the_next(desk: Desk) -> None:
    with smtp_server(after_login(*whole_letter(VERA))) as server:
        account = desk.account(server)
        handed_over, begun = desk.write(account), desk.write(account, VERA)
        for letter in (handed_over, begun):
            letter.state = OutgoingState.SENDING
        handed_over.handed_over_at = desk.clock()
        desk.session.commit()

        desk.send(account, server)

    assert handed_over.state is OutgoingState.IN_DOUBT
    assert begun.state is OutgoingState.SENT


def test_a_letter_that_ends_every_worker_does_not_hold_up_the_others(desk: Desk) -> None:
    with smtp_server(after_login(*whole_letter(VERA), *whole_letter(BORIS))) as server:
        account = desk.account(server)
        deadly = desk.write(account)
        deadly.state = OutgoingState.SENDING
        desk.session.commit()
        harmless = desk.write(account, VERA)

        desk.send(account, server)

    assert (deadly.state, harmless.state) == (OutgoingState.SENT, OutgoingState.SENT)


def test_a_letter_does_not_leave_when_the_lease_is_lost_before_its_end(desk: Desk) -> None:
    def lose(peer: object) -> None:
        with desk.factory.begin() as session:
            session.get_one(Traffic, (account.id, Direction.OUTGOING)).leased_by = "another"

    turns = (*SENDER, *to(BORIS), hear(rb"DATA"), lose, b"354 go\r\n", read_letter)
    with smtp_server(after_login(*turns)) as server:
        account = desk.account(server)
        letter = desk.write(account)

        with pytest.raises(WorkLost):
            desk.send(account, server)
        assert server.wait_until_left()

    assert b"." not in server.received
    assert ended(letter) == (OutgoingState.SENDING, False)


def test_an_answer_counts_also_when_the_lease_was_lost_meanwhile(desk: Desk) -> None:
    def lose(peer: object) -> None:
        with desk.factory.begin() as session:
            session.get_one(Traffic, (account.id, Direction.OUTGOING)).leased_by = "another"
        with desk.factory.begin() as session:
            doubts.settle(session, account.id, desk.clock())  # the other one found it

    turns = (*whole_letter(BORIS, answer=lose), b"250 taken\r\n")
    with smtp_server(after_login(*turns)) as server:
        account = desk.account(server)
        letter = desk.write(account)

        desk.send(account, server)

    assert ended(letter) == (OutgoingState.SENT, False)


@pytest.mark.parametrize("end", [(b"421 4.7.0 too many letters\r\n",), (reset,)], ids=["goodbye", "reset"])
def test_a_server_that_takes_so_many_letters_and_no_more_is_called_again_at_once(
    desk: Desk, end: tuple[Turn, ...]
) -> None:
    first = after_login(*whole_letter(BORIS), hear(rb"MAIL FROM:.*"), *end)
    with smtp_server(first, after_login(*whole_letter(VERA))) as server:
        account = desk.account(server)
        letters = desk.write(account, BORIS), desk.write(account, VERA)

        desk.send(account, server)

    assert [letter.state for letter in letters] == [OutgoingState.SENT] * 2
    assert server.connections == 2


def test_a_letter_that_breaks_the_connection_does_not_hold_up_the_others(desk: Desk) -> None:
    poison = after_login(*SENDER, *to(NOBODY), hear(rb"DATA"), reset)
    with smtp_server(poison, after_login(*whole_letter(BORIS), *SENDER, hear(rb"RCPT.*"), reset), poison) as server:
        account = desk.account(server)
        first, second = desk.write(account, NOBODY), desk.write(account, BORIS)
        desk.trouble(account, server)
        desk.clock.shift = timedelta(minutes=1)

        desk.trouble(account, server)

    assert (first.state, second.state) == (OutgoingState.QUEUED, OutgoingState.SENT)


def test_a_letter_written_after_one_broke_the_connection_goes_before_it(desk: Desk) -> None:
    poison = after_login(*SENDER, *to(NOBODY), hear(rb"DATA"), reset)
    with smtp_server(poison, after_login(*whole_letter(BORIS), *SENDER, hear(rb"RCPT.*"), reset), poison) as server:
        account = desk.account(server)
        desk.write(account, NOBODY)
        desk.trouble(account, server)
        desk.clock.shift = timedelta(minutes=1)
        later = desk.write(account, BORIS)

        desk.trouble(account, server)

    assert later.state is OutgoingState.SENT


def test_a_letter_no_server_took_for_days_is_given_up_and_told(desk: Desk) -> None:
    with smtp_server() as server:
        account = desk.account(server)
    old = desk.write(account)
    for days in (0, 4, 6):
        desk.clock.shift = timedelta(days=days)
        new = desk.write(account, VERA)
        work = desk.work(account, server)
        with pytest.raises(Trouble) as trouble:
            send(work)
        with desk.factory.begin() as session:
            fail(session, work.post, work.holder, desk.clock(), trouble.value.problem)
        desk.session.expire_all()
        assert (old.state is OutgoingState.REFUSED) is (days == 6)

    assert old.problem is not None
    assert old.problem.kind is ProblemKind.CONNECTION_REFUSED
    assert new.state is OutgoingState.QUEUED
    told = {dict(one.details)["letter"] for one in desk.session.scalars(select(Notice))}
    assert old.id in told
    assert new.id not in told


def test_a_letter_written_while_others_wait_for_their_time_is_not_forgotten(desk: Desk) -> None:
    with smtp_server() as server:
        account = desk.account(server)
        put_off = desk.write(account, VERA)
        put_off.next_try_at = desk.clock() + timedelta(hours=4)
        desk.session.commit()
        work = desk.work(account, server)

        with pytest.raises(NotYet) as not_yet:
            send(work)
        desk.write(account, BORIS)  # before the end of that work is written down
        with desk.factory.begin() as session:
            give_back(session, work.post, work.holder, not_yet.value.until)

    assert due(desk.session, desk.clock()) == [work.post]


def test_a_letter_without_a_password_waits_and_nobody_is_asked(desk: Desk) -> None:
    with smtp_server() as server:
        account = desk.account(server, remember=False)
        letter = desk.write(account)

        with pytest.raises(NeedsPassword):
            desk.send(account, server)

    assert (letter.state, server.connections) == (OutgoingState.QUEUED, 0)


def test_a_letter_whose_time_has_come_without_a_password_does_not_keep_the_worker_busy(desk: Desk) -> None:
    with smtp_server() as server:
        account = desk.account(server, remember=False)
        letter, later = desk.write(account), desk.write(account)
        letter.next_try_at = desk.clock() - timedelta(minutes=1)
        desk.session.commit()

        with pytest.raises(NeedsPassword):
            desk.send(account, server)

        later.next_try_at = desk.clock() + timedelta(hours=1)
        desk.session.commit()
        with pytest.raises(NotYet) as not_yet:
            desk.send(account, server)
    assert not_yet.value.until == later.next_try_at


def test_nobody_sends_by_another_persons_password(desk: Desk) -> None:
    with smtp_server(after_login(*whole_letter(BORIS))) as server:
        account = desk.account(server, remember=False)
        account.owner_id = None
        desk.type_password(create_user(desk.session, "boris"), account)
        letter = desk.write(account)

        with pytest.raises(NeedsPassword):
            desk.send(account, server)
        desk.type_password(desk.anna, account)
        desk.send(account, server)

    assert letter.state is OutgoingState.SENT


def test_who_may_not_send_any_more_does_not(desk: Desk) -> None:
    with smtp_server(after_login()) as server:
        account = desk.account(server)
        letter = desk.write(account)
        desk.anna.disabled = True
        desk.session.commit()

        desk.send(account, server)

    assert letter.problem is not None
    assert (letter.state, letter.problem.kind) == (OutgoingState.REFUSED, ProblemKind.NOT_ALLOWED)
