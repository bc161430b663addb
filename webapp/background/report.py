"""Collects what a run tells until the writer thread fetches it; telling never waits."""

import threading
from dataclasses import dataclass

from webapp.background.masking import Masking
from webapp.detection.steps import Step
from webapp.detection.types import Findings


@dataclass(frozen=True)
class News:
    """What changed since the last fetch: steps by key with their positions, and better findings."""

    steps: dict[str, tuple[int, Step]]
    findings: Findings | None

    def __bool__(self) -> bool:
        return bool(self.steps) or self.findings is not None


class RunReport:
    """The `Report` of one run. The loop thread tells, the writer thread fetches."""

    def __init__(self) -> None:
        self.masking = Masking()
        self._lock = threading.Lock()
        self._steps: dict[str, tuple[int, Step]] = {}
        self._changed: set[str] = set()
        self._findings: Findings | None = None
        self._findings_changed = False

    def step(self, step: Step) -> None:
        """Take a new or changed step; its place in the ladder is that of its first appearance."""
        with self._lock:
            position, _ = self._steps.get(step.key, (len(self._steps), step))
            self._steps[step.key] = (position, step)
            self._changed.add(step.key)

    def findings(self, findings: Findings) -> None:
        """Take better findings."""
        with self._lock:
            self._findings, self._findings_changed = findings, True

    def fetch(self) -> News:
        """Return what changed since the last fetch, with the passwords masked."""
        with self._lock:
            steps = {key: self._steps[key] for key in sorted(self._changed)}
            findings = self._findings if self._findings_changed else None
            self._changed, self._findings_changed = set(), False
        masked = {key: (position, self.masking.step(step)) for key, (position, step) in steps.items()}
        return News(masked, self.masking.findings(findings) if findings is not None else None)

    def give_back(self, news: News) -> None:
        """Take back news that could not be written, so that the next fetch brings them (or newer ones) again."""
        with self._lock:
            self._changed |= news.steps.keys()
            self._findings_changed |= news.findings is not None

    @property
    def best(self) -> Findings | None:
        """Return the best findings told so far, with the passwords masked."""
        return self.masking.findings(self._findings) if self._findings is not None else None
