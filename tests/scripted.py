r"""A loopback server that plays a script: what it says, what it wants to hear, how it misbehaves.

    script = dialogue(b"+OK ready\r\n", hear(rb"USER (?P<name>.+)"), b"+OK hello {name}\r\n")
    with ScriptedServer(script) as server:
        network = network_to(server)
        ...
    assert server.received == [b"USER anna"]

A script is a plain function of a `Peer`, in a thread of its own, so `dialogue` is
only the short way to write one. A client that leaves ends a script quietly; a
client that says something else than the script wants to hear fails the test.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_network
from types import TracebackType
from typing import Self

from tests.certificates import server_context, trusting
from tests.peer import ClientLeft, Peer, Recording
from tests.turns import Script, Turn, dialogue, drip, flood, hear, hear_bytes, reset, silence, starttls
from webapp.net.guard import Guard
from webapp.net.network import Network
from webapp.net.resolver import NameServer, Resolver

__all__ = [
    "Peer",
    "Script",
    "ScriptedServer",
    "Turn",
    "dialogue",
    "drip",
    "flood",
    "hear",
    "hear_bytes",
    "network_to",
    "reset",
    "silence",
    "starttls",
]

PATIENCE_S = 10.0  # a test that hangs ends by itself


class ScriptedServer:
    """Listens on a loopback port, a random one unless wanted.

    Each connection plays the next script, the last one for ever after. `tls`
    makes TLS implicit; `context` is what `starttls` uses. `received` holds
    every line and literal, `received_in_clear` those heard without TLS.
    """

    def __init__(
        self,
        *scripts: Script,
        tls: ssl.SSLContext | None = None,
        context: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.host = host
        self._wanted_port = port
        self.tls = tls
        self.connections = 0
        self._recording = Recording(context or tls or server_context())
        self._scripts: Sequence[Script] = scripts or (Peer.keep_silent,)
        self._failures: list[BaseException] = []
        self._peers: list[Peer] = []
        self._threads: list[threading.Thread] = []
        self._quiet = threading.Condition()
        self._playing = 0

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return self._port  # also when the server has ended, for what a test asserts then

    @property
    def received(self) -> list[bytes]:
        """Return every line and literal heard so far."""
        return self._recording.received

    @property
    def received_in_clear(self) -> list[bytes]:
        """Return what was heard without TLS."""
        return self._recording.received_in_clear

    def wait_until_left(self) -> bool:
        """Wait until no client is connected; False if one stays."""
        with self._quiet:
            return self._quiet.wait_for(lambda: not self._playing, PATIENCE_S)

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, self._wanted_port), family=family)
        self._port = int(self._listener.getsockname()[1])
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._recording.stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for peer in self._peers:
            peer.end()
        for thread in self._threads:
            thread.join(PATIENCE_S)
        self._listener.close()
        if error is None and self._failures:
            raise self._failures[0]

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._recording.stopping.is_set():
            try:
                connected, _ = self._listener.accept()
            except OSError:
                return
            connected.settimeout(PATIENCE_S)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            script = self._scripts[min(self.connections, len(self._scripts) - 1)]
            self.connections += 1
            with self._quiet:
                self._playing += 1
            peer = Peer(connected, self._recording)
            self._peers.append(peer)
            self._start(lambda peer=peer, script=script: self._play(peer, script))  # type: ignore[misc]

    def _play(self, peer: Peer, script: Script) -> None:
        try:
            if self.tls is not None:
                peer.shake_hands(self.tls)
            script(peer)
        except (OSError, ClientLeft):
            pass  # the client left, or the test is over
        except BaseException as failure:
            self._failures.append(failure)
        finally:
            peer.close()
            with self._quiet:
                self._playing -= 1
                self._quiet.notify_all()


def network_to(*servers: ScriptedServer, nameserver: NameServer | None = None) -> Network:
    """Return a network that may reach loopback, there exactly the ports of these servers, for mail and for look-ups.

    Without a name server of the test, names fail at once: nothing leaves the machine.
    """
    ports = frozenset(server.port for server in servers)
    loopback = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    resolver = Resolver((nameserver or NameServer("127.0.0.1", 9),))
    return Network(Guard(loopback, mail_ports=ports, lookup_ports=ports), resolver, trusting())
