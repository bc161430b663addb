"""Conversations with a scripted server that runs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests.net.loopback import trouble
from tests.scripted import ScriptedServer, network_to
from webapp.net.network import Network
from webapp.net.problems import Problem
from webapp.net.stream import LineStream

Result = TypeVar("Result")


def talk(
    server: ScriptedServer, conversation: Callable[[LineStream], Awaitable[Result]], timeout_s: float = 5
) -> Result:
    """Hold a conversation with a server that runs."""

    async def talking() -> Result:
        network = network_to(server)
        async with await network.connect(server.host, server.port, timeout_s=timeout_s) as stream:
            result = await conversation(stream)
        assert network.open_streams == 0
        return result

    return asyncio.run(talking())


async def greeting_from(network: Network, host: str, port: int) -> tuple[str, bytes]:
    """Connect, and return the address that answered with its greeting."""
    async with await network.connect(host, port, timeout_s=2) as stream:
        return stream.address, await stream.read_line()


async def problem_with(network: Network, host: str, port: int, timeout_s: float = 2) -> Problem:
    """Connect, which must fail and leave nothing open."""
    with trouble() as problems:
        await network.connect(host, port, timeout_s=timeout_s)
    assert network.open_streams == 0
    return problems[0]
