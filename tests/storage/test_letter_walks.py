"""Walking through lists of letters: nothing twice, nothing left out, whatever comes and goes meanwhile."""

from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from tests.storage.letters import folder_row, stored
from tests.storage.makers import person
from tests.storage.rows import NOON, account_row
from webapp.mail.messages.facts import LetterFacts
from webapp.storage.letter_pages import Cursor, LetterPage, Neighbours, Wanted, neighbours, page
from webapp.storage.letters import vanished
from webapp.storage.models import Folder, Letter, User

FOUND = LetterFacts(subject="Счёт на оплату", text="Счёт на оплату")


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def inboxes(session: Session, anna: User) -> list[Folder]:
    """Return the inboxes of two accounts of hers, and of one for everyone."""
    accounts = [account_row(session, anna), account_row(session, anna, "zakaz@uspeh.test"), account_row(session)]
    return [folder_row(session, account) for account in accounts]


@pytest.fixture
def at_once(session: Session, inboxes: list[Folder]) -> list[int]:
    """Return the numbers of letters that all arrived in one moment, three in each inbox in turn; the newest first."""
    letters = [stored(session, inboxes[(number - 1) % 3], number, at=NOON, facts=FOUND) for number in range(1, 10)]
    return [letter.id for letter in reversed(letters)]


def ids(shown: LetterPage) -> list[int]:
    return [letter.id for letter in shown.letters]


def walk(session: Session, user: User, wanted: Wanted, limit: int) -> list[LetterPage]:
    """Return every page, from the newest letter to the oldest."""
    pages, cursor = [], None
    while not pages or cursor is not None:
        pages.append(page(session, user, wanted, cursor, limit))
        cursor = pages[-1].older
    return pages


@pytest.mark.parametrize("words", ["", "счёт"])
@pytest.mark.parametrize("limit", [1, 2, 4, 9])
def test_letters_of_one_moment_are_each_on_one_page(
    session: Session, anna: User, at_once: list[int], limit: int, words: str
) -> None:
    pages = walk(session, anna, Wanted(words=words), limit)

    assert [number for shown in pages for number in ids(shown)] == at_once
    for before, after in pairwise(pages):
        assert page(session, anna, Wanted(words=words), after.newer, limit).letters == before.letters


@pytest.mark.parametrize("words", ["", "счёт"])
def test_each_scope_has_its_own_letters_in_the_same_order(
    session: Session, anna: User, inboxes: list[Folder], at_once: list[int], words: str
) -> None:
    second = inboxes[1]
    other = folder_row(session, second.account, "Архив")
    stored(session, other, 20, at=NOON, facts=FOUND)

    of_folder = ids(page(session, anna, Wanted(folder_id=second.id, words=words)))
    of_account = ids(page(session, anna, Wanted(account_id=second.account_id, words=words)))

    assert of_folder == at_once[1::3]
    assert of_account[1:] == of_folder
    assert len(ids(page(session, anna, Wanted(words=words)))) == 10


def test_a_page_begins_where_a_letter_stood_that_is_deleted_by_now(
    session: Session, anna: User, inboxes: list[Folder], at_once: list[int]
) -> None:
    first = page(session, anna, Wanted(), limit=4)
    last = first.letters[-1]
    vanished(session, last.folder, [last.uid or 0])

    assert ids(page(session, anna, Wanted(), first.older, limit=4)) == at_once[4:8]


@pytest.mark.parametrize("barrier", ["frozen", "locked"])
@pytest.mark.parametrize("words", ["", "счёт"])
def test_an_account_that_waits_gives_no_letters_and_no_neighbours(
    session: Session, anna: User, inboxes: list[Folder], at_once: list[int], barrier: str, words: str
) -> None:
    first, second, _ = inboxes
    setattr(first.account, barrier, True)
    session.flush()
    letter = session.get_one(Letter, at_once[3])

    waiting = [Wanted(folder_id=first.id, words=words), Wanted(account_id=first.account_id, words=words)]

    assert [page(session, anna, wanted) for wanted in waiting] == [LetterPage(())] * 2
    assert [neighbours(session, anna, wanted, letter) for wanted in waiting] == [Neighbours(None, None)] * 2
    assert {one.account_id for one in page(session, anna, Wanted(words=words)).letters} == {
        second.account_id,
        inboxes[2].account_id,
    }


def test_of_others_only_the_letters_for_everyone_are_listed(
    session: Session, inboxes: list[Folder], at_once: list[int]
) -> None:
    boris = person(session, "boris")

    for words in ("", "счёт"):
        assert ids(page(session, boris, Wanted(words=words))) == at_once[0::3]


@pytest.mark.parametrize("words", ["", "счёт"])
def test_a_page_knows_the_neighbours_that_the_database_would_name(
    session: Session, anna: User, at_once: list[int], words: str
) -> None:
    wanted = Wanted(words=words)
    known = 0
    for shown in walk(session, anna, wanted, 4):
        for letter in shown.letters:
            told = shown.neighbours_of(letter)
            assert told in (None, neighbours(session, anna, wanted, letter))
            known += told is not None

    assert known == 9 - 4, "all but the last of each page and the first of the next"


def test_a_page_says_nothing_of_letters_it_does_not_show(session: Session, anna: User, at_once: list[int]) -> None:
    letters = page(session, anna, Wanted()).letters
    shown = LetterPage(letters[1:3], Cursor(NOON, at_once[1], newer=True), Cursor(NOON, at_once[2]))

    assert [shown.neighbours_of(letter) for letter in letters[:4]] == [None] * 4
    assert LetterPage(letters[:1]).neighbours_of(letters[0]) == Neighbours(None, None)
