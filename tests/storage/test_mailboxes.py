"""Whose letters a person reads: the accounts of the tree, folders and letters by their numbers, counts by an index."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.storage.letters import folder_row, stored
from tests.storage.makers import person
from tests.storage.rows import NOON, account_row
from webapp.mail.settings import Direction
from webapp.storage.folders import tree
from webapp.storage.letters import Flags
from webapp.storage.mailboxes import QUIET, get_folder, get_letters, get_mailbox, has_mailbox, mailboxes
from webapp.storage.models import AccountKind, FolderRole, Traffic, User


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def boris(session: Session) -> User:
    return person(session, "boris")


def addresses(session: Session, user: User) -> list[str]:
    return [box.account.address for box in mailboxes(session, user, NOON)]


def test_own_accounts_stand_before_those_for_everyone_and_the_default_one_first(session: Session, anna: User) -> None:
    for address in ("a@x.test", "b@x.test"):
        account_row(session, None, address)
    account_row(session, anna, "y@x.test")
    chosen = account_row(session, anna, "z@x.test")
    anna.default_account_id = chosen.id
    session.flush()

    assert addresses(session, anna) == ["z@x.test", "y@x.test", "a@x.test", "b@x.test"]


def test_accounts_without_letters_have_no_place(session: Session, anna: User, boris: User) -> None:
    account_row(session, anna, "news@x.test", kind=AccountKind.NEWS)
    account_row(session, anna, "sending@x.test", for_receiving=False)
    account_row(session, anna, "unproved@x.test", proved_at=None)
    account_row(session, boris, "boris@x.test")
    before = account_row(session, anna, "before@x.test", for_receiving=False)

    assert not has_mailbox(session, anna)
    folder_row(session, before)
    assert addresses(session, anna) == ["before@x.test"], "its letters are still here"
    assert has_mailbox(session, anna)


def test_unread_letters_count_where_people_wait_for_news(session: Session, anna: User) -> None:
    first, second = account_row(session, anna, "a@x.test"), account_row(session, anna, "b@x.test")
    roles = (FolderRole.INBOX, FolderRole.OTHER, FolderRole.ARCHIVE, *QUIET)
    for number, role in enumerate(roles):
        stored(session, folder_row(session, first, f"F{number}", role), number)
    stored(session, folder_row(session, second), 1, flags=Flags(seen=True))

    counts = [(box.account.address, box.folders, box.unread) for box in mailboxes(session, anna, NOON)]

    assert counts == [("a@x.test", len(roles), 3), ("b@x.test", 1, 0)]


def test_accounts_that_wait_for_their_password_are_named_and_not_read(session: Session, anna: User) -> None:
    account = account_row(session, anna, locked=True)
    folder = folder_row(session, account)
    letter = stored(session, folder)

    assert [box.readable for box in mailboxes(session, anna, NOON)] == [False]
    assert get_mailbox(session, anna, account.id) is None
    assert get_folder(session, anna, folder.id) is None
    assert get_letters(session, anna, [letter.id]) == []


def test_folders_and_letters_are_found_by_their_readers_only(session: Session, anna: User, boris: User) -> None:
    own, office = account_row(session, anna), account_row(session, None, "office@x.test")
    folders = [folder_row(session, one) for one in (own, office)]
    letters = [stored(session, folder, number).id for number, folder in enumerate(folders, 1)]

    assert [get_folder(session, boris, folder.id) for folder in folders] == [None, folders[1]]
    assert [letter.id for letter in get_letters(session, boris, letters)] == letters[1:]
    assert [letter.id for letter in get_letters(session, anna, [*letters, 999])] == letters


def test_a_load_under_way_is_told_as_long_as_somebody_works_at_it(session: Session, anna: User) -> None:
    account = account_row(session, anna)
    row = Traffic(account_id=account.id, direction=Direction.INCOMING, done=3, total=10)
    row.leased_by, row.leased_until = "worker", NOON
    session.add(row)
    session.flush()

    row.due_at = NOON + timedelta(minutes=1)
    session.flush()
    dues = [mailboxes(session, anna, NOON + timedelta(minutes=after))[0].due for after in (0, 2, 4)]
    assert dues == [False, True, False], "not yet, about to be, and nobody comes"

    now, later = mailboxes(session, anna, NOON - timedelta(seconds=1))[0], mailboxes(session, anna, NOON)[0]
    assert (now.receiving, now.done, now.total) == (True, 3, 10)
    assert not later.receiving


@pytest.mark.parametrize("of_folders", [False, True])
def test_counting_reads_no_letter(session: Session, anna: User, of_folders: bool) -> None:
    account = account_row(session, anna)
    stored(session, folder_row(session, account))
    asked: list[tuple[str, Any]] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    if of_folders:
        tree(session, [account])
    else:
        mailboxes(session, anna, NOON)
    statement, parameters = asked[0]
    plan = [step.detail for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()]

    letters = [step for step in plan if " letters " in step]
    assert len(asked) == 2, "the plan is the second"
    assert any("ix_letters_folder_unread (folder_id=? AND received_at>?)" in step for step in letters)
    assert all("COVERING INDEX" in step or "ix_letters_folder_unread" in step for step in letters)
