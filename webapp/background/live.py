"""A run of this process, from the wish to run it until its end is written."""

import asyncio
import threading

from webapp.background.assignments import Assignment
from webapp.background.report import RunReport
from webapp.detection.types import Findings, Outcome, OutcomeKind


class LiveRun:
    """Goes from the caller to the writer (`claimed`), the loop (`task`), and back to the writer (`outcome`)."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.report = RunReport()
        self.claimed = False  # this process owns the row
        self.assignment: Assignment | None = None
        self.task: asyncio.Task[Outcome] | None = None
        self.end: OutcomeKind | None = None  # how it is to end when cancelled: STOPPED or INTERRUPTED
        self.outcome: Outcome | None = None
        self.tries = 0  # to write the end
        self.over = threading.Event()

    def cut_short(self, kind: OutcomeKind) -> Outcome:
        """Return the outcome of a run that did not come to its own end: what it found so far is kept."""
        begun_with = self.assignment.findings if self.assignment else Findings()
        return Outcome(kind, self.report.best or begun_with)
