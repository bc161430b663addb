"""An account whose letters are at another server from now on keeps what it has, and is told nothing twice."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.changes import TYPED, change_of, saved
from tests.storage.letters import arrived, folder_row, stored
from tests.storage.makers import IMAP, SMTP, account_of, person
from tests.storage.rows import NOON, account_row
from webapp.detection.types import Findings
from webapp.mail.settings import Direction, Protocol, Security
from webapp.storage.another_mailbox import forget_numbers, is_another
from webapp.storage.folders import ListedFolder, mirror
from webapp.storage.leasing import hold, lease
from webapp.storage.letter_changes import mark_seen, settle, waiting_changes
from webapp.storage.letters import known_uids, renumbered, store
from webapp.storage.models import Account, Folder, FolderRole, Letter, LetterChange, Traffic
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post
from webapp.storage.uidls import known
from webapp.storage.using import details_of


@pytest.fixture
def account(session: Session) -> Account:
    return account_row(session, person(session, "anna"))


@pytest.fixture
def inbox(session: Session, account: Account) -> Folder:
    return folder_row(session, account)


def letters(session: Session) -> list[Letter]:
    session.expire_all()
    return list(session.scalars(select(Letter).order_by(Letter.id)))


def test_numbers_of_the_old_server_mean_nothing_at_the_new(session: Session, account: Account, inbox: Folder) -> None:
    """Both servers may well have begun to count at the same number."""
    old = stored(session, inbox, 1)
    mark_seen(session, [old])
    renumbered(session, inbox, 6)

    forget_numbers(session, account)
    mirror(session, account.id, [ListedFolder("INBOX", "/", FolderRole.INBOX)])
    inbox.uid_validity = 7

    assert known_uids(session, inbox) == set()
    assert session.scalars(select(LetterChange)).all() == []
    other = store(session, inbox, replace(arrived(2), uid=1))
    assert settle(session, inbox) == 0
    assert [letter.id for letter in letters(session)] == [old.id, other]


def test_letters_the_new_server_has_as_well_stay_themselves(session: Session, account: Account, inbox: Folder) -> None:
    old = stored(session, inbox, 1)
    forget_numbers(session, account)
    mirror(session, account.id, [ListedFolder("INBOX", "/", FolderRole.INBOX)])
    inbox.uid_validity = 9

    assert store(session, inbox, replace(arrived(1), uid=55)) is None
    assert settle(session, inbox) == 0

    assert letters(session) == [old]
    assert old.uid == 55
    mark_seen(session, [old])
    assert [change.uid for change in waiting_changes(session, inbox)] == [55]


def test_from_imap_to_pop3_letters_do_not_come_twice(session: Session, account: Account, inbox: Folder) -> None:
    old = stored(session, inbox, 1)

    forget_numbers(session, account)

    assert store(session, inbox, arrived(1, uid=None, uidl="a1")) is None
    assert letters(session) == [old]
    assert (old.uid, old.uidl) == (None, "a1")


def test_uidls_of_the_old_server_hide_no_letter_of_the_new(session: Session, account: Account, inbox: Folder) -> None:
    stored(session, inbox, 1, uid=None, uidl="1")

    forget_numbers(session, account)

    assert known(session, account.id) == {}
    assert store(session, inbox, arrived(2, uid=None, uidl="1")) is not None


def test_folders_the_new_server_does_not_have_stay_with_their_letters(
    session: Session, account: Account, inbox: Folder
) -> None:
    archive = folder_row(session, account, "Архив", FolderRole.ARCHIVE)
    kept = stored(session, archive)

    forget_numbers(session, account)
    mirror(session, account.id, [ListedFolder("INBOX", "/", FolderRole.INBOX)])

    assert (archive.on_server, inbox.on_server, letters(session)) == (False, True, [kept])


def test_other_accounts_are_left_alone(session: Session, account: Account, inbox: Folder) -> None:
    other = stored(session, folder_row(session, account_row(session, address="office@uspeh.test")))

    forget_numbers(session, account)

    assert letters(session) == [other]
    assert (other.uid, other.folder.uid_validity, other.folder.on_server) == (1, 7, True)


def test_whoever_receives_from_the_old_server_loses_the_work(session: Session, account: Account) -> None:
    post = Post(account.id, Direction.INCOMING)
    session.add(Traffic(account=account, direction=Direction.INCOMING, due_at=NOON))
    session.flush()
    assert lease(session, post, "worker", NOON)

    forget_numbers(session, account)

    assert not hold(session, post, "worker", NOON)


def test_another_host_name_or_protocol_is_another_mailbox() -> None:
    here = IMAP.settings
    for there in (
        replace(here, host="imap.elsewhere.test"),
        replace(here, username="boris@uspeh.test"),
        replace(here, protocol=Protocol.POP3),
    ):
        assert is_another(here, there)
    for same in (here, replace(here, port=143, security=Security.STARTTLS)):
        assert not is_another(here, same)


@pytest.mark.parametrize(
    ("changed", "numbers"),
    [({"port": 143, "security": Security.STARTTLS}, {1}), ({"host": "imap.elsewhere.test"}, set())],
)
def test_a_proof_at_another_server_forgets_the_numbers(
    session: Session, box: SecretBox, changed: dict[str, Any], numbers: set[int]
) -> None:
    anna = person(session, "anna")
    account = account_of(session, box, anna)
    inbox = folder_row(session, account)
    letter = stored(session, inbox)
    session.commit()
    there = replace(IMAP, settings=replace(IMAP.settings, **changed))
    details = details_of(account, "ru")

    saved(
        session,
        box,
        change_of(session, box, anna, account, details=details, findings=Findings((there,), (SMTP,)), typed=TYPED),
    )

    assert known_uids(session, inbox) == numbers
    assert letters(session) == [letter]
