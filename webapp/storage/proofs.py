"""What a run proved, written into the rows of servers with the secrets glued to them; nothing else is ever written."""

from dataclasses import dataclass, field
from datetime import datetime

from webapp.detection.consent import missing_consent
from webapp.detection.types import Findings, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Credentials, Direction
from webapp.net.problems import ProblemKind
from webapp.storage.models import Draft, DraftDetails, Run
from webapp.storage.models.servers import ServerColumns
from webapp.storage.secrets import SecretBox, place_of

# What a person typed without a source proves nothing about the domain to the next person.
_OWN_WORD = frozenset({Source.ENTERED, Source.ASSUMPTION})


@dataclass(frozen=True)
class Proof:
    """A run that proved its servers, and the passwords it did so with."""

    run: Run
    servers: dict[Direction, ProvedServer]
    credentials: Credentials = field(repr=False)
    box: SecretBox
    now: datetime

    @property
    def draft(self) -> Draft:
        """Return the draft the run belongs to."""
        return self.run.draft

    @property
    def details(self) -> DraftDetails:
        """Return what was typed beside the servers."""
        return self.run.draft.details

    @property
    def source(self) -> Source:
        """Return where the first server came from."""
        return next(iter(self.servers.values())).source

    @property
    def trusted(self) -> bool:
        """Tell whether every server came from a trusted source and not from a person's own word."""
        return all(server.trusted and server.source not in _OWN_WORD for server in self.servers.values())


def proof_of(run: Run, credentials: Credentials, box: SecretBox, now: datetime) -> Proof:
    """Return what the run proved; a used direction without a server is a fault of the program."""
    findings = run.outcome.findings if run.outcome else Findings()
    chosen = {direction: findings.chosen(direction) for direction in run.entered.wanted()}
    proved = {direction: server for direction, server in chosen.items() if server is not None}
    if not proved or len(proved) < len(chosen):
        raise ValueError("a run that did not prove every used direction saves nothing")
    for server in proved.values():
        logs_in = server.settings.auth_methods[0] is not AuthMethod.NONE
        if logs_in and missing_consent(server, run.consent) is ProblemKind.PLAIN_NOT_CONSENTED:
            raise ValueError("a plain-text login was proved without consent")
    return Proof(run, proved, credentials, box, now)


def write_server(row: ServerColumns, proof: Proof, direction: Direction) -> None:
    """Let the row be what was proved, without its secret."""
    proved = proof.servers[direction]
    settings = proved.settings
    row.protocol, row.host, row.port = settings.protocol, settings.host, settings.port
    row.security, row.username, row.auth_method = settings.security, settings.username, settings.auth_methods[0]
    row.pinned_sha256, row.proved_at = proved.pinned_sha256, proof.now


def write_secret(row: ServerColumns, proof: Proof, direction: Direction, *, remember: bool) -> None:
    """Keep the password the server was proved with, or none."""
    settings = row.settings()
    keep = remember and row.auth_method is not AuthMethod.NONE
    row.secret = proof.box.encrypt(proof.credentials.secret(direction), place_of(settings)) if keep else None
