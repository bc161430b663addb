"""Letters that are there before a test begins, as if they had been received."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from tests.browser.office import Office
from tests.storage.letters import arrived, folder_row
from webapp.mail.messages.reading import facts_of
from webapp.storage.database import make_engine
from webapp.storage.letters import store
from webapp.storage.models import Account, FolderRole


def keep(office: Office, account_id: int, *letters: bytes) -> dict[str, int]:
    """Lay letters into the inbox of an account, the first the newest; return the numbers of its folders."""
    engine = make_engine(f"sqlite:///{office.served.database}")
    with Session(engine) as session:
        account = session.get_one(Account, account_id)
        inbox = folder_row(session, account)
        trash = folder_row(session, account, "Trash", FolderRole.TRASH)
        for number, raw in enumerate(letters, 1):
            at = datetime.now(UTC) - timedelta(hours=number)
            assert store(session, inbox, arrived(number, raw=raw, at=at, facts=facts_of(raw))) is not None
        session.commit()
        numbers = {"inbox": inbox.id, "trash": trash.id}
    engine.dispose()
    return numbers
