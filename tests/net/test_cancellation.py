"""Cancellation is normal: whatever a task waits for, afterwards no socket and no task is left."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from ipaddress import ip_network

import pytest

from tests.certificates import server_context, trusting
from tests.net.loopback import SWALLOWING, open_sockets, other_tasks, swallowed_packets
from tests.net.nameserver import SILENCE, ScriptedNameServer, Zone
from tests.scripted import Peer, ScriptedServer
from webapp.net.guard import Guard
from webapp.net.http import HttpFetcher
from webapp.net.network import Network
from webapp.net.resolver import Resolver

MANY = 20
MORE_THAN_A_SOCKET_HOLDS = bytes(32_000_000)
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
ZONE: Zone = {
    ("silent.example", "A"): SILENCE,
    ("silent.example", "AAAA"): SILENCE,
    ("swallowed.example", "A"): [SWALLOWING, "127.0.0.4"],
}


class Silences:
    """Every way a server can leave us waiting."""

    def __init__(self, stack: ExitStack) -> None:
        self.silent = stack.enter_context(ScriptedServer(Peer.wait_for_the_end))
        self.secret = stack.enter_context(ScriptedServer(tls=server_context()))
        self.names = stack.enter_context(ScriptedNameServer(ZONE))
        self.swallowed = stack.enter_context(swallowed_packets())
        stack.enter_context(swallowed_packets(self.swallowed, host="127.0.0.4"))
        ports = frozenset({self.silent.port, self.secret.port, self.swallowed})
        guard = Guard(LOOPBACK, mail_ports=ports, lookup_ports=ports)
        self.network = Network(guard, Resolver((self.names.nameserver,)), trusting()).session()


@pytest.fixture
def silences() -> Iterator[Silences]:
    """Servers that keep us waiting; when they are gone, not one socket more is open than before."""
    before = open_sockets()
    with ExitStack() as stack:
        yield Silences(stack)
    assert open_sockets() == before


async def resolve(silences: Silences) -> None:
    await silences.network.connect("silent.example", silences.silent.port)


async def connect(silences: Silences) -> None:
    await silences.network.connect("127.0.0.3", silences.swallowed)


async def connect_to_one_of_several(silences: Silences) -> None:
    await silences.network.connect("swallowed.example", silences.swallowed)


async def shake_hands(silences: Silences) -> None:
    async with await silences.network.connect("127.0.0.1", silences.silent.port) as stream:
        await stream.start_tls()


async def read_in_clear(silences: Silences) -> None:
    async with await silences.network.connect("127.0.0.1", silences.silent.port) as stream:
        await stream.read_line()


async def read_without_closing(silences: Silences) -> None:
    stream = await silences.network.connect("127.0.0.1", silences.silent.port)
    await stream.read_line()


async def read_over_tls(silences: Silences) -> None:
    async with await silences.network.connect("127.0.0.1", silences.secret.port) as stream:
        await stream.start_tls()
        await stream.read_line()


async def write(silences: Silences) -> None:
    async with await silences.network.connect("127.0.0.1", silences.silent.port) as stream:
        await stream.write(MORE_THAN_A_SOCKET_HOLDS)


async def fetch(silences: Silences) -> None:
    async with HttpFetcher(silences.network) as fetcher:
        await fetcher.fetch(f"https://127.0.0.1:{silences.secret.port}/config.xml")


async def fetch_without_a_connection(silences: Silences) -> None:
    async with HttpFetcher(silences.network) as fetcher:
        await fetcher.fetch(f"https://swallowed.example:{silences.swallowed}/config.xml")


@pytest.mark.parametrize(
    "wait",
    [
        resolve,
        connect,
        connect_to_one_of_several,
        shake_hands,
        read_in_clear,
        read_without_closing,
        read_over_tls,
        write,
        fetch,
        fetch_without_a_connection,
    ],
)
def test_a_cancelled_wait_leaves_no_socket_and_no_task(
    silences: Silences, wait: Callable[[Silences], Awaitable[None]]
) -> None:
    async def cancelling() -> None:
        waiting = [asyncio.ensure_future(wait(silences)) for _ in range(MANY)]
        await asyncio.wait(waiting, timeout=0.3)

        for task in waiting:
            task.cancel()
        ends = await asyncio.gather(*waiting, return_exceptions=True)

        assert {type(end) for end in ends} == {asyncio.CancelledError}
        assert silences.network.open_streams == 0
        assert not other_tasks()

    asyncio.run(cancelling())

    assert silences.secret.wait_until_left()


@pytest.mark.parametrize("turns", range(25))
def test_a_cancellation_at_any_turn_of_the_loop_leaves_nothing(silences: Silences, turns: int) -> None:
    async def cancelling() -> None:
        waiting = asyncio.create_task(read_over_tls(silences))
        for _ in range(turns):
            await asyncio.sleep(0)

        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

        assert silences.network.open_streams == 0
        assert not other_tasks()

    asyncio.run(cancelling())

    assert silences.secret.wait_until_left()
