"""Clients of libraries, let in by scripted servers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.mail.scripts import ASCII_SECRET, IMAP, POP3, SMTP, USERNAME, Speech
from tests.scripted import Script, ScriptedServer, Turn, hear, network_to
from webapp.mail.clients.access import Access, Connections
from webapp.mail.clients.imap import Imap, open_imap
from webapp.mail.clients.pop3 import Pop3, open_pop3
from webapp.mail.clients.smtp import Smtp, open_smtp
from webapp.mail.settings import AuthMethod, Protocol, Security, ServerSettings
from webapp.net.problems import Problem, Trouble

SPEECHES = (IMAP, POP3, SMTP)
OPEN = {Protocol.IMAP: open_imap, Protocol.POP3: open_pop3, Protocol.SMTP: open_smtp}
CAPABILITY: tuple[Turn, ...] = (
    hear(rb"(?P<tag>\S+) CAPABILITY"),
    b"* CAPABILITY IMAP4rev1 UIDPLUS\r\n{tag} OK done\r\n",
)
ASKED_BY_LIBRARY: dict[Protocol, tuple[Turn, ...]] = {Protocol.IMAP: CAPABILITY}

Client = Imap | Pop3 | Smtp


@dataclass(frozen=True)
class Door:
    """How a scripted server is entered; every test says only what it is about."""

    server: ScriptedServer
    speech: Speech
    security: Security = Security.TLS
    method: AuthMethod = AuthMethod.PASSWORD_CLEARTEXT
    secret: str = field(default=ASCII_SECRET, repr=False)
    pin: str | None = None
    plain_allowed: bool = False
    timeout_s: float = 5
    connections: Connections = field(default_factory=Connections)

    @property
    def access(self) -> Access:
        server, protocol = self.server, self.speech.protocol
        settings = ServerSettings(protocol, server.host, server.port, self.security, USERNAME, (self.method,))
        return Access(settings, self.secret, self.pin, self.plain_allowed)

    def enter(self) -> Client:
        return OPEN[self.speech.protocol](network_to(self.server), self.access, self.connections, self.timeout_s)

    def used(self, use: Callable[[Client], object] = lambda client: None) -> None:
        """Enter, use and leave; whatever comes of it, no connection is left."""
        network = network_to(self.server)
        try:
            client = OPEN[self.speech.protocol](network, self.access, self.connections, self.timeout_s)
            with client:
                use(client)
        finally:
            assert network.open_streams == len(self.connections) == 0

    def problem(self, use: Callable[[Client], object] = lambda client: None) -> Problem:
        """Return the problem that entering, or using what is behind, ends with."""
        try:
            self.used(use)
        except Trouble as trouble:
            return trouble.problem
        raise AssertionError("there was no trouble")


def let_in(speech: Speech, *more: Turn) -> Script:
    """Return a script that logs in with PLAIN, tells the library what it wants to know, and what comes then."""
    asked = ASKED_BY_LIBRARY.get(speech.protocol, ())
    return speech.up_to_login(hear(speech.plain_login), speech.logged_in, *asked, *more)


def noop(client: Client) -> object:
    """Have a server answer to a command that every protocol has."""
    return client.noop()
