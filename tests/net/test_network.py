"""The doorway: which address is taken, which is refused, what each failure is called."""

import asyncio
import socket
from ipaddress import ip_network

import pytest

from tests.certificates import trusting
from tests.net.loopback import closed_port, trouble
from tests.net.nameserver import ScriptedNameServer, Zone
from tests.net.talking import greeting_from, problem_with
from tests.scripted import ScriptedServer, dialogue, network_to, silence
from webapp.net.guard import Guard, Purpose
from webapp.net.network import Network
from webapp.net.problems import ProblemKind
from webapp.net.resolver import NameServer, Resolver

GREETING = dialogue(b"* OK ready\r\n", silence)
INSIDE = ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "::1", "::ffff:127.0.0.1"]


def strict_network(port: int, nameserver: NameServer) -> Network:
    """Return a network with a guard as the product has it, only for another port."""
    guard = Guard(mail_ports=frozenset({port}), lookup_ports=frozenset({port}))
    return Network(guard, Resolver((nameserver,)), trusting())


def test_facts_are_told_as_they_come_true_and_the_host_takes_its_one_form() -> None:
    facts: list[str] = []

    async def connecting() -> str:
        network = network_to(server, nameserver=names.nameserver)
        async with await network.connect("IMAP.Example.", server.port, observe=facts.append) as stream:
            return stream.host

    with ScriptedServer(GREETING) as server, ScriptedNameServer({("imap.example", "A"): ["127.0.0.1"]}) as names:
        assert asyncio.run(connecting()) == "imap.example"

    assert facts == ["name", "address=127.0.0.1", "port"]


@pytest.mark.parametrize("other", ["127.0.0.2", "10.1.2.3"])
def test_the_addresses_that_may_be_tried_are_told_before_anybody_answers(other: str) -> None:
    facts: list[str] = []
    port = closed_port()

    async def connecting(network: Network) -> None:
        await network.connect("imap.example", port, observe=facts.append)

    with ScriptedNameServer({("imap.example", "A"): ["127.0.0.1", other]}) as names:
        guard = Guard((ip_network("127.0.0.0/8"),), mail_ports=frozenset({port}))
        network = Network(guard, Resolver((names.nameserver,)), trusting())
        with trouble() as problems:
            asyncio.run(connecting(network))

    assert problems[0].kind is ProblemKind.CONNECTION_REFUSED
    assert facts[0] == "name"
    permitted = {"127.0.0.1", other} - {"10.1.2.3"}
    assert [set(fact.removeprefix("address=").split(",")) for fact in facts[1:]] == [permitted]


def test_a_refused_address_is_no_fact() -> None:
    heard: list[str] = []

    async def connecting(network: Network) -> None:
        await network.connect("imap.example", 143, observe=heard.append)

    with ScriptedNameServer({("imap.example", "A"): ["10.1.2.3"]}) as names, trouble():
        asyncio.run(connecting(strict_network(143, names.nameserver)))

    assert heard == ["name"]


def test_small_writes_leave_at_once() -> None:
    async def connecting() -> int:
        network = network_to(server)
        async with await network.connect(server.host, server.port) as stream:
            return stream._channel._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    with ScriptedServer() as server:
        assert asyncio.run(connecting())


@pytest.mark.parametrize("address", INSIDE)
@pytest.mark.parametrize("by_name", [True, False])
def test_an_inner_address_is_refused_before_any_packet_whether_named_or_typed(address: str, by_name: bool) -> None:
    zone = {("inner.example", "AAAA" if ":" in address else "A"): [address]}
    with ScriptedServer(GREETING) as server, ScriptedNameServer(zone) as names:
        network = strict_network(server.port, names.nameserver)
        host = "inner.example" if by_name else address

        problem = asyncio.run(problem_with(network, host, server.port))

        assert (problem.kind, problem.port) == (ProblemKind.TARGET_REFUSED, server.port)
        assert server.connections == 0


def test_a_refusal_is_the_same_whether_somebody_listens_there_or_not() -> None:
    with ScriptedServer(GREETING) as server, ScriptedNameServer({}) as names:
        alive = strict_network(server.port, names.nameserver)
        dead = strict_network(port := closed_port(), names.nameserver)

        answers = [asyncio.run(problem_with(alive, "127.0.0.1", server.port))]
        answers.append(asyncio.run(problem_with(dead, "127.0.0.1", port)))

    assert [(problem.kind, problem.server_said) for problem in answers] == [(ProblemKind.TARGET_REFUSED, None)] * 2


def test_a_port_that_is_none_for_mail_is_refused_before_the_name_is_asked() -> None:
    with ScriptedNameServer({("mail.example", "A"): ["127.0.0.1"]}) as names:
        network = Network(Guard(), Resolver((names.nameserver,)), trusting())

        problem = asyncio.run(problem_with(network, "mail.example", 22))

        assert problem.kind is ProblemKind.TARGET_REFUSED
        assert not names.asked


def test_a_name_that_changes_its_mind_on_the_second_look_up_is_refused_then() -> None:
    zone: Zone = {("rebind.example", "A"): [["127.0.0.1"], ["127.0.0.2"]]}
    with ScriptedServer(GREETING) as server, ScriptedNameServer(zone) as names:
        only_first = Guard((ip_network("127.0.0.1/32"),), mail_ports=frozenset({server.port}))
        network = Network(only_first, Resolver((names.nameserver,)), trusting())
        with ScriptedServer(GREETING, host="127.0.0.2", port=server.port) as inner:
            address, _ = asyncio.run(greeting_from(network, "rebind.example", server.port))
            problem = asyncio.run(problem_with(network, "rebind.example", server.port))

            assert address == "127.0.0.1"
            assert problem.kind is ProblemKind.TARGET_REFUSED
            assert inner.connections == 0


def test_the_guard_has_the_last_word_right_before_the_kernel() -> None:
    class Hardening(Guard):
        """Lets an address pass once, and never again."""

        seen = 0

        def check(self, host: str, address: str, port: int, purpose: Purpose = Purpose.MAIL) -> None:
            self.seen += 1
            super().check(host, address if self.seen == 1 else "10.0.0.1", port, purpose)

    with ScriptedServer(GREETING) as server:
        guard = Hardening((ip_network("127.0.0.0/8"),), mail_ports=frozenset({server.port}))
        network = Network(guard, Resolver((NameServer("127.0.0.1", 9),)), trusting())

        problem = asyncio.run(problem_with(network, "127.0.0.1", server.port))

        assert problem.kind is ProblemKind.TARGET_REFUSED
        assert server.connections == 0


def test_of_several_addresses_only_the_permitted_are_tried() -> None:
    zone = {("mixed.example", "A"): ["127.0.0.1"], ("mixed.example", "AAAA"): ["::1"]}
    with ScriptedServer(GREETING) as server, ScriptedNameServer(zone) as names:
        guard = Guard((ip_network("127.0.0.0/8"),), mail_ports=frozenset({server.port}))
        network = Network(guard, Resolver((names.nameserver,)), trusting())
        with ScriptedServer(GREETING, host="::1", port=server.port) as inner:
            assert asyncio.run(greeting_from(network, "mixed.example", server.port))[0] == "127.0.0.1"
            assert inner.connections == 0


def test_a_name_nobody_knows_is_its_own_problem() -> None:
    with ScriptedServer() as server, ScriptedNameServer({}) as names:
        problem = asyncio.run(problem_with(network_to(server, nameserver=names.nameserver), "no.example", server.port))

    assert (problem.kind, problem.host) == (ProblemKind.NAME_NOT_FOUND, "no.example")


def test_a_session_counts_into_its_network_and_asks_each_name_once() -> None:
    async def connecting() -> None:
        network = network_to(server, nameserver=names.nameserver)
        session = network.session()
        streams = [await session.connect("mail.example", server.port) for _ in range(3)]
        assert network.open_streams == session.open_streams == 3
        for stream in streams:
            await stream.close()
        assert network.open_streams == 0

    with ScriptedServer() as server, ScriptedNameServer({("mail.example", "A"): ["127.0.0.1"]}) as names:
        asyncio.run(connecting())

        assert set(names.asked.values()) == {1}
