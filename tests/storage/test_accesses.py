"""What lets the background log in: a stored password, or one a living browser session keeps; never for others."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.storage.makers import IMAP, SECRET, SMTP, lay_account, person, without_login
from webapp.mail.settings import Credentials, Direction
from webapp.storage.accesses import access_of
from webapp.storage.base import utc_now
from webapp.storage.browser_sessions import close_session, open_session
from webapp.storage.credentials import keep_for_session
from webapp.storage.models import Account, BrowserSession, User
from webapp.storage.secrets import SecretBox

TYPED = "getippt-9Zq§"
IN, OUT = Direction.INCOMING, Direction.OUTGOING


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def forgetful(session: Session, box: SecretBox, anna: User) -> Account:
    """Return an account whose password is not remembered."""
    return lay_account(session, box, anna.id, remember=False)


def typed_by(session: Session, box: SecretBox, user: User, account: Account, secret: str = TYPED) -> BrowserSession:
    """Return a browser session in which somebody typed the account's password."""
    browser, _key = open_session(session, user)
    keep_for_session(session, box, browser, account, Credentials(secret))
    return browser


def secret_of(
    session: Session, box: SecretBox, account: Account, direction: Direction = IN, user_id: int | None = None
) -> str | None:
    access = access_of(session, box, account, direction, utc_now(), user_id)
    return None if access is None else access.secret


def test_a_stored_password_lets_in_at_each_server(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, credentials=Credentials(SECRET, "the other one"))

    access = access_of(session, box, account, IN, utc_now())

    assert access is not None
    assert (access.settings, access.secret, access.pin, access.plain_allowed) == (IMAP.settings, SECRET, None, False)
    assert secret_of(session, box, account, OUT) == "the other one"
    assert SECRET not in repr(access)


def test_without_a_password_nobody_is_let_in(session: Session, box: SecretBox, forgetful: Account) -> None:
    assert secret_of(session, box, forgetful) is None
    assert secret_of(session, box, forgetful, OUT) is None


def test_what_was_typed_serves_while_its_browser_session_lives(
    session: Session, box: SecretBox, anna: User, forgetful: Account
) -> None:
    browser = typed_by(session, box, anna, forgetful)

    assert (secret_of(session, box, forgetful), secret_of(session, box, forgetful, OUT)) == (TYPED, TYPED)
    assert access_of(session, box, forgetful, IN, browser.expires_at + timedelta(seconds=1)) is None
    close_session(session, browser)
    assert secret_of(session, box, forgetful) is None


def test_the_newest_of_several_typed_counts(session: Session, box: SecretBox, anna: User, forgetful: Account) -> None:
    typed_by(session, box, anna, forgetful, "before")
    typed_by(session, box, anna, forgetful, "now")

    assert secret_of(session, box, forgetful) == "now"


def test_what_a_disabled_person_typed_serves_nobody(
    session: Session, box: SecretBox, anna: User, forgetful: Account
) -> None:
    typed_by(session, box, anna, forgetful)

    anna.disabled = True

    assert secret_of(session, box, forgetful) is None


def test_what_somebody_else_typed_for_a_personal_account_serves_nobody(
    session: Session, box: SecretBox, anna: User, forgetful: Account
) -> None:
    """It was theirs before it was handed over."""
    typed_by(session, box, anna, forgetful)

    forgetful.owner_id = person(session, "boris").id

    assert secret_of(session, box, forgetful) is None


def test_an_account_for_everyone_is_opened_by_whoever_typed(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, None, anna.id, remember=False)
    boris = person(session, "boris")
    typed_by(session, box, boris, account)

    assert secret_of(session, box, account) == TYPED
    assert secret_of(session, box, account, user_id=boris.id) == TYPED


def test_nobody_sends_by_a_password_somebody_else_typed(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, None, anna.id, remember=False)
    typed_by(session, box, person(session, "boris"), account)

    assert secret_of(session, box, account, OUT, user_id=anna.id) is None


@pytest.mark.parametrize("state", ["frozen", "locked"])
def test_an_account_that_is_kept_out_lets_nobody_in(
    session: Session, box: SecretBox, anna: User, forgetful: Account, state: str
) -> None:
    account = lay_account(session, box, anna.id, address="b@uspeh.test")
    typed_by(session, box, anna, forgetful)
    for one in (account, forgetful):
        setattr(one, state, True)

    assert [secret_of(session, box, one) for one in (account, forgetful)] == [None, None]


def test_an_account_that_was_never_proved_lets_nobody_in(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id)

    account.proved_at = None

    assert secret_of(session, box, account) is None


def test_a_direction_without_a_server_lets_nobody_in(session: Session, box: SecretBox, anna: User) -> None:
    assert secret_of(session, box, lay_account(session, box, anna.id, incoming=None)) is None


def test_a_server_without_login_needs_no_password(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, outgoing=without_login(SMTP), remember=False)

    assert secret_of(session, box, account, OUT) == ""


def test_a_secret_does_not_go_to_another_server(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id)
    assert account.incoming is not None

    account.incoming.host = "imap.elsewhere.test"

    assert secret_of(session, box, account) is None


def test_what_other_keys_encrypted_has_to_be_typed_again(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id)

    assert secret_of(session, SecretBox((SecretBox.new_key(),)), account) is None


def test_the_accepted_certificate_goes_along(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, incoming=replace(IMAP, pinned_sha256="ab" * 32))

    access = access_of(session, box, account, IN, utc_now())

    assert access is not None
    assert access.pin == "ab" * 32
