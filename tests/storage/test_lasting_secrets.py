"""How long an outgoing server keeps a password: while an account that remembers it sends through the server."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.storage.changes import TYPED, administrator, change_of, moved, saved
from tests.storage.makers import IMAP, SMTP, lay_account
from webapp.detection.types import Findings
from webapp.storage.accounts import delete_account
from webapp.storage.models import Account, DraftAim, OutgoingServer, User
from webapp.storage.outgoing_servers import sharing_addresses
from webapp.storage.secrets import SecretBox
from webapp.storage.using import details_of, entered_of
from webapp.storage.withdrawing import forget_password

RELAY = moved(SMTP, "relay.test")

Leave = Callable[[Session, SecretBox, User, Account], object]


@pytest.fixture
def root(session: Session) -> User:
    return administrator(session)


@pytest.fixture
def account(session: Session, box: SecretBox, root: User) -> Account:
    account = lay_account(session, box, root.id)
    session.commit()
    return account


def forget(session: Session, box: SecretBox, root: User, account: Account) -> None:
    forget_password(session, root, account, account.version)


def delete(session: Session, box: SecretBox, root: User, account: Account) -> None:
    delete_account(session, account, root)


def change(session: Session, box: SecretBox, root: User, account: Account) -> None:
    saved(session, box, change_of(session, box, root, account, findings=Findings((IMAP,), (RELAY,)), typed=TYPED))


def add(session: Session, box: SecretBox, root: User, account: Account) -> None:
    entered = replace(entered_of(account), for_receiving=False)
    aim, findings = DraftAim.OUTGOING_SERVER, Findings(outgoing=(RELAY,))
    saved(
        session, box, change_of(session, box, root, account, aim=aim, findings=findings, entered=entered, typed=TYPED)
    )


def hand_over(session: Session, box: SecretBox, root: User, account: Account) -> None:
    details = replace(details_of(account, "ru"), for_everyone=True)
    saved(session, box, change_of(session, box, root, account, details=details, typed=TYPED))


def hand_over_unused(session: Session, box: SecretBox, root: User, account: Account) -> None:
    account.for_sending = False
    session.commit()
    hand_over(session, box, root, account)


@pytest.mark.parametrize("leave", [forget, delete, change, add, hand_over, hand_over_unused])
@pytest.mark.parametrize("remembers", [True, False])
def test_an_account_that_asks_each_time_inherits_no_password_from_one_that_leaves(
    session: Session, box: SecretBox, root: User, account: Account, leave: Leave, remembers: bool
) -> None:
    server = server_of(account)
    lay_account(session, box, root.id, address="b@uspeh.test", outgoing=server, remember=remembers)
    session.commit()

    leave(session, box, root, account)

    session.expire_all()
    assert (server.secret is not None) is remembers


def test_a_server_an_account_leaves_for_another_keeps_no_password(
    session: Session, box: SecretBox, root: User, account: Account
) -> None:
    server = server_of(account)
    other = lay_account(session, box, root.id, address="b@uspeh.test", outgoing=RELAY)
    session.commit()
    findings = Findings((IMAP,), (RELAY,))

    saved(session, box, change_of(session, box, root, account, findings=findings, outgoing=other.outgoing))

    assert account.outgoing is other.outgoing
    assert server.secret is None


def test_an_account_that_does_not_send_just_now_is_asked_about_all_the_same(
    session: Session, box: SecretBox, root: User, account: Account
) -> None:
    resting = lay_account(session, box, root.id, address="b@uspeh.test", outgoing=server_of(account))
    resting.for_sending = False
    session.commit()

    assert sharing_addresses(session, server_of(account), account) == ("b@uspeh.test",), "it may send again any time"


def server_of(account: Account) -> OutgoingServer:
    assert account.outgoing is not None
    return account.outgoing
