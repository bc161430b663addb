"""Changes that touch no server: saved at once, told in the journal, and never over somebody else's."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.changes import TYPED, administrator, browser_of, rows_of
from tests.storage.makers import IMAP, SMTP, draft_of, lay_account, person
from webapp.storage.account_uses import change_uses
from webapp.storage.accounts import (
    SystemAccountStays,
    accounts_visible_to,
    default_account,
    delete_account,
    make_default,
    may_send_as,
    system_account,
)
from webapp.storage.changing import Letters, Profile, change_letters, change_profile, let_people_send
from webapp.storage.credentials import has_session_secret, keep_for_session
from webapp.storage.keeping_out import freeze_accounts_of, lock_accounts_of
from webapp.storage.models import Account, AccountState, Action, JournalEntry, User
from webapp.storage.objections import AccountChanged, NoServer, NotAllowed, NoUse, PasswordNeeded
from webapp.storage.secrets import SecretBox
from webapp.storage.withdrawing import forget_password

PROFILE = Profile("Работа", "Анна Смирнова", "reply@uspeh.test", "С уважением,\nАнна")
LETTERS = Letters(date(2026, 11, 1), automatic=True, keep_on_server=False, delete_after_days=14)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    account = lay_account(session, box, anna.id)
    session.commit()
    return account


def lines(session: Session) -> list[JournalEntry]:
    return list(session.scalars(select(JournalEntry).order_by(JournalEntry.id)))


def test_a_profile_is_saved_at_once_and_told(session: Session, anna: User, account: Account) -> None:
    change_profile(session, anna, account, PROFILE, 1)
    session.commit()

    assert (account.title, account.sender_name, account.reply_to) == ("Работа", "Анна Смирнова", "reply@uspeh.test")
    assert (account.version, account.title_key) == (2, "работа")
    (line,) = lines(session)
    assert (line.action, line.user_id, line.account_id) == (Action.ACCOUNT_CHANGED, anna.id, account.id)
    assert dict(line.details)["title"] == "Работа"


def test_a_title_that_is_left_empty_is_the_address(session: Session, anna: User, account: Account) -> None:
    change_profile(session, anna, account, Profile("", "Анна"), 1)

    assert account.title == account.address


def test_letters_are_changed_at_once(session: Session, anna: User, account: Account) -> None:
    change_letters(session, anna, account, LETTERS, 1)

    assert (account.load_since, account.automatic) == (date(2026, 11, 1), True)
    assert (account.keep_on_server, account.delete_after_days) == (False, 14)


def test_nothing_changed_is_no_version_and_no_line(session: Session, anna: User, account: Account) -> None:
    change_profile(session, anna, account, Profile(account.title, account.sender_name), 1)
    session.commit()

    assert account.version == 1
    assert lines(session) == []


def change_something(session: Session, user: User, account: Account, version: int) -> None:
    change_profile(session, user, account, PROFILE, version)


CHANGES: list[Callable[[Session, User, Account, int], None]] = [
    change_something,
    lambda session, user, account, version: change_letters(session, user, account, LETTERS, version),
    forget_password,
]


@pytest.mark.parametrize("change", CHANGES, ids=["profile", "letters", "password"])
def test_who_was_slower_changes_no_byte(
    session: Session, anna: User, account: Account, change: Callable[[Session, User, Account, int], None]
) -> None:
    change_profile(session, anna, account, Profile("Раньше", "Анна"), 1)
    session.commit()
    before = rows_of(session)

    with pytest.raises(AccountChanged) as objection:
        change(session, anna, account, 1)
    session.commit()

    assert objection.value.by == anna.display_name
    assert rows_of(session) == before


@pytest.mark.parametrize("change", CHANGES, ids=["profile", "letters", "password"])
def test_only_who_may_changes(
    session: Session, box: SecretBox, anna: User, change: Callable[[Session, User, Account, int], None]
) -> None:
    root = administrator(session)
    shared, his = lay_account(session, box, None, root.id), lay_account(session, box, person(session, "boris").id)
    session.commit()
    before = rows_of(session)

    for user, account in ((anna, shared), (anna, his), (root, his)):
        with pytest.raises(NotAllowed):
            change(session, user, account, 1)

    assert rows_of(session) == before


def test_an_automatic_account_needs_a_remembered_password(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, remember=False)
    session.commit()

    with pytest.raises(PasswordNeeded):
        change_letters(session, anna, account, LETTERS, 1)
    assert account.version == 1


def test_a_use_needs_its_server_and_one_must_be_left(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, outgoing=None)
    session.commit()

    with pytest.raises(NoServer):
        change_letters(session, anna, account, Letters(for_sending=True), 1)
    with pytest.raises(NoUse):
        change_letters(session, anna, account, Letters(for_sending=False, for_receiving=False), 1)


def test_forgetting_the_password_wipes_it_at_once(session: Session, anna: User, account: Account) -> None:
    account.automatic = account.login_refused = True
    session.commit()

    forget_password(session, anna, account, 1)
    session.commit()

    assert [row.secret for row in (account.incoming, account.outgoing) if row] == [None, None]
    assert (account.remember_password, account.automatic) == (False, False)
    assert account.state is AccountState.NEEDS_PASSWORD
    assert [line.action for line in lines(session)] == [Action.PASSWORD_FORGOTTEN]


def test_the_system_account_forgets_nothing_stays_and_is_everybodys_only_if_allowed(
    session: Session, box: SecretBox, anna: User
) -> None:
    root = administrator(session)
    empty = system_account(session)
    assert (empty.state, may_send_as(anna, empty)) == (AccountState.NOT_SET_UP, False)
    system = lay_account(session, box, None, root.id, address="robot@uspeh.test", system=True)
    session.commit()

    with pytest.raises(PasswordNeeded):
        forget_password(session, root, system, 1)
    with pytest.raises(SystemAccountStays):
        delete_account(session, system, root)
    assert not may_send_as(anna, system)
    let_people_send(session, root, system, True, 1)
    assert may_send_as(anna, system)


def test_the_uses_of_many_accounts_change_at_once(session: Session, box: SecretBox, anna: User) -> None:
    root = administrator(session)
    both = lay_account(session, box, root.id)
    only_receives = lay_account(session, box, root.id, address="in@uspeh.test", outgoing=None)
    only_sends = lay_account(session, box, None, root.id, address="out@uspeh.test", incoming=None)
    news = lay_account(session, box, root.id, news=True)
    ids = [account.id for account in (both, only_receives, only_sends, news)]
    session.commit()

    off = change_uses(session, root, ids, for_sending=False, for_receiving=None)
    on = change_uses(session, root, ids, for_sending=True, for_receiving=None)

    assert (off.changed, off.skipped) == ((both.id,), ((only_sends.id, "out@uspeh.test"),))
    assert on.changed == (both.id,)
    assert [number for number, _address in on.skipped] == [only_receives.id, news.id]
    assert [line.account_id for line in lines(session)] == [both.id, both.id]
    with pytest.raises(NotAllowed):
        change_uses(session, anna, ids, for_sending=True, for_receiving=True)


def test_the_uses_of_personal_accounts_of_others_are_left_alone_and_named(
    session: Session, box: SecretBox, anna: User
) -> None:
    root = administrator(session)
    shared = lay_account(session, box, None, root.id)
    hers = lay_account(session, box, anna.id, address="hers@uspeh.test")
    version = hers.version
    session.commit()

    changed = change_uses(session, root, [shared.id, hers.id], for_sending=False, for_receiving=None)

    assert (changed.changed, changed.skipped) == ((shared.id,), ())
    assert changed.personal == ((hers.id, "hers@uspeh.test"),)
    assert (hers.for_sending, hers.version) == (True, version)
    assert [line.account_id for line in lines(session)] == [shared.id]


def test_the_accounts_of_somebody_who_left_are_frozen_and_shared_ones_are_not(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    root = administrator(session)
    shared = lay_account(session, box, None, root.id)
    browser = browser_of(session, anna)
    keep_for_session(session, box, browser, account, TYPED)
    session.commit()

    freeze_accounts_of(session, anna, root)
    freeze_accounts_of(session, anna, root)

    assert [account.state, shared.state] == [AccountState.FROZEN, AccountState.WORKS]
    assert not has_session_secret(session, browser, account)
    assert not may_send_as(anna, account)
    assert [(line.action, line.user_id) for line in lines(session)] == [(Action.ACCOUNT_FROZEN, root.id)]


def test_a_reset_by_somebody_else_locks_accounts_and_forgets_what_was_typed(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    browser, draft = browser_of(session, anna), draft_of(session, box, anna)
    keep_for_session(session, box, browser, account, TYPED)
    session.commit()

    lock_accounts_of(session, anna, None)
    session.commit()

    session.expire_all()
    assert account.state is AccountState.LOCKED
    assert draft.secret is None
    assert not has_session_secret(session, browser, account)
    assert [line.action for line in lines(session)] == [Action.ACCOUNT_LOCKED]


def test_lists_begin_with_the_system_account_then_the_default_one(session: Session, box: SecretBox, anna: User) -> None:
    root = administrator(session)
    first, second = (lay_account(session, box, anna.id, address=f"{name}@uspeh.test") for name in "ab")
    shared = lay_account(session, box, None, root.id, address="c@uspeh.test")
    his = lay_account(session, box, root.id)
    session.commit()
    assert default_account(session, anna) is None

    make_default(session, anna, second)

    assert default_account(session, anna) is second
    assert list(accounts_visible_to(session, anna)) == [system_account(session), second, shared, first]
    assert list(accounts_visible_to(session, anna, "B@USPEH")) == [second]
    assert len(accounts_visible_to(session, anna, limit=2)) == 2
    with pytest.raises(NotAllowed):
        make_default(session, anna, his)


def test_names_are_found_whatever_their_case(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, title="Ёлка и Ко", sender_name="Пётр")
    session.commit()

    assert (account.title_key, account.sender_key) == ("елка и ко", "петр")
    assert list(accounts_visible_to(session, anna, "петр ЕЛКА")) == [account]


def test_every_state_has_its_reason(session: Session, box: SecretBox, anna: User, account: Account) -> None:
    states = {}
    for column in ("frozen", "locked", "login_refused"):
        setattr(account, column, True)
        session.flush()
        states[column] = account.state
        setattr(account, column, False)

    assert states == {
        "frozen": AccountState.FROZEN,
        "locked": AccountState.LOCKED,
        "login_refused": AccountState.LOGIN_REFUSED,
    }
    assert {IMAP.source, SMTP.source} == {account.source}
