"""The server's end of one connection, in the hands of a script. `tests.scripted` is the server."""

import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field


@dataclass
class Recording:
    """What all peers of a server share: its certificate, what was heard, whether the test is over."""

    context: ssl.SSLContext
    received: list[bytes] = field(default_factory=list)
    received_in_clear: list[bytes] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)


class ClientLeft(Exception):
    """The client closed the connection where the script wanted to hear something."""


class Peer:
    """The server's end of one connection, as a script sees it."""

    def __init__(self, connected: socket.socket, recording: Recording) -> None:
        self.secure = False
        self.groups: dict[str, bytes] = {}
        self._socket = connected
        self._recording = recording
        self._buffer = b""

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self._socket.sendall(data)

    def hear(self) -> bytes:
        """Return the client's next line without its line end."""
        while b"\n" not in self._buffer:
            self._fill()
        line, _, self._buffer = self._buffer.partition(b"\n")
        return self._note(line.removesuffix(b"\r"))

    def hear_bytes(self, size: int) -> bytes:
        """Return exactly `size` bytes of the client."""
        while len(self._buffer) < size:
            self._fill()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return self._note(data)

    def shake_hands(self, context: ssl.SSLContext | None = None) -> None:
        """Start TLS as a server."""
        self._socket = (context or self._recording.context).wrap_socket(self._socket, server_side=True)
        self.secure = True

    def begins_with_tls(self, within_s: float = 0.2) -> bool:
        """Tell whether the client opens with a TLS handshake instead of waiting for a greeting (RFC 8446, 5.1)."""
        patience = self._socket.gettimeout()
        self._socket.settimeout(within_s)
        try:
            return self._socket.recv(1, socket.MSG_PEEK) == b"\x16"
        except TimeoutError:
            return False
        finally:
            self._socket.settimeout(patience)

    def keep_silent(self) -> None:
        """Say nothing until the client leaves or the server stops."""
        while self._socket.recv(4096):
            pass

    def wait_for_the_end(self) -> None:
        """Neither say nor hear anything until the server stops."""
        self._recording.stopping.wait()

    def drip(self, data: bytes, every_s: float) -> None:
        """Send one byte at a time."""
        for byte in data:
            self.say(bytes([byte]))
            if self._recording.stopping.wait(every_s):
                return

    def flood(self, piece: bytes) -> None:
        """Send the same bytes again and again until the client leaves."""
        while not self._recording.stopping.is_set():
            self.say(piece)

    def reset(self) -> None:
        """Break the connection with RST instead of FIN."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def end(self) -> None:
        """Wake whoever waits on this connection."""
        try:
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except OSError:
            pass

    def _fill(self) -> None:
        data = self._socket.recv(65536)
        if not data:
            raise ClientLeft
        self._buffer += data

    def _note(self, data: bytes) -> bytes:
        self._recording.received.append(data)
        if not self.secure:
            self._recording.received_in_clear.append(data)
        return data
