"""The values detection takes and gives. Types only, no mechanism."""

from dataclasses import dataclass, field
from enum import StrEnum

from webapp.mail.settings import AuthMethod, Direction, Protocol, Security, ServerSettings
from webapp.net.domains import to_a_label
from webapp.net.problems import CertificateFacts, Problem


class Source(StrEnum):
    """Where settings came from; the order is the rank of DESIGN 4."""

    SAME_DOMAIN = "same-domain"
    AUTOCONFIG = "autoconfig"
    WELL_KNOWN = "well-known"
    PACC = "pacc"
    PROVIDER_TABLE = "provider-table"
    SNAPSHOT = "snapshot"
    ISPDB = "ispdb"
    MX = "mx"
    SRV = "srv"
    AUTODISCOVER = "autodiscover"
    PLAIN_AUTOCONFIG = "plain-autoconfig"
    GUESS = "guess"
    CERTIFICATE = "certificate"
    ENTERED = "entered"
    ASSUMPTION = "assumption"


@dataclass(frozen=True)
class EnteredServer:
    """What the person fixed about one server; None means "find out"."""

    protocol: Protocol | None = None
    host: str | None = None
    port: int | None = None
    security: Security | None = None
    auth_method: AuthMethod | None = None
    username: str | None = None

    @property
    def blank(self) -> bool:
        """Tell whether nothing was fixed (the choice of IMAP or POP3 alone fixes nothing about a host)."""
        return self == EnteredServer(protocol=self.protocol)

    @property
    def complete(self) -> bool:
        """Tell whether nothing is left to find but the authentication method."""
        return None not in (self.protocol, self.host, self.port, self.security)

    @property
    def only_typed(self) -> bool:
        """Tell whether nothing but what was typed may be tried: no source names news servers, no guess finds them."""
        return self.protocol is Protocol.NNTP


@dataclass(frozen=True)
class Entered:
    """What the person typed about an account's servers."""

    address: str
    for_receiving: bool = True
    for_sending: bool = True
    incoming: EnteredServer = EnteredServer()
    outgoing: EnteredServer = EnteredServer(protocol=Protocol.SMTP)

    @property
    def domain(self) -> str:
        """Return the address's domain as a lower-case A-label name; raises `Trouble` (NAME_INVALID) if it is none."""
        _, at, domain = self.address.rpartition("@")
        return to_a_label(domain if at else "")

    def server(self, direction: Direction) -> EnteredServer:
        """Return what was fixed for one direction."""
        return self.incoming if direction is Direction.INCOMING else self.outgoing

    def wanted(self) -> tuple[Direction, ...]:
        """Return the directions the account is used for."""
        uses = ((self.for_receiving, Direction.INCOMING), (self.for_sending, Direction.OUTGOING))
        return tuple(direction for used, direction in uses if used)


class HintKind(StrEnum):
    """What a person must know or do before a provider lets a mail program in."""

    PAID_PLAN = "paid-plan"
    ADMINISTRATOR_ALLOWS = "administrator-allows"
    ENABLE_IMAP = "enable-imap"
    APPLICATION_PASSWORD = "application-password"  # noqa: S105
    NEW_PASSWORD_TAKES_TIME = "new-password-takes-time"  # noqa: S105
    OTHER_LOGIN_NAME = "other-login-name"
    OAUTH_ONLY = "oauth-only"
    BRIDGE_ONLY = "bridge-only"
    NO_MAIL_PROGRAMS = "no-mail-programs"


@dataclass(frozen=True)
class Hint:
    """One instruction of a provider, with the provider's own page for it if there is one."""

    kind: HintKind
    url: str | None = None


@dataclass(frozen=True)
class MailConfig:
    """Servers of one account, best first, and where that knowledge came from.

    `trusted` False means: ask the person before a password goes to these hosts.
    A `username` of None means that the source did not name one (unless nobody
    logs in). `not_offered` are services the domain itself says it does not
    have (SRV target "."), so they are never guessed.
    """

    incoming: tuple[ServerSettings, ...]
    outgoing: tuple[ServerSettings, ...]
    source: Source
    trusted: bool
    provider_name: str | None = None
    hints: tuple[Hint, ...] = ()
    source_detail: str | None = None  # the URL, record or table row, for people
    not_offered: frozenset[tuple[Protocol, Security]] = frozenset()

    def servers(self, direction: Direction) -> tuple[ServerSettings, ...]:
        """Return the servers of one direction, best first."""
        return self.incoming if direction is Direction.INCOMING else self.outgoing


@dataclass(frozen=True)
class ProvedServer:
    """A server that answered as its settings say, with a verified or pinned certificate where it has one.

    `auth_methods` are those it offered (after TLS), best first. `registrable_domain`
    is what a person is asked to consent to. `pinned_sha256` is set when a pinned,
    not a verified, certificate was used.
    """

    settings: ServerSettings
    source: Source
    trusted: bool
    registrable_domain: str
    username_fixed: bool  # False: no source and no person named the login name
    pinned_sha256: str | None = None


@dataclass(frozen=True)
class Findings:
    """What a search knows so far: the chosen server of each direction, the alternatives, the failures that matter.

    `incoming`/`outgoing` are best first; the first of each is the choice.
    `problems` tells, per direction, why nothing better was found (the most telling one).
    """

    incoming: tuple[ProvedServer, ...] = ()
    outgoing: tuple[ProvedServer, ...] = ()
    provider_name: str | None = None
    hints: tuple[Hint, ...] = ()
    incoming_problem: Problem | None = None
    outgoing_problem: Problem | None = None

    def chosen(self, direction: Direction) -> ProvedServer | None:
        """Return the best server of one direction, if any was proved."""
        servers = self.incoming if direction is Direction.INCOMING else self.outgoing
        return servers[0] if servers else None

    def problem(self, direction: Direction) -> Problem | None:
        """Return why a direction has no server (or no better one)."""
        return self.incoming_problem if direction is Direction.INCOMING else self.outgoing_problem


@dataclass(frozen=True)
class Consent:
    """What the person agreed to for this account.

    `hosts`: exact host names that may get the password though no trusted source named them.
    `plain_hosts`: `host:port` that may be logged in to without TLS.
    `plain_letters`: `host:port` that may get letters without TLS as long as nobody logs in there.
    `pins`: `host:port` -> SHA-256 of the one certificate accepted there.
    `certificates`: what is known of those, for people who compare them with a new one.
    """

    hosts: frozenset[str] = frozenset()
    plain_hosts: frozenset[str] = frozenset()
    pins: dict[str, str] = field(default_factory=dict)
    plain_letters: frozenset[str] = frozenset()
    certificates: tuple[CertificateFacts, ...] = ()


class OutcomeKind(StrEnum):
    """How a run ended."""

    FOUND = "found"
    HALF_FOUND = "half-found"
    NEEDS_CONSENT = "needs-consent"
    LOGIN_REFUSED = "login-refused"
    NOT_FOUND = "not-found"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    SAVED = "saved"
    NOT_PROVED = "not-proved"


@dataclass(frozen=True)
class SharingProblem:
    """Why an outgoing server that several accounts share would not send for one of the other addresses."""

    address: str
    problem: Problem


@dataclass(frozen=True)
class Outcome:
    """How a run ended, with everything it learnt.

    `incoming_problem`/`outgoing_problem`/`letter_problem` are set by a
    verification that failed (or, for the letter, that warns);
    `letter_may_remain` says a stopped run had already handed its letter over;
    `sharing_problems` name the addresses that may not send through a shared server.
    """

    kind: OutcomeKind
    findings: Findings = Findings()
    incoming_problem: Problem | None = None
    outgoing_problem: Problem | None = None
    letter_problem: Problem | None = None
    letter_may_remain: bool = False
    seconds_proved: float | None = None
    sharing_problems: tuple[SharingProblem, ...] = ()
