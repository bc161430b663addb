"""What one account wants to receive and how it is let in; read once, before the server is talked to."""

from dataclasses import dataclass
from datetime import datetime, time

from webapp.background.work import NeedsPassword, Work
from webapp.mail.clients.access import Access
from webapp.mail.settings import Direction
from webapp.storage.accesses import access_of
from webapp.storage.models import Account, AccountKind


@dataclass(frozen=True)
class Errand:
    """One account's wishes. `since` is the moment from which on letters come in, None = all of them.

    The last two are POP3's: whether copies stay on the server, and for how many days (None = for ever).
    """

    account_id: int
    access: Access
    since: datetime | None
    keep_on_server: bool
    delete_after_days: int | None


def read_errand(work: Work) -> Errand | None:
    """Return what is to be received, None if the account receives nothing; raises `NeedsPassword`."""
    with work.reading() as session:
        account = session.get(Account, work.post.account_id)
        if account is None or account.kind is not AccountKind.MAIL or not account.for_receiving:
            return None
        access = access_of(session, work.box, account, Direction.INCOMING, work.clock())
        if access is None:
            raise NeedsPassword
        day = account.load_since
        return Errand(
            account_id=account.id,
            access=access,
            since=None if day is None else datetime.combine(day, time(), work.zone),
            keep_on_server=account.keep_on_server,
            delete_after_days=account.delete_after_days,
        )
