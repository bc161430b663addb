"""Keep proved connections open for a login that follows at once, within one process and for a short time."""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from webapp.mail.sessions import AnySession
from webapp.mail.settings import Endpoint

KEEP_S = 30.0  # servers hang up on clients that say nothing for a minute (RFC 3501 and 5321 allow more)


@dataclass(frozen=True)
class _Kept:
    session: AnySession
    pin: str | None
    expiry: asyncio.TimerHandle


class KeptSessions:
    """Sessions that have proved everything but the login: six round trips a login need not make again.

    Nothing was sent on them that a login could not follow. They close by
    themselves after `keep_s`, all of them when the keeper is left. Use it as `async with`.
    """

    def __init__(self, keep_s: float = KEEP_S) -> None:
        self._keep_s = keep_s
        self._kept: dict[Endpoint, _Kept] = {}

    def put(self, session: AnySession, pin: str | None) -> None:
        """Keep a session just opened with this pin (or none); it belongs to the keeper from now on."""
        expiry = asyncio.get_running_loop().call_later(self._keep_s, self._drop, session.endpoint)
        self._drop(session.endpoint)
        self._kept[session.endpoint] = _Kept(session, pin, expiry)

    def take(self, endpoint: Endpoint, pin: str | None) -> AnySession | None:
        """Return the session of a server, which belongs to the caller then; None if there is none fit for a login.

        One whose server has said something unasked (that it hangs up, as a
        rule) is not, nor one that another certificate was accepted for.
        """
        kept = self._kept.get(endpoint)
        if kept is None or kept.pin != pin or not kept.session.stream.at_rest:
            return None
        kept.expiry.cancel()
        return self._kept.pop(endpoint).session

    async def part_from_others(self, wanted: frozenset[Endpoint]) -> None:
        """Say goodbye to every server that is not wanted."""
        unwanted = [kept for endpoint, kept in self._kept.items() if endpoint not in wanted]
        try:
            await asyncio.gather(*(kept.session.part() for kept in unwanted))
        finally:
            for kept in unwanted:
                self._drop(kept.session.endpoint)

    def drop_all(self) -> None:
        """Close everything at once."""
        for endpoint in tuple(self._kept):
            self._drop(endpoint)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self.part_from_others(frozenset())
        finally:
            self.drop_all()

    def _drop(self, endpoint: Endpoint) -> None:
        kept = self._kept.pop(endpoint, None)
        if kept is not None:
            kept.expiry.cancel()
            kept.session.stream.drop()
