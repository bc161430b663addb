"""Letters about notices: to whom, when, how many; nothing waits in the outbox that nobody will need."""

from collections.abc import Sequence
from datetime import UTC, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.storage.troubled import INCOMING, OUTGOING, REFUSED, Trouble, side_by_side
from webapp.background.noticing import BETWEEN_LETTERS, LetterWords, Noticing
from webapp.storage import blobs
from webapp.storage.models import (
    Account,
    LetterFate,
    Notice,
    NoticeKind,
    OutgoingLetter,
    OutgoingState,
    Traffic,
    User,
)
from webapp.storage.notice_letters import LATEST
from webapp.storage.notices import administrators, tell, tell_test
from webapp.storage.secrets import SecretBox
from webapp.storage.troubles import TOLD_AFTER


def in_short(person: User, notices: Sequence[Notice]) -> LetterWords:
    """Write a letter that says which notices it carries, and for whom."""
    kinds = " ".join(notice.kind.value for notice in notices)
    return LetterWords(f"{person.name}: {kinds}", "Words.")


class Bureau(Trouble):
    """The office with what sees to its letters; the system account is set up, boris and anna have addresses."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.anna.notice_address, self.boris.notice_address = "anna@elsewhere.test", "boris@elsewhere.test"
        self.robot = self.system()
        self.noticing = Noticing(self.factory, in_short, lambda: self.now, UTC)

    def tell(self, kind: NoticeKind = NoticeKind.UPGRADED) -> Notice:
        """Tell the administrators something."""
        notice = tell(self.session, Notice(kind=kind, at=self.now), administrators(self.session))
        self.session.commit()
        return notice

    def letters(self) -> list[OutgoingLetter]:
        """Return what the outbox has, the oldest first."""
        self.session.rollback()
        found = select(OutgoingLetter).order_by(OutgoingLetter.queued_at, OutgoingLetter.to)
        return list(self.session.scalars(found.execution_options(populate_existing=True)))

    def subjects(self) -> list[str]:
        """Return what the letters of the outbox tell."""
        return [letter.subject for letter in self.letters()]

    def sent(self) -> None:
        """Let the outbox have been emptied."""
        for letter in self.letters():
            letter.state, letter.sent_at = OutgoingState.SENT, self.now
        self.session.commit()

    def look(self) -> None:
        """Let the leader look."""
        self.noticing.look()

    def fate(self, notice: Notice, name: str = "anna") -> LetterFate:
        """Return what became of somebody's letter."""
        self.session.rollback()
        return self.copies(notice)[name].fate


@pytest.fixture
def bureau(engine: Engine, session: Session, box: SecretBox) -> Bureau:
    return Bureau(engine, session, box)


def test_everybody_gets_a_letter_at_their_own_address_from_the_system_account(bureau: Bureau) -> None:
    account = bureau.account(bureau.boris)

    bureau.fails(account, times=TOLD_AFTER)
    bureau.look()

    letters = bureau.letters()
    assert [(letter.to, letter.subject) for letter in letters] == [
        ("anna@elsewhere.test", "anna: trouble"),
        ("boris@elsewhere.test", "boris: trouble"),
    ]
    assert {(letter.account_id, letter.author_id, letter.state) for letter in letters} == {
        (bureau.robot.id, None, OutgoingState.QUEUED)
    }
    copies = bureau.copies(bureau.told()[0])
    assert [copies[name].letter_id for name in ("anna", "boris")] == [letter.id for letter in letters]


def test_such_a_letter_asks_for_no_answer_and_wakes_the_sender(bureau: Bureau) -> None:
    bureau.tell()

    bureau.look()

    (letter,) = bureau.letters()
    assert letter.sha256 is not None
    written = blobs.read(bureau.session, letter.sha256)
    for header in (b"Auto-Submitted: auto-generated", b"X-Auto-Response-Suppress: All", b"Message-ID: <"):
        assert header in written
    assert bureau.row(bureau.robot, OUTGOING).due_at == bureau.now


def test_the_second_look_writes_nothing_more(bureau: Bureau) -> None:
    bureau.tell()

    assert bureau.noticing.look() == 1
    assert bureau.noticing.look() == 0

    assert len(bureau.letters()) == 1


def test_several_processes_write_one_letter(bureau: Bureau) -> None:
    bureau.tell()

    side_by_side(bureau.noticing.look)

    assert len(bureau.letters()) == 1


def test_what_comes_soon_after_a_letter_waits_and_goes_together(bureau: Bureau) -> None:
    bureau.tell()
    bureau.look()
    bureau.later(minutes=1)
    bureau.tell()
    bureau.tell()
    bureau.look()
    assert bureau.subjects() == ["anna: upgraded"]

    bureau.now += BETWEEN_LETTERS
    bureau.look()

    assert bureau.subjects() == ["anna: upgraded", "anna: upgraded upgraded"]


def test_whoever_has_no_address_has_the_list(bureau: Bureau) -> None:
    bureau.anna.notice_address = None
    notice = bureau.tell()

    bureau.look()

    assert bureau.letters() == []
    assert bureau.fate(notice) is LetterFate.NO_ADDRESS


def test_without_a_system_account_there_is_the_list(bureau: Bureau) -> None:
    bureau.session.get_one(Account, bureau.robot.id).proved_at = None
    notice = bureau.tell()

    bureau.look()

    assert bureau.letters() == []
    assert bureau.fate(notice) is LetterFate.NO_SYSTEM_ACCOUNT


def test_no_letter_tells_that_letters_cannot_be_sent(bureau: Bureau) -> None:
    bureau.fails(bureau.robot, OUTGOING, REFUSED, times=2)
    bureau.look()

    (notice,) = bureau.told()
    assert bureau.letters() == []
    assert bureau.fate(notice) is LetterFate.OWN_TROUBLE


def test_while_the_system_account_is_in_trouble_letters_wait_here_and_not_in_the_outbox(bureau: Bureau) -> None:
    account = bureau.account(bureau.boris)
    bureau.fails(account, times=TOLD_AFTER)
    bureau.look()
    assert len(bureau.letters()) == 2

    bureau.fails(bureau.robot, OUTGOING)
    bureau.look()

    assert bureau.letters() == []
    assert bureau.fate(bureau.told()[0]) is LetterFate.WAITING


def test_what_was_over_before_it_healed_is_in_the_list_alone(bureau: Bureau) -> None:
    account = bureau.account(bureau.boris)
    bureau.fails(account, times=TOLD_AFTER)
    bureau.fails(bureau.robot, OUTGOING)
    bureau.look()
    bureau.later(hours=1)
    bureau.works(account)
    bureau.look()

    bureau.works(bureau.robot, OUTGOING)
    bureau.look()

    assert bureau.letters() == []
    assert [bureau.fate(one) for one in bureau.told()] == [LetterFate.OVER, LetterFate.OVER]


def test_what_still_is_so_leaves_in_one_letter_when_it_heals(bureau: Bureau) -> None:
    bureau.fails(bureau.robot, OUTGOING)
    for name in ("boris", "sklad", "office"):
        bureau.fails(bureau.account(bureau.boris, f"{name}@uspeh.test"), times=TOLD_AFTER)
    bureau.look()
    assert bureau.letters() == []

    bureau.later(hours=2)
    bureau.works(bureau.robot, OUTGOING)
    bureau.look()

    assert bureau.subjects() == ["anna: trouble trouble trouble", "boris: trouble trouble trouble"]


def test_the_end_goes_as_a_letter_to_whoever_had_one_about_the_beginning(bureau: Bureau) -> None:
    account = bureau.account(bureau.boris)
    bureau.fails(account, times=TOLD_AFTER)
    bureau.look()
    bureau.sent()

    bureau.later(hours=1)
    bureau.works(account)
    bureau.look()

    assert bureau.subjects()[2:] == ["anna: healed", "boris: healed"]


def test_after_a_day_a_letter_comes_too_late(bureau: Bureau) -> None:
    notice = bureau.tell()
    bureau.fails(bureau.robot, OUTGOING)
    bureau.now += LATEST + timedelta(minutes=1)

    bureau.look()
    bureau.works(bureau.robot, OUTGOING)
    bureau.look()

    assert bureau.letters() == []
    assert bureau.fate(notice) is LetterFate.TOO_LATE


def test_a_letter_that_is_being_sent_is_not_taken_back(bureau: Bureau) -> None:
    bureau.tell()
    bureau.look()
    row = bureau.row(bureau.robot, OUTGOING)
    row.trouble, row.leased_until = REFUSED, bureau.now + timedelta(minutes=1)
    bureau.session.commit()

    bureau.look()

    assert len(bureau.letters()) == 1


def test_a_test_leaves_at_once_and_alone_whatever_the_trouble(bureau: Bureau) -> None:
    bureau.fails(bureau.robot, OUTGOING)
    bureau.tell()
    tell_test(bureau.session, bureau.anna, bureau.now)
    bureau.session.commit()

    bureau.look()
    bureau.look()

    assert bureau.subjects() == ["anna: test"]


def test_the_trouble_of_receiving_with_the_system_account_is_a_letter_like_any_other(bureau: Bureau) -> None:
    bureau.session.add(Traffic(account_id=bureau.robot.id, direction=INCOMING, failures=TOLD_AFTER, trouble=REFUSED))
    bureau.session.commit()

    bureau.look()

    assert bureau.subjects() == ["anna: trouble"]
