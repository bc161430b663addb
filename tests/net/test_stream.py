"""Lines to and from a server, however it behaves: silence, reset, garbage, endless lines, slow bytes."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.net import talking
from tests.net.loopback import trouble
from tests.scripted import Peer, Script, ScriptedServer, dialogue, drip, flood, hear, reset, silence
from webapp.net.problems import Problem, ProblemKind
from webapp.net.stream import ANSWER_LIMIT, LINE_LIMIT, LineStream

Result = TypeVar("Result")
SHORT_S = 0.2


def talk(script: Script, conversation: Callable[[LineStream], Awaitable[Result]], timeout_s: float = 5) -> Result:
    """Hold a conversation with a server that plays a script."""
    with ScriptedServer(script) as server:
        return talking.talk(server, conversation, timeout_s)


def failure(script: Script, conversation: Callable[[LineStream], Awaitable[object]], timeout_s: float = 5) -> Problem:
    """Hold a conversation that must end in trouble."""
    with trouble() as problems:
        talk(script, conversation, timeout_s)
    assert problems[0].host == "127.0.0.1"
    assert problems[0].port
    return problems[0]


async def read_all(stream: LineStream) -> None:
    """Read until trouble comes."""
    while True:
        await stream.read_line()


def test_lines_come_without_their_ends_and_empty_lines_count() -> None:
    async def three(stream: LineStream) -> list[bytes]:
        return [await stream.read_line() for _ in range(4)]

    lines = talk(dialogue(b"* OK ready\r\nbare\n\r\nin \r between\r\n"), three)

    assert lines == [b"* OK ready", b"bare", b"", b"in \r between"]


@settings(max_examples=15)
@given(st.lists(st.binary(max_size=300).map(lambda line: line.replace(b"\n", b"").rstrip(b"\r")), max_size=20))
def test_any_bytes_split_into_the_lines_they_are(lines: list[bytes]) -> None:
    async def everything(stream: LineStream) -> list[bytes]:
        return [await stream.read_line() for _ in lines]

    assert talk(dialogue(b"".join(line + b"\r\n" for line in lines)), everything) == lines


def test_a_literal_is_read_to_the_byte_and_lines_go_on_after_it() -> None:
    async def literal(stream: LineStream) -> list[bytes]:
        return [await stream.read_line(), await stream.read_exactly(7), await stream.read_line()]

    assert talk(dialogue(b"{7}\r\n", drip(b"a\r\nb\n\x00c)\r\n", 0.001)), literal) == [b"{7}", b"a\r\nb\n\x00c", b")"]


def test_what_is_written_arrives_whole() -> None:
    letter = bytes(range(256)) * 2000

    def script(peer: Peer) -> None:
        peer.hear_bytes(len(letter))
        peer.say(b"250 taken\r\n")

    async def hand_over(stream: LineStream) -> bytes:
        await stream.write(letter)
        return await stream.read_line()

    assert talk(script, hand_over) == b"250 taken"


@pytest.mark.parametrize("script", [silence, dialogue(b"* OK no line end", silence), drip(b"x" * 1000, SHORT_S / 10)])
def test_a_line_that_is_not_whole_in_time_is_silence(script: Script) -> None:
    assert failure(script, LineStream.read_line, SHORT_S).kind is ProblemKind.SILENT


def test_a_literal_that_is_not_whole_in_time_is_silence() -> None:
    script = dialogue(drip(b"x" * 1000, SHORT_S / 10))

    assert failure(script, lambda stream: stream.read_exactly(1000), SHORT_S).kind is ProblemKind.SILENT


def test_a_server_that_takes_nothing_is_silent() -> None:
    script = dialogue(lambda peer: peer.wait_for_the_end())

    assert failure(script, lambda stream: stream.write(b"x" * 64_000_000), SHORT_S).kind is ProblemKind.SILENT


@pytest.mark.parametrize("script", [dialogue(), dialogue(b"* OK half a li"), dialogue(b"* OK", reset), reset])
@pytest.mark.parametrize("conversation", [LineStream.read_line, lambda stream: stream.read_exactly(99)])
def test_an_end_or_a_reset_is_a_lost_connection(
    script: Script, conversation: Callable[[LineStream], Awaitable[object]]
) -> None:
    assert failure(script, conversation).kind is ProblemKind.CONNECTION_LOST


def test_writing_to_a_server_that_left_is_a_lost_connection() -> None:
    async def write_on(stream: LineStream) -> None:
        while True:
            await stream.write(b"NOOP\r\n")

    assert failure(reset, write_on).kind is ProblemKind.CONNECTION_LOST


def test_a_line_may_be_as_long_as_the_limit_and_no_longer() -> None:
    longest = b"x" * (LINE_LIMIT - 1) + b"\r\n"

    assert len(talk(dialogue(longest), LineStream.read_line)) == LINE_LIMIT - 1
    assert failure(dialogue(b"x" + longest), LineStream.read_line).kind is ProblemKind.LINE_TOO_LONG


@pytest.mark.parametrize("piece", [b"x" * 4096, b"\x00\xff" * 100])
def test_an_endless_line_ends_at_the_limit(piece: bytes) -> None:
    assert failure(flood(piece), LineStream.read_line).kind is ProblemKind.LINE_TOO_LONG


def test_an_endless_answer_ends_at_the_limit() -> None:
    assert failure(flood(b"* 1 EXISTS\r\n" * 400), read_all).kind is ProblemKind.ANSWER_TOO_LONG


def test_reading_what_has_come_already_gives_other_tasks_their_turn() -> None:
    said = threading.Event()
    turns = 0

    def script(peer: Peer) -> None:
        peer.say(b"x" * 400_000)
        said.set()
        peer.wait_for_the_end()

    async def count_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def read_waiting_bytes(stream: LineStream) -> None:
        await asyncio.to_thread(said.wait)
        counting = asyncio.create_task(count_turns())
        await stream.read_exactly(400_000)
        counting.cancel()
        assert turns > 3

    talk(script, read_waiting_bytes)


def test_a_literal_larger_than_the_limit_is_not_even_begun() -> None:
    too_much = ANSWER_LIMIT + 1

    assert failure(silence, lambda stream: stream.read_exactly(too_much)).kind is ProblemKind.ANSWER_TOO_LONG


def test_the_limit_of_an_answer_begins_anew_with_each_question() -> None:
    page = b"x" * 1000 + b"\r\n"
    turns = [turn for _ in range(5) for turn in (hear(rb"MORE"), page * (ANSWER_LIMIT // len(page) // 2))]

    async def five_pages(stream: LineStream) -> None:
        for _ in range(5):
            await stream.write(b"MORE\r\n")
            for _ in range(ANSWER_LIMIT // len(page) // 2):
                await stream.read_line()

    talk(dialogue(*turns), five_pages)


def test_a_stream_is_closed_twice_without_harm_and_then_tells_so() -> None:
    async def close_twice(stream: LineStream) -> None:
        await stream.close()
        await stream.close()
        await stream.read_line()

    assert failure(silence, close_twice).kind is ProblemKind.CONNECTION_LOST


def test_closing_wakes_the_task_that_reads() -> None:
    async def close_under_a_reader(stream: LineStream) -> None:
        reader = asyncio.create_task(stream.read_line())
        await asyncio.sleep(0)
        await stream.close()
        await reader

    assert failure(silence, close_under_a_reader).kind is ProblemKind.CONNECTION_LOST


def test_closing_wakes_the_task_that_writes() -> None:
    async def close_under_a_writer(stream: LineStream) -> None:
        writer = asyncio.create_task(stream.write(b"x" * 64_000_000))
        await asyncio.sleep(0)
        await stream.close()
        await writer

    script = dialogue(lambda peer: peer.wait_for_the_end())
    assert failure(script, close_under_a_writer).kind is ProblemKind.CONNECTION_LOST


class Listening:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []

    def sent(self, data: bytes) -> None:
        """Hear a write."""
        self.heard.append(("sent", data))

    def received(self, data: bytes) -> None:
        """Hear a line or a literal."""
        self.heard.append(("received", data))


def test_a_listener_hears_every_write_line_and_literal_from_then_on() -> None:
    listening = Listening()

    async def conversation(stream: LineStream) -> None:
        await stream.read_line()
        stream.listener = listening
        await stream.write(b"one\r\ntwo\r\n")
        await stream.read_line()
        await stream.read_exactly(5)

    talk(dialogue(b"ready\r\n", hear(b"one"), hear(b"two"), b"{5}\r\na\r\nb\n"), conversation)

    assert listening.heard == [("sent", b"one\r\ntwo\r\n"), ("received", b"{5}"), ("received", b"a\r\nb\n")]


def test_a_listener_hears_a_write_that_nobody_takes_and_no_line_that_has_no_end() -> None:
    listening = Listening()

    async def conversation(stream: LineStream) -> None:
        stream.listener = listening
        await stream.write(b"hello\r\n")
        await stream.read_line()

    assert failure(dialogue(hear(b"hello"), b"half a li"), conversation).kind is ProblemKind.CONNECTION_LOST
    assert listening.heard == [("sent", b"hello\r\n")]
