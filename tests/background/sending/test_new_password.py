"""A refused password stops sending after one more try; once a new one has worked the letters leave by themselves."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.background.sending.outgoing import BORIS, OFFERS, SECRET, Desk, after_login, smtp_server, whole_letter
from tests.mail.scripts import SMTP, USERNAME
from tests.scripted import dialogue, hear, network_to, silence
from webapp.background.refusals import StoredRefusals
from webapp.background.sending.sending import send
from webapp.background.watch import Watch
from webapp.background.worker import Duties, Means, Worker
from webapp.mail.settings import Direction
from webapp.storage.models import OutgoingState, Traffic
from webapp.storage.secrets import SecretBox, place_of
from webapp.storage.traffic import Post, due, forget_trouble

NEW_SECRET = "osennij-dozhd-9"
REFUSED = dialogue(SMTP.greeting, hear(rb"EHLO \S+"), OFFERS, hear(SMTP.plain_login), SMTP.refused, silence)


@pytest.fixture
def desk(engine: Engine, session: Session, box: SecretBox) -> Desk:
    return Desk(engine, session, box)


def test_waiting_letters_leave_once_a_new_password_has_worked(desk: Desk) -> None:
    with smtp_server(REFUSED, REFUSED, after_login(*whole_letter(BORIS))) as server:
        account = desk.account(server)
        post = Post(account.id, Direction.OUTGOING)
        network = network_to(server)
        means = Means(desk.factory, desk.box, lambda: network, StoredRefusals(desk.clock), desk.clock)
        worker = Worker(means, Duties(send, send), Watch(desk.factory, desk.clock), on_end=lambda: None)
        letter = desk.write(account)
        for hours in range(4):  # a worker comes whenever something is due
            desk.clock.shift = timedelta(hours=hours)
            for one in due(desk.session, desk.clock()):
                worker.carry_out(one)
            desk.session.rollback()
        row = desk.session.get_one(Traffic, (account.id, Direction.OUTGOING))
        assert (row.refused, server.connections, letter.state) == (True, 2, OutgoingState.QUEUED)

        assert account.outgoing is not None
        account.outgoing.secret = desk.box.encrypt(NEW_SECRET, place_of(account.outgoing.settings()))
        forget_trouble(desk.session, account, desk.clock(), (Direction.OUTGOING,))
        desk.session.commit()
        assert due(desk.session, desk.clock()) == [post]
        worker.carry_out(post)

    desk.session.refresh(letter)
    desk.session.refresh(row)
    assert (letter.state, row.refused, row.trouble) == (OutgoingState.SENT, False, None)
    assert [line for line in server.received if line.startswith(b"AUTH")] == [
        b"AUTH PLAIN " + base64.b64encode(f"\0{USERNAME}\0{secret}".encode()) for secret in (SECRET, SECRET, NEW_SECRET)
    ]
