"""The outbox: every letter says where it stands and why, and what only its author may decide is one press."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.desk import Desk, database
from tests.web.visitor import Visitor, shown
from webapp.mail.settings import Direction
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind
from webapp.storage import outbox, writing
from webapp.storage.base import utc_now
from webapp.storage.models import Account, OutgoingLetter, OutgoingState, RecipientState, Traffic, User
from webapp.web.extensions import parts

REFUSAL = Problem(
    ProblemKind.LETTER_REFUSED, "smtp.uspeh.test", 465, "554 5.7.1 looks like spam", cause=Cause.SPAM_REFUSED
)
UNKNOWN = Problem(
    ProblemKind.RECIPIENT_REFUSED, "smtp.uspeh.test", 465, "550 5.1.1 unknown", cause=Cause.RECIPIENT_UNKNOWN
)
AWAY = Problem(ProblemKind.CONNECTION_TIMED_OUT, "smtp.uspeh.test", 465)

Change = Callable[[Session, OutgoingLetter], None]


def nothing(session: Session, letter: OutgoingLetter) -> None:
    """Leave the letter as it is."""


def lay(app: Flask, account_id: int, change: Change = nothing, *, author: int | None = None) -> str:
    """Lay a letter of anna's into the outbox; return its id."""
    with database(app) as session:
        account = session.get_one(Account, account_id)
        user = session.get_one(User, author or account.owner_id or 1)
        content = writing.Content(account_id, "boris@uspeh.test, vera@uspeh.test", subject="Счёт", body="Привет")
        letter = writing.start(session, user, content)
        assert outbox.queue(session, letter, parts().settings.zone, utc_now())
        change(session, letter)
        session.commit()
        return letter.id


def state(app: Flask, letter_id: str) -> OutgoingState:
    with database(app) as session:
        return session.get_one(OutgoingLetter, letter_id).state


def row(session: Session, letter: OutgoingLetter) -> Traffic:
    return session.get_one(Traffic, (letter.account_id, Direction.OUTGOING))


def switched_off(session: Session, letter: OutgoingLetter) -> None:
    letter.account.for_sending = False
    session.delete(row(session, letter))


def in_doubt(session: Session, letter: OutgoingLetter) -> None:
    letter.state, letter.handed_over_at = OutgoingState.IN_DOUBT, utc_now()
    letter.problem = Problem(ProblemKind.CONNECTION_LOST, "smtp.uspeh.test", 465)


def refused(session: Session, letter: OutgoingLetter) -> None:
    letter.state, letter.problem = OutgoingState.REFUSED, REFUSAL


def partly(session: Session, letter: OutgoingLetter) -> None:
    letter.sent_at, letter.next_try_at = utc_now(), utc_now() + timedelta(minutes=5)
    letter.recipients[0].state = RecipientState.ACCEPTED
    letter.recipients[1].problem = UNKNOWN


def sent_to_some(session: Session, letter: OutgoingLetter) -> None:
    letter.state, letter.sent_at = OutgoingState.SENT, utc_now()
    letter.recipients[1].state, letter.recipients[1].problem = RecipientState.REFUSED, UNKNOWN


def away(session: Session, letter: OutgoingLetter) -> None:
    found = row(session, letter)
    found.trouble, found.failures, found.due_at = AWAY, 2, utc_now() + timedelta(minutes=2)


def login_refused(session: Session, letter: OutgoingLetter) -> None:
    found = row(session, letter)
    found.trouble, found.refused = Problem(ProblemKind.LOGIN_REFUSED, "smtp.uspeh.test", 465), True


def login_refused_once(session: Session, letter: OutgoingLetter) -> None:
    found = row(session, letter)
    found.trouble, found.due_at = Problem(ProblemKind.LOGIN_REFUSED, "smtp.uspeh.test", 465), utc_now()


def put_off(session: Session, letter: OutgoingLetter) -> None:
    letter.next_try_at = utc_now() + timedelta(minutes=5)
    letter.problem = Problem(ProblemKind.LETTER_REFUSED, "smtp.uspeh.test", 465, "451 4.7.1 greylisted")


def sending(session: Session, letter: OutgoingLetter) -> None:
    letter.state = OutgoingState.SENDING


def given_up(session: Session, letter: OutgoingLetter) -> None:
    letter.state, letter.problem = OutgoingState.REFUSED, AWAY


def not_allowed(session: Session, letter: OutgoingLetter) -> None:
    letter.state, letter.problem = OutgoingState.REFUSED, Problem(ProblemKind.NOT_ALLOWED)


def without_copy(session: Session, letter: OutgoingLetter) -> None:
    letter.state, letter.sent_at = OutgoingState.SENT, utc_now()
    letter.problem = Problem(ProblemKind.FOLDER_REFUSED, "imap.uspeh.test", 993, "NO [OVERQUOTA] full")


def international(session: Session, letter: OutgoingLetter) -> None:
    letter.state, letter.problem = OutgoingState.REFUSED, Problem(ProblemKind.LETTER_REFUSED, "smtp.uspeh.test", 465)
    letter.recipients[0].address = "пеле@xn--e1atfhn.xn--p1ai"


STORIES: dict[str, tuple[Change, tuple[str, ...], bool]] = {
    "leaves": (nothing, ("ждёт", "Письмо уйдёт через мгновение"), True),
    "sending": (sending, ("отправляется",), True),
    "away": (away, ("недоступен", "Следующая попытка", "Отменить и изменить"), True),
    "login": (login_refused, ("не принимает пароль", "Ввести пароль"), True),
    "login once": (login_refused_once, ("не принял пароль", "Следующая попытка", "Ввести пароль"), True),
    "off": (switched_off, ("ждёт", "Отправка с этой учётной записи сейчас выключена", "Отменить и изменить"), True),
    "put off": (put_off, ("повторить попытку позже", "451 4.7.1 greylisted", "Повторить сейчас"), True),
    "partly": (partly, ("Часть получателей", "Не ждать остальных"), True),
    "doubt": (in_doubt, ("под вопросом", "Отправить ещё раз", "Считать отправленным"), False),
    "refused": (refused, ("не отправлено", "554 5.7.1 looks like spam", "Изменить"), False),
    "not allowed": (not_allowed, ("не отправлено", "вы больше не можете отправлять", "Изменить"), False),
    "given up": (given_up, ("не отправлено", "не удавалось отправить несколько дней", "Изменить"), False),
    "international": (international, ("не отправлено", "пеле@успех.рф", "Изменить"), False),
    "copy": (without_copy, ("отправлено", "Положить его копию", "Убрать из списка"), False),
    "some": (sent_to_some, ("не всем", "не дошло до vera@uspeh.test", "Исправить адрес…", "отказ"), False),
}


@pytest.fixture
def account(desk: Desk) -> int:
    return desk.account()


@pytest.mark.parametrize(("change", "words", "goes_on"), STORIES.values(), ids=STORIES)
def test_a_letter_says_where_it_stands_and_what_to_press(
    app: Flask, admin: Visitor, account: int, change: Change, words: tuple[str, ...], goes_on: bool
) -> None:
    letter_id = lay(app, account, change)

    for path in (f"/mail/outbox/{letter_id}", "/mail/outbox"):
        page = admin.open(path)
        assert page.status_code == 200
        for one in words if path != "/mail/outbox" else words[:-1]:
            assert one in shown(page), path
        assert ("hx-trigger" in page.text) is goes_on


def test_nobody_is_waited_for_once_a_letter_was_refused(app: Flask, admin: Visitor, account: int) -> None:
    page = shown(admin.open(f"/mail/outbox/{lay(app, account, refused)}"))

    assert "boris@uspeh.test не отправлено" in page
    assert "ждёт" not in page


def test_without_a_password_the_letter_waits_for_it(app: Flask, admin: Visitor, desk: Desk) -> None:
    account = desk.account(remember=False)
    letter_id = lay(app, account)

    page = admin.open(f"/mail/outbox/{letter_id}")

    assert f"/accounts/{account}/password" in page.text
    assert "Пароль учётной записи не сохранён" in shown(page)


def test_who_may_not_type_the_password_is_told_who_may(
    app: Flask, admin: Visitor, colleague: Visitor, desk: Desk
) -> None:
    with database(app) as session:
        clerk = session.scalars(select(User.id).where(User.id != desk.user_id)).one()
    shared = desk.account(for_everyone=True)
    letter_id = lay(app, shared, login_refused, author=clerk)

    page = colleague.open(f"/mail/outbox/{letter_id}")

    assert f"/accounts/{shared}/password" not in page.text
    assert "должен заново ввести администратор" in shown(page)


def test_a_letter_that_has_reached_everybody_is_not_in_the_outbox(app: Flask, admin: Visitor, account: int) -> None:
    def sent(session: Session, letter: OutgoingLetter) -> None:
        letter.state, letter.sent_at = OutgoingState.SENT, utc_now()

    lay(app, account, sent)

    assert "Здесь ничего не ждёт" in shown(admin.open("/mail/outbox"))


@pytest.mark.parametrize(
    ("change", "press", "then"),
    [
        (nothing, "edit", OutgoingState.DRAFT),
        (refused, "edit", OutgoingState.DRAFT),
        (sending, "edit", OutgoingState.SENDING),
        (partly, "edit", OutgoingState.QUEUED),
        (in_doubt, "edit", OutgoingState.IN_DOUBT),
        (in_doubt, "again", OutgoingState.QUEUED),
        (in_doubt, "sent", OutgoingState.SENT),
        (put_off, "again", OutgoingState.QUEUED),
        (partly, "sent", OutgoingState.SENT),
        (nothing, "sent", OutgoingState.QUEUED),
        (refused, "again", OutgoingState.REFUSED),
        (sending, "delete", OutgoingState.SENDING),
        (in_doubt, "delete", OutgoingState.IN_DOUBT),
    ],
)
def test_only_what_may_be_decided_is(
    app: Flask, admin: Visitor, account: int, change: Change, press: str, then: OutgoingState
) -> None:
    letter_id = lay(app, account, change)

    answer = admin.send(f"/mail/outbox/{letter_id}/{press}", page="/mail/outbox")

    assert answer.status_code == 303
    assert state(app, letter_id) is then


def test_a_letter_taken_back_is_a_draft_with_everything_in_it(app: Flask, admin: Visitor, account: int) -> None:
    letter_id = lay(app, account)

    answer = admin.send(f"/mail/outbox/{letter_id}/edit", page="/mail/outbox")

    assert answer.location == f"/mail/drafts/{letter_id}"
    page = admin.open(answer.location)
    assert all(words in page.text for words in ("boris@uspeh.test", "Счёт", "Привет"))


def test_whom_a_letter_did_not_reach_gets_it_once_the_address_is_corrected(
    app: Flask, admin: Visitor, account: int
) -> None:
    def with_a_file(session: Session, letter: OutgoingLetter) -> None:
        sent_to_some(session, letter)
        writing.attach(session, letter, "a.pdf", "application/pdf", b"%PDF")

    letter_id = lay(app, account, with_a_file)

    answer = admin.send(f"/mail/outbox/{letter_id}/anew", page="/mail/outbox")

    assert answer.location.startswith("/mail/drafts/")
    page = admin.open(answer.location)
    assert all(words in page.text for words in ("vera@uspeh.test", "Счёт", "Привет", "a.pdf"))
    assert "boris@uspeh.test" not in page.text
    assert state(app, letter_id) is OutgoingState.SENT


@pytest.mark.parametrize("change", [nothing, refused, in_doubt, sending])
def test_no_other_letter_is_begun_anew(app: Flask, admin: Visitor, account: int, change: Change) -> None:
    letter_id = lay(app, account, change)

    admin.send(f"/mail/outbox/{letter_id}/anew", page="/mail/outbox")

    assert "Черновиков нет" in shown(admin.open("/mail/drafts"))


def test_a_refused_letter_is_removed_from_the_list(app: Flask, admin: Visitor, account: int) -> None:
    letter_id = lay(app, account, refused)

    admin.send(f"/mail/outbox/{letter_id}/delete", page="/mail/outbox")

    assert admin.open(f"/mail/outbox/{letter_id}").status_code == 404


def test_a_letter_in_doubt_counted_as_sent_is_copied_like_any_other(app: Flask, admin: Visitor, account: int) -> None:
    letter_id = lay(app, account, in_doubt)

    admin.send(f"/mail/outbox/{letter_id}/sent", page="/mail/outbox")

    with database(app) as session:
        letter = session.get_one(OutgoingLetter, letter_id)
        assert letter.sent_at is not None
        assert letter.next_try_at is not None
        assert {one.state for one in letter.recipients} == {RecipientState.ACCEPTED}
        assert row(session, letter).due_at is not None


def test_the_outbox_is_everybodys_own(app: Flask, admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    shared = desk.account(for_everyone=True)
    letter_id = lay(app, shared, author=desk.user_id)

    assert "Счёт" not in colleague.open("/mail/outbox").text
    assert colleague.open(f"/mail/outbox/{letter_id}").status_code == 404
    for press in ("edit", "again", "sent", "delete"):
        answer = colleague.send(f"/mail/outbox/{letter_id}/{press}", page="/profile")
        assert answer.status_code == 404
    assert state(app, letter_id) is OutgoingState.QUEUED


def test_letters_of_the_program_are_the_administrators_to_look_after(
    app: Flask, admin: Visitor, colleague: Visitor, desk: Desk
) -> None:
    system = desk.account(system=True)
    with database(app) as session:
        account = session.get_one(Account, system)
        zone, now = parts().settings.zone, utc_now()
        letter = outbox.post(session, account, "boss@uspeh.test", "Mailroom: сбой", "Сбой", zone, now)
        session.commit()
        letter_id = letter.id

    assert "Mailroom: сбой" in shown(admin.open("/mail/outbox"))
    assert admin.open(f"/mail/outbox/{letter_id}").status_code == 200
    assert colleague.open(f"/mail/outbox/{letter_id}").status_code == 404
    admin.send(f"/mail/outbox/{letter_id}/edit", page="/mail/outbox")
    assert state(app, letter_id) is OutgoingState.QUEUED
