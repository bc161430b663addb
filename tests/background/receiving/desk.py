"""One account that receives, a worker's way of going about it, and the test's own view of what came."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from tests.background.office import Clock
from tests.lab.lab import Lab
from tests.mail.test_real_servers import network_of
from tests.scripted import ScriptedServer, network_to
from tests.storage.makers import IMAP, lay_account, person
from webapp.background.receiving.receiving import receive
from webapp.background.work import Work
from webapp.mail.settings import AuthMethod, Credentials, Direction, Protocol, Security, ServerSettings
from webapp.net.network import Network
from webapp.storage import blobs
from webapp.storage.endings import leave
from webapp.storage.leasing import lease
from webapp.storage.models import Account, Folder, Letter
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, keep_rows, want

MOSCOW = ZoneInfo("Europe/Moscow")
SECRET = "parol"
INCOMING = "korob-17.uspeh.test"
IN_LAB = {Protocol.IMAP: 993, Protocol.POP3: 995}


@dataclass
class Desk:
    """An account on a server, and a process that receives for it."""

    engine: Engine
    session: Session
    box: SecretBox
    network: Network
    settings: ServerSettings
    secret: str = SECRET
    since: date | None = None
    zone: tzinfo = MOSCOW
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        """Lay the account."""
        proved = replace(IMAP, settings=self.settings)
        account = lay_account(
            self.session,
            self.box,
            person(self.session).id,
            address=self.settings.username or "",
            credentials=Credentials(self.secret),
            incoming=proved,
            outgoing=None,
        )
        account.load_since = self.since
        self.session.flush()
        keep_rows(self.session, self.clock())
        self.session.commit()
        self.post = Post(account.id, Direction.INCOMING)
        self._pieces = 0

    @property
    def account(self) -> Account:
        """Return the account, to be changed and committed."""
        return self.session.get_one(Account, self.post.account_id)

    def work(self) -> Work:
        """Return a piece of work, leased."""
        self._pieces += 1
        holder, factory = f"test#{self._pieces}", sessionmaker(self.engine)
        with factory.begin() as session:
            assert want(session, self.post, self.clock())
            assert lease(session, self.post, holder, self.clock())
        return Work(self.post, holder, self.network, factory, self.box, self.clock, zone=self.zone)

    def receive(self, work: Work | None = None) -> None:
        """Receive once; whatever comes of it, no connection is left."""
        work = work or self.work()
        try:
            receive(work)
        finally:
            assert len(work.connections) == self.network.open_streams == 0
            with work.session_factory.begin() as session:
                leave(session, work.post, work.holder, self.clock())
            self.session.rollback()
            self.session.expire_all()

    def folder(self, name: str = "INBOX") -> Folder:
        """Return a folder by its name."""
        mine = Folder.account_id == self.post.account_id
        return self.session.scalars(select(Folder).where(mine, Folder.name == name)).one()

    def folders(self) -> dict[str, Folder]:
        """Return all folders by name."""
        mine = select(Folder).where(Folder.account_id == self.post.account_id)
        return {folder.name: folder for folder in self.session.scalars(mine)}

    def letters(self, folder: str = "INBOX") -> list[Letter]:
        """Return the letters of a folder, the oldest first."""
        mine = select(Letter).where(Letter.folder_id == self.folder(folder).id)
        return list(self.session.scalars(mine.order_by(Letter.received_at, Letter.uid, Letter.id)))

    def subjects(self, folder: str = "INBOX") -> list[str]:
        """Return the subjects of a folder's letters, the oldest first."""
        return [letter.subject for letter in self.letters(folder)]

    def raw(self, letter: Letter) -> bytes:
        """Return the bytes of a letter."""
        assert letter.sha256 is not None
        return blobs.read(self.session, letter.sha256)


def in_lab(
    engine: Engine, session: Session, box: SecretBox, lab: Lab, address: str, protocol: Protocol, since: date | None
) -> Desk:
    """Return a desk for a mailbox of the lab."""
    mailbox = lab.mailbox(address)
    settings = ServerSettings(protocol, INCOMING, IN_LAB[protocol], Security.TLS, address, CLEARTEXT)
    return Desk(engine, session, box, network_of(lab), settings, mailbox.password, since)


def at_script(
    engine: Engine, session: Session, box: SecretBox, server: ScriptedServer, protocol: Protocol, since: date | None
) -> Desk:
    """Return a desk for a scripted server."""
    settings = ServerSettings(protocol, server.host, server.port, Security.TLS, "anna@uspeh.test", CLEARTEXT)
    return Desk(engine, session, box, network_to(server), settings, SECRET, since)


CLEARTEXT = (AuthMethod.PASSWORD_CLEARTEXT,)


def noon(day: int, month: int = 11, year: int = 2026) -> datetime:
    """Return noon in the office."""
    return datetime(year, month, day, 12, tzinfo=MOSCOW)
