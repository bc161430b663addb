"""The day from which on letters come in: moved back, the server is looked through once more."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.storage.changes import change_of, saved
from tests.storage.letters import folder_row, stored
from tests.storage.makers import account_of, person
from webapp.mail.settings import Direction
from webapp.storage import uidls
from webapp.storage.base import utc_now
from webapp.storage.changing import Letters, change_letters
from webapp.storage.leasing import hold, lease
from webapp.storage.load_since import reaches_back
from webapp.storage.models import Account, Folder, User
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, due, keep_rows, want
from webapp.storage.using import details_of

OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (10, 11, 12))


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    account = account_of(session, box, anna)
    account.load_since = NOVEMBER
    session.commit()
    return account


@pytest.fixture
def inbox(session: Session, account: Account) -> Folder:
    folder = folder_row(session, account, uid_next=100, modseq=5)
    session.commit()
    return folder


@pytest.mark.parametrize(
    ("before", "after", "back"),
    [
        (NOVEMBER, OCTOBER, True),
        (NOVEMBER, None, True),
        (NOVEMBER, NOVEMBER, False),
        (OCTOBER, NOVEMBER, False),
        (None, NOVEMBER, False),
        (None, None, False),
    ],
)
def test_only_an_earlier_day_lets_more_in(before: date | None, after: date | None, back: bool) -> None:
    assert reaches_back(before, after) is back


@pytest.mark.parametrize(
    ("day", "next_uid"), [(OCTOBER, None), (None, None), (NOVEMBER, 100), (date(2026, 11, 9), 100)]
)
def test_an_earlier_day_begins_the_folders_anew(
    session: Session, anna: User, account: Account, inbox: Folder, day: date | None, next_uid: int | None
) -> None:
    change_letters(session, anna, account, Letters(load_since=day), account.version)

    session.expire_all()
    assert (inbox.uid_next, inbox.uid_validity) == (next_uid, 7)


def test_the_same_by_a_proof(session: Session, box: SecretBox, anna: User, account: Account, inbox: Folder) -> None:
    details = replace(details_of(account, "ru"), load_since=OCTOBER)

    saved(session, box, change_of(session, box, anna, account, details=details))

    session.expire_all()
    assert (inbox.uid_next, inbox.modseq) == (None, None)


def test_by_pop3_what_stayed_out_counts_as_new_and_nothing_else(
    session: Session, anna: User, account: Account, inbox: Folder
) -> None:
    stored(session, inbox, uid=None, uidl="here")
    uidls.remember(session, account.id, ["too old", "deleted here"])
    uidls.ask_to_delete(session, account.id, ["deleted here"])

    change_letters(session, anna, account, Letters(load_since=OCTOBER), account.version)

    assert set(uidls.known(session, account.id)) == {"here", "deleted here"}


def test_whoever_receives_from_the_old_day_on_does_it_anew(session: Session, anna: User, account: Account) -> None:
    post, now = Post(account.id, Direction.INCOMING), utc_now()
    keep_rows(session, now, account)
    want(session, post, now)
    assert lease(session, post, "worker", now)

    change_letters(session, anna, account, Letters(load_since=OCTOBER, automatic=True), account.version)

    assert not hold(session, post, "worker", now)
    assert post in due(session, utc_now())
