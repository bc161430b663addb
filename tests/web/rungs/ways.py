"""One way a server fails, as data: what it does, at which rung that stops a run, and what a person is to read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ssl import SSLContext

from tests.certificates import server_context
from tests.net.nameserver import Records
from tests.turns import Turn
from webapp.detection.stages import Stage, StageState
from webapp.detection.types import Consent
from webapp.mail.settings import Direction, Protocol, Security
from webapp.net.cause import Cause
from webapp.net.problems import Field, ProblemKind

INCOMING_HOST = "imap.uspeh.test"
OUTGOING_HOST = "smtp.uspeh.test"
PORT = 2525  # the one port of mail a test may listen at without root's rights

# Written out here and not taken from the product: this is what people were promised to see.
CONNECTION: dict[Security, tuple[Stage, ...]] = {
    Security.TLS: (Stage.NAME, Stage.ADDRESS, Stage.PORT, Stage.TLS, Stage.GREETING, Stage.ABILITIES),
    Security.STARTTLS: (Stage.NAME, Stage.ADDRESS, Stage.PORT, Stage.GREETING, Stage.TLS, Stage.ABILITIES),
    Security.NONE: (Stage.NAME, Stage.ADDRESS, Stage.PORT, Stage.GREETING, Stage.ABILITIES),
}
LETTER = (Stage.SENDER, Stage.RECIPIENT, Stage.LETTER)
ARRIVAL = (Stage.FOLDER, Stage.ARRIVAL)
BEFORE_ANY_SERVER = frozenset({Stage.NAME, Stage.ADDRESS, Stage.PORT})


NO_SUCH_NAME, NOTHING_OF_IT = "nxdomain", "nodata"  # what a name server may say beside addresses


class Press(StrEnum):
    """The button a person presses: proof of the servers alone, or of everything with the password."""

    RETEST = "retest"
    DONE = "done"


class Door(StrEnum):
    """What is behind the port."""

    SERVER = "server"
    CLOSED = "closed"
    SWALLOWING = "swallowing"  # no packet is ever answered


class Hold(StrEnum):
    """Stands among a server's turns where it waits until the test has looked at the page."""

    HOLD = "hold"


HOLD = Hold.HOLD
Turns = tuple[Turn | Hold, ...]
Answer = Records | Sequence[Records] | str


def field_of(protocol: Protocol, part: str) -> Field:
    """Return the form's field of a part of the server that speaks a protocol; some fields both servers share."""
    shared = part in (Field.SECRET, Field.ADDRESS)
    return Field(part if shared else f"{'outgoing' if protocol is Protocol.SMTP else 'incoming'}_{part}")


@dataclass(frozen=True)
class Stored:
    """What a person agreed to before, and how the server was found: such a run begins from its draft."""

    consent: Consent = field(default_factory=Consent)
    trusted: bool = True
    pin: str | None = None


@dataclass(frozen=True)
class Way:
    """One way to fail; what is not said is as it should be.

    `blamed` is the field the words must stand at. `turns` are the server's last
    ones, for ever after, `earlier` those of the connections before, `others` those
    of the second server of an account that receives and sends. `names` is what the
    name server says, host by host, where it does not simply lead to the server.
    `silent` ways are ended by our own patience, which is short then, so nothing
    waits for the test. `untried` says that the password was held back: no rung
    before the login was tried.
    """

    name: str
    protocol: Protocol
    stage: Stage
    kind: ProblemKind
    blamed: Field | None
    turns: Turns = ()
    security: Security = Security.TLS
    cause: Cause | None = None
    press: Press = Press.RETEST
    host: str = ""
    port: int = PORT
    door: Door = Door.SERVER
    names: Mapping[str, Answer] = field(default_factory=dict)
    others: Turns = ()
    certificate: Callable[[], SSLContext] | None = None
    state: StageState = StageState.FAILED
    earlier: tuple[Turns, ...] = ()
    waits_at: Stage | None = None  # if not at the rung that fails
    silent: bool = False
    logs_in: bool = True  # False: a news server without a login
    auth: str = ""
    stored: Stored | None = None
    refusals: int = 0  # of this mailbox, just before
    untried: bool = False
    names_shown: str = "–"  # of the certificate

    @property
    def direction(self) -> Direction:
        """Return which server fails."""
        return Direction.OUTGOING if self.protocol is Protocol.SMTP else Direction.INCOMING

    @property
    def direction_blamed(self) -> Direction:
        """Return which server the words are about: a letter is the outgoing server's."""
        return Direction.OUTGOING if self.stage in LETTER + ARRIVAL else self.direction

    @property
    def at(self) -> str:
        """Return the host the person types."""
        return self.host or (OUTGOING_HOST if self.protocol is Protocol.SMTP else INCOMING_HOST)

    @property
    def context(self) -> SSLContext:
        """Return what the server's TLS is made of."""
        return self.certificate() if self.certificate is not None else server_context(self.at)

    @property
    def step(self) -> str:
        """Return the key of the step that fails."""
        if self.stage in LETTER:
            return "verify:letter"
        if self.stage in ARRIVAL:
            return "verify:arrival"
        if self.press is Press.DONE:
            return f"verify:{self.direction}"
        return f"probe:{self.protocol}:{self.at}:{self.port}:{self.security}"

    @property
    def climb(self) -> tuple[Stage, ...]:
        """Return the rungs of that step, in the order of the conversation."""
        for climb in (LETTER, ARRIVAL):
            if self.stage in climb:
                return climb
        logins = (Stage.LOGIN,) if self.press is Press.DONE else ()
        return (*CONNECTION[self.security], *logins)

    @property
    def shown(self) -> tuple[tuple[Stage, StageState], ...]:
        """Return what the page must show in the end: passed, this one, not reached."""
        place = self.climb.index(self.stage)
        before = StageState.NOT_REACHED if self.untried else StageState.PASSED
        states = [before] * place + [self.state] + [StageState.NOT_REACHED] * (len(self.climb) - place - 1)
        return tuple(zip(self.climb, states, strict=True))

    @property
    def held_at(self) -> Stage | None:
        """Return the rung the page must show as running meanwhile, None where nothing waits for the test."""
        if HOLD in self.turns:
            return self.waits_at or self.stage
        asked = self.stage in BEFORE_ANY_SERVER and not self.at[0].isdecimal()
        return Stage.NAME if asked and not self.silent else None

    def __str__(self) -> str:
        return f"{self.stage}-{self.protocol}-{self.security}-{self.name.replace(' ', '-')}"
