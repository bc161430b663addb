"""An upgrade is told to the administrators once, with the versions and the result; a new office hears nothing."""

import threading
from datetime import timedelta
from pathlib import Path

from alembic import command
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.storage.makers import person
from tests.storage.rows import NOON, account_row
from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.database import make_engine, migration_config, upgrade
from webapp.storage.models import Action, JournalEntry, Notice, NoticeCopy, NoticeKind, ProgramState, Traffic
from webapp.storage.program_state import note_start

THREADS = 6


def begin(session: Session, version: str, took_ms: int | None = None, minutes: int = 0) -> Notice | None:
    """Let the program start."""
    told = note_start(session, version, took_ms, NOON + timedelta(minutes=minutes))
    session.commit()
    return told


def test_the_first_start_of_an_office_tells_nothing(session: Session) -> None:
    person(session, is_admin=True)

    assert begin(session, "0.1.0", 1200) is None
    assert begin(session, "0.1.0") is None

    assert session.get_one(ProgramState, 1).version == "0.1.0"


def test_another_version_is_told_once(session: Session) -> None:
    anna = person(session, is_admin=True)
    person(session, "boris")
    begin(session, "0.1.0")

    notice = begin(session, "0.2.0", 1234, minutes=5)
    assert begin(session, "0.2.0", minutes=6) is None

    assert notice is not None
    told = dict(notice.details)
    assert (notice.kind, notice.subject) == (NoticeKind.UPGRADED, "0.2.0")
    assert (told["version_before"], told["version"], told["took_ms"]) == ("0.1.0", "0.2.0", "1234")
    copies = session.scalars(select(NoticeCopy).where(NoticeCopy.notice_id == notice.id))
    assert [copy.user_id for copy in copies] == [anna.id]
    lines = session.scalars(select(JournalEntry).where(JournalEntry.action == Action.PROGRAM_UPGRADED)).all()
    assert [dict(line.details)["version"] for line in lines] == ["0.2.0"]


def test_another_schema_alone_is_an_upgrade_as_well(session: Session) -> None:
    person(session, is_admin=True)
    begin(session, "0.1.0")
    session.get_one(ProgramState, 1).schema = "0004"
    session.commit()

    notice = begin(session, "0.1.0")

    assert notice is not None
    assert dict(notice.details)["schema_before"] == "0004"


def test_it_tells_how_many_accounts_work(session: Session) -> None:
    person(session, is_admin=True)
    begin(session, "0.1.0")
    account_row(session, None, "well@uspeh.test")
    ill = account_row(session, None, "ill@uspeh.test")
    silent = Problem(ProblemKind.SILENT, "imap.uspeh.test", 993)
    session.add(Traffic(account_id=ill.id, direction=Direction.INCOMING, trouble=silent))
    session.commit()

    notice = begin(session, "0.2.0")

    assert notice is not None
    assert {name: dict(notice.details)[name] for name in ("accounts", "working")} == {"accounts": "2", "working": "1"}


def test_of_processes_that_start_at_once_one_tells(session: Session, engine: Engine) -> None:
    person(session, is_admin=True)
    begin(session, "0.1.0")
    start, failures = threading.Barrier(THREADS), []

    def start_with_the_others() -> None:
        start.wait()
        try:
            with Session(engine) as own:
                begin(own, "0.2.0")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start_with_the_others) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_an_office_from_before_there_were_notices_is_told_of_this_upgrade(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/old.db")
    with engine.connect() as connection:
        command.upgrade(migration_config(connection), "0004")
        connection.exec_driver_sql(
            "INSERT INTO users (name, display_name, display_key, is_admin, disabled, theme, session_epoch, created_at) "
            "VALUES ('anna', 'Анна', 'анна', 1, 0, 'auto', 0, '2026-10-01 12:00:00')"
        )
        connection.commit()

    upgrade(engine)

    with Session(engine) as session:
        notice = begin(session, "0.1.0", 900)
        assert notice is not None
        assert dict(notice.details)["version_before"] == ""
    engine.dispose()
