"""What the office's database last ran under: an upgrade is noticed when the program starts, and told once."""

from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from webapp.storage.journal import record
from webapp.storage.models import Account, AccountState, Action, Notice, NoticeKind, ProgramState, Traffic
from webapp.storage.notices import administrators, tell
from webapp.storage.once import inserted_once
from webapp.storage.schema import database_facts

ONLY = 1
BLUNT = {"synchronize_session": False}


def note_start(session: Session, version: str, took_ms: int | None, now: datetime) -> Notice | None:
    """Note what the office runs under now; tell the administrators if it was something else before.

    `took_ms`: how long this process was busy changing the tables, None if they
    were right already. Of several processes that start at once one tells. The
    first start of a new office tells nothing.
    """
    schema = database_facts(session).schema or ""
    if inserted_once(session, ProgramState, id=ONLY, version=version, schema=schema, changed_at=now):
        return None
    before = session.execute(select(ProgramState.version, ProgramState.schema)).one()
    same = update(ProgramState).where(ProgramState.version == before.version, ProgramState.schema == before.schema)
    changed = same.where(or_(ProgramState.version != version, ProgramState.schema != schema))
    ours = changed.values(version=version, schema=schema, changed_at=now).returning(ProgramState.id)
    if session.scalar(ours, execution_options=BLUNT) is None:
        return None
    versions = (("version_before", before.version), ("version", version))
    schemas = (("schema_before", before.schema), ("schema", schema))
    record(session, Action.PROGRAM_UPGRADED, by=None, subject="Mailroom", details=(*versions, *schemas))
    notice = Notice(kind=NoticeKind.UPGRADED, at=now, subject=version)
    took = (("took_ms", str(took_ms)),) if took_ms is not None else ()
    notice.details = (*versions, *schemas, *took, *_accounts(session))
    return tell(session, notice, administrators(session))


def _accounts(session: Session) -> tuple[tuple[str, str], ...]:
    """Return how many accounts there are, and how many of them work as far as is known."""
    proved = select(func.count()).select_from(Account).where(Account.proved_at.is_not(None))
    troubled = select(Traffic.account_id).where(or_(Traffic.trouble.is_not(None), Traffic.refused))
    well = proved.where(Account.state == AccountState.WORKS, Account.id.not_in(troubled))
    return ("accounts", str(session.scalar(proved))), ("working", str(session.scalar(well)))
