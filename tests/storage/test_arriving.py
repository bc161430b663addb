"""Letters that arrive together become what they would become one by one."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.storage.letters import arrived, folder_row, stored
from tests.storage.makers import person
from tests.storage.rows import account_row
from webapp.storage.arrived import Arrived
from webapp.storage.arriving import store_all
from webapp.storage.letter_changes import move_to_trash
from webapp.storage.letters import renumbered, store
from webapp.storage.models import Account, Folder, FolderRole

SAME = b"the same bytes"
TOGETHER = (
    arrived(1),
    arrived(2),
    arrived(2),  # the server says it twice
    arrived(3, raw=SAME),
    arrived(4, raw=SAME),
    arrived(5, raw=None),
    arrived(6, uid=None),
    arrived(7, uid=None, uidl="a7"),
    arrived(8, uid=None, uidl="a7"),
    arrived(9, raw=b"x" * 700_000),
)
WHAT_IS_THERE = (
    "SELECT folder_id, uid, uidl, sha256, size, subject, received_at, seen FROM letters ORDER BY sha256, uid",
    "SELECT sha256, size FROM blobs ORDER BY sha256",
    "SELECT sha256, number, data FROM blob_pieces ORDER BY sha256, number",
    "SELECT subject, people, text FROM letter_texts ORDER BY rowid",
    "SELECT key FROM known_uidls",
)


@pytest.fixture
def account(session: Session) -> Account:
    return account_row(session, person(session, "anna"))


def one_by_one(session: Session, folder: Folder, letters: Sequence[Arrived]) -> int:
    return sum(store(session, folder, letter) is not None for letter in letters)


def outcome(
    session: Session, folder: Folder, keep: Callable[[Session, Folder, Sequence[Arrived]], int], *after: Arrived
) -> tuple[int, list[object]]:
    """Return how many were new, and everything there is afterwards; then undo it."""
    with session.begin_nested() as before:
        count = keep(session, folder, [*TOGETHER, *after])
        there: list[object] = [session.execute(text(question)).all() for question in WHAT_IS_THERE]
        before.rollback()
    return count, there


def test_together_is_as_one_by_one(session: Session, account: Account) -> None:
    inbox = folder_row(session, account)

    together = outcome(session, inbox, store_all)

    assert together == outcome(session, inbox, one_by_one)
    assert together[0] == 8


def test_some_of_them_may_be_here_already(session: Session, account: Account) -> None:
    inbox = folder_row(session, account)
    stored(session, inbox, 2)
    stored(session, folder_row(session, account, "Other"), 1)

    assert outcome(session, inbox, store_all) == outcome(session, inbox, one_by_one)


@pytest.mark.parametrize("role", [FolderRole.TRASH, FolderRole.SENT])
def test_rows_that_wait_for_their_number_get_it(session: Session, account: Account, role: FolderRole) -> None:
    inbox, folder = folder_row(session, account), folder_row(session, account, "Ours", role)
    move_to_trash(session, [stored(session, inbox, 1)], "Ours")
    stored(session, folder, 3, raw=SAME, uid=None)

    assert outcome(session, folder, store_all) == outcome(session, folder, one_by_one)


def test_numbers_that_changed_are_given_anew(session: Session, account: Account) -> None:
    inbox = folder_row(session, account)
    for number in (1, 2, 3):
        stored(session, inbox, number)
    renumbered(session, inbox, 8)

    count, there = outcome(session, inbox, store_all, replace(arrived(3), uid=33))

    assert (count, there) == outcome(session, inbox, one_by_one, replace(arrived(3), uid=33))
    assert count == 6


def test_nothing_to_store_is_stored(session: Session, account: Account) -> None:
    assert store_all(session, folder_row(session, account), []) == 0
