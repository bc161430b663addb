"""One account with letters to send, and the scripted server it sends them by."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from tests.background.office import Clock
from tests.certificates import server_context
from tests.mail.scripts import SMTP, USERNAME
from tests.peer import Peer
from tests.scripted import Script, ScriptedServer, Turn, dialogue, hear, network_to, silence
from tests.storage.makers import lay_account
from webapp.background.sending.sending import send
from webapp.background.work import Work
from webapp.detection.types import ProvedServer, Source
from webapp.mail.settings import Credentials, Direction, Protocol, Security, ServerSettings
from webapp.net.problems import Problem, Trouble
from webapp.storage import outbox, writing
from webapp.storage.browser_sessions import open_session
from webapp.storage.credentials import keep_for_session
from webapp.storage.endings import leave
from webapp.storage.leasing import lease
from webapp.storage.models import Account, OutgoingLetter, OutgoingState, RecipientState, Traffic, User
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, keep_rows
from webapp.storage.users import create_user

MOSCOW = ZoneInfo("Europe/Moscow")
SECRET = "letnij-dozhd-8"
BORIS, VERA, NOBODY = (f"{name}@uspeh.example" for name in ("boris", "vera", "nobody"))
OFFERS = b"250-hello\r\n250-SIZE 100000\r\n250 AUTH PLAIN\r\n"
TAKEN = b"250 2.0.0 taken\r\n"
SENDER = (hear(rb"MAIL FROM:<anna@uspeh.example>.*"), b"250 ok\r\n")


def to(recipient: str, answer: bytes = b"250 ok\r\n") -> tuple[Turn, ...]:
    """Return the turns in which one recipient is named."""
    return hear(b"RCPT TO:<%s>" % recipient.encode()), answer


def read_letter(peer: Peer) -> None:
    """Take the turn of hearing a letter to its end."""
    while peer.hear() != b".":
        pass


def whole_letter(*recipients: str, answer: Turn = TAKEN) -> tuple[Turn, ...]:
    """Return the turns of one letter that is taken."""
    named = (turn for recipient in recipients for turn in to(recipient))
    return (*SENDER, *named, hear(rb"DATA"), b"354 go\r\n", read_letter, answer)


RESET = (hear(rb"RSET"), b"250 ok\r\n")


def after_login(*turns: Turn, offers: bytes = OFFERS) -> Script:
    """Return a script of a server that lets anna in, and what comes then."""
    return dialogue(SMTP.greeting, hear(rb"EHLO \S+"), offers, hear(SMTP.plain_login), SMTP.logged_in, *turns, silence)


def smtp_server(*scripts: Script) -> ScriptedServer:
    """Return a server of these scripts, one for each connection."""
    return ScriptedServer(*scripts, tls=server_context())


def proved(protocol: Protocol, host: str, port: int, username: str = USERNAME) -> ProvedServer:
    """Return a server as a finding that proved itself."""
    settings = ServerSettings(protocol, host, port, Security.TLS, username)
    return ProvedServer(settings, Source.ENTERED, True, host, username_fixed=True)


@dataclass
class Desk:
    """Anna's desk: she writes, the background sends; `session` is the test's own view of the rows."""

    engine: Engine
    session: Session
    box: SecretBox
    clock: Clock = field(default_factory=Clock)
    zone: tzinfo = MOSCOW

    def __post_init__(self) -> None:
        self.anna: User = create_user(self.session, "anna")
        self.session.commit()

    def account(self, server: ScriptedServer, *more: ScriptedServer, remember: bool = True) -> Account:
        """Return anna's account, sending by this server; a second one is her mailbox."""
        incoming = proved(Protocol.IMAP, more[0].host, more[0].port) if more else None
        outgoing = proved(Protocol.SMTP, server.host, server.port)
        return self.lay(incoming, outgoing, USERNAME, SECRET, remember=remember)

    def lay(
        self, incoming: ProvedServer | None, outgoing: ProvedServer, address: str, secret: str, *, remember: bool = True
    ) -> Account:
        """Return an account of anna's."""
        account = lay_account(
            self.session,
            self.box,
            self.anna.id,
            address=address,
            incoming=incoming,
            outgoing=outgoing,
            credentials=Credentials(secret),
            remember=remember,
        )
        keep_rows(self.session, self.clock())
        self.session.commit()
        return account

    def write(self, account: Account, to: str = BORIS, bcc: str = "", body: str = "как дела") -> OutgoingLetter:
        """Return a letter in the outbox."""
        content = writing.Content(account.id, to, bcc=bcc, subject="Привет", body=body)
        letter = writing.start(self.session, self.anna, content, now=self.clock())
        assert outbox.queue(self.session, letter, self.zone, self.clock())
        self.session.commit()
        return letter

    def work(self, account: Account, *servers: ScriptedServer) -> Work:
        """Return the work of sending, leased."""
        post, holder = Post(account.id, Direction.OUTGOING), "test"
        with self.factory.begin() as session:
            row = session.get_one(Traffic, (account.id, Direction.OUTGOING))
            row.due_at, row.leased_until = self.clock() - timedelta(seconds=1), None
        with self.factory.begin() as session:
            assert lease(session, post, holder, self.clock())
        return Work(post, holder, network_to(*servers), self.factory, self.box, self.clock)

    def send(self, account: Account, *servers: ScriptedServer, works: list[Work] | None = None) -> datetime | None:
        """Send what waits, as a worker does; raises what that raises. No connection is left. `works` gets the work."""
        work = self.work(account, *servers)
        if works is not None:
            works.append(work)
        try:
            return send(work)
        finally:
            assert len(work.connections) == work.network.open_streams == 0
            with self.factory.begin() as session:
                leave(session, work.post, work.holder, self.clock())
            self.session.expire_all()

    def trouble(self, account: Account, *servers: ScriptedServer) -> Problem:
        """Return the trouble that sending ends with."""
        try:
            self.send(account, *servers)
        except Trouble as trouble:
            return trouble.problem
        raise AssertionError("there was no trouble")

    def type_password(self, user: User, account: Account) -> None:
        """Let somebody have typed the password for one browser session."""
        row, _ = open_session(self.session, user)
        keep_for_session(self.session, self.box, row, account, Credentials(SECRET))
        self.session.commit()

    @property
    def factory(self) -> sessionmaker[Session]:
        """Return what opens the database for others."""
        return sessionmaker(self.engine, expire_on_commit=False)

    def letters(self) -> list[OutgoingLetter]:
        """Return all letters, the oldest first."""
        return list(self.session.scalars(select(OutgoingLetter).order_by(OutgoingLetter.queued_at)))


def states(letter: OutgoingLetter) -> dict[str, RecipientState]:
    """Return what became of each recipient."""
    return {recipient.address: recipient.state for recipient in letter.recipients}


def ended(letter: OutgoingLetter) -> tuple[OutgoingState, bool]:
    """Return where a letter stands, and whether it was handed over."""
    return letter.state, letter.handed_over_at is not None
