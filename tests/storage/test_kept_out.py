"""Accounts nobody may use for now: their passwords are gone, and nothing else leads to their servers."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.changes import TYPED, administrator, change_of, moved, rows_of, saved
from tests.storage.makers import IMAP, SMTP, lay_account, person
from webapp.detection.types import Findings
from webapp.mail.settings import Direction
from webapp.storage.account_uses import change_uses
from webapp.storage.accounts import delete_account, may_send_as
from webapp.storage.changing import Letters, Profile, change_letters, change_profile
from webapp.storage.credentials import resolve
from webapp.storage.keeping_out import freeze_accounts_of, lock_accounts_of
from webapp.storage.models import Account, AccountState, DraftAim, DraftDetails, OutgoingServer, User
from webapp.storage.objections import AccountWaits, PasswordNeeded
from webapp.storage.outgoing_servers import describe_outgoing
from webapp.storage.secrets import SecretBox
from webapp.storage.using import details_of, entered_of, findings_of_account
from webapp.storage.withdrawing import forget_password

KeptOut = Callable[[Session, User, User | None], None]
EITHER = pytest.mark.parametrize("keep_out", [freeze_accounts_of, lock_accounts_of])

OWN_IMAP, OWN_SMTP = moved(IMAP, "imap.new.test", username="new"), moved(SMTP, "smtp.new.test", username="new")


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    account = lay_account(session, box, anna.id)
    session.commit()
    return account


@EITHER
def test_no_password_of_theirs_is_kept(
    session: Session, box: SecretBox, anna: User, account: Account, keep_out: KeptOut
) -> None:
    unused = lay_account(session, box, anna.id, address="b@uspeh.test", outgoing=OWN_SMTP).outgoing
    shared = lay_account(session, box, None, anna.id, address="info@uspeh.test")

    keep_out(session, anna, None)
    session.commit()

    assert account.incoming is not None
    session.expire_all()
    assert {server.secret for server in (account.incoming, account.outgoing, unused) if server is not None} == {None}
    assert shared.incoming is not None
    assert shared.incoming.secret is not None, "accounts for everyone are nobody's own"


@EITHER
def test_an_account_added_afterwards_does_not_open_their_outgoing_server(
    session: Session, box: SecretBox, anna: User, account: Account, keep_out: KeptOut
) -> None:
    keep_out(session, anna, None)
    fresh = lay_account(session, box, anna.id, address="new@uspeh.test", incoming=OWN_IMAP, outgoing=OWN_SMTP)
    session.commit()
    findings = replace(findings_of_account(fresh), outgoing=(SMTP,))

    run = change_of(session, box, anna, fresh, outgoing=account.outgoing, findings=findings)

    assert resolve(session, box, run) is Direction.OUTGOING


@EITHER
def test_nobody_sends_with_them(session: Session, anna: User, account: Account, keep_out: KeptOut) -> None:
    assert may_send_as(anna, account)

    keep_out(session, anna, None)

    assert not may_send_as(anna, account)


@EITHER
def test_what_was_not_proved_again_is_not_used_again(
    session: Session, box: SecretBox, anna: User, account: Account, keep_out: KeptOut
) -> None:
    account.for_sending = False
    keep_out(session, anna, None)
    session.commit()

    saved(session, box, change_of(session, box, anna, account, findings=Findings((IMAP,)), typed=TYPED))

    assert account.outgoing is not None
    assert account.outgoing.secret is None
    with pytest.raises(PasswordNeeded):
        change_letters(session, anna, account, Letters(for_sending=True), account.version)


CHANGES: list[Callable[[Session, User, Account], object]] = [
    lambda session, user, account: change_profile(session, user, account, Profile("Моё", "Анна"), account.version),
    lambda session, user, account: change_letters(session, user, account, Letters(), account.version),
    lambda session, user, account: forget_password(session, user, account, account.version),
    lambda session, user, account: describe_outgoing(session, user, outgoing_of(account), "Мой", 1),
]


def outgoing_of(account: Account) -> OutgoingServer:
    assert account.outgoing is not None
    return account.outgoing


@EITHER
@pytest.mark.parametrize("change", CHANGES, ids=["profile", "letters", "password", "server"])
def test_nothing_of_theirs_is_changed(
    session: Session,
    anna: User,
    account: Account,
    keep_out: KeptOut,
    change: Callable[[Session, User, Account], object],
) -> None:
    keep_out(session, anna, None)
    session.commit()
    before = rows_of(session)

    with pytest.raises(AccountWaits) as reason:
        change(session, anna, account)
    session.rollback()

    assert reason.value.account is account
    assert rows_of(session) == before


@EITHER
def test_a_mass_change_passes_them_over(session: Session, box: SecretBox, keep_out: KeptOut) -> None:
    root = administrator(session)
    own = lay_account(session, box, root.id)
    keep_out(session, root, None)

    changed = change_uses(session, root, [own.id], for_sending=False, for_receiving=None)

    assert (changed.changed, changed.skipped) == ((), ((own.id, own.address),))
    assert own.for_sending


Wish = dict[str, Any]
WISHES: dict[str, Callable[[Account], Wish]] = {
    "name": lambda account: {"details": replace(details_of(account, "ru"), title="Моё")},
    "automatic": lambda account: {"details": replace(details_of(account, "ru"), automatic=True)},
    "choice of its server": lambda account: {"outgoing": account.outgoing},
    "another outgoing server": lambda account: {"aim": DraftAim.OUTGOING_SERVER},
    "its outgoing server": lambda account: {"aim": DraftAim.OUTGOING_SERVER, "outgoing": account.outgoing},
}


@EITHER
@pytest.mark.parametrize("wish", WISHES.values(), ids=WISHES)
def test_no_change_of_theirs_is_even_proved(
    session: Session,
    box: SecretBox,
    anna: User,
    account: Account,
    keep_out: KeptOut,
    wish: Callable[[Account], Wish],
) -> None:
    account.automatic = False
    keep_out(session, anna, None)
    session.commit()

    with pytest.raises(AccountWaits):
        change_of(session, box, anna, account, typed=TYPED, **wish(account))


@EITHER
def test_an_account_that_is_awake_leads_to_their_outgoing_server_only_if_it_sends_by_it(
    session: Session, box: SecretBox, anna: User, account: Account, keep_out: KeptOut
) -> None:
    keep_out(session, anna, None)
    fresh = lay_account(session, box, anna.id, address="new@uspeh.test", incoming=OWN_IMAP, outgoing=OWN_SMTP)
    session.commit()
    change = partial(
        change_of, session, box, anna, fresh, aim=DraftAim.OUTGOING_SERVER, outgoing=account.outgoing, typed=TYPED
    )

    with pytest.raises(AccountWaits):
        change()
    session.rollback()
    fresh.outgoing = account.outgoing
    session.commit()

    assert change().draft.outgoing is account.outgoing


@EITHER
@pytest.mark.parametrize("what", ["server", "address", "uses"])
def test_what_became_something_else_on_the_way_is_not_saved(
    session: Session, box: SecretBox, anna: User, account: Account, keep_out: KeptOut, what: str
) -> None:
    keep_out(session, anna, None)
    session.commit()
    findings, entered = findings_of_account(account), entered_of(account)
    other = {
        "server": {"findings": replace(findings, incoming=(OWN_IMAP,))},
        "address": {"entered": replace(entered, address="other@uspeh.test")},
        "uses": {"entered": replace(entered, for_sending=False)},
    }[what]
    run = change_of(session, box, anna, account, typed=TYPED, **other)  # type: ignore[arg-type]
    before = rows_of(session)

    with pytest.raises(AccountWaits):
        saved(session, box, run)
    session.rollback()

    assert rows_of(session) == before


@EITHER
def test_they_may_be_deleted_and_handed_over(
    session: Session, box: SecretBox, anna: User, account: Account, keep_out: KeptOut
) -> None:
    root, other = administrator(session), lay_account(session, box, anna.id, address="b@uspeh.test")
    keep_out(session, anna, None)
    session.commit()

    saved(session, box, change_of(session, box, root, account, details=for_everyone(account), typed=TYPED))
    delete_account(session, other, anna)

    assert (account.state, account.for_everyone) == (AccountState.WORKS, True)
    assert session.scalars(select(Account.id).where(Account.owner_id == anna.id)).all() == []


def for_everyone(account: Account) -> DraftDetails:
    return replace(details_of(account, "ru"), for_everyone=True)
