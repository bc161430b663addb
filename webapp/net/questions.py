"""Questions to the name server, by dnspython: one at a time, or each once for many askers."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdata
import dns.rdtypes.txtbase
import dns.resolver

from webapp.net.problems import Problem, ProblemKind

TRY_S = 1.5  # how long one name server may take before it, or the next, is asked again


@dataclass(frozen=True)
class NameServer:
    """One name server the administrator set; it is exempt from the guard."""

    address: str
    port: int = 53


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
        self._resolver = _resolver(nameservers)

    async def ask(self, question: Question) -> Answer:
        """Return the answer within the limit."""
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._resolve(question)
        except (dns.resolver.NXDOMAIN, dns.resolver.YXDOMAIN):
            kind = ProblemKind.NAME_NOT_FOUND
        except dns.resolver.NoAnswer:
            kind = ProblemKind.NO_RECORD
        except (dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
            kind = ProblemKind.NAME_INVALID
        except (dns.exception.DNSException, OSError):  # TimeoutError is an OSError
            kind = ProblemKind.NAME_LOOKUP_FAILED
        return Problem(kind, host=question.name)

    async def _resolve(self, question: Question) -> Answer:
        if self._resolver is None:
            raise dns.resolver.NoNameservers
        # The closing dot keeps the system's search list out of it.
        name = dns.name.from_text(question.name + ".")
        records = await self._resolver.resolve(name, question.kind, lifetime=self._limit_s, search=False)
        return tuple(_texts(records))


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


def _resolver(nameservers: tuple[NameServer, ...]) -> dns.asyncresolver.Resolver | None:
    try:
        resolver = dns.asyncresolver.Resolver(configure=not nameservers)
    except dns.resolver.NoResolverConfiguration:
        return None
    if nameservers:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(server.address, server.port) for server in nameservers]
    resolver.timeout = TRY_S
    return resolver


def _texts(records: Iterable[dns.rdata.Rdata]) -> Iterable[str]:
    for record in records:
        if isinstance(record, dns.rdtypes.txtbase.TXTBase):
            yield b"".join(record.strings).decode("utf-8", "replace")
        else:
            yield record.to_text()
