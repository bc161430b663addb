"""The ladder as lines of text: each step when it has ended, and what came out of all."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from webapp.detection.steps import UNFINISHED, Step, StepGroup, StepState
from webapp.detection.types import Findings, ProvedServer
from webapp.mail.settings import Direction
from webapp.net.problems import Problem

if TYPE_CHECKING:
    from webapp.cli.detecting import Result

MARKS = {
    StepState.OK: "ok",
    StepState.WARNING: "warning",
    StepState.FAILED: "no",
    StepState.SKIPPED: "not needed",
    StepState.STOPPED: "stopped",
}


class TextReport:
    """Keeps what it is told and prints every step that ends; silent, it only keeps."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self._steps: dict[str, Step] = {}
        self._later_ms = 0
        self.best = Findings()

    def step(self, step: Step) -> None:
        """Take a new or changed step."""
        if self._later_ms and step.group is StepGroup.VERIFY:
            step = replace(step, started_ms=step.started_ms + self._later_ms)
        self._steps[step.key] = step
        if not self._silent and step.state not in UNFINISHED:
            click.echo(step_line(step))

    def findings(self, findings: Findings) -> None:
        """Take better findings than before."""
        self.best = findings

    def later_by(self, seconds: float) -> None:
        """Count the steps of the verification from the start of the search."""
        self._later_ms = round(seconds * 1000)

    def steps(self) -> tuple[Step, ...]:
        """Return every step as it stands, in the order of starting."""
        return tuple(sorted(self._steps.values(), key=lambda step: step.started_ms))


def step_line(step: Step) -> str:
    """Return one rung: what, how it went, the facts, the time."""
    name = step.key.split(":")
    subject = (
        f"{name[1]} {step.subject}" if step.group is not StepGroup.PROBE else f"{name[1]} {step.subject} {name[4]}"
    )
    words = " ".join(fact.replace(" ", ",") for fact in step.facts)
    said = problem_words(step.problem) if step.problem else words
    return f"  {(step.took_ms or 0) / 1000:6.2f} s  {MARKS[step.state]:<10}  {subject}  {said}".rstrip()


def summary(result: "Result") -> str:
    """Return the outcome with the servers, or with what went wrong."""
    lines = [f"{result.kind.value} after {result.seconds:.2f} s" + (", logged in" if result.verified else "")]
    for direction in Direction:
        server = result.findings.chosen(direction)
        if server is not None:
            lines.append(f"  {direction}: {server_words(server)}")
    lines += [f"  {direction}: {problem_words(problem)}" for direction, problem in result.problems]
    lines += [f"  note: {hint.kind.value}" + (f" {hint.url}" if hint.url else "") for hint in result.findings.hints]
    return "\n".join(lines)


def server_words(server: ProvedServer) -> str:
    """Return one server on a line."""
    settings = server.settings
    trust = "" if server.trusted else f", not trusted ({server.registrable_domain})"
    login = f", login {settings.username}" if settings.username else ""
    return (
        f"{settings.protocol} {settings.host}:{settings.port} {settings.security}{login} (from {server.source}{trust})"
    )


def problem_words(problem: Problem) -> str:
    """Return a problem in short: its kind, where, and the server's own words."""
    place = f"{problem.host}:{problem.port}" if problem.host and problem.port else problem.host or ""
    said = f"“{problem.server_said}”" if problem.server_said else ""
    return " ".join(part for part in (problem.kind.value, place, said) if part)
