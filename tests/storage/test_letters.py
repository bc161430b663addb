"""Letters: stored exactly once, changed as the server tells, read by whom they belong to."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import Session

from tests.storage.letters import FACTS, arrived, folder_row, stored, words_kept
from tests.storage.makers import person
from tests.storage.rows import account_row
from webapp.mail.messages.facts import LetterFacts
from webapp.mail.settings import Direction
from webapp.storage import blobs, letter_search
from webapp.storage.accounts import delete_account, system_account
from webapp.storage.base import utc_now
from webapp.storage.letter_changes import delete_for_good, mark_seen, move_to_trash, settle, waiting_changes
from webapp.storage.letters import Flags, get_visible, known_uids, renumbered, store, update_flags, vanished
from webapp.storage.models import (
    Account,
    Blob,
    ChangeKind,
    Folder,
    FolderRole,
    Letter,
    LetterChange,
    OutgoingFile,
    OutgoingLetter,
    OutgoingRecipient,
    Traffic,
    User,
)

WRITERS = 4
OUTBOX = ("outgoing_letters", "outgoing_recipients", "outgoing_files")


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def inbox(session: Session, anna: User) -> Folder:
    return folder_row(session, account_row(session, anna))


def letters_of(session: Session, folder: Folder) -> list[Letter]:
    """Return the letters of a folder as the database has them."""
    session.expire_all()
    return list(session.scalars(select(Letter).where(Letter.folder_id == folder.id).order_by(Letter.id)))


def test_a_letter_is_kept_with_its_facts_and_its_bytes(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox, raw=b"Subject: x\r\n\r\nhello", flags=Flags(seen=True, flagged=True))

    assert letter.sha256 is not None
    assert blobs.read(session, letter.sha256) == b"Subject: x\r\n\r\nhello"
    assert (letter.account_id, letter.uid, letter.size) == (inbox.account_id, 1, 19)
    assert (letter.subject, letter.sender_name) == (FACTS.subject, FACTS.sender_name)
    assert (letter.seen, letter.answered, letter.flagged) == (True, False, True)


def test_of_a_letter_too_big_only_the_header_is_known(session: Session, inbox: Folder) -> None:
    letter_id = store(session, inbox, replace(arrived(raw=None), size=80_000_000))

    letter = session.get_one(Letter, letter_id)
    assert (letter.sha256, letter.size, letter.subject) == (None, 80_000_000, FACTS.subject)


def test_a_letter_comes_once(session: Session, inbox: Folder) -> None:
    first = stored(session, inbox)

    assert store(session, inbox, arrived()) is None
    assert letters_of(session, inbox) == [first]
    assert words_kept(session) == 1


def test_the_same_letter_in_two_folders_is_two_letters_of_the_same_bytes(session: Session, inbox: Folder) -> None:
    archive = folder_row(session, inbox.account, "Archive", FolderRole.ARCHIVE)

    assert stored(session, inbox).id != stored(session, archive).id
    assert session.scalar(select(func.count()).select_from(Blob)) == 1


def test_a_letter_by_pop3_comes_once_also_after_it_was_deleted_here(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox, uid=None, uidl="a1")
    delete_for_good(session, [letter])

    assert store(session, inbox, arrived(uid=None, uidl="a1")) is None
    assert letters_of(session, inbox) == []


def test_copies_of_our_own_have_no_number_and_are_all_kept(session: Session, inbox: Folder) -> None:
    stored(session, inbox, 1, uid=None)
    stored(session, inbox, 2, uid=None)

    assert len(letters_of(session, inbox)) == 2
    assert known_uids(session, inbox) == set()


def test_writers_at_the_same_moment_store_a_letter_once(engine: Engine, session: Session, inbox: Folder) -> None:
    session.commit()
    folder_id, start, stored_by = inbox.id, threading.Barrier(WRITERS), []

    def write() -> None:
        with Session(engine) as own:
            folder = own.get_one(Folder, folder_id)
            start.wait()
            for number in range(1, 21):
                stored_by.append(store(own, folder, arrived(number)))
                own.commit()

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(stored_by) == WRITERS * 20
    assert sorted(number for number in stored_by if number is not None) == [
        letter.id for letter in letters_of(session, inbox)
    ]
    assert known_uids(session, inbox) == set(range(1, 21))


def test_what_no_database_takes_is_made_to_fit(session: Session, inbox: Folder) -> None:
    facts = replace(FACTS, subject="\udcff\0" + "x" * 5000, sender_name="я" * 1000, recipients="r" * 99_999)

    letter = stored(session, inbox, facts=replace(facts, text="\ud800 слово\0"))

    session.expire_all()
    assert letter.subject == "? " + "x" * 998
    assert (len(letter.sender_name), len(letter.recipients)) == (320, 8000)


def test_no_number_of_a_letter_comes_again(session: Session, inbox: Folder) -> None:
    first = stored(session, inbox).id
    vanished(session, inbox, [1])

    assert stored(session, inbox, 2).id > first


def test_what_the_server_no_longer_has_goes_with_its_words(session: Session, inbox: Folder) -> None:
    kept = [stored(session, inbox, number) for number in (1, 2, 3)][1]
    other = stored(session, folder_row(session, inbox.account, "Other", FolderRole.OTHER), 1)
    mark_seen(session, letters_of(session, inbox))

    assert vanished(session, inbox, [1, 3, 99]) == 2

    assert letters_of(session, inbox) == [kept]
    assert letters_of(session, other.folder) == [other]
    assert [change.uid for change in waiting_changes(session, inbox)] == [2]
    assert words_kept(session) == 2


def test_the_known_numbers_are_of_those_here_and_those_on_their_way_out(session: Session, inbox: Folder) -> None:
    letters = [stored(session, inbox, number) for number in (1, 2, 3)]

    move_to_trash(session, letters[:1], "Корзина")
    delete_for_good(session, letters[1:2])

    assert known_uids(session, inbox) == {1, 2, 3}
    assert [letter.uid for letter in letters_of(session, inbox)] == [3]


def test_the_server_tells_flags(session: Session, inbox: Folder) -> None:
    first, second = stored(session, inbox, 1), stored(session, inbox, 2, flags=Flags(seen=True))

    told = {1: Flags(seen=True, answered=True), 2: Flags(flagged=True), 3: Flags(seen=True)}
    assert update_flags(session, inbox, told) == 2
    assert update_flags(session, inbox, told) == 0

    session.expire_all()
    assert (first.seen, first.answered, first.flagged) == (True, True, False)
    assert (second.seen, second.answered, second.flagged) == (False, False, True)


def test_what_a_person_changed_since_counts_more_than_what_the_server_tells(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox)
    mark_seen(session, [letter])

    update_flags(session, inbox, {1: Flags(seen=False, answered=True)})

    session.expire_all()
    assert (letter.seen, letter.answered) == (True, True)


def test_letters_keep_their_rows_when_their_numbers_change(session: Session, inbox: Folder) -> None:
    kept, gone = stored(session, inbox, 1), stored(session, inbox, 2)
    mark_seen(session, [kept])

    renumbered(session, inbox, 8)
    assert known_uids(session, inbox) == set()
    assert store(session, inbox, replace(arrived(1), uid=101)) is None
    fresh = stored(session, inbox, 3)
    session.refresh(gone)
    assert settle(session, inbox, gone.received_at + timedelta(seconds=1)) == 0, "nobody asked the server for it"
    assert settle(session, inbox) == 1

    assert letters_of(session, inbox) == [kept, fresh]
    assert (kept.uid, inbox.uid_validity, inbox.uid_next) == (101, 8, None)
    assert [(change.uid, change.kind) for change in waiting_changes(session, inbox)] == [(101, ChangeKind.SEEN)]


def test_two_letters_of_the_same_bytes_get_a_number_each(session: Session, inbox: Folder) -> None:
    twins = [stored(session, inbox, number, raw=b"the same") for number in (1, 2)]

    renumbered(session, inbox, 8)
    for number in (11, 12, 12):
        store(session, inbox, replace(arrived(1, raw=b"the same"), uid=number))

    session.expire_all()
    assert [letter.uid for letter in twins] == [11, 12]
    assert len(letters_of(session, inbox)) == 2


def test_letters_without_bytes_are_known_again_by_their_message_id(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox, raw=None)

    renumbered(session, inbox, 8)

    assert store(session, inbox, replace(arrived(raw=None), uid=9)) is None
    session.expire_all()
    assert letter.uid == 9


def test_our_copy_of_what_was_sent_becomes_the_one_the_server_keeps(session: Session, inbox: Folder) -> None:
    sent = folder_row(session, inbox.account, "Sent", FolderRole.SENT)
    ours = stored(session, sent, raw=b"as we sent it", uid=None)

    assert store(session, sent, replace(arrived(raw=b"Received: x\r\nas we sent it"), uid=5)) is None
    assert settle(session, sent) == 0

    session.expire_all()
    assert ours.uid == 5
    assert letters_of(session, sent) == [ours]


def test_elsewhere_a_message_id_makes_no_letter_another(session: Session, inbox: Folder) -> None:
    stored(session, inbox, 1, uid=None)

    assert store(session, inbox, arrived(2)) is not None


# Who reads them.


@pytest.fixture
def boris(session: Session) -> User:
    return person(session, "boris")


@pytest.fixture
def root(session: Session) -> User:
    return person(session, "root", is_admin=True)


def readers(session: Session, account: Account, *people: User) -> list[str]:
    """Return who may read the letters of an account."""
    letter = stored(session, folder_row(session, account))
    return [user.name for user in people if get_visible(session, user, letter.id) is letter]


def test_personal_letters_are_their_owners_to_read(session: Session, anna: User, boris: User, root: User) -> None:
    assert readers(session, account_row(session, anna), anna, boris, root) == ["anna"]


def test_letters_for_everyone_are_everybodys(session: Session, anna: User, root: User) -> None:
    assert readers(session, account_row(session), anna, root) == ["anna", "root"]


def test_what_comes_back_to_the_program_is_the_administrators(session: Session, anna: User, root: User) -> None:
    assert readers(session, system_account(session), anna, root) == ["root"]


def test_where_people_send_with_the_system_account_they_read_the_answers(session: Session, anna: User) -> None:
    system_account(session).people_may_send = True

    assert readers(session, system_account(session), anna) == ["anna"]


@pytest.mark.parametrize("kept_out", [{"frozen": True}, {"locked": True}])
def test_nobody_reads_letters_of_an_account_that_waits_for_its_password(
    session: Session, anna: User, root: User, kept_out: dict[str, Any]
) -> None:
    assert readers(session, account_row(session, anna, **kept_out), anna, root) == []


def test_letters_go_with_their_account_when_it_is_handed_over(session: Session, anna: User, boris: User) -> None:
    account = account_row(session, anna)
    letter = stored(session, folder_row(session, account))

    account.owner = boris
    session.flush()

    assert get_visible(session, anna, letter.id) is None
    assert get_visible(session, boris, letter.id) is letter


def test_no_letter_is_nobodys(session: Session, anna: User) -> None:
    assert get_visible(session, anna, 404) is None


# How they go.


def test_an_account_takes_everything_of_it_along(session: Session, anna: User) -> None:
    account, other = account_row(session, anna), account_row(session, anna, "b@uspeh.test")
    kept = stored(session, folder_row(session, other))
    inbox = folder_row(session, account)
    letters = [stored(session, inbox, number) for number in (1, 2, 3)]
    stored(session, inbox, 4, uid=None, uidl="a1")
    move_to_trash(session, letters[:1], "Корзина")
    session.add(Traffic(account=account, direction=Direction.INCOMING))
    draft = OutgoingLetter(account=account, author_id=anna.id, answers_id=letters[1].id)
    draft.recipients = [OutgoingRecipient(address="b@x.test", position=0)]
    draft.files = [OutgoingFile(name="a", content_type="a/b", size=1, sha256=blobs.put(session, b"a"))]
    session.add(draft)
    session.commit()

    delete_account(session, account, None)
    session.commit()

    for table in ("letters", "folders"):
        assert session.execute(text(f"SELECT account_id FROM {table}")).all() == [(other.id,)]  # noqa: S608
    for table in ("letter_changes", "known_uidls", "traffic", *OUTBOX):
        assert session.execute(text(f"SELECT * FROM {table}")).all() == []  # noqa: S608
    assert session.scalars(select(Letter)).all() == [kept]


def test_the_words_and_bytes_of_an_account_are_swept_later(session: Session, anna: User) -> None:
    account, other = account_row(session, anna), account_row(session, anna, "b@uspeh.test")
    inbox = folder_row(session, account)
    for number in (1, 2, 3):
        stored(session, inbox, number)
    stored(session, folder_row(session, other), 4)
    session.commit()

    delete_account(session, account, None)
    later = utc_now() + timedelta(days=1)

    assert (letter_search.sweep(session), letter_search.sweep(session), words_kept(session)) == (3, 0, 1)
    assert (blobs.sweep(session, now=later), blobs.sweep(session, now=later)) == (3, 0)


def test_links_to_a_letter_end_with_it(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox)
    mark_seen(session, [letter])
    session.execute(update(LetterChange).values(folder_id=folder_row(session, inbox.account, "B").id))

    delete_for_good(session, [letter])

    (change,) = session.scalars(select(LetterChange).where(LetterChange.kind == ChangeKind.SEEN))
    session.refresh(change)
    assert change.letter_id is None


def test_facts_are_optional(session: Session, inbox: Folder) -> None:
    letter = stored(session, inbox, facts=LetterFacts())

    assert (letter.subject, letter.message_id, letter.sent_at) == ("", "", None)
