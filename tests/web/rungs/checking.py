"""One way to fail, from the form a person fills in to the last picture of the run."""

import pytest

from tests.web.rungs.expected import check_complaint, check_warning, words_of
from tests.web.rungs.gate import Gate
from tests.web.rungs.picture import Page
from tests.web.rungs.premises import Premises
from tests.web.rungs.watch import Watch
from tests.web.rungs.ways import Way
from webapp.detection.stages import Stage, StageState
from webapp.mail.settings import Security
from webapp.net.problems import ProblemKind

SHORT_S = 0.6  # where a server is to stay silent


def check(premises: Premises, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """Carry one way out, look at every picture of it, and read the last."""
    if way.silent and way.kind is not ProblemKind.OUT_OF_TIME:
        monkeypatch.setattr("webapp.detection.prove.CONNECT_LIMIT_S", SHORT_S)
        monkeypatch.setattr("webapp.mail.talk.Talk.answer_limit_s", SHORT_S)
        monkeypatch.setattr("webapp.mail.smtp.DELIVERY_LIMIT_S", SHORT_S)
    if way.kind is ProblemKind.LETTER_NOT_ARRIVED:
        monkeypatch.setattr("webapp.detection.trial.ARRIVAL_LIMIT_S", SHORT_S)
    gate = Gate()
    with premises.failing(way, gate):
        begun = premises.begin(way)
        watch = Watch(premises, begun, way)
        if way.held_at is not None:
            assert gate.reached(), "nobody came to where the server waits"
            check_meanwhile(watch, way, way.held_at)
            gate.open()
        page = watch.until_over()
        watch.look_into()
    problem = premises.problem(begun, way)
    assert problem is not None
    assert (problem.kind, problem.cause) == (way.kind, way.cause)
    check_rungs(page, way)
    words = words_of(way)
    if way.state is StageState.WARNING:
        check_warning(page, words)
    elif way.blamed is not None:
        assert words.field is way.blamed
        check_complaint(page, words)


def check_meanwhile(watch: Watch, way: Way, held_at: Stage) -> None:
    """See to it that the page shows how far it has come while the server waits."""
    if way.untried:
        assert {state for _, state in watch.until_something_runs()} <= {StageState.NOT_REACHED}
        return
    meanwhile = [state for _, state in watch.until_running(held_at)]
    place = way.climb.index(held_at)
    assert meanwhile[:place] == [StageState.PASSED] * place
    assert set(meanwhile[place + 1 :]) <= {StageState.NOT_REACHED}


def check_rungs(page: Page, way: Way) -> None:
    """See to it that exactly one rung failed, with all before it passed and none after it reached."""
    steps = page.rungs()
    assert steps[way.step] == way.shown
    others = [state for key, rungs in steps.items() if key != way.step for _, state in rungs]
    if way.security is not Security.NONE:  # there the protected ports of the host are tried as well
        assert set(others) <= {StageState.PASSED}
