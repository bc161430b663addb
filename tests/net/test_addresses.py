"""Several addresses of one host: which one answers, and which failure is told (happy eyeballs)."""

import asyncio
from ipaddress import ip_network

from tests.certificates import trusting
from tests.net.loopback import SWALLOWING, closed_port, swallowed_packets
from tests.net.nameserver import ScriptedNameServer
from tests.net.talking import greeting_from, problem_with
from tests.scripted import ScriptedServer, dialogue, network_to, silence
from webapp.net.guard import Guard
from webapp.net.network import Network
from webapp.net.problems import Problem, ProblemKind
from webapp.net.resolver import Resolver
from webapp.net.sockets import OpenSockets, Race

GREETING = dialogue(b"* OK ready\r\n", silence)
ANYWHERE = (ip_network("0.0.0.0/0"),)
UNREACHABLE = "255.255.255.255"  # the kernel refuses to connect to everybody, no packet leaves


def test_a_refused_address_gives_way_to_the_next() -> None:
    zone = {("mail.example", "A"): ["127.0.0.1"], ("mail.example", "AAAA"): ["::1"]}
    with ScriptedServer(GREETING) as server, ScriptedNameServer(zone) as names:
        network = network_to(server, nameserver=names.nameserver)

        assert asyncio.run(greeting_from(network, "mail.example", server.port)) == ("127.0.0.1", b"* OK ready")


def test_a_silent_address_does_not_hold_up_the_next() -> None:
    zone = {("mail.example", "A"): [SWALLOWING], ("mail.example", "AAAA"): ["::1"]}
    with ScriptedServer(GREETING, host=SWALLOWING) as server, ScriptedNameServer(zone) as names:
        network = network_to(server, nameserver=names.nameserver)
        with swallowed_packets(server.port, host="::1"):
            assert asyncio.run(greeting_from(network, "mail.example", server.port))[0] == SWALLOWING
            assert network.open_streams == 0


def test_of_two_addresses_that_connect_at_once_one_is_kept() -> None:
    async def racing() -> int:
        sockets = OpenSockets()
        race = Race(sockets, server.port, lambda address: None)
        await asyncio.gather(race._attempt("127.0.0.1"), race._attempt("127.0.0.2"))
        kept = len(sockets)
        sockets.release(await race.run(["127.0.0.1"]))
        return kept

    with ScriptedServer() as server, ScriptedServer(host="127.0.0.2", port=server.port) as other:
        assert asyncio.run(racing()) == 1
        assert server.wait_until_left()
        assert other.wait_until_left()


def test_a_closed_port_is_told_even_if_another_address_cannot_be_reached() -> None:
    port = closed_port()
    with ScriptedNameServer({("mail.example", "A"): ["127.0.0.1", UNREACHABLE]}) as names:
        network = Network(Guard(ANYWHERE, mail_ports=frozenset({port})), Resolver((names.nameserver,)), trusting())

        problem = asyncio.run(problem_with(network, "mail.example", port))

    assert problem == Problem(ProblemKind.CONNECTION_REFUSED, host="mail.example", port=port)


def test_an_address_without_a_way_to_it_is_unreachable() -> None:
    with ScriptedNameServer({}) as names:
        network = Network(Guard(ANYWHERE), Resolver((names.nameserver,)), trusting())

        problem = asyncio.run(problem_with(network, UNREACHABLE, 993))

    assert problem.kind is ProblemKind.HOST_UNREACHABLE


def test_swallowed_packets_are_a_time_out() -> None:
    with swallowed_packets() as port, ScriptedNameServer({}) as names:
        guard = Guard((ip_network("127.0.0.0/8"),), mail_ports=frozenset({port}))
        network = Network(guard, Resolver((names.nameserver,)), trusting())

        problem = asyncio.run(problem_with(network, SWALLOWING, port, timeout_s=0.3))

    assert problem.kind is ProblemKind.CONNECTION_TIMED_OUT
