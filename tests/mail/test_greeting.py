"""What a server says first, and what it may not say, the same in all three protocols."""

import pytest

from tests.mail.scripts import (
    IMAP,
    NNTP,
    POP3,
    SMTP,
    SPEECHES,
    Speech,
    problem_of,
)
from tests.scripted import ScriptedServer, dialogue, flood, hear, reset, silence
from webapp.mail.settings import Security
from webapp.net.problems import ProblemKind

every_protocol = pytest.mark.parametrize("speech", SPEECHES, ids=lambda speech: speech.protocol)


@every_protocol
@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        (silence, ProblemKind.SILENT),
        (reset, ProblemKind.CONNECTION_LOST),
        (b"\x00\xff\xfe\x01garbage\r\n", ProblemKind.WRONG_PROTOCOL),
        (b"\r\n", ProblemKind.WRONG_PROTOCOL),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ProblemKind.WRONG_PROTOCOL),
        (b"SSH-2.0-OpenSSH_9.2\r\n", ProblemKind.WRONG_PROTOCOL),
        (b"199 neither news nor mail\r\n", ProblemKind.WRONG_PROTOCOL),
        (flood(b"x" * 4096), ProblemKind.LINE_TOO_LONG),
    ],
    ids=["silence", "reset", "garbage", "empty", "http", "ssh", "number", "endless"],
)
def test_a_greeting_that_is_none(speech: Speech, turn: object, kind: ProblemKind) -> None:
    assert isinstance(turn, bytes) or callable(turn)
    with ScriptedServer(dialogue(turn, silence)) as server:
        problem = problem_of(server, speech, security=Security.NONE, timeout_s=0.2 if turn is silence else 10)

    assert problem.kind is kind
    assert server.received == []


@pytest.mark.parametrize(
    ("speech", "greeting"),
    [(one, other.greeting) for one in SPEECHES for other in SPEECHES if one is not other],
)
def test_another_mail_protocol_on_the_port_is_told_by_its_words(speech: Speech, greeting: bytes) -> None:
    with ScriptedServer(dialogue(greeting, silence)) as server:
        problem = problem_of(server, speech, security=Security.NONE)

    assert problem.kind is ProblemKind.WRONG_PROTOCOL
    assert problem.server_said == greeting.decode().strip()


@pytest.mark.parametrize(
    ("speech", "greeting"),
    [
        (IMAP, b"* BYE too many connections\r\n"),
        (POP3, b"-ERR [SYS/TEMP] too many connections\r\n"),
        (SMTP, b"554 5.7.1 too many connections\r\n"),
        (NNTP, b"400 too many connections\r\n"),
        (NNTP, b"502 too many connections\r\n"),
        (SMTP, b"421-4.7.0 wait\r\n421 4.7.0 too many connections\r\n"),
    ],
)
def test_a_server_that_greets_with_a_refusal_is_unavailable(speech: Speech, greeting: bytes) -> None:
    with ScriptedServer(dialogue(greeting, silence)) as server:
        problem = problem_of(server, speech, security=Security.NONE)

    assert problem.kind is ProblemKind.SERVICE_UNAVAILABLE
    assert problem.server_said is not None
    assert "too many connections" in problem.server_said


@pytest.mark.parametrize(
    ("speech", "flooded"),
    [(IMAP, b"* OK still here\r\n"), (POP3, b"X-MORE\r\n"), (SMTP, b"250-MORE\r\n"), (NNTP, b"X-MORE\r\n")],
)
def test_an_endless_answer_is_cut(speech: Speech, flooded: bytes) -> None:
    start = {POP3: b"+OK\r\n", NNTP: b"101 list\r\n"}.get(speech, b"")
    script = dialogue(speech.greeting, hear(rb".*(CAPA|EHLO).*"), start, flood(flooded * 1000))
    with ScriptedServer(script) as server:
        problem = problem_of(server, speech, security=Security.NONE)

    assert problem.kind is ProblemKind.ANSWER_TOO_LONG


@every_protocol
def test_garbage_instead_of_abilities_is_an_unexpected_answer(speech: Speech) -> None:
    with ScriptedServer(dialogue(speech.greeting, hear(rb".*(CAPA|EHLO).*"), b"\x00\x01\xff\r\n", silence)) as server:
        problem = problem_of(server, speech, security=Security.NONE)

    assert problem.kind is ProblemKind.UNEXPECTED_ANSWER
