"""The list of notices: everybody's own, read and unread, a page at a time; letters that were not taken; old ones go."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from tests.storage.makers import person
from tests.storage.rows import NOON, account_row
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import (
    LetterFate,
    Notice,
    NoticeCopy,
    NoticeKind,
    OutgoingLetter,
    OutgoingRecipient,
    OutgoingState,
    RecipientState,
    User,
)
from webapp.storage.notice_addresses import NamedBy, NoticeAddress, notice_address
from webapp.storage.notices import (
    KEPT_FOR,
    administrators,
    forget_old_notices,
    letter_refused,
    list_notices,
    mark_all_read,
    mark_read,
    tell,
    tell_test,
    unread_count,
)

UNKNOWN = Problem(ProblemKind.RECIPIENT_REFUSED, "smtp.uspeh.test", 465, "550 no such user")


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, is_admin=True)


@pytest.fixture
def boris(session: Session) -> User:
    return person(session, "boris")


def told(session: Session, *people: User, times: int = 1) -> list[int]:
    """Tell people something; return the numbers of the notices."""
    found = [tell(session, Notice(kind=NoticeKind.TEST, at=NOON), people).id for _ in range(times)]
    session.commit()
    return found


def test_everybody_has_their_own_list_the_newest_first(session: Session, anna: User, boris: User) -> None:
    first, second = *told(session, anna, boris), *told(session, anna)

    assert [copy.notice_id for copy in list_notices(session, anna).rows] == [second, first]
    assert [copy.notice_id for copy in list_notices(session, boris).rows] == [first]


def test_a_long_list_comes_in_pages(session: Session, anna: User) -> None:
    numbers = told(session, anna, times=51)

    page = list_notices(session, anna, 2)

    assert (page.total, page.pages, page.page) == (51, 2, 2)
    assert [copy.notice_id for copy in page.rows] == numbers[:1]


def test_what_one_person_has_read_the_other_has_not(session: Session, anna: User, boris: User) -> None:
    (number,) = told(session, anna, boris)

    assert mark_read(session, anna, number)
    assert mark_read(session, anna, number), "harmless to repeat"

    assert (unread_count(session, anna), unread_count(session, boris)) == (0, 1)


def test_nobody_marks_what_they_were_not_told(session: Session, anna: User, boris: User) -> None:
    (number,) = told(session, anna)

    assert not mark_read(session, boris, number)
    assert mark_all_read(session, boris, number) == 0
    assert unread_count(session, anna) == 1


def test_all_is_what_the_person_has_seen(session: Session, anna: User) -> None:
    first, second, _later = told(session, anna, times=3)

    assert mark_all_read(session, anna, second) == 2

    assert unread_count(session, anna) == 1
    assert first < second


def test_counting_the_unread_takes_one_statement_and_an_index(session: Session, anna: User) -> None:
    told(session, anna, times=3)
    session.refresh(anna)
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: statements.append(call[2]))

    assert unread_count(session, anna) == 3

    (statement,) = statements
    plan = session.execute(text(f"EXPLAIN QUERY PLAN {statement.replace('?', '1')}")).all()
    assert [row[3] for row in plan if "COVERING INDEX ix_notice_copies_user_id_read_at" in row[3]]


def test_only_administrators_who_may_sign_in_are_told_everything(session: Session, anna: User, boris: User) -> None:
    gone = person(session, "gone", is_admin=True)
    gone.disabled = True

    assert list(administrators(session)) == [anna]
    copies = session.scalars(select(NoticeCopy).where(NoticeCopy.notice_id == tell_test(session, boris, NOON).id))
    assert [copy.user_id for copy in copies] == [anna.id]


def test_the_address_is_the_persons_word_then_the_default_account_then_the_first_own(
    session: Session, anna: User
) -> None:
    assert notice_address(session, anna) is None

    account_row(session, anna, "anna@uspeh.test")
    account_row(session, anna, "second@uspeh.test")
    assert notice_address(session, anna) == NoticeAddress("anna@uspeh.test", NamedBy.OWN_ACCOUNT)

    anna.default_account_id = account_row(session, None, "office@uspeh.test").id
    assert notice_address(session, anna) == NoticeAddress("office@uspeh.test", NamedBy.DEFAULT_ACCOUNT)

    anna.notice_address = "anna@elsewhere.test"
    assert notice_address(session, anna) == NoticeAddress("anna@elsewhere.test", NamedBy.PERSON)


@pytest.mark.parametrize("kept_out", [{"frozen": True}, {"proved_at": None}, {"for_receiving": False}])
def test_no_letter_goes_where_nobody_reads_it(session: Session, anna: User, kept_out: dict[str, object]) -> None:
    account = account_row(session, anna, "anna@uspeh.test", **kept_out)
    anna.default_account_id = account.id

    assert notice_address(session, anna) is None


def refused_letter(session: Session, author: User | None) -> OutgoingLetter:
    """Return a letter one of whose two recipients the server refused."""
    account = account_row(session, author, "boris@uspeh.test")
    letter = OutgoingLetter(account_id=account.id, author_id=author.id if author else None, subject="Счёт")
    letter.state, letter.problem = OutgoingState.SENT, None
    letter.recipients = [
        OutgoingRecipient(address="vera@uspeh.test", position=0, state=RecipientState.ACCEPTED),
        OutgoingRecipient(address="nobody@uspeh.test", position=1, state=RecipientState.REFUSED, problem=UNKNOWN),
    ]
    session.add(letter)
    session.flush()
    return letter


def test_the_author_hears_who_did_not_get_the_letter(session: Session, anna: User, boris: User) -> None:
    notice = letter_refused(session, refused_letter(session, boris), NOON)

    assert notice is not None
    assert (notice.kind, notice.subject, notice.problem) == (NoticeKind.LETTER_REFUSED, "nobody@uspeh.test", UNKNOWN)
    assert dict(notice.details)["subject"] == "Счёт"
    assert [copy.notice_id for copy in list_notices(session, boris).rows] == [notice.id]
    assert list_notices(session, anna).total == 0


def test_a_letter_of_the_program_that_was_refused_is_told_by_no_letter(session: Session, anna: User) -> None:
    letter_refused(session, refused_letter(session, None), NOON)

    (copy,) = list_notices(session, anna).rows
    assert copy.fate is LetterFate.OWN_TROUBLE


def test_an_author_who_has_left_is_told_nothing(session: Session, boris: User) -> None:
    boris.disabled = True

    assert letter_refused(session, refused_letter(session, boris), NOON) is None


def test_old_notices_go_with_their_copies(session: Session, anna: User) -> None:
    old = tell(session, Notice(kind=NoticeKind.TEST, at=NOON - KEPT_FOR - timedelta(days=1)), [anna])
    tell(session, Notice(kind=NoticeKind.HEALED, at=NOON, ends_id=old.id), [anna])
    session.commit()

    assert forget_old_notices(session, NOON) == 1
    assert forget_old_notices(session, NOON) == 0

    assert session.scalar(select(func.count()).select_from(NoticeCopy)) == 1
