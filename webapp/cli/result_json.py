"""The one JSON object of `mailroom detect --json`; its keys are a promise to scripts."""

from typing import Any

from webapp.cli.detecting import Result
from webapp.cli.server_json import server_as_json
from webapp.detection.steps import Step
from webapp.mail.settings import Direction
from webapp.net.problems import Problem


def as_json(result: Result) -> dict[str, Any]:
    """Return the result as values `json` can write."""
    found = result.findings
    chosen = [server for direction in Direction if (server := found.chosen(direction)) is not None]
    return {
        "outcome": result.kind.value,
        "seconds": round(result.seconds, 3),
        "seconds_proved": None if result.seconds_proved is None else round(result.seconds_proved, 3),
        "incoming": [server_as_json(server.settings) for server in found.incoming],
        "outgoing": [server_as_json(server.settings) for server in found.outgoing],
        "source": chosen[0].source.value if chosen else None,
        "trusted": bool(chosen) and all(server.trusted for server in chosen),
        "verified": result.verified,
        "steps": [_step(step) for step in result.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "key": step.key,
        "group": step.group.value,
        "state": step.state.value,
        "subject": step.subject,
        "started_ms": step.started_ms,
        "took_ms": step.took_ms,
        "facts": list(step.facts),
        "problem": _problem(step.problem) if step.problem else None,
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {"kind": problem.kind.value, "host": problem.host, "port": problem.port, "server_said": problem.server_said}
