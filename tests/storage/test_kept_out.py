"""Accounts nobody may use for now: their passwords are gone, and nothing else leads to their servers."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.storage.changes import TYPED, change_of, moved, saved
from tests.storage.makers import IMAP, SMTP, lay_account, person
from webapp.detection.types import Findings
from webapp.mail.settings import Direction
from webapp.storage.accounts import may_send_as
from webapp.storage.changing import Letters, PasswordNeeded, change_letters, freeze_accounts_of, lock_accounts_of
from webapp.storage.credentials import resolve
from webapp.storage.models import Account, DraftAim, User
from webapp.storage.secrets import SecretBox
from webapp.storage.using import details_of, entered_of, findings_of_account

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
@pytest.mark.parametrize("aim", [DraftAim.ACCOUNT, DraftAim.OUTGOING_SERVER])
def test_an_account_added_afterwards_does_not_open_their_outgoing_server(
    session: Session, box: SecretBox, anna: User, account: Account, keep_out: KeptOut, aim: DraftAim
) -> None:
    keep_out(session, anna, None)
    fresh = lay_account(session, box, anna.id, address="new@uspeh.test", incoming=OWN_IMAP, outgoing=OWN_SMTP)
    session.commit()
    findings = replace(findings_of_account(fresh), outgoing=(SMTP,))
    entered = replace(entered_of(fresh), for_receiving=aim is DraftAim.ACCOUNT)

    run = change_of(session, box, anna, fresh, aim=aim, outgoing=account.outgoing, findings=findings, entered=entered)

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
    keep_out(session, anna, None)
    session.commit()
    details = replace(details_of(account, "ru"), for_sending=False)
    findings, entered = Findings((IMAP,)), replace(entered_of(account), for_sending=False)

    run = change_of(session, box, anna, account, details=details, findings=findings, entered=entered, typed=TYPED)
    saved(session, box, run)

    assert account.outgoing is not None
    assert account.outgoing.secret is None
    with pytest.raises(PasswordNeeded):
        change_letters(session, anna, account, Letters(for_sending=True), account.version)
