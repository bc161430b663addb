"""The migrations build exactly the tables the models describe, and bring along what was there."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.office_authority import NOW, authorities_in, make
from webapp.mail.settings import Protocol
from webapp.storage.authorities import add_authorities, authorities_pem
from webapp.storage.base import Base
from webapp.storage.database import make_engine, migration_config, upgrade
from webapp.storage.journal import record
from webapp.storage.models import (
    AcceptedCertificate,
    Account,
    AccountKind,
    AccountState,
    Action,
    Draft,
    DraftAim,
    JournalEntry,
    NetworkSettings,
    OutgoingServer,
    PlainConsent,
    User,
)
from webapp.storage.runs import saving_run
from webapp.storage.schema import is_modelled

PROCESSES = 8


def test_migrations_and_models_describe_the_same_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        opts = {"compare_type": True, "target_metadata": Base.metadata, "include_name": is_modelled}
        context = MigrationContext.configure(connection, opts=opts)

        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_an_upgrade_of_an_up_to_date_database_changes_nothing(engine: Engine) -> None:
    upgrade(engine)

    tables = {name for name in inspect(engine).get_table_names() if is_modelled(name, "table", {})}
    assert tables == {*Base.metadata.tables, "alembic_version"}


def test_processes_that_start_at_once_upgrade_once(tmp_path: Path) -> None:
    engines = [make_engine(f"sqlite:///{tmp_path / 'new.db'}") for _ in range(PROCESSES)]
    start, failures = threading.Barrier(PROCESSES), []

    def upgrade_with_the_others(engine: Engine) -> None:
        start.wait()
        try:
            upgrade(engine)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=upgrade_with_the_others, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert "accounts" in inspect(engines[0]).get_table_names()
    for engine in engines:
        engine.dispose()


# What the first version of the program left behind: two accounts of one person, one for everyone, a draft under way.
OLD_ROWS = """
INSERT INTO users (id, name, display_name, is_admin, disabled, session_epoch, created_at)
    VALUES (1, 'anna', 'Анна Ёлкина', 1, 0, 0, '2026-10-01 10:00:00'),
           (2, 'boris', 'Борис', 0, 0, 0, '2026-10-01 10:00:00');
INSERT INTO servers (id, protocol, host, port, security, auth_method, username, secret, proved_at)
    VALUES (1, 'imap', 'imap.uspeh.test', 993, 'tls', 'password-cleartext', 'anna', 'in-1', '2026-10-02 10:00:00'),
           (2, 'smtp', 'smtp.uspeh.test', 465, 'tls', 'password-cleartext', 'anna', 'out-1', '2026-10-02 10:00:00'),
           (3, 'smtp', 'smtp.other.test', 587, 'none', 'password-cleartext', 'a', 'out-2', '2026-10-02 10:00:00'),
           (4, 'pop3', 'pop.uspeh.test', 995, 'tls', 'password-cleartext', 'info', 'in-3', '2026-10-02 10:00:00'),
           (5, 'smtp', 'smtp.uspeh.test', 465, 'tls', 'password-cleartext', 'info', 'out-3', '2026-10-02 10:00:00');
INSERT INTO accounts (id, owner_id, title, sender_name, address, address_key, domain, for_sending, for_receiving,
        automatic, remember_password, incoming_id, outgoing_id, source, trusted, state, created_by_id, created_at,
        proved_at)
    VALUES (1, 2, 'Почта Бориса', 'Борис', 'b@uspeh.test', 'b@uspeh.test', 'uspeh.test', 1, 1, 1, 1, 1, 2,
            'autoconfig', 1, 'works', 2, '2026-10-02 10:00:00', '2026-10-02 10:00:00'),
           (2, 2, 'Only sends', 'Борис', 'c@other.test', 'c@other.test', 'other.test', 1, 0, 0, 1, NULL, 3,
            'entered', 0, 'works', 2, '2026-10-02 10:00:00', '2026-10-02 10:00:00'),
           (3, NULL, 'Офис', 'Успех', 'info@uspeh.test', 'info@uspeh.test', 'uspeh.test', 1, 1, 0, 1, 4, 5,
            'mx', 0, 'works', 1, '2026-10-02 10:00:00', '2026-10-02 10:00:00');
INSERT INTO drafts (id, user_id, details, created_at, ended_at, account_id)
    VALUES ('saved', 2, '{"address": "b@uspeh.test", "sender_name": "Борис"}', '2026-10-02 10:00:00',
            '2026-10-02 10:00:00', 1),
           ('begun', 2, '{"address": "d@uspeh.test", "sender_name": "Борис"}', '2026-10-02 10:00:00', NULL, NULL);
INSERT INTO runs (id, draft_id, user_id, account_id, purpose, state, entered, consent, stop_requested, heartbeat_at,
        created_at)
    VALUES ('proof', 'saved', 2, 1, 'save', 'finished', '{"address": "b@uspeh.test"}', '{}', 0,
            '2026-10-02 10:00:00', '2026-10-02 10:00:00');
UPDATE accounts SET proved_run_id = 'proof' WHERE id = 1;
"""


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[Session]:
    """Return a database of the first version, with rows, after its upgrade."""
    engine = make_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.connect() as connection:
        command.upgrade(migration_config(connection), "0001")
        connection.commit()
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.executescript(OLD_ROWS)
    upgrade(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_every_server_finds_its_table_with_its_secret(upgraded: Session) -> None:
    accounts = {account.id: account for account in upgraded.scalars(select(Account))}

    kept = {
        number: [row.secret if row else None for row in (account.incoming, account.outgoing)]
        for number, account in accounts.items()
        if account.proved_at is not None
    }
    assert kept == {1: ["in-1", "out-1"], 2: [None, "out-2"], 3: ["in-3", "out-3"]}
    assert accounts[3].incoming is not None
    assert accounts[3].incoming.protocol is Protocol.POP3


def test_each_owner_has_one_default_outgoing_server(upgraded: Session) -> None:
    servers = upgraded.scalars(select(OutgoingServer).order_by(OutgoingServer.id)).all()

    assert [(server.owner_id, server.is_default, server.version) for server in servers] == [
        (2, True, 1),
        (2, False, 1),
        (None, True, 1),
    ]


def test_accounts_keep_working_and_are_found_by_name(upgraded: Session) -> None:
    account = upgraded.get_one(Account, 1)

    assert (account.state, account.kind, account.version) == (AccountState.WORKS, AccountKind.MAIL, 1)
    assert (account.title_key, account.search_key) == ("почта бориса", "почта бориса борис b@uspeh.test")
    assert account.checked_at == account.proved_at
    assert upgraded.get_one(User, 1).display_key == "анна елкина"


def test_drafts_know_whether_they_were_saved(upgraded: Session) -> None:
    drafts = {draft.id: (draft.aim, draft.saved) for draft in upgraded.scalars(select(Draft))}

    assert drafts == {"saved": (DraftAim.NEW_ACCOUNT, True), "begun": (DraftAim.NEW_ACCOUNT, False)}
    saving = saving_run(upgraded, upgraded.get_one(Draft, "saved"))
    assert saving is not None
    assert saving.id == "proof"
    assert upgraded.get_one(Account, 1).proved_run is saving


def test_the_system_account_and_the_network_page_are_there_from_the_start(upgraded: Session) -> None:
    system = upgraded.scalars(select(Account).where(Account.is_system)).one()
    network = upgraded.scalars(select(NetworkSettings)).one()

    assert (system.state, system.owner_id, system.address) == (AccountState.NOT_SET_UP, None, "")
    assert (system.automatic, system.remember_password, system.people_may_send) == (True, True, False)
    assert (network.id, network.allowed_networks, network.online_lookups) == (1, (), True)


def test_there_is_one_system_account(upgraded: Session) -> None:
    with pytest.raises(IntegrityError):
        upgraded.execute(text("UPDATE accounts SET is_system = 1 WHERE id = 3"))


@pytest.mark.parametrize("crime", ["UPDATE journal SET subject = 'x'", "DELETE FROM journal"])
def test_the_database_itself_keeps_the_journal_as_it_is(engine: Engine, crime: str) -> None:
    with Session(engine) as session:
        record(session, Action.ACCOUNT_ADDED, by=None, subject="anna@uspeh.test")
        session.commit()

        with pytest.raises(IntegrityError, match="append-only"):
            session.execute(text(crime))
        session.rollback()

        assert session.scalars(select(JournalEntry.subject)).all() == ["anna@uspeh.test"]


def test_nothing_points_at_nothing_after_the_upgrade(upgraded: Session) -> None:
    assert upgraded.execute(text("PRAGMA foreign_key_check")).all() == []
    assert not inspect(upgraded.get_bind()).has_table("servers")


# What the second version left behind: a journal that nobody may change.
ROWS_OF_0002 = """
INSERT INTO users (id, name, display_name, display_key, is_admin, disabled, session_epoch, theme, created_at)
    VALUES (1, 'anna', 'Анна', 'анна', 1, 0, 0, 'auto', '2026-10-01 10:00:00');
INSERT INTO journal (id, at, action, user_id, user_name, subject, details, search_key)
    VALUES (7, '2026-10-01 10:00:00', 'network-changed', 1, 'Анна', '', '[["online_lookups", "no"]]', 'анна no');
UPDATE network_settings SET online_lookups = 0, version = 2;
"""
CRIMES = (
    "UPDATE journal SET subject = 'x'",
    "DELETE FROM journal",
    "INSERT OR REPLACE INTO journal (id, at, action, user_name, subject, details, search_key) "
    "VALUES (7, '2026-10-01 10:00:00', 'user-added', '', '', '[]', '')",
)


@pytest.fixture
def upgraded_from_0002(tmp_path: Path) -> Iterator[Session]:
    """Return a database of the second version, with rows, after its upgrade."""
    engine = make_engine(f"sqlite:///{tmp_path / 'second.db'}")
    with engine.connect() as connection:
        command.upgrade(migration_config(connection), "0002")
        connection.commit()
    with closing(sqlite3.connect(tmp_path / "second.db")) as old:
        old.executescript(ROWS_OF_0002)
    upgrade(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_the_journal_comes_along_as_it_was(upgraded_from_0002: Session) -> None:
    (line,) = upgraded_from_0002.scalars(select(JournalEntry)).all()

    assert (line.id, line.action, line.user_name) == (7, Action.NETWORK_CHANGED, "Анна")
    assert line.details == (("online_lookups", "no"),)
    assert not upgraded_from_0002.get_one(NetworkSettings, 1).online_lookups


@pytest.mark.parametrize("crime", CRIMES)
def test_the_journal_is_guarded_after_the_upgrade_as_before(upgraded_from_0002: Session, crime: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"):
        upgraded_from_0002.execute(text(crime))


def test_an_upgraded_office_takes_authorities_and_tells_of_them(upgraded_from_0002: Session) -> None:
    session = upgraded_from_0002
    authorities = authorities_in(make().pem, NOW)

    add_authorities(session, session.get_one(User, 1), authorities)
    session.commit()

    assert authorities_pem(session) == tuple(one.pem for one in authorities)
    newest = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert newest is not None
    assert newest.action is Action.AUTHORITY_ADDED


@pytest.fixture
def pinned(tmp_path: Path) -> Iterator[Session]:
    """Return an upgraded database in which certificates, and plain text, had been accepted for servers, some shared."""
    engine = make_engine(f"sqlite:///{tmp_path / 'pinned.db'}")
    with engine.connect() as connection:
        command.upgrade(migration_config(connection), "0001")
        connection.commit()
    with closing(sqlite3.connect(tmp_path / "pinned.db")) as old:
        old.executescript(OLD_ROWS)
        old.execute("UPDATE servers SET pinned_sha256 = 'in' WHERE id = 1")
        old.execute("UPDATE servers SET pinned_sha256 = 'own' WHERE id = 2")
        old.execute("UPDATE servers SET pinned_sha256 = 'shared' WHERE id = 5")
        plainly = "security = 'none', plain_consented_by_id = 1, plain_consented_at = '2026-10-02 09:00:00'"
        old.execute(f"UPDATE servers SET {plainly} WHERE id IN (2, 4, 5)")  # noqa: S608
        old.execute("UPDATE servers SET auth_method = 'none' WHERE id = 2")
        old.commit()
    with engine.connect() as connection:
        connection.execute(text("PRAGMA foreign_keys = OFF"))
        connection.commit()
        command.upgrade(migration_config(connection), "0003")
        share = "UPDATE accounts SET outgoing_id = (SELECT outgoing_id FROM accounts WHERE id = 3) WHERE id = 2"
        connection.execute(text(share))
        connection.commit()
    upgrade(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_accepted_certificates_stay_with_accounts_that_have_a_server_alone(pinned: Session) -> None:
    accepted = {(one.account_id, one.place): one.sha256 for one in pinned.scalars(select(AcceptedCertificate))}

    assert accepted == {(1, "imap.uspeh.test:993"): "in", (1, "smtp.uspeh.test:465"): "own"}
    assert {one.facts for one in pinned.scalars(select(AcceptedCertificate))} == {None}


def test_consents_to_plain_text_stay_with_accounts_that_have_a_server_alone(pinned: Session) -> None:
    agreed = pinned.scalars(select(PlainConsent)).all()

    assert {(one.account_id, one.place): one.password for one in agreed} == {
        (1, "smtp.uspeh.test:465"): False,
        (3, "pop.uspeh.test:995"): True,
    }
    assert {(one.agreed_by_id, one.agreed_at.isoformat()) for one in agreed} == {(1, "2026-10-02T09:00:00+00:00")}
