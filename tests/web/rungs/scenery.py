"""What stands around a run that is to fail in one way: a name server, the servers, a network that leads to them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from ipaddress import IPv4Network

from tests.certificates import server_context, trusting
from tests.net.loopback import swallowed_packets
from tests.net.nameserver import SERVFAIL, SILENCE, Zone
from tests.scripted import ScriptedServer
from tests.web.rungs.gate import Gate, HeldNameServer
from tests.web.rungs.ways import INCOMING_HOST, NO_SUCH_NAME, NOTHING_OF_IT, OUTGOING_HOST, PORT, Answer, Door, Way
from webapp.mail.settings import Direction
from webapp.net.guard import Guard
from webapp.net.network import Network
from webapp.net.resolver import Resolver

# Addresses of loopback for this process alone.
NETWORK = f"127.{100 + os.getpid() // 256 % 100}.{os.getpid() % 256}"
SERVER, OTHER_SERVER = f"{NETWORK}.1", f"{NETWORK}.2"
LOOPBACK = (IPv4Network("127.0.0.0/8"),)
LONG_S, SHORT_S = 10.0, 0.5  # the patience of a resolver; the short one where the name server is to stay silent


@contextmanager
def scenery(way: Way, gate: Gate) -> Iterator[Network]:
    """Set up what a way is about; the servers end when it is left, and nobody is held at the gate any more."""
    with ExitStack() as ends:
        behind_the_port(way, gate, ends)
        held = gate if way.held_at is not None and not way.turns else None
        names = ends.enter_context(HeldNameServer(zone_of(way), held))
        resolver = Resolver((names.nameserver,), limit_s=SHORT_S if way.silent else LONG_S)
        ends.callback(gate.open)  # before anybody ends
        yield Network(Guard(LOOPBACK), resolver, trusting())


def behind_the_port(way: Way, gate: Gate, ends: ExitStack) -> None:
    """Start what is to be met where the names lead."""
    if way.door is Door.SWALLOWING:
        ends.enter_context(swallowed_packets(PORT, SERVER))
    if way.turns:
        scripts = [gate.script(turns) for turns in (*way.earlier, way.turns)]
        ends.enter_context(ScriptedServer(*scripts, context=way.context, host=SERVER, port=PORT))
    if way.others:
        context = server_context(other_host(way))
        ends.enter_context(ScriptedServer(gate.script(way.others), context=context, host=OTHER_SERVER, port=PORT))


def zone_of(way: Way) -> Zone:
    """Return what the name server says: each host leads to its server unless the way says otherwise."""
    answers: Mapping[str, Answer] = {way.at: [SERVER], other_host(way): [OTHER_SERVER], **way.names}
    zone: dict[tuple[str, str], Answer] = {}
    for host, answer in answers.items():
        if answer == NOTHING_OF_IT:
            zone[host, "TXT"] = ['"no address here"']
        elif answer in (SERVFAIL, SILENCE):
            zone |= {(host, "A"): answer, (host, "AAAA"): answer}
        elif answer != NO_SUCH_NAME:
            zone[host, "A"] = answer
    return zone


def other_host(way: Way) -> str:
    """Return the host of the account's other server."""
    return OUTGOING_HOST if way.direction is Direction.INCOMING else INCOMING_HOST
