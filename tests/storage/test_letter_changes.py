"""What people do to letters: seen here at once, told to the server later, and never undone by what it tells."""

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from tests.storage.letters import arrived, folder_row, stored
from tests.storage.makers import person
from tests.storage.rows import account_row
from webapp.storage import uidls
from webapp.storage.letter_changes import (
    delete_for_good,
    done,
    mark_answered,
    mark_seen,
    move_to_trash,
    moved,
    moved_somewhere,
    settle,
    waiting_changes,
)
from webapp.storage.letters import renumbered, store
from webapp.storage.models import Account, ChangeKind, Folder, FolderRole, Letter

NAME = "Корзина"


@pytest.fixture
def account(session: Session) -> Account:
    return account_row(session, person(session, "anna"))


@pytest.fixture
def inbox(session: Session, account: Account) -> Folder:
    return folder_row(session, account)


@pytest.fixture
def trash(session: Session, account: Account) -> Folder:
    return folder_row(session, account, "Trash", FolderRole.TRASH, uid_validity=20)


def told(session: Session, folder: Folder) -> list[tuple[ChangeKind, int]]:
    """Return what the server is to be told of a folder."""
    return [(change.kind, change.uid) for change in waiting_changes(session, folder)]


def test_reading_a_letter_is_told_once(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox)

    mark_seen(session, [letter])
    mark_seen(session, [letter])

    assert letter.seen
    assert told(session, inbox) == [(ChangeKind.SEEN, 1)]


def test_the_newest_of_a_kind_counts(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox)

    for seen in (True, False, True, False):
        mark_seen(session, [letter], seen=seen)

    assert told(session, inbox) == [(ChangeKind.UNSEEN, 1)]


def test_an_answer_is_told_beside_the_rest(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox)

    mark_answered(session, [letter])
    mark_seen(session, [letter])

    assert letter.answered
    assert told(session, inbox) == [(ChangeKind.SEEN, 1), (ChangeKind.ANSWERED, 1)]


def test_a_letter_in_the_trash_is_told_of_where_the_server_has_it(
    session: Session, inbox: Folder, trash: Folder
) -> None:
    letter = stored(session, inbox)

    move_to_trash(session, [letter], NAME)
    mark_seen(session, [letter])

    assert (letter.folder, letter.uid) == (trash, None)
    assert told(session, inbox) == [(ChangeKind.SEEN, 1), (ChangeKind.TO_TRASH, 1)]
    assert told(session, trash) == []


def test_where_there_is_no_trash_one_is_made(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox)

    move_to_trash(session, [letter], NAME)

    assert (letter.folder.name, letter.folder.role, letter.folder.on_server) == (NAME, FolderRole.TRASH, False)
    assert told(session, inbox) == [(ChangeKind.TO_TRASH, 1)]


def test_from_the_trash_letters_go_for_good(session: Session, trash: Folder) -> None:
    letter = stored(session, trash)

    move_to_trash(session, [letter], NAME)

    assert session.scalars(select(Letter)).all() == []
    assert told(session, trash) == [(ChangeKind.DELETE, 1)]


def test_a_letter_deleted_on_its_way_to_the_trash_is_deleted_where_it_was(
    session: Session, inbox: Folder, trash: Folder
) -> None:
    letter = stored(session, inbox)
    move_to_trash(session, [letter], NAME)

    delete_for_good(session, [letter])

    assert told(session, inbox) == [(ChangeKind.DELETE, 1)]
    assert session.scalars(select(Letter)).all() == []


def test_deleting_for_good_makes_other_changes_needless(session: Session, inbox: Folder) -> None:
    letter, other = stored(session, inbox, 1), stored(session, inbox, 2)
    mark_seen(session, [letter, other])

    delete_for_good(session, [letter])

    assert told(session, inbox) == [(ChangeKind.SEEN, 2), (ChangeKind.DELETE, 1)]


def test_what_was_told_is_forgotten_and_what_was_done_since_is_not(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox)
    mark_seen(session, [letter])
    before = waiting_changes(session, inbox)

    mark_seen(session, [letter], seen=False)  # while the server is being told
    done(session, before)

    assert told(session, inbox) == [(ChangeKind.UNSEEN, 1)]


def test_the_server_tells_the_number_in_the_trash(session: Session, inbox: Folder, trash: Folder) -> None:
    letter = stored(session, inbox)
    move_to_trash(session, [letter], NAME)
    (change,) = waiting_changes(session, inbox)

    moved(session, inbox, change, trash, 31)

    assert letter.uid == 31
    assert told(session, inbox) == []
    assert store(session, trash, arrived(1, uid=31)) is None


def test_what_was_done_while_a_letter_moved_goes_where_it_went(session: Session, inbox: Folder, trash: Folder) -> None:
    letter = stored(session, inbox)
    move_to_trash(session, [letter], NAME)
    (change,) = waiting_changes(session, inbox)

    delete_for_good(session, [letter])  # while the server moves it
    moved(session, inbox, change, trash, 31)

    assert told(session, inbox) == []
    assert told(session, trash) == [(ChangeKind.DELETE, 31)]


def test_without_a_number_told_the_letter_is_known_again_in_the_trash(
    session: Session, inbox: Folder, trash: Folder
) -> None:
    letter = stored(session, inbox)
    move_to_trash(session, [letter], NAME)
    moved_somewhere(session, *waiting_changes(session, inbox), trash)

    assert store(session, trash, arrived(1, uid=31)) is None
    assert settle(session, trash) == 0

    session.expire_all()
    assert letter.uid == 31
    assert session.scalars(select(Letter)).all() == [letter]


def test_what_another_program_deleted_meanwhile_leaves_the_trash(
    session: Session, inbox: Folder, trash: Folder
) -> None:
    letter, on_its_way = stored(session, inbox, 1), stored(session, inbox, 2)
    move_to_trash(session, [letter, on_its_way], NAME)

    moved_somewhere(session, waiting_changes(session, inbox)[0], trash)

    assert settle(session, trash) == 1
    assert session.scalars(select(Letter)).all() == [on_its_way]


def test_letters_without_a_number_that_nobody_asks_about_stay(session: Session, trash: Folder) -> None:
    letter, other = stored(session, trash, 1, uid=None), stored(session, trash, 2)

    renumbered(session, trash, 8)

    assert settle(session, trash) == 1
    assert session.scalars(select(Letter)).all() == [letter], other


def test_what_goes_to_the_trash_before_it_has_its_new_number_is_not_lost(
    session: Session, inbox: Folder, trash: Folder
) -> None:
    letter = stored(session, inbox, 1)
    renumbered(session, inbox, 8)
    session.refresh(letter)

    move_to_trash(session, [letter], NAME)

    assert settle(session, trash) == 0


def test_by_pop3_the_server_is_asked_when_the_letter_goes_for_good(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox, uid=None, uidl="a1")

    move_to_trash(session, [letter], NAME)
    assert uidls.to_delete(session, inbox.account_id) == set()
    move_to_trash(session, [letter], NAME)

    assert uidls.to_delete(session, inbox.account_id) == {"a1"}
    assert told(session, inbox) == []
    assert settle(session, inbox) == 0


def test_changes_of_old_numbers_are_told_to_nobody(session: Session, inbox: Folder) -> None:
    mark_seen(session, [stored(session, inbox)])

    inbox.uid_validity = 8

    assert told(session, inbox) == []


def test_a_letter_that_went_meanwhile_is_passed_over(engine: Engine, session: Session, inbox: Folder) -> None:
    letters = [stored(session, inbox, number) for number in (1, 2)]
    session.commit()
    shown = [letter.id for letter in letters]
    with Session(engine) as other:
        other.execute(delete(Letter).where(Letter.id == shown[0]))
        other.commit()

    mark_seen(session, letters)
    session.commit()

    assert told(session, inbox) == [(ChangeKind.SEEN, 2)]


def test_a_letter_that_moved_meanwhile_is_told_of_where_it_is(engine: Engine, session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox)
    session.commit()
    assert letter.uid == 1
    with Session(engine) as other:
        other.get_one(Letter, letter.id).uid = 77
        other.commit()

    mark_seen(session, [letter])

    assert told(session, inbox) == [(ChangeKind.SEEN, 77)]


def test_the_number_of_a_change_never_comes_again(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox)
    mark_seen(session, [letter])
    (first,) = waiting_changes(session, inbox)
    mark_seen(session, [letter], seen=False)

    (second,) = waiting_changes(session, inbox)

    assert second.id > first.id
