"""What every source is asked, and where it tells how it went."""

from dataclasses import dataclass

from webapp.detection.ladder import Ladder, OpenStep
from webapp.detection.steps import StepGroup
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Source
from webapp.net.http import HttpFetcher


@dataclass(frozen=True)
class Question:
    """One address and the means to find out about it; `domain` is a lower-case A-label name."""

    address: str
    domain: str
    surroundings: Surroundings
    fetcher: HttpFetcher
    ladder: Ladder

    def step(self, source: Source, subject: str, place: str | None = None) -> OpenStep:
        """Begin the step of a source; `place` tells the askings of one source apart."""
        key = f"source:{source}:{place}" if place else f"source:{source}"
        return self.ladder.step(key, StepGroup.SOURCE, subject).begin()
