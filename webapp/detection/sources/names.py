"""Ask the name server where the ladder hears it: `MX uspeh.ru`, and each record as zone files write it."""

from collections.abc import Awaitable, Callable
from itertools import islice
from typing import TypeVar

from webapp.detection.ladder import OpenStep
from webapp.detection.question import Question
from webapp.net.problems import ProblemKind, Trouble
from webapp.net.resolver import Mx, Srv

RECORDS_SHOWN = 8
NOTHING = {ProblemKind.NAME_NOT_FOUND: "NXDOMAIN", ProblemKind.NO_RECORD: "NODATA"}  # RFC 2308, section 2

Record = TypeVar("Record")


async def ask_mx(question: Question, name: str, step: OpenStep) -> tuple[Mx, ...]:
    """Return the mail exchangers of a domain; raises `Trouble`."""
    asking = question.surroundings.network.resolver.mx(name)
    return await _heard(step, "MX", name, asking, lambda mx: f"{mx.preference} {mx.host}")


async def ask_srv(question: Question, name: str, step: OpenStep) -> tuple[Srv, ...]:
    """Return the service records of a name; raises `Trouble`."""
    asking = question.surroundings.network.resolver.srv(name)
    return await _heard(step, "SRV", name, asking, _service)


async def ask_txt(question: Question, name: str, step: OpenStep) -> tuple[str, ...]:
    """Return the texts of a name; raises `Trouble`."""
    return await _heard(step, "TXT", name, question.surroundings.network.resolver.txt(name), str)


async def _heard(
    step: OpenStep, kind: str, name: str, asking: Awaitable[tuple[Record, ...]], words: Callable[[Record], str]
) -> tuple[Record, ...]:
    step.asked(f"{kind} {name}")
    try:
        records = await asking
    except Trouble as trouble:
        if trouble.problem.kind in NOTHING:
            step.answered(f"{name} {kind} {NOTHING[trouble.problem.kind]}")
        raise
    for record in islice(records, RECORDS_SHOWN):
        # The name stands here too: several questions may be out at the same time.
        step.answered(f"{name} {kind} {words(record)}")
    return records


def _service(srv: Srv) -> str:
    return f"{srv.priority} {srv.weight} {srv.port} {srv.target}"
