"""Desks in the lab and at scripted servers, and mailboxes of the lab that are empty."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.background.receiving.desk import Desk, at_script, in_lab
from tests.background.receiving.maildir import Maildir
from tests.lab.lab import Lab
from tests.scripted import ScriptedServer
from tests.storage.conftest import box, database_file, engine, migrated_file, session
from webapp.mail.settings import Protocol
from webapp.storage.secrets import SecretBox

__all__ = ["box", "database_file", "engine", "migrated_file", "session"]

ADDRESS = "anna@uspeh.test"


@pytest.fixture
def maildir(lab: Lab) -> Iterator[Maildir]:
    """Return the mailbox of the account, empty; nothing of it stays."""
    maildir = Maildir(lab, ADDRESS)
    maildir.clear()
    yield maildir
    maildir.clear()


@pytest.fixture
def make_desk(engine: Engine, session: Session, box: SecretBox, maildir: Maildir) -> Callable[..., Desk]:
    """Return a maker of desks for the mailbox in the lab."""

    def make(protocol: Protocol = Protocol.IMAP, since: date | None = None) -> Desk:
        return in_lab(engine, session, box, maildir.lab, ADDRESS, protocol, since)

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """Return a desk that receives everything by IMAP."""
    return make_desk()


@pytest.fixture
def desk_at(engine: Engine, session: Session, box: SecretBox) -> Callable[..., Desk]:
    """Return a maker of desks for scripted servers."""

    def make(server: ScriptedServer, protocol: Protocol = Protocol.IMAP, since: date | None = None) -> Desk:
        return at_script(engine, session, box, server, protocol, since)

    return make
