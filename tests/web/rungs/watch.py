"""Looks at a run as its page does while it goes on, and sees to it that no rung ever goes back."""

from collections.abc import Mapping
from urllib.parse import quote

from tests.mail.scripts import forms_of
from tests.scripted import PATIENCE_S
from tests.web.rungs.picture import Page, Rungs
from tests.web.rungs.premises import Begun, Premises
from tests.web.rungs.typing_in import SECRET
from tests.web.rungs.ways import Way
from webapp.detection.stages import Stage, StageState

BETWEEN_LOOKS_S = 0.05  # the page itself asks every 0.7 seconds; whoever asks oftener sees more
BEGINNING = {StageState.NOT_REACHED: 0, StageState.RUNNING: 1}
OVER = 2


class Watch:
    """Every look at one run."""

    def __init__(self, premises: Premises, begun: Begun, way: Way) -> None:
        self._premises, self._run_id, self._way = premises, begun.run_id, way
        self._secrets = forms_of(SECRET, begun.mailbox.login)
        self._seen: dict[str, Rungs] = {}

    def look(self) -> Page:
        """Ask for the part of the page that changes."""
        answer = self._premises.person.open(f"/runs/{self._run_id}/progress")
        assert answer.status_code == 200
        self._has_no_secret(answer.data)
        page = Page.of(answer.text)
        for key, rungs in page.rungs().items():
            never_back(key, self._seen.get(key, ()), rungs)
            if not (self._way.untried and key == self._way.step):
                in_order(key, rungs)
            self._seen[key] = rungs
        return page

    def until_running(self, stage: Stage) -> Rungs:
        """Look until the step that will fail stands at a rung; the server waits meanwhile."""
        while (stage, StageState.RUNNING) not in (rungs := self.look().rungs().get(self._way.step, ())):
            assert not self._over(BETWEEN_LOOKS_S), f"the run was over before {stage} was seen running: {rungs}"
        return rungs

    def until_something_runs(self) -> Rungs:
        """Look until any step stands at a rung; return those of the step that will fail."""
        while not runs(steps := self.look().rungs()):
            assert not self._over(BETWEEN_LOOKS_S), "the run was over before anything was seen running"
        return steps.get(self._way.step, ())

    def until_over(self) -> Page:
        """Look until the run is over, and once more."""
        patience = PATIENCE_S
        while not self._over(BETWEEN_LOOKS_S):
            self.look()
            patience -= BETWEEN_LOOKS_S
            assert patience > 0, "the run does not end"
        return self.look()

    def look_into(self) -> None:
        """Open what stands behind the step that failed, and the report of it all: no secret is in either."""
        for path in (f"steps?key={quote(self._way.step)}", "report.txt"):
            answer = self._premises.person.open(f"/runs/{self._run_id}/{path}")
            assert answer.status_code == 200
            self._has_no_secret(answer.data)

    def _over(self, wait_s: float) -> bool:
        return self._premises.runner.wait(self._run_id, wait_s)

    def _has_no_secret(self, text: bytes) -> None:
        for form in self._secrets:
            assert form not in text


def runs(steps: Mapping[str, Rungs]) -> bool:
    """Tell whether any rung of any step is being climbed."""
    return any(state is StageState.RUNNING for rungs in steps.values() for _, state in rungs)


def never_back(key: str, before: Rungs, now: Rungs) -> None:
    """See to it that rungs only go from not reached to running to their end."""
    assert not before or [stage for stage, _ in before] == [stage for stage, _ in now], f"{key}: other rungs"
    for (stage, was), (_, state) in zip(before, now, strict=bool(before)):
        assert BEGINNING.get(was, OVER) <= BEGINNING.get(state, OVER), f"{key}: {stage} went from {was} to {state}"
        assert was in BEGINNING or was is state, f"{key}: {stage} was {was} and is {state}"


def in_order(key: str, rungs: Rungs) -> None:
    """See to it that a step stands at one rung at most, with all before it passed and none after it reached."""
    states = [state for _, state in rungs]
    passed = next((place for place, state in enumerate(states) if state is not StageState.PASSED), len(states))
    assert all(state is StageState.NOT_REACHED for state in states[passed + 1 :]), f"{key}: {rungs}"
