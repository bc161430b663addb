"""The one JSON object of `mailroom detect --json`; its keys are a promise to scripts."""

from typing import Any

from webapp.cli.detecting import Result
from webapp.detection.types import ProvedServer, Step
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
        "incoming": [_server(server) for server in found.incoming],
        "outgoing": [_server(server) for server in found.outgoing],
        "source": chosen[0].source.value if chosen else None,
        "trusted": bool(chosen) and all(server.trusted for server in chosen),
        "verified": result.verified,
        "steps": [_step(step) for step in result.steps],
    }


def _server(server: ProvedServer) -> dict[str, Any]:
    settings = server.settings
    return {
        "protocol": settings.protocol.value,
        "host": settings.host,
        "port": settings.port,
        "security": settings.security.value,
        "username": settings.username,
        "auth": [method.value for method in settings.auth_methods],
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
