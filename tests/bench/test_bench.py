"""The bench measures what it says; how long anything takes is nobody's business here."""

import pytest

from tests.bench.figures import found_target, percentile, times
from tests.bench.jobs import Measured
from tests.bench.line import Place
from tests.bench.page import page
from tests.bench.scenarios import SCENARIOS
from tests.bench.series import CROWD_RUNS, Bench, CrowdRow, Series
from tests.lab.domain_table import DOMAINS
from tests.lab.lab import Lab

ONE = Measured((0.1, 0.3, 0.2), memory_mb=50.0)


def test_every_scenario_is_a_domain_of_the_lab() -> None:
    hosts = {(host.name, port) for domain in DOMAINS for host in domain.hosts for port in host.ports}

    for scenario in SCENARIOS:
        assert scenario.domain in {domain.name for domain in DOMAINS}
        assert {(endpoint.host, endpoint.port) for endpoint in scenario.endpoints} <= hosts


@pytest.mark.parametrize("kind", ["floor", "found", "logged in", "re-test"])
def test_one_scenario_is_measured_once(lab: Lab, kind: str) -> None:
    measured = Bench(lab, runs=1).measure(kind, "pop", Place())

    assert len(measured.seconds) == 1
    assert measured.connections >= 2
    assert measured.memory_mb > 0
    assert not measured.wrong


def test_a_crowd_is_measured_and_stopped(lab: Lab) -> None:
    measured = Bench(lab, runs=1).measure("crowd", "autoconfig", Place(), at_once=3)

    assert len(measured.seconds) == 3 * CROWD_RUNS
    assert measured.sockets_left == 0


def test_the_page_tells_which_targets_are_met() -> None:
    named = {"autoconfig": ONE}
    series = Series(Place(), named, named, named, named, {}, {"autoconfig": 17.0}, [CrowdRow(200, ONE, ONE)])

    text = page([series], 3, ["Not measured at all: x."])

    assert "| autoconfig | 0.200 | 0.200 | 1.00 | ≤ 0.08 s: no |" in text
    assert "| 200 | 0.200 | 0.300 | 0.200 | 0.300 | 1.00 | ≤ 2 × floor: yes | 50 | ≤ 250 MB: yes |" in text
    assert text.endswith("Not measured at all: x.\n")


def test_the_page_tells_where_the_time_goes() -> None:
    named = {"autoconfig": Measured((0.5,), (0.45,)), "blackhole": Measured((1.9,), (0.5,))}
    series = Series(Place(40, how="netem"), named, named, named, questions={"autoconfig": 17.0, "blackhole": 1.0})

    text = page([series], 1, [])

    assert "## 40 ms of added round trip (netem)" in text
    assert "| 10 to 6 | 1.67 | 0.450 of which 0.400 on the way |" in text
    assert "| blackhole | silence: 250 ms, then the usual names | – | – | – | 0.500 |" in text


def test_a_target_is_relative_to_the_floor_of_the_same_run() -> None:
    assert times(1.6, 0.25).verdict(1.0, 0.5) == "≤ 1.6 × floor + 0.25 s: yes"
    assert times(1.3).verdict(1.0, 0.5) == "≤ 1.3 × floor: no"
    assert found_target("blackhole", 40).verdict(1.9, 0.1) == "≤ 2 s: yes"


def test_a_percentile_is_one_of_the_runs() -> None:
    assert percentile(ONE, 50) == 0.2
    assert percentile(ONE, 95) == 0.3
