"""Notices as real letters: through the office's Postfix into the mailboxes of those concerned."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.background.sending.outgoing import Desk, proved
from tests.lab.lab import Lab
from tests.mail.clients.test_real_servers import SMTP
from tests.mail.test_real_servers import network_of
from tests.storage.makers import lay_account
from tests.storage.troubled import SILENT
from webapp.background.noticing import Noticing
from webapp.background.sending.sending import send
from webapp.instance import open_instance
from webapp.mail.settings import Credentials, Direction, Protocol
from webapp.settings import load
from webapp.storage.models import Account, Traffic
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import keep_rows
from webapp.storage.troubles import TOLD_AFTER
from webapp.storage.users import create_user
from webapp.web.notices.letters import NoticeLetters

ROBOT, ANNA, BORIS = (f"{name}@uspeh.test" for name in ("anna", "anna", "boris"))


@pytest.fixture
def desk(lab: Lab, engine: Engine, session: Session, box: SecretBox) -> Desk:
    lab.empty(ANNA)
    lab.empty(BORIS)
    return Desk(engine, session, box)


@pytest.fixture
def noticing(desk: Desk, tmp_path: Path) -> Noticing:
    settings = open_instance(load({"MAILROOM_INSTANCE": str(tmp_path / "instance")}))
    return Noticing(desk.factory, NoticeLetters(settings), desk.clock, desk.zone)


def system_account(desk: Desk, lab: Lab) -> Account:
    """Return the system account, sending as one of the lab's mailboxes."""
    account = lay_account(
        desk.session,
        desk.box,
        None,
        desk.anna.id,
        address=ROBOT,
        sender_name="Контора",
        system=True,
        incoming=None,
        outgoing=proved(Protocol.SMTP, SMTP.host, SMTP.port, ROBOT),
        credentials=Credentials(lab.mailbox(ROBOT).password),
    )
    keep_rows(desk.session, desk.clock())
    desk.session.commit()
    return account


def read(lab: Lab, address: str) -> EmailMessage:
    (raw,) = lab.mail.wait_for_letters(address)
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def test_trouble_reaches_the_owner_and_the_administrator_each_in_their_language(
    desk: Desk, lab: Lab, noticing: Noticing
) -> None:
    robot = system_account(desk, lab)
    boris = create_user(desk.session, "boris", "Boris", language="en")
    boris.notice_address, desk.anna.notice_address, desk.anna.is_admin = BORIS, ANNA, True
    theirs = lay_account(desk.session, desk.box, boris.id, address="boris@elsewhere.test", outgoing=None)
    row = Traffic(account_id=theirs.id, direction=Direction.INCOMING, failures=TOLD_AFTER, trouble=SILENT)
    row.trouble_since = desk.clock()
    desk.session.add(row)
    desk.session.commit()

    assert noticing.look() == 2
    work = desk.work(robot)
    work.network = network_of(lab)
    send(work)

    to_boris, to_anna = read(lab, BORIS), read(lab, ANNA)
    assert to_boris["Subject"] == "Mailroom: Letters are not received: boris@elsewhere.test"
    assert to_anna["Subject"] == "Mailroom: Письма не приходят: boris@elsewhere.test"
    for letter in (to_boris, to_anna):
        assert letter["From"] == f"Контора <{ROBOT}>"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Message-ID"]
        assert letter.get_content_type() == "text/plain"
    assert "imap.uspeh.test does not answer" in to_boris.get_content()
    assert "Сервер imap.uspeh.test не отвечает" in to_anna.get_content()
