"""The next steps of a problem as far as its run allows them: names to take are those of the certificate it met."""

from collections.abc import Iterator
from dataclasses import replace

from webapp.mail.settings import Direction
from webapp.net.problems import Problem
from webapp.storage.base import utc_now
from webapp.storage.models import Run
from webapp.web.explaining.entries import StepKind
from webapp.web.explaining.explained import Step
from webapp.web.wizard.hoster_names import names_offered
from webapp.web.wording.names import host_for_people


def steps_of_run(run: Run, problem: Problem, direction: Direction, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return what can be done next about one problem of a run."""
    return tuple(possible for step in steps for possible in _possible(run, problem, direction, step))


def of_this_server(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that mend this server alone; the others are told once, however many servers met the same."""
    return tuple(step for step in steps if step.kind is StepKind.HOSTER)


def _possible(run: Run, problem: Problem, direction: Direction, step: Step) -> Iterator[Step]:
    if step.kind is StepKind.HOSTER:
        for offer in names_offered(direction, problem, run.finished_at or utc_now()):
            yield replace(step, words=step.words.format(name=host_for_people(offer.host)), value=offer.value)
    elif step.kind is not StepKind.CERTIFICATE or problem.certificate is not None:
        yield step
