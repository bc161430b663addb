"""Questions on their way: what counts as an answer, who is asked next, what is left over."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.net.loopback import open_sockets
from webapp.net.name_client import NameClient, NameServer, NobodyAnswers, is_answer
from webapp.net.problems import Problem, ProblemKind
from webapp.net.questions import DirectQuestions, Question, read, wire

QUESTION = wire(Question("mail.example", "A"))
OTHER = wire(Question("mail.example", "MX"))
ADDRESS = bytes.fromhex("c00c 0001 0001 0000003c 0004 c0000201")  # 192.0.2.1
ANSWER_HEADER = bytes.fromhex("8180 0001 0001 0000 0000")

Reply = Callable[[bytes], list[bytes]]


def honest(query: bytes) -> list[bytes]:
    return [query[:2] + ANSWER_HEADER + query[12:] + ADDRESS]


def error(code: int) -> Reply:
    return lambda query: [query[:2] + bytes((0x81, 0x80 | code)) + bytes.fromhex("0001 0000 0000 0000") + query[12:]]


@contextmanager
def server(reply: Reply) -> Iterator[NameServer]:
    """Start a name server that sends whatever `reply` makes of a query."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        place = udp.getsockname()

        def serve() -> None:
            while (received := udp.recvfrom(4096))[0]:
                for packet in reply(received[0]):
                    udp.sendto(packet, received[1])

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield NameServer(*place)
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stopper:
                stopper.sendto(b"", place)
            thread.join()


def ask(*servers: NameServer) -> bytes:
    return asyncio.run(NameClient(servers).ask(QUESTION))


def test_forged_answers_are_passed_over() -> None:
    def forge(query: bytes) -> list[bytes]:
        other_number = bytes((query[0] ^ 1, query[1]))
        forged = [
            b"",
            b"\0" * 5,
            other_number + ANSWER_HEADER + query[12:] + ADDRESS,
            query[:2] + ANSWER_HEADER + OTHER + ADDRESS,
            query,
            query[:2] + bytes.fromhex("8183 0000 0000 0000 0000"),
        ]
        return forged + honest(query)

    with server(forge) as asked:
        answer = ask(asked)

    assert read(Question("mail.example", "A"), answer) == ("192.0.2.1",)


def test_the_next_server_is_asked_when_one_knows_nothing() -> None:
    for code in (1, 2, 4, 5):
        with server(error(code)) as unable, server(honest) as able:
            assert ask(unable, able).endswith(ADDRESS)


def test_the_next_server_is_asked_when_nobody_listens() -> None:
    with server(honest) as gone:
        pass
    with server(honest) as able:
        assert ask(gone, able).endswith(ADDRESS)


def test_when_no_server_can_answer_that_is_said_at_once() -> None:
    with server(error(2)) as one, server(error(5)) as other, pytest.raises(NobodyAnswers):
        ask(one, other)
    with pytest.raises(NobodyAnswers):
        ask()


def test_questions_at_the_same_time_share_a_socket_that_goes_with_the_last() -> None:
    async def asking(asked: NameServer) -> None:
        before = open_sockets()
        client = NameClient([asked])
        answers = [asyncio.create_task(client.ask(question)) for question in (QUESTION, OTHER) * 20]
        await asyncio.sleep(0)
        assert open_sockets() == before + 1
        assert len(await asyncio.gather(*answers)) == 40
        assert open_sockets() == before

    with server(honest) as asked:
        asyncio.run(asking(asked))


def test_an_error_without_the_question_is_an_answer_all_the_same() -> None:
    assert is_answer(bytes.fromhex("0000 8185 0000 0000 0000 0000"), QUESTION)
    assert not is_answer(bytes.fromhex("0000 8180 0000 0000 0000 0000"), QUESTION)


@pytest.mark.parametrize("records", [b"", ADDRESS[:-1], b"\xc0", b"\xc0\x1e" + ADDRESS[2:]])
def test_a_broken_answer_is_a_failed_look_up(records: bytes) -> None:
    with server(lambda query: [query[:2] + ANSWER_HEADER + query[12:] + records]) as asked:
        answer = asyncio.run(DirectQuestions((asked,), limit_s=1).ask(Question("mail.example", "A")))

    assert answer == Problem(ProblemKind.NAME_LOOKUP_FAILED, host="mail.example")
