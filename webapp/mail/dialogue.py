"""Carry one SASL exchange over any of the three protocols (RFC 4422, section 3)."""

import asyncio
import base64
import binascii
from dataclasses import dataclass, replace
from typing import Protocol as Shape

from webapp.mail.causes import Finding
from webapp.mail.sasl import MECHANISMS, Exchange
from webapp.mail.scram import SaslError, UnsuitableText
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind, Trouble

MOST_TURNS = 8

# What a failed login is where the reply rules out that the password was wrong; any other cause: refused all the same.
KIND_OF_UNJUDGED = {
    Cause.TLS_REQUIRED: ProblemKind.AUTH_METHOD_REFUSED,
    Cause.LOGIN_DISABLED: ProblemKind.AUTH_METHOD_REFUSED,
    Cause.TOO_MANY_CONNECTIONS: ProblemKind.LOGIN_UNAVAILABLE,
    Cause.MAILBOX_IN_USE: ProblemKind.LOGIN_UNAVAILABLE,
    Cause.AUTH_UNAVAILABLE_NOW: ProblemKind.LOGIN_UNAVAILABLE,
}


@dataclass(frozen=True)
class Verdict:
    """How a server judged one way of logging in; `kind` None means logged in.

    AUTH_METHOD_REFUSED says that the password was not judged, so that another
    way may be tried.
    """

    way: str
    kind: ProblemKind | None
    said: bytes = b""


def seen_through(verdict: Verdict, finding: Finding) -> Verdict:
    """Return the verdict as it is once we know why: not every refusal is one, nor every delay one that passes.

    Gmail's `-ERR [SYS/PERM]` says that POP3 is switched off, which no waiting cures.
    """
    if verdict.kind not in (ProblemKind.LOGIN_REFUSED, ProblemKind.LOGIN_UNAVAILABLE) or finding.password_judged:
        return verdict
    return replace(verdict, kind=KIND_OF_UNJUDGED.get(finding.cause, ProblemKind.LOGIN_REFUSED))


class SaslWire(Shape):
    """What a protocol does for an exchange: its own words around the base64."""

    async def begin_sasl(self, mechanism: str, initial: bytes | None) -> bool:
        """Name the mechanism; tell whether the initial response went along."""

    async def say_sasl(self, answer: bytes) -> None:
        """Send one answer."""

    async def hear_sasl(self, mechanism: str) -> bytes | Verdict:
        """Return the next challenge, or the verdict."""


async def converse(wire: SaslWire, mechanism: str, username: str, secret: str) -> Verdict:
    """Carry out one mechanism and return the verdict; raises `Trouble` for a server that makes no sense.

    After a server failed to prove itself (SCRAM) nothing weaker may be tried
    with it, hence a trouble and not a verdict.
    """
    try:
        exchange = MECHANISMS[mechanism](username, secret)
    except UnsuitableText:
        return Verdict(mechanism, ProblemKind.AUTH_METHOD_REFUSED)
    try:
        return await _turns(wire, mechanism, exchange)
    except SaslError:
        raise Trouble(Problem(ProblemKind.UNEXPECTED_ANSWER)) from None


async def _turns(wire: SaslWire, mechanism: str, exchange: Exchange) -> Verdict:
    pending = exchange.initial()
    initial = None if pending is None else base64.b64encode(pending)
    said_something = await wire.begin_sasl(mechanism, initial)
    if said_something:
        pending = None
    for _ in range(MOST_TURNS):
        heard = await wire.hear_sasl(mechanism)
        if isinstance(heard, Verdict):
            return _believed(heard, exchange, said_something)
        if pending is not None:
            answer, pending = pending, None
        else:
            # In a thread: the key derivation of SCRAM may take a good part of a second.
            answer = await asyncio.to_thread(exchange.answer, _decoded(heard))
        await wire.say_sasl(base64.b64encode(answer))
        said_something = True
    raise SaslError


def _believed(verdict: Verdict, exchange: Exchange, said_something: bool) -> Verdict:
    if verdict.kind is None and not exchange.server_proved:
        raise SaslError
    if verdict.kind is ProblemKind.LOGIN_REFUSED and not said_something:
        # It judged no password, it had not heard one: the mechanism itself is what it refuses.
        return replace(verdict, kind=ProblemKind.AUTH_METHOD_REFUSED)
    return verdict


def _decoded(challenge: bytes) -> bytes:
    try:
        return base64.b64decode(challenge.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise SaslError from None
