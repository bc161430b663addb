"""Folders: mirrored from the server, made where there is none, counted for the tree people see."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.storage.letters import folder_row, stored, words_kept
from tests.storage.makers import person
from tests.storage.rows import account_row
from webapp.storage.folders import (
    ListedFolder,
    folder_of_role,
    folders_of,
    has_letters,
    in_order,
    mirror,
    own_folder,
    tree,
)
from webapp.storage.letter_changes import mark_seen, move_to_trash
from webapp.storage.letter_search import sweep
from webapp.storage.letters import Flags
from webapp.storage.models import Account, Folder, FolderRole, Letter, LetterChange

INBOX = ListedFolder("INBOX", "/", FolderRole.INBOX)
SENT = ListedFolder("Отправленные", "/", FolderRole.SENT)
WORK = ListedFolder("Работа/Счета", "/", FolderRole.OTHER)


@pytest.fixture
def account(session: Session) -> Account:
    return account_row(session, person(session, "anna"))


def names(folders: list[Folder]) -> list[str]:
    return [folder.name for folder in folders]


def test_folders_are_those_of_the_server(session: Session, account: Account) -> None:
    made = mirror(session, account.id, [WORK, SENT, INBOX])

    assert names(made) == ["INBOX", "Отправленные", "Работа/Счета"]
    assert [folder.role for folder in made] == [FolderRole.INBOX, FolderRole.SENT, FolderRole.OTHER]
    assert mirror(session, account.id, [INBOX, SENT, WORK]) == made


def test_a_folder_that_is_gone_goes_with_its_letters(session: Session, account: Account) -> None:
    _inbox, work = mirror(session, account.id, [INBOX, WORK])
    work.uid_validity = 7
    mark_seen(session, [stored(session, work)])

    mirror(session, account.id, [INBOX])

    assert names(folders_of(session, account.id)) == ["INBOX"]
    assert session.scalars(select(Letter.id)).all() == []
    assert session.scalars(select(LetterChange.id)).all() == []
    assert (words_kept(session), sweep(session), words_kept(session)) == (1, 1, 0)


def test_a_list_of_nothing_deletes_nothing(session: Session, account: Account) -> None:
    mirror(session, account.id, [INBOX, WORK])

    assert names(mirror(session, account.id, [])) == ["INBOX", "Работа/Счета"]


def test_a_folder_may_change_its_role(session: Session, account: Account) -> None:
    (folder,) = mirror(session, account.id, [ListedFolder("Trash", "/", FolderRole.OTHER)])

    mirror(session, account.id, [ListedFolder("Trash", ".", FolderRole.TRASH)])

    assert (folder.role, folder.delimiter) == (FolderRole.TRASH, ".")


def test_a_folder_listed_twice_is_one(session: Session, account: Account) -> None:
    assert names(mirror(session, account.id, [INBOX, WORK, WORK])) == ["INBOX", "Работа/Счета"]


def test_folders_of_our_own_stay_whatever_the_server_lists(session: Session, account: Account) -> None:
    ours = own_folder(session, account.id, FolderRole.DRAFTS, "Черновики")

    mirror(session, account.id, [INBOX])

    assert folders_of(session, account.id)[1] is ours


def test_a_folder_of_ours_becomes_the_servers_of_the_same_name(session: Session, account: Account) -> None:
    ours = own_folder(session, account.id, FolderRole.SENT, SENT.name)
    letter = stored(session, ours, uid=None)

    assert mirror(session, account.id, [INBOX, SENT])[1] is ours
    assert (ours.on_server, letter.folder) == (True, ours)


def test_the_servers_folder_of_a_role_is_preferred(session: Session, account: Account) -> None:
    ours = own_folder(session, account.id, FolderRole.TRASH, "Корзина")
    assert own_folder(session, account.id, FolderRole.TRASH, "Другая") is ours

    theirs = folder_row(session, account, "Trash", FolderRole.TRASH)

    assert folder_of_role(session, account.id, FolderRole.TRASH) is theirs
    assert own_folder(session, account.id, FolderRole.TRASH, "Корзина") is theirs


def test_a_folder_that_has_the_name_takes_the_role(session: Session, account: Account) -> None:
    named = folder_row(session, account, "Корзина", FolderRole.OTHER)

    assert own_folder(session, account.id, FolderRole.TRASH, "Корзина") is named
    session.refresh(named)
    assert (named.role, named.on_server) == (FolderRole.TRASH, True)


def test_the_tree_counts_the_letters_nobody_read(session: Session, account: Account) -> None:
    inbox, empty = folder_row(session, account), folder_row(session, account, "Ещё", FolderRole.OTHER)
    for number in (1, 2, 3):
        stored(session, inbox, number, flags=Flags(seen=number == 1))

    lines = in_order(tree(session, [account])[account.id])

    assert [(line.id, line.unread) for line in lines] == [(inbox.id, 2), (empty.id, 0)]


def test_an_account_has_letters_once_one_has_come(session: Session, account: Account) -> None:
    inbox = folder_row(session, account)
    stored(session, folder_row(session, account_row(session, address="other@uspeh.test")))
    before = has_letters(session, account)
    stored(session, inbox)

    assert (before, has_letters(session, account)) == (False, True)


def test_counts_follow_what_people_do(session: Session, account: Account) -> None:
    inbox = folder_row(session, account)
    letters = [stored(session, inbox, number) for number in (1, 2, 3)]
    mark_seen(session, letters[:1])
    move_to_trash(session, letters[1:2], "Корзина")

    lines = in_order(tree(session, [account])[account.id])

    assert [line.unread for line in lines] == [1, 1]


def test_folders_stand_in_the_order_people_look_for_them(session: Session, account: Account) -> None:
    for name in ("юг", "Ёлки", "Жук"):
        folder_row(session, account, name, FolderRole.OTHER)
    for role in (FolderRole.TRASH, FolderRole.INBOX, FolderRole.SENT):
        folder_row(session, account, role.value, role)

    lines = in_order(tree(session, [account])[account.id])

    assert [line.name for line in lines] == ["inbox", "sent", "trash", "Ёлки", "Жук", "юг"]


def test_the_tree_of_any_number_of_accounts_takes_one_question(session: Session) -> None:
    accounts = [account_row(session, address=f"{number}@uspeh.test") for number in range(5)]
    for account in accounts:
        for number in range(4):
            stored(session, folder_row(session, account, f"F{number}", FolderRole.OTHER))
    questions: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *asked: questions.append(asked[2]))

    assert [len(lines) for lines in tree(session, accounts).values()] == [4] * 5

    assert len(questions) == 1
