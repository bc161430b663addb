"""Searching: beginnings of words in any order and spelling, addresses and parts of them, nothing that breaks."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.storage.letters import FACTS, folder_row, stored
from tests.storage.makers import person
from tests.storage.rows import account_row
from webapp.mail.messages.facts import LetterFacts
from webapp.storage.letter_pages import Wanted, page
from webapp.storage.letters import Flags, vanished
from webapp.storage.models import Folder, FolderRole, User


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def inbox(session: Session, anna: User) -> Folder:
    return folder_row(session, account_row(session, anna))


def found(session: Session, user: User, words: str, **wanted: Any) -> list[str]:
    """Return the subjects of the letters found."""
    return [letter.subject for letter in page(session, user, replace(Wanted(words=words), **wanted)).letters]


@pytest.mark.parametrize(
    "words",
    [
        "счёт",
        "СЧЕТ",
        "счё",
        "за сч",
        "ноябрь  счёт",
        "ёлкин",
        "елки",
        "борис",
        "boris@uspeh.test",
        "boris@us",
        "@uspeh.test",
        "uspeh",
        "anna@",
        "высылаю",
        '"счёт за"',
        "счёт.",
        "борис счёт высылаю",
        "день",
    ],
)
def test_a_letter_is_found_by_its_words(session: Session, anna: User, inbox: Folder, words: str) -> None:
    stored(session, inbox)

    assert found(session, anna, words) == [FACTS.subject]


@pytest.mark.parametrize("words", ["квартал", "счёт квартал", "чёт", "boris@romashka", "uspeh@boris"])
def test_other_words_do_not_find_it(session: Session, anna: User, inbox: Folder, words: str) -> None:
    stored(session, inbox)

    assert found(session, anna, words) == []


@pytest.mark.parametrize(
    "words",
    [
        '"',
        '""',
        '"счёт',
        "'",
        "*",
        "@",
        "%",
        "_",
        "\\",
        "-счёт",
        "^счёт",
        "subject:счёт",
        "{subject people}: x",
        "NEAR(",
        "AND OR NOT",
        "OR",
        "(счёт",
        "счёт)",
        "a + b",
        "\0",
        "счёт\0за",
        "\ud800",
        "😀",
        "𞤀",
        "\u0301",
        "; DROP TABLE letters --",
        "x" * 10_000,
        "я " * 10_000,
    ],
)
def test_whatever_is_typed_breaks_nothing(session: Session, anna: User, inbox: Folder, words: str) -> None:
    stored(session, inbox)

    assert found(session, anna, words) in ([], [FACTS.subject])


@pytest.mark.parametrize("words", ["-счёт", "(счёт", "счёт)", "^счёт", '"счёт', "счёт\0за", "счёт 😀"])
def test_signs_between_words_mean_nothing(session: Session, anna: User, inbox: Folder, words: str) -> None:
    stored(session, inbox)

    assert found(session, anna, words) == [FACTS.subject]


def test_marks_over_letters_may_be_left_out(session: Session, anna: User, inbox: Folder) -> None:
    stored(session, inbox, facts=LetterFacts(subject="Crème brûlée für Zoë"))

    for words in ("creme", "BRULEE", "fur zoe", "Zoë", "cre\u0300me"):
        assert found(session, anna, words) == ["Crème brûlée für Zoë"]


def test_spaces_alone_narrow_nothing(session: Session, anna: User, inbox: Folder) -> None:
    stored(session, inbox)

    assert found(session, anna, "  ") == [FACTS.subject]


def test_the_newest_found_comes_first(session: Session, anna: User, inbox: Folder) -> None:
    for number in (2, 3, 1):
        stored(session, inbox, number, facts=LetterFacts(subject=f"Счёт {number}"))

    assert found(session, anna, "счёт") == ["Счёт 3", "Счёт 2", "Счёт 1"]


def test_what_was_found_comes_page_by_page(session: Session, anna: User, inbox: Folder) -> None:
    for number in range(1, 8):
        stored(session, inbox, number, facts=LetterFacts(subject=f"{'Счёт' if number % 2 else 'Акт'} {number}"))

    first = page(session, anna, Wanted(words="счёт"), limit=3)
    second = page(session, anna, Wanted(words="счёт"), first.older, limit=3)

    assert [letter.subject for letter in (*first.letters, *second.letters)] == ["Счёт 7", "Счёт 5", "Счёт 3", "Счёт 1"]
    assert second.older is None


def test_searching_goes_with_the_other_filters(session: Session, anna: User, inbox: Folder) -> None:
    other = folder_row(session, account_row(session, anna, "b@uspeh.test"))
    stored(session, inbox, 1, facts=LetterFacts(subject="Счёт 1"), flags=Flags(seen=True))
    stored(session, inbox, 2, facts=LetterFacts(subject="Счёт 2"))
    stored(session, other, 3, facts=LetterFacts(subject="Счёт 3"))

    assert found(session, anna, "счёт", folder_id=inbox.id) == ["Счёт 2", "Счёт 1"]
    assert found(session, anna, "счёт", account_id=other.account_id) == ["Счёт 3"]
    assert found(session, anna, "счёт", unread=True) == ["Счёт 3", "Счёт 2"]


def test_one_searches_the_trash_too(session: Session, anna: User, inbox: Folder) -> None:
    stored(session, folder_row(session, inbox.account, "Trash", FolderRole.TRASH))

    assert found(session, anna, "счёт") == [FACTS.subject]


def test_nobody_finds_letters_that_are_somebody_elses(session: Session, inbox: Folder) -> None:
    stored(session, inbox)

    assert found(session, person(session, "boris"), "счёт") == []
    assert found(session, person(session, "root", is_admin=True), "счёт") == []


def test_what_is_gone_is_not_found(session: Session, anna: User, inbox: Folder) -> None:
    stored(session, inbox)
    vanished(session, inbox, [1])

    assert found(session, anna, "счёт") == []
