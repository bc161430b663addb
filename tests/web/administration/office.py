"""Accounts of a whole office, laid into the database as if they had been proved, each with servers nobody may see."""

from typing import Any

from flask import Flask
from sqlalchemy import event, select

from tests.web.desk import database
from tests.web.visitor import Visitor
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.storage.base import utc_now
from webapp.storage.models import Account, IncomingServer, JournalEntry, OutgoingServer, User
from webapp.web.extensions import db

LIST = "/administration/accounts"
SYSTEM = "/administration/system-account"
INCOMING_HOST, OUTGOING_HOST = "imap.taina.test", "smtp.taina.test"
LOGIN_NAME, CIPHERTEXT = "login-taina", "gAAAA-taina"


def lay_account(app: Flask, address: str, owner_id: int | None = None, **fields: Any) -> int:
    """Lay down an account that works, unless said otherwise; owner None = for everyone. Return its number."""
    with database(app) as session:
        incoming = IncomingServer(protocol=Protocol.IMAP, host=INCOMING_HOST, port=993, **server_fields())
        outgoing = OutgoingServer(
            protocol=Protocol.SMTP, host=OUTGOING_HOST, port=465, owner_id=owner_id, **server_fields()
        )
        session.add_all([incoming, outgoing])
        session.flush()
        values: dict[str, Any] = {
            "title": address,
            "sender_name": "Успех",
            "address_key": address,
            "domain": address.rpartition("@")[2],
            "for_sending": True,
            "for_receiving": True,
            "remember_password": True,
            "proved_at": utc_now(),
            "incoming_id": incoming.id,
            "outgoing_id": outgoing.id,
        }
        account = Account(address=address, owner_id=owner_id, **(values | fields))
        session.add(account)
        session.commit()
        return account.id


def server_fields() -> dict[str, Any]:
    """Return what both servers of an account have alike."""
    return {
        "security": Security.TLS,
        "auth_method": AuthMethod.PASSWORD_CLEARTEXT,
        "username": LOGIN_NAME,
        "secret": CIPHERTEXT,
        "proved_at": utc_now(),
    }


def stored(app: Flask, account_id: int) -> Account | None:
    """Return the account as the database has it."""
    with database(app) as session:
        return session.get(Account, account_id)


def system_id(app: Flask) -> int:
    """Return the number of the system account."""
    with database(app) as session:
        return session.scalars(select(Account.id).where(Account.is_system)).one()


def set_up_system_account(app: Flask, **fields: Any) -> int:
    """Let the system account have been proved; return its number."""
    with database(app) as session:
        account = session.scalars(select(Account).where(Account.is_system)).one()
        proved = {"address": "robot@uspeh.test", "address_key": "robot@uspeh.test", "sender_name": "Контора"}
        flags = {"for_sending": True, "automatic": True, "remember_password": True, "proved_at": utc_now()}
        for name, value in (proved | flags | fields).items():
            setattr(account, name, value)
        session.commit()
        return account.id


def let_leave(app: Flask, person: Visitor) -> None:
    """Let a person have left: nobody signs in as them any more."""
    with database(app) as session:
        session.get_one(User, person.user_id).disabled = True
        session.commit()


def count_statements(app: Flask, visitor: Visitor, path: str) -> int:
    """Return how many statements a page asks of the database."""
    statements: list[str] = []

    def note(*call: Any) -> None:
        statements.append(call[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert visitor.open(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def journal(app: Flask) -> list[str]:
    """Return the actions in the journal, oldest first."""
    with database(app) as session:
        return [action.value for action in session.scalars(select(JournalEntry.action).order_by(JournalEntry.id))]
