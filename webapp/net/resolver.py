"""Ask the name server: addresses, mail exchangers, services, texts. Every answer is bounded and can be shared."""

import asyncio
from dataclasses import dataclass
from itertools import zip_longest

from webapp.net.domains import is_ip_literal, to_a_label
from webapp.net.problems import Problem, ProblemKind, Trouble
from webapp.net.questions import Answer, DirectQuestions, NameServer, Question, SharedQuestions
from webapp.net.words import clean_words

__all__ = ["Mx", "NameServer", "Resolver", "Srv"]

LIMIT_S = 5.0
AAAA_GRACE_S = 0.05  # the resolution delay of RFC 8305, section 3
A_GRACE_S = 1.0  # longer: without IPv4 a network with broken IPv6 reaches nothing
ADDRESS_LIMIT = 8  # a hostile zone must not turn one look-up into a hundred connections
LOOPBACK = ("::1", "127.0.0.1")


@dataclass(frozen=True, order=True)
class Mx:
    """One mail exchanger of a domain; the lowest preference is the first choice."""

    preference: int
    host: str


@dataclass(frozen=True)
class Srv:
    """One service record (RFC 2782); target "." means "not offered here"."""

    priority: int
    weight: int
    port: int
    target: str


class Resolver:
    """Answers questions about names, within `limit_s` or with `Trouble`.

    Without name servers of its own it asks the system's; none of them passes the guard.
    """

    def __init__(self, nameservers: tuple[NameServer, ...] = (), *, limit_s: float = LIMIT_S) -> None:
        self._nameservers = nameservers
        self._limit_s = limit_s
        self._questions: DirectQuestions | SharedQuestions = DirectQuestions(nameservers, limit_s)

    def session(self) -> "Resolver":
        """Return a resolver that asks each question once and keeps the answer for its life (one run, one loop)."""
        session = Resolver(self._nameservers, limit_s=self._limit_s)
        session._questions = SharedQuestions(DirectQuestions(self._nameservers, self._limit_s))
        return session

    async def addresses(self, host: str) -> tuple[str, ...]:
        """Return the addresses of a host, IPv6 and IPv4 in turns; an IP literal is its own answer."""
        name = to_a_label(host)
        if is_ip_literal(name):
            return (name,)
        if name == "localhost" or name.endswith(".localhost"):
            return LOOPBACK  # RFC 6761, 6.3: never asked; the guard decides
        six, four = await self._both_families(name)
        found = (address for pair in zip_longest(_values(six), _values(four)) for address in pair if address)
        addresses = tuple(found)[:ADDRESS_LIMIT]
        if not addresses:
            raise Trouble(_worse(six, four, name))
        return addresses

    async def mx(self, domain: str) -> tuple[Mx, ...]:
        """Return the mail exchangers of a domain, best first; "no mail here" (RFC 7505) is NO_RECORD."""
        records = [text.split() for text in await self._texts(domain, "MX")]
        exchangers = sorted(Mx(int(preference), _host(host)) for preference, host in records if host != ".")
        if not exchangers:
            raise Trouble(Problem(ProblemKind.NO_RECORD, host=to_a_label(domain)))
        return tuple(exchangers)

    async def srv(self, name: str) -> tuple[Srv, ...]:
        """Return the service records of a name such as `_imaps._tcp.example.org`, best first."""
        records = [text.split() for text in await self._texts(name, "SRV")]
        services = [Srv(int(priority), int(weight), int(port), _host(host)) for priority, weight, port, host in records]
        return tuple(sorted(services, key=lambda service: (service.priority, -service.weight)))

    async def txt(self, name: str) -> tuple[str, ...]:
        """Return the texts of a name, the strings of each joined."""
        return await self._texts(name, "TXT")

    async def _texts(self, name: str, kind: str) -> tuple[str, ...]:
        answer = await self._questions.ask(Question(to_a_label(name), kind))
        if isinstance(answer, Problem):
            raise Trouble(answer)
        return answer

    async def _both_families(self, name: str) -> tuple[Answer, Answer]:
        """Ask for both families side by side; once one has addresses the other gets only a short grace."""
        six = asyncio.create_task(self._questions.ask(Question(name, "AAAA")))
        four = asyncio.create_task(self._questions.ask(Question(name, "A")))
        try:
            done, pending = await asyncio.wait({six, four}, return_when=asyncio.FIRST_COMPLETED)
            if pending:
                grace_s = A_GRACE_S if four in pending else AAAA_GRACE_S
                found = any(_values(question.result()) for question in done)
                await asyncio.wait(pending, timeout=grace_s if found else None)
        finally:
            for question in (six, four):
                question.cancel()
            await asyncio.gather(six, four, return_exceptions=True)
        late = Problem(ProblemKind.NAME_LOOKUP_FAILED, host=name)
        return (late if six.cancelled() else six.result(), late if four.cancelled() else four.result())


def _values(answer: Answer) -> tuple[str, ...]:
    return () if isinstance(answer, Problem) else answer


def _worse(six: Answer, four: Answer, name: str) -> Problem:
    problems = [answer for answer in (four, six) if isinstance(answer, Problem)]
    for kind in (ProblemKind.NAME_NOT_FOUND, ProblemKind.NAME_LOOKUP_FAILED):
        if any(problem.kind is kind for problem in problems):
            return Problem(kind, host=name)
    return Problem(ProblemKind.NO_RECORD, host=name)


def _host(text: str) -> str:
    name = text.lower()
    return name if name == "." else clean_words(name.removesuffix("."), 255)
