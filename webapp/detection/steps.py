"""The ladder of a run as values: its steps, and where they are told. Types only, no mechanism."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol as Shape

from webapp.detection.types import Findings
from webapp.mail.settings import Security
from webapp.mail.transcript import Utterance
from webapp.net.problems import Problem


class StepState(StrEnum):
    """The life of a step; states never go backwards."""

    WAITING = "waiting"
    RUNNING = "running"
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"
    STOPPED = "stopped"


UNFINISHED = frozenset({StepState.WAITING, StepState.RUNNING})


class StepGroup(StrEnum):
    """The blocks of the ladder: where we ask, what answers, how the proof goes."""

    SOURCE = "source"
    PROBE = "probe"
    VERIFY = "verify"


@dataclass(frozen=True)
class Step:
    """One line of the ladder; a later step with the same `key` replaces it.

    `subject` names what the step is about as data (a host:port, a URL, a
    domain), `facts` are words of the closed sets in `docs` below, `started_ms`
    counts from the start of the run.

    Keys: `source:<source>[:<host>]`, `probe:<protocol>:<host>:<port>:<security>`,
    `verify:incoming`, `verify:outgoing`, `verify:letter`, `verify:arrival`, `verify:sharing:<address>`.
    Facts of a probe grow in the order name, address, port, tls, greeting,
    abilities, each as `name` or `name=value` (`address=192.0.2.1,192.0.2.2`: all that may be tried, `tls=TLSv1.3`,
    `abilities=PLAIN LOGIN`).
    Facts of a finished source: `published`, `in-table`, `servers=N`.
    Facts of a verification: those of a probe, `local-part` (the part before the @ is tried as login name),
    `login=password-cleartext` or another method; of the letter `sender`, `recipient` (both taken), `handed-over` (it
    may arrive from now on); of its arrival `folder` (the inbox is open), `removed` (it arrived and is gone again),
    `marked` (the server only marks letters as deleted).
    `transcript` is what was asked and what came back, the facts among it as notes; of a long one the middle is
    left out (a note `omitted=N` stands there). `security` is how the connection of a login is to be
    protected; a probe has it in its key.
    """

    key: str
    group: StepGroup
    state: StepState
    subject: str
    started_ms: int
    took_ms: int | None = None
    facts: tuple[str, ...] = ()
    problem: Problem | None = None
    transcript: tuple[Utterance, ...] = ()
    security: Security | None = None


class Report(Shape):
    """Where the engine tells what it is doing; calls return at once and never wait for a database."""

    def step(self, step: Step) -> None:
        """Take a new or changed step."""

    def findings(self, findings: Findings) -> None:
        """Take better findings than before; shown while the search goes on."""
