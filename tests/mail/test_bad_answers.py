"""Answers to a login that are none, the same in all protocols."""

import base64

import pytest

from tests.certificates import server_context
from tests.mail.scripts import (
    IMAP,
    SECRET,
    SMTP,
    SPEECHES,
    USERNAME,
    Speech,
    problem_of,
)
from tests.scripted import ScriptedServer, drip, flood, hear, reset, silence
from webapp.mail.sessions import AnySession
from webapp.mail.settings import AuthMethod
from webapp.net.problems import ProblemKind

every_protocol = pytest.mark.parametrize("speech", SPEECHES, ids=lambda speech: speech.protocol)
PLAIN_MESSAGE = base64.b64encode(f"\0{USERNAME}\0{SECRET}".encode())


async def log_in(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, SECRET)


@every_protocol
@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        (silence, ProblemKind.SILENT),
        (reset, ProblemKind.CONNECTION_LOST),
        (b"\x00\xff\xfegarbage\r\n", ProblemKind.UNEXPECTED_ANSWER),
        (b"\r\n", ProblemKind.UNEXPECTED_ANSWER),
        (flood(b"x" * 4096), ProblemKind.LINE_TOO_LONG),
    ],
    ids=["silence", "reset", "garbage", "empty", "endless"],
)
def test_an_answer_to_a_login_that_is_none(speech: Speech, turn: object, kind: ProblemKind) -> None:
    assert isinstance(turn, bytes) or callable(turn)
    script = speech.up_to_login(hear(speech.plain_login), turn, silence)
    with ScriptedServer(script, tls=server_context()) as server:
        assert problem_of(server, speech, log_in, timeout_s=0.5 if turn is silence else 10).kind is kind


@pytest.mark.parametrize(
    ("speech", "line"), [(IMAP, b"* OK still thinking\r\n"), (SMTP, b"235-still thinking\r\n")], ids=["imap", "smtp"]
)
def test_an_answer_that_comes_line_by_line_for_ever_ends_as_silence(speech: Speech, line: bytes) -> None:
    async def use(session: AnySession) -> None:
        session.answer_limit_s = 0.3
        await log_in(session)

    script = speech.up_to_login(hear(speech.plain_login), drip(line * 1000, every_s=0.001), silence)
    with ScriptedServer(script, tls=server_context()) as server:
        assert problem_of(server, speech, use).kind is ProblemKind.SILENT
