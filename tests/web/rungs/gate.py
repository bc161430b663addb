"""The moment between two pictures: a server waits at a gate until the test has looked at the page."""

import threading
from collections.abc import Iterable

from tests.net.nameserver import Records, ScriptedNameServer, Zone
from tests.peer import Peer
from tests.scripted import PATIENCE_S
from tests.turns import Script, Turn, dialogue
from tests.web.rungs.ways import Hold


class Gate:
    """Closed until the test opens it; whoever comes afterwards walks through."""

    def __init__(self) -> None:
        self._reached, self._opened = threading.Event(), threading.Event()

    def wait(self) -> None:
        """Tell that somebody stands here, and wait for the test."""
        self._reached.set()
        self._opened.wait(PATIENCE_S)

    def reached(self) -> bool:
        """Wait until somebody stands here; False if nobody comes."""
        return self._reached.wait(PATIENCE_S)

    def open(self) -> None:
        """Let everybody through, now and from now on."""
        self._opened.set()

    def hold(self, _peer: Peer) -> None:
        """Take a server's turn of waiting."""
        self.wait()

    def script(self, turns: Iterable[Turn | Hold]) -> Script:
        """Return the turns as a script that waits where they say HOLD."""
        return dialogue(*(self.hold if isinstance(turn, Hold) else turn for turn in turns))


class HeldNameServer(ScriptedNameServer):
    """A name server that waits at a gate, if it has one, before it answers anything."""

    def __init__(self, zone: Zone, gate: Gate | None) -> None:
        super().__init__(zone)
        self._gate = gate

    def _answer(self, name: str, kind: str) -> Records | str:
        if self._gate is not None:
            self._gate.wait()
        return super()._answer(name, kind)
