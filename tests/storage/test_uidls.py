"""What POP3 servers showed: known by a key that also tells letters of one UIDL apart, for as long as they are there."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.storage.letters import arrived, folder_row
from tests.storage.makers import person
from tests.storage.rows import NOON, account_row
from webapp.storage import uidls
from webapp.storage.letters import store
from webapp.storage.models import Account


@pytest.fixture
def account(session: Session) -> Account:
    return account_row(session, person(session, "anna"))


def test_what_was_seen_before_is_not_new(session: Session, account: Account) -> None:
    assert uidls.remember(session, account.id, ["a", "b"], now=NOON) == 2
    assert uidls.remember(session, account.id, ["b", "c"], now=NOON + timedelta(days=1)) == 1

    seen = {key: row.first_seen_at for key, row in uidls.known(session, account.id).items()}
    assert seen == {"a": NOON, "b": NOON, "c": NOON + timedelta(days=1)}


def test_each_account_has_its_own(session: Session, account: Account) -> None:
    other = account_row(session, address="office@uspeh.test")
    uidls.remember(session, account.id, ["a"])

    assert uidls.known(session, other.id) == {}
    assert uidls.remember(session, other.id, ["a"]) == 1


def test_a_letter_that_stays_out_is_seen_all_the_same(session: Session, account: Account) -> None:
    uidls.remember(session, account.id, ["old"])

    assert store(session, folder_row(session, account), arrived(uid=None, uidl="old")) is None


def test_repeated_uidls_are_found() -> None:
    assert uidls.repeated(["a", "b", "a", "c", "c", "c"]) == {"a", "c"}
    assert uidls.repeated([]) == set()


def test_letters_of_one_uidl_have_keys_of_their_own() -> None:
    first, second = (uidls.key_of("1", header) for header in (b"Subject: 1", b"Subject: 2"))

    assert len({first, second, uidls.key_of("1")}) == 3
    assert first == uidls.key_of("1", b"Subject: 1")
    assert uidls.key_of("1") == "1"


@pytest.mark.parametrize("uidl", ["x" * 5000, "x" * 201, "x" * 150])
def test_a_key_fits_however_long_the_server_makes_it(session: Session, account: Account, uidl: str) -> None:
    keys = {uidls.key_of(uidl), uidls.key_of(uidl + "y"), uidls.key_of(uidl, b"header")}

    assert len(keys) == 3
    assert max(len(key) for key in keys) <= 200


def test_what_the_server_no_longer_has_is_forgotten(session: Session, account: Account) -> None:
    uidls.remember(session, account.id, ["a", "b"])

    uidls.forget(session, account.id, {"a"})

    assert set(uidls.known(session, account.id)) == {"b"}


def test_the_server_deletes_what_was_deleted_here_and_what_is_too_old(session: Session, account: Account) -> None:
    uidls.remember(session, account.id, ["old", "asked"], now=NOON)
    uidls.remember(session, account.id, ["new"], now=NOON + timedelta(days=14))

    uidls.ask_to_delete(session, account.id, ["asked", "unknown"])

    assert uidls.to_delete(session, account.id) == {"asked"}
    assert uidls.to_delete(session, account.id, seen_before=NOON + timedelta(days=1)) == {"old", "asked"}
