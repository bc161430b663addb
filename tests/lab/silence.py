"""Hosts that answer nothing: one address swallows packets, another accepts and hangs."""

import socket
from collections.abc import Sequence

from tests.lab.addresses import LabNetwork

MAILROOM_PORTS = (25, 80, 110, 143, 443, 465, 563, 587, 993, 995, 2525)
HANGING_PORTS = (80, 443)


class Silence:
    """Sockets nobody reads. The kernel does the rest, so there is no thread."""

    def __init__(self, network: LabNetwork) -> None:
        self._network = network
        self._sockets: list[socket.socket] = []

    def start(self) -> None:
        """Open the sockets."""
        for port in MAILROOM_PORTS:
            self._swallow(self._network.silent, port)
        self._listen(self._network.hanging, HANGING_PORTS, backlog=4096)

    def stop(self) -> None:
        """Close the sockets."""
        while self._sockets:
            self._sockets.pop().close()

    def _swallow(self, address: str, port: int) -> None:
        """Fill the queue of a listening socket: from then on Linux drops every SYN, like a firewall."""
        self._listen(address, (port,), backlog=0)
        self._sockets.append(socket.create_connection((address, port), timeout=5))

    def _listen(self, address: str, ports: Sequence[int], backlog: int) -> None:
        for port in ports:
            listener = socket.socket()
            self._sockets.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
            listener.listen(backlog)
