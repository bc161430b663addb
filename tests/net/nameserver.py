"""A tiny name server on loopback: answers from a table, counts questions, changes its mind, stays silent."""

import socket
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from webapp.net.resolver import NameServer

SILENCE = "silence"
SERVFAIL = "servfail"
Records = Sequence[str]
Zone = Mapping[tuple[str, str], Records | Sequence[Records] | str]


class ScriptedNameServer:
    """Answers `(name, type)` from a zone.

    A list of strings is the records; a list of lists is one answer after the
    other, the last one for ever after (rebinding); SILENCE and SERVFAIL are what they say.
    """

    def __init__(self, zone: Zone, *, truncate: bool = False) -> None:
        self._zone = zone
        self._truncate = truncate
        self.asked: Counter[tuple[str, str]] = Counter()
        self.was_asked = threading.Event()

    @property
    def nameserver(self) -> NameServer:
        """Return what a resolver needs to know."""
        return NameServer("127.0.0.1", self._udp.getsockname()[1])

    def __enter__(self) -> Self:
        self._tcp, self._udp = same_port()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._serve_udp, self._serve_tcp)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stopper:
            stopper.sendto(b"", self._udp.getsockname())
        self._tcp.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()

    def _serve_udp(self) -> None:
        while data := (received := self._udp.recvfrom(4096))[0]:
            if reply := self._reply(data, truncate=self._truncate):
                self._udp.sendto(reply, received[1])

    def _serve_tcp(self) -> None:
        while True:
            try:
                connected, _ = self._tcp.accept()
            except OSError:
                return
            with connected:
                size = int.from_bytes(connected.recv(2))
                if reply := self._reply(connected.recv(size), truncate=False):
                    connected.sendall(len(reply).to_bytes(2) + reply)

    def _reply(self, data: bytes, *, truncate: bool) -> bytes | None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        answer = self._answer(name, kind)
        if answer == SILENCE:
            return None
        response = dns.message.make_response(query)
        if truncate:
            response.flags |= dns.flags.TC
        elif answer == SERVFAIL:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif answer:
            response.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, answer))
        elif not any(name == known for known, _ in self._zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()

    def _answer(self, name: str, kind: str) -> Records | str:
        turn = self.asked[(name, kind)]
        self.asked[(name, kind)] += 1
        self.was_asked.set()
        answer = self._zone.get((name, kind), ())
        if isinstance(answer, str) or not answer or isinstance(answer[0], str):
            return answer  # type: ignore[return-value]
        return answer[min(turn, len(answer) - 1)]


def same_port() -> tuple[socket.socket, socket.socket]:
    """Return a listening TCP socket and a UDP one on a port of loopback that is free for both."""
    while True:
        tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
        except OSError:  # somebody else's questions go out from there
            tcp.close()
            udp.close()
        else:
            return tcp, udp
