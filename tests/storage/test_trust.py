"""What an account teaches about its domain: a server somebody only typed is nobody else's to trust."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.storage.changes import TYPED, change_of, moved, saved
from tests.storage.makers import IMAP, SMTP, lay_account, person
from webapp.detection.types import Findings, Source
from webapp.storage.accounts import known_accounts
from webapp.storage.changing import Letters, change_letters
from webapp.storage.models import Account, DraftAim, User
from webapp.storage.secrets import SecretBox
from webapp.storage.using import details_of, entered_of

OWN_WORD = replace(moved(SMTP, "smtp.attacker.test"), source=Source.ENTERED)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    account = lay_account(session, box, anna.id)
    session.commit()
    assert [one.trusted for one in known_accounts(session, "uspeh.test")] == [True]
    return account


def typed_in_the_dialog(session: Session, box: SecretBox, anna: User, account: Account, *, adds: bool) -> None:
    run = change_of(
        session,
        box,
        anna,
        account,
        aim=DraftAim.OUTGOING_SERVER,
        outgoing=None if adds else account.outgoing,
        entered=replace(entered_of(account), for_receiving=False, for_sending=True),
        findings=Findings(outgoing=(OWN_WORD,)),
        typed=TYPED,
    )
    saved(session, box, run)


@pytest.mark.parametrize("adds", [True, False])
def test_an_outgoing_server_typed_in_the_dialog_is_not_trusted_for_others(
    session: Session, box: SecretBox, anna: User, account: Account, adds: bool
) -> None:
    sharing = lay_account(session, box, anna.id, address="info@uspeh.test", outgoing=account.outgoing)
    session.commit()

    typed_in_the_dialog(session, box, anna, account, adds=adds)

    session.expire_all()
    assert not account.trusted
    assert sharing.trusted is adds, "whose server is another one now"


def test_a_proof_of_one_server_says_nothing_about_the_other(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    typed_in_the_dialog(session, box, anna, account, adds=False)
    change_letters(session, anna, account, Letters(for_sending=False), account.version)
    session.commit()
    details = replace(details_of(account, "ru"), for_sending=False)

    findings, entered = Findings((IMAP,)), replace(entered_of(account), for_sending=False)
    saved(session, box, change_of(session, box, anna, account, details=details, findings=findings, entered=entered))

    assert [one.trusted for one in known_accounts(session, "uspeh.test")] == [False]
