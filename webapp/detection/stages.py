"""The rungs a step of the ladder climbs, in the order of a conversation; types only."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Every rung from a server's name to a letter that arrived."""

    NAME = "name"
    ADDRESS = "address"  # it has one, and the guard lets it pass
    PORT = "port"
    TLS = "tls"
    GREETING = "greeting"
    ABILITIES = "abilities"
    LOGIN = "login"
    FOLDER = "folder"
    SENDER = "sender"
    RECIPIENT = "recipient"
    LETTER = "letter"
    ARRIVAL = "arrival"


class StageState(StrEnum):
    """How far a rung is; of the rungs of one step at most one is RUNNING, FAILED, WARNING or STOPPED."""

    PASSED = "passed"
    RUNNING = "running"
    FAILED = "failed"
    WARNING = "warning"
    STOPPED = "stopped"
    NOT_REACHED = "not-reached"


@dataclass(frozen=True)
class Rung:
    """One rung of a step; `at_ms` is when it was passed, counted from the start of the run."""

    stage: Stage
    state: StageState
    at_ms: int | None = None
