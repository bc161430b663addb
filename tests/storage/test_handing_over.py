"""Handing an account over moves its settings, never a secret, and only after its password was proved again."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.changes import NEW_SECRET, TYPED, administrator, browser_of, change_of, moved, rows_of, saved
from tests.storage.makers import IMAP, SMTP, lay_account, person
from webapp.detection.types import Entered, Findings
from webapp.storage.accounts import AccountExists, get_visible, make_default, system_account
from webapp.storage.credentials import has_session_secret, keep_for_session
from webapp.storage.journal import JournalQuery, read
from webapp.storage.keeping_out import freeze_accounts_of
from webapp.storage.models import Account, AccountState, Action, JournalEntry, OutgoingServer, Run, User
from webapp.storage.objections import NotAllowed
from webapp.storage.outgoing_servers import servers_of_owner
from webapp.storage.secrets import SecretBox, place_of
from webapp.storage.using import details_of


@pytest.fixture
def root(session: Session) -> User:
    return administrator(session)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    account = lay_account(session, box, anna.id)
    session.commit()
    return account


def handing_over(
    session: Session, box: SecretBox, by: User, account: Account, to: User | None, *, remember: bool = True
) -> Run:
    details = replace(
        details_of(account, "ru"),
        owner_id=to.id if to else None,
        for_everyone=to is None,
        remember_password=remember,
    )
    return change_of(session, box, by, account, details=details, typed=TYPED)


def test_nothing_moves_before_the_proof(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    before = rows_of(session)

    handing_over(session, box, root, account, None)

    assert rows_of(session) == before


def test_an_account_for_everyone_from_now_on(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    old_secrets = {row.secret for row in (account.incoming, account.outgoing) if row}

    saved(session, box, handing_over(session, box, root, account, None))

    assert account.for_everyone
    assert account.incoming is not None
    assert account.outgoing is not None
    assert account.outgoing.owner_id is None
    assert account.outgoing.is_default
    for row in (account.incoming, account.outgoing):
        assert row.secret not in old_secrets
        assert box.decrypt(row.secret or "", place_of(row.settings())) == NEW_SECRET
    lines = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [line.owner_id for line in lines] == [anna.id, None]
    for line in lines:
        assert (line.action, line.details) == (Action.ACCOUNT_HANDED_OVER, (("for_whom", "everyone"),))


def read_by(session: Session, user: User) -> list[tuple[Action, tuple[tuple[str, str], ...]]]:
    """Return what somebody reads in the journal, the oldest first."""
    return [(line.action, line.details) for line in read(session, user, JournalQuery()).rows][::-1]


def test_who_had_the_account_reads_that_it_is_gone_and_who_has_it_nothing_from_before(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    boris = person(session, "boris")
    account.automatic = True
    freeze_accounts_of(session, anna, root)
    session.commit()

    saved(session, box, handing_over(session, box, root, account, boris, remember=False))

    whose = ("for_whom", boris.display_name)
    assert read_by(session, anna) == [
        (Action.ACCOUNT_FROZEN, ()),
        (Action.ACCOUNT_HANDED_OVER, (whose,)),
        (Action.ACCOUNT_UNFROZEN, ()),
    ]
    ((action, details),) = read_by(session, boris)
    assert (action, whose in details, ("automatic", "no") in details) == (Action.ACCOUNT_HANDED_OVER, True, True)


def test_who_gives_an_own_account_away_reads_it_once(session: Session, box: SecretBox, root: User, anna: User) -> None:
    own = lay_account(session, box, root.id)
    session.commit()

    saved(session, box, handing_over(session, box, root, own, anna))

    assert [action for action, _details in read_by(session, root)] == [Action.ACCOUNT_HANDED_OVER]
    assert [action for action, _details in read_by(session, anna)] == [Action.ACCOUNT_HANDED_OVER]


def test_the_new_owner_gets_no_password_that_is_not_to_be_remembered(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    boris = person(session, "boris")

    saved(session, box, handing_over(session, box, root, account, boris, remember=False))

    assert account.owner is boris
    assert [row.secret for row in (account.incoming, account.outgoing) if row] == [None, None]
    assert get_visible(session, anna, account.id) is None


def test_what_other_people_keep_of_the_account_is_gone(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    browser = browser_of(session, anna)
    keep_for_session(session, box, browser, account, TYPED)
    make_default(session, anna, account)
    session.commit()

    saved(session, box, handing_over(session, box, root, account, root))

    session.refresh(anna)
    assert not has_session_secret(session, browser, account)
    assert anna.default_account_id is None


def test_a_shared_outgoing_server_is_copied_not_moved(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    assert account.outgoing is not None
    account.outgoing.description = "Офис"
    other = lay_account(session, box, anna.id, address="info@uspeh.test", outgoing=account.outgoing)
    session.commit()
    untouched = rows_of(session, "outgoing_servers")

    saved(session, box, handing_over(session, box, root, account, None))

    assert other.outgoing is not None
    assert account.outgoing is not other.outgoing
    assert (account.outgoing.owner_id, account.outgoing.description) == (None, "Офис")
    assert rows_of(session, "outgoing_servers")[0] == untouched[0]


def test_a_server_the_new_owner_has_already_is_shared_and_the_old_one_goes(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    boris = person(session, "boris")
    his = lay_account(session, box, boris.id, address="boris@uspeh.test")
    session.commit()

    saved(session, box, handing_over(session, box, root, account, boris))

    assert account.outgoing is his.outgoing
    assert servers_of_owner(session, anna.id) == []


def test_the_frozen_account_of_somebody_who_left_works_for_its_new_owner(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    freeze_accounts_of(session, anna, root)
    anna.disabled = True
    session.commit()

    saved(session, box, handing_over(session, box, root, account, None))

    assert account.state is AccountState.WORKS
    actions = session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)).all()
    assert actions == [
        Action.ACCOUNT_FROZEN,
        *[Action.ACCOUNT_HANDED_OVER] * 2,  # for who had it and for who has it
        Action.ACCOUNT_UNFROZEN,
    ]


def test_an_account_that_does_not_send_takes_its_server_along_without_the_password(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    account.for_sending = False
    session.commit()

    saved(session, box, handing_over(session, box, root, account, None))

    (server,) = session.scalars(select(OutgoingServer)).all()
    assert (server.owner_id, server.secret, server.is_default) == (None, None, True)


def test_only_administrators_hand_over_and_only_to_people_who_can_sign_in(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    boris = person(session, "boris")
    with pytest.raises(NotAllowed):
        handing_over(session, box, anna, account, boris)
    with pytest.raises(NotAllowed):
        handing_over(session, box, anna, account, None)

    run = handing_over(session, box, root, account, boris)
    boris.disabled = True
    session.commit()
    with pytest.raises(NotAllowed):
        saved(session, box, run)


def test_the_system_account_is_not_handed_over(session: Session, box: SecretBox, root: User, anna: User) -> None:
    system = lay_account(session, box, None, root.id, address="robot@uspeh.test", system=True)
    session.commit()

    saved(session, box, handing_over(session, box, root, system, anna))

    assert system_account(session).owner_id is None


@pytest.mark.parametrize("redirected", ["server", "address"])
def test_handing_over_does_not_redirect(
    session: Session, box: SecretBox, root: User, anna: User, account: Account, redirected: str
) -> None:
    before = rows_of(session)
    details = replace(details_of(account, "ru"), for_everyone=True)
    elsewhere = Findings((moved(IMAP),), (SMTP,)) if redirected == "server" else None
    entered = Entered("thief@uspeh.test") if redirected == "address" else None
    run = change_of(session, box, root, account, details=details, findings=elsewhere, entered=entered, typed=TYPED)

    with pytest.raises(NotAllowed):
        saved(session, box, run)
    session.rollback()

    assert rows_of(session) == before


def test_nobody_gets_an_address_twice(
    session: Session, box: SecretBox, root: User, anna: User, account: Account
) -> None:
    boris = person(session, "boris")
    lay_account(session, box, boris.id)
    session.commit()
    before = rows_of(session)

    with pytest.raises(AccountExists):
        saved(session, box, handing_over(session, box, root, account, boris))
    session.rollback()

    assert rows_of(session) == before
