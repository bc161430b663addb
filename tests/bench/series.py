"""All measurements at one round trip time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.jobs import Job, Measured, measure
from tests.bench.line import Place
from tests.bench.scenarios import BY_NAME, SCENARIOS
from tests.lab.lab import Lab

ALSO = ("autoconfig", "guess")
"""The scenarios that are measured with fixed fields and with a wrong password as well."""

CROWDED = "autoconfig"
CROWD_RUNS = 3


class WrongResult(Exception):
    """A search came up with something else than it should: no time is worth telling then."""


@dataclass(frozen=True)
class CrowdRow:
    """So many searches at once, and so many floors."""

    at_once: int
    floor: Measured
    ours: Measured


@dataclass
class Series:
    """Measurements by the name of their scenario; `questions` is the number of DNS queries in one search."""

    place: Place
    floor: dict[str, Measured] = field(default_factory=dict)
    found: dict[str, Measured] = field(default_factory=dict)
    logged_in: dict[str, Measured] = field(default_factory=dict)
    retested: dict[str, Measured] = field(default_factory=dict)
    refused: dict[str, Measured] = field(default_factory=dict)
    questions: dict[str, float] = field(default_factory=dict)
    crowds: list[CrowdRow] = field(default_factory=list)


class Bench:
    """Measures in a running lab."""

    def __init__(self, lab: Lab, runs: int) -> None:
        self._lab = lab
        self._runs = runs

    def series(self, place: Place, crowds: Sequence[int]) -> Series:
        """Measure everything from one place."""
        series = Series(place)
        for scenario in SCENARIOS:
            name = scenario.name
            series.floor[name] = self.measure("floor", name, place)
            series.found[name] = self.measure("found", name, place)
            series.questions[name] = len(self._lab.dns.queries) / self._runs
            series.logged_in[name] = self.measure("logged in", name, place)
            if name in ALSO:
                series.retested[name] = self.measure("re-test", name, place)
                series.refused[name] = self.measure("refused", name, place)
        for at_once in crowds:
            floor = self.measure("floor", CROWDED, place, at_once)
            series.crowds.append(CrowdRow(at_once, floor, self.measure("crowd", CROWDED, place, at_once)))
        return series

    def measure(self, kind: str, name: str, place: Place, at_once: int = 1) -> Measured:
        """Do one measurement in a fresh process; raises `WrongResult`."""
        self._lab.reset()
        scenario = BY_NAME[name]
        job = Job(
            kind,
            name,
            self._lab.mailbox(scenario.address).password,
            tuple(self._lab.network.of(endpoint.host) for endpoint in scenario.endpoints),
            runs=self._runs if at_once == 1 else CROWD_RUNS,
            at_once=at_once,
        )
        measured = measure(job, place, self._lab.environment())
        if measured.wrong:
            raise WrongResult(f"{name}, {kind}: {measured.wrong[0]}")
        return measured
