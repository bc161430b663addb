"""When very many search at once: let them in one after another, as fast as this process can take them.

Unlimited, two hundred searches would all be slow together: what a server
answered at once would be read too late, time limits would strike the innocent,
and guesses would start although better answers are waiting to be read.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

FEW = 4  # searches that never wait and never make each other wait
PAUSE_S = 0.002
MOST_LAPS = 40  # a loop that is never calm must keep nobody out for ever
CALM_S = 0.03  # a loop that comes back later than this has its hands full


class Turnstile:
    """The entrance to one event loop; searches that only wait for silent servers keep nobody out."""

    def __init__(self) -> None:
        self.inside = 0
        self._entrance = asyncio.Lock()  # first come, first served

    @property
    def crowded(self) -> bool:
        """Tell whether so many are inside that each should do only what is needed."""
        return self.inside > FEW

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """Wait for the turn, then count as inside."""
        async with self._entrance:
            for _ in range(MOST_LAPS):
                if self.inside < FEW or await self._calm():
                    break
            self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    async def _calm(self) -> bool:
        """Tell whether the loop gets round to what is due in time."""
        loop = asyncio.get_running_loop()
        due_at = loop.time() + PAUSE_S
        await asyncio.sleep(PAUSE_S)
        return loop.time() - due_at < CALM_S


_turnstiles: WeakKeyDictionary[asyncio.AbstractEventLoop, Turnstile] = WeakKeyDictionary()


def turnstile() -> Turnstile:
    """Return the turnstile of the running loop."""
    loop = asyncio.get_running_loop()
    found = _turnstiles.get(loop)
    if found is None:
        found = _turnstiles[loop] = Turnstile()
    return found
