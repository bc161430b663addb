"""The ladder: every step ends once, and never goes back."""

from webapp.detection.ladder import Ladder
from webapp.detection.steps import Step, StepGroup, StepState
from webapp.detection.types import Findings
from webapp.net.problems import Problem, ProblemKind


class Told:
    def __init__(self) -> None:
        self.steps: list[Step] = []

    def step(self, step: Step) -> None:
        self.steps.append(step)

    def findings(self, findings: Findings) -> None:
        raise AssertionError("a ladder finds nothing")


def test_facts_are_told_as_they_come_true() -> None:
    told = Told()
    step = Ladder(told).step("probe:x", StepGroup.PROBE, "x").begin()

    step.fact("name")
    step.fact("port")
    step.ok()

    assert [one.facts for one in told.steps] == [(), ("name",), ("name", "port"), ("name", "port")]
    assert [one.state for one in told.steps][-2:] == [StepState.RUNNING, StepState.OK]
    assert told.steps[-1].took_ms is not None


def test_only_the_first_end_counts() -> None:
    told = Told()
    step = Ladder(told).step("probe:x", StepGroup.PROBE, "x").begin()
    step.failed(Problem(ProblemKind.SILENT))

    step.ok()
    step.fact("late")
    step.begin()

    assert [one.state for one in told.steps] == [StepState.RUNNING, StepState.FAILED]


def test_closing_ends_what_was_told_and_is_open() -> None:
    told = Told()
    ladder = Ladder(told)
    ladder.step("a", StepGroup.PROBE, "a").begin().ok()
    ladder.step("b", StepGroup.PROBE, "b").begin()
    ladder.step("c", StepGroup.PROBE, "c").wait()
    ladder.step("never told", StepGroup.PROBE, "d")

    ladder.close(StepState.STOPPED)

    assert {one.key: one.state for one in told.steps} == {
        "a": StepState.OK,
        "b": StepState.STOPPED,
        "c": StepState.STOPPED,
    }
