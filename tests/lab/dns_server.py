"""The lab's name server: UDP and TCP, counts its queries, and lies when a test asks it to."""

import socket
import socketserver
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
from dns.name import Name
from dns.rdatatype import RdataType

from tests.lab.zone import Answer, Zone, rrset

PORT = 5300
PLAIN_UDP_SIZE = 512
POLL_S = 0.05
CROWD_BUFFER = 4 * 1024 * 1024  # a few hundred searches at once ask thousands of questions; a lost one costs 1.5 s

SOA = "ns.lab.test. hostmaster.lab.test. 1 3600 600 86400 60"

Turn = Sequence[str] | dns.rcode.Rcode | None
"""One scripted answer: records, an error code, or None for silence."""


@dataclass(frozen=True)
class Query:
    """One question as it came in."""

    name: str
    rdtype: str
    over_tcp: bool


class DnsServer:
    """Answers from a zone, except where a test scripted something else."""

    def __init__(self, address: str, zone: Zone, port: int = PORT) -> None:
        self.address, self.port, self.zone = address, port, zone
        self.queries: list[Query] = []
        self._scripts: dict[tuple[Name, RdataType], list[Turn]] = {}
        self._remembered: dict[tuple[bytes, bool], tuple[Query, bytes]] = {}
        self._remembered_changes = zone.changes
        self._lock = threading.Lock()
        self._servers: list[socketserver.BaseServer] = []
        self._threads: list[threading.Thread] = []

    def override(self, name: str, rdtype: str, *turns: Turn) -> None:
        """Answer with each turn once, in order; the last one stays. No turns: from the zone again."""
        key = (dns.name.from_text(name).canonicalize(), dns.rdatatype.from_text(rdtype))
        with self._lock:
            self._scripts.pop(key, None)
            if turns:
                self._scripts[key] = list(turns)

    def count(self, name: str, rdtype: str | None = None) -> int:
        """Tell how often a name was asked for."""
        wanted = name.rstrip(".").lower()
        return sum(query.name == wanted and rdtype in (None, query.rdtype) for query in tuple(self.queries))

    def reset(self) -> None:
        """Forget every override and every query."""
        with self._lock:
            self._scripts.clear()
            self.queries.clear()

    def start(self) -> None:
        """Listen on UDP and TCP."""
        for kind, handler in ((UdpListener, UdpHandler), (TcpListener, TcpHandler)):
            server = kind((self.address, self.port), handler)
            server.owner = self
            thread = threading.Thread(target=server.serve_forever, args=(POLL_S,), name=kind.__name__, daemon=True)
            thread.start()
            self._servers.append(server)
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop listening; returns when both threads are gone."""
        while self._servers:
            server = self._servers.pop()
            server.shutdown()
            server.server_close()
            self._threads.pop().join()

    def reply(self, packet: bytes, *, over_tcp: bool) -> bytes | None:
        """Return the answer to one packet, or None when the script says silence."""
        known = self._recall(packet, over_tcp=over_tcp)
        if known is not None:
            return known
        try:
            query = dns.message.from_wire(packet)
            question = query.question[0]
        except (dns.exception.DNSException, IndexError):
            return None
        answer = self._answer(question, over_tcp=over_tcp)
        if answer is None:
            return None
        response = dns.message.make_response(query, recursion_available=True)
        response.flags |= dns.flags.AA
        response.set_rcode(answer.rcode)
        response.answer.extend(answer.records)
        if not answer.records:
            response.authority.append(rrset(dns.name.from_text("test."), RdataType.SOA, [SOA]))
        wire = to_wire(response, 65535 if over_tcp else max(query.payload, PLAIN_UDP_SIZE))
        if not self._scripts:
            self._remembered[packet[2:], over_tcp] = asked(question, over_tcp=over_tcp), wire[2:]
        return wire

    def _recall(self, packet: bytes, *, over_tcp: bool) -> bytes | None:
        """Return the answer given to the same question before: a crowd asks the same few things all the time."""
        with self._lock:
            if self._scripts or self._remembered_changes != self.zone.changes:
                self._remembered.clear()
                self._remembered_changes = self.zone.changes
            query, wire = self._remembered.get((packet[2:], over_tcp), (None, b""))
            if query is None:
                return None
            self.queries.append(query)
            return packet[:2] + wire

    def _answer(self, question: dns.rrset.RRset, *, over_tcp: bool) -> Answer | None:
        name = question.name.canonicalize()
        with self._lock:
            self.queries.append(asked(question, over_tcp=over_tcp))
            turns = self._scripts.get((name, question.rdtype))
            if not turns:
                return self.zone.answer(name, question.rdtype)
            turn = turns.pop(0) if len(turns) > 1 else turns[0]
        if turn is None:
            return None
        if isinstance(turn, dns.rcode.Rcode):
            return Answer(turn)
        return Answer(dns.rcode.NOERROR, (rrset(name, question.rdtype, turn, ttl=0),) if turn else ())


def asked(question: dns.rrset.RRset, *, over_tcp: bool) -> Query:
    """Return a question as tests look at it."""
    name = question.name.canonicalize().to_text(omit_final_dot=True)
    return Query(name, dns.rdatatype.to_text(question.rdtype), over_tcp)


def to_wire(response: dns.message.Message, limit: int) -> bytes:
    """Write a response; one that is too long for UDP becomes a request to ask again over TCP."""
    try:
        return response.to_wire(max_size=limit)
    except dns.exception.TooBig:
        response.answer.clear()
        response.flags |= dns.flags.TC
        return response.to_wire(max_size=limit)


class UdpListener(socketserver.UDPServer):
    """Answers packets one after another; answers come from memory."""

    owner: DnsServer

    def server_bind(self) -> None:
        """Bind, with room for the questions of many."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, CROWD_BUFFER)
        super().server_bind()


class UdpHandler(socketserver.BaseRequestHandler):
    """One packet."""

    def handle(self) -> None:
        """Answer it."""
        packet, sock = self.request
        answer = self.server.owner.reply(packet, over_tcp=False)  # type: ignore[attr-defined]
        if answer is not None:
            sock.sendto(answer, self.client_address)


class TcpListener(socketserver.ThreadingTCPServer):
    """A thread a connection."""

    allow_reuse_address = True
    daemon_threads = True
    owner: DnsServer


class TcpHandler(socketserver.StreamRequestHandler):
    """One connection: packets with a length before them (RFC 7766)."""

    timeout = 5

    def handle(self) -> None:
        """Answer until the client goes away."""
        try:
            while header := self.rfile.read(2):
                packet = self.rfile.read(struct.unpack("!H", header)[0])
                answer = self.server.owner.reply(packet, over_tcp=True)  # type: ignore[attr-defined]
                if answer is None:
                    return
                self.wfile.write(struct.pack("!H", len(answer)) + answer)
        except (OSError, struct.error, socket.timeout):  # noqa: UP041
            return
