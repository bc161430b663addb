"""The turns a scripted server takes: what it says, wants to hear, and how it misbehaves."""

import re
from collections.abc import Callable

from tests.peer import Peer

Script = Callable[[Peer], None]
Turn = bytes | Script


def dialogue(*turns: Turn) -> Script:
    """Return a script of turns: bytes are said (`{name}` is what `hear` last called so), functions are called."""

    def play(peer: Peer) -> None:
        for turn in turns:
            if isinstance(turn, bytes):
                peer.say(_filled(turn, peer.groups))
            else:
                turn(peer)

    return play


def hear(pattern: bytes) -> Script:
    """Return a turn that wants a line matching the whole pattern; named groups can be said back."""

    def turn(peer: Peer) -> None:
        line = peer.hear()
        match = re.fullmatch(pattern, line, re.IGNORECASE)
        assert match, f"the script wanted {pattern!r}, the client said {line!r}"
        peer.groups |= {name: text for name, text in match.groupdict().items() if text is not None}

    return turn


def hear_bytes(size: int) -> Script:
    """Return a turn that wants exactly so many bytes."""

    def turn(peer: Peer) -> None:
        peer.hear_bytes(size)

    return turn


def starttls(peer: Peer) -> None:
    """Take the turn of starting TLS."""
    peer.shake_hands()


def silence(peer: Peer) -> None:
    """Take the turn of saying nothing for ever."""
    peer.keep_silent()


def reset(peer: Peer) -> None:
    """Take the turn of breaking the connection."""
    peer.reset()


def drip(data: bytes, every_s: float = 0.05) -> Script:
    """Return a turn that says bytes one by one."""
    return lambda peer: peer.drip(data, every_s)


def flood(piece: bytes) -> Script:
    """Return a turn that never stops saying the same."""
    return lambda peer: peer.flood(piece)


def _filled(text: bytes, groups: dict[str, bytes]) -> bytes:
    for name, value in groups.items():
        text = text.replace(b"{%s}" % name.encode(), value)
    return text
