"""Questions to the name server, each by itself or each once for many askers, and what the answers mean."""

import asyncio
import struct
from collections.abc import Iterable
from dataclasses import dataclass

import dns.exception
import dns.message
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.txtbase
import dns.resolver

from webapp.net.name_client import HEADER_SIZE, NameClient, NameServer, NobodyAnswers, response_code
from webapp.net.problems import Problem, ProblemKind

__all__ = ["Answer", "DirectQuestions", "NameServer", "Question", "SharedQuestions"]

NXDOMAIN = 3


@dataclass(frozen=True)
class Question:
    """What is asked: a name in A-labels and a record type."""

    name: str
    kind: str


Answer = tuple[str, ...] | Problem
"""The records as text, or why there are none: a value, so that many askers can share it."""


class DirectQuestions:
    """Asks the name servers each time."""

    def __init__(self, nameservers: tuple[NameServer, ...], limit_s: float) -> None:
        self._limit_s = limit_s
        self._client = NameClient(nameservers or system_nameservers())

    async def ask(self, question: Question) -> Answer:
        """Return the answer within the limit."""
        try:
            asked = wire(question)
            async with asyncio.timeout(self._limit_s):
                return read(question, await self._client.ask(asked))
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
            kind = ProblemKind.NAME_INVALID
        except (NobodyAnswers, dns.exception.DNSException, TimeoutError):
            kind = ProblemKind.NAME_LOOKUP_FAILED
        return Problem(kind, host=question.name)


def wire(question: Question) -> bytes:
    """Return a question as it goes out; the closing dot keeps the name whole."""
    name = dns.name.from_text(question.name + ".").to_wire()
    assert name is not None  # noqa: S101 -- without a file the bytes are returned
    return name + struct.pack("!HH", dns.rdatatype.from_text(question.kind), dns.rdataclass.IN)


def read(question: Question, message: bytes) -> Answer:
    """Return what a message says; most say "no such name" or "no such record", and that needs no library."""
    if response_code(message) == NXDOMAIN:
        return Problem(ProblemKind.NAME_NOT_FOUND, host=question.name)
    if message[6:8] == b"\0\0" and len(message) >= HEADER_SIZE:  # ANCOUNT
        return Problem(ProblemKind.NO_RECORD, host=question.name)
    parsed = dns.message.from_wire(message)
    records = parsed.resolve_chaining().answer if isinstance(parsed, dns.message.QueryMessage) else None
    return tuple(_texts(records)) if records else Problem(ProblemKind.NO_RECORD, host=question.name)


def system_nameservers() -> tuple[NameServer, ...]:
    """Return the system's name servers, none if it has no settings for them."""
    try:
        system = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return ()
    return tuple(NameServer(server, system.port) for server in system.nameservers if isinstance(server, str))


class SharedQuestions:
    """Asks each question once: whoever comes later shares the answer, also one still on its way.

    A question nobody waits for any more is given up at once.
    """

    def __init__(self, direct: DirectQuestions) -> None:
        self._direct = direct
        self._asked: dict[Question, asyncio.Task[Answer]] = {}
        self._askers: dict[Question, int] = {}

    async def ask(self, question: Question) -> Answer:
        """Return the answer, shared."""
        task = self._asked.get(question)
        if task is None:
            task = self._asked[question] = asyncio.create_task(self._direct.ask(question))
            self._askers[question] = 0
        self._askers[question] += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._askers[question] -= 1
            if not self._askers[question] and not task.done():
                await self._give_up(question, task)

    async def _give_up(self, question: Question, task: asyncio.Task[Answer]) -> None:
        del self._asked[question], self._askers[question]
        task.cancel()
        await asyncio.wait({task})


def _texts(records: Iterable[dns.rdata.Rdata]) -> Iterable[str]:
    for record in records:
        if isinstance(record, dns.rdtypes.txtbase.TXTBase):
            yield b"".join(record.strings).decode("utf-8", "replace")
        else:
            yield record.to_text()
