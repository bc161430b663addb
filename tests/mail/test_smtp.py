"""An SMTP conversation: its own ways of logging in, handing over a letter."""

import asyncio

import pytest

from tests.certificates import server_context
from tests.mail.scripts import SECRET, SMTP, USERNAME, endpoint_of, problem_of, with_session
from tests.scripted import Peer, ScriptedServer, Turn, dialogue, hear, network_to, silence
from webapp.mail.sessions import AnySession, SmtpSession, open_session
from webapp.mail.settings import AuthMethod, Security
from webapp.net.problems import ProblemKind

LETTER = b"Subject: hi\n\n.dot\nend"


async def log_in(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, SECRET)


def test_an_old_server_is_greeted_with_helo_and_needs_no_login() -> None:
    turns = (hear(rb"EHLO \S+"), b"502 what\r\n", hear(rb"HELO \[127\.0\.0\.1\]"), b"250 hello\r\n")
    turns = (*turns, hear(b"NOOP"), b"250 still here\r\n", silence)
    with ScriptedServer(dialogue(SMTP.greeting, *turns), tls=server_context()) as server:
        assert with_session(server, SMTP, log_in) is AuthMethod.NONE
    assert server.received[2:] == [b"NOOP"]


def test_a_server_that_knows_neither_greeting_speaks_something_else() -> None:
    turns = (hear(rb"EHLO \S+"), b"500 what\r\n", hear(rb"HELO \S+"), b"500 what\r\n", silence)
    with ScriptedServer(dialogue(b"220 FTP ready\r\n", *turns), tls=server_context()) as server:
        assert problem_of(server, SMTP).kind is ProblemKind.WRONG_PROTOCOL


@pytest.mark.parametrize("reply", [b"421 4.3.2 closing\r\n", b"554 5.7.1 not you\r\n"])
def test_a_refused_ehlo_is_no_service(reply: bytes) -> None:
    with ScriptedServer(dialogue(SMTP.greeting, hear(rb"EHLO \S+"), reply, silence), tls=server_context()) as server:
        assert problem_of(server, SMTP).kind is ProblemKind.SERVICE_UNAVAILABLE


@pytest.mark.parametrize("reply", [b"250-hello\r\n251 other\r\n", b"250-hello\r\nhello\r\n", b"hello\r\n"])
def test_a_reply_that_changes_its_code_is_unexpected(reply: bytes) -> None:
    with ScriptedServer(dialogue(SMTP.greeting, hear(rb"EHLO \S+"), reply, silence), tls=server_context()) as server:
        assert problem_of(server, SMTP).kind is ProblemKind.UNEXPECTED_ANSWER


def test_a_refusal_of_several_lines_is_told_with_code_and_enhanced_code() -> None:
    refusal = b"535-5.7.8 Username and Password not accepted. See\r\n535 5.7.8  https://help.example/\r\n"
    with ScriptedServer(SMTP.up_to_login(hear(SMTP.plain_login), refusal, silence), tls=server_context()) as server:
        problem = problem_of(server, SMTP, log_in)

    assert problem.kind is ProblemKind.LOGIN_REFUSED
    assert problem.server_said == "535 5.7.8 Username and Password not accepted. See https://help.example/"


def test_a_server_that_takes_no_initial_response_is_asked_by_the_next_mechanism() -> None:
    turns = (
        hear(SMTP.plain_login),
        b"501 5.5.2 no initial response, please\r\n",
        hear(b"AUTH LOGIN"),
        b"334 VXNlcm5hbWU6\r\n",
        hear(rb"\S+"),
        b"334 UGFzc3dvcmQ6\r\n",
        hear(rb"\S+"),
        b"235 ok\r\n",
    )
    with ScriptedServer(SMTP.up_to_login(*turns), tls=server_context()) as server:
        assert with_session(server, SMTP, log_in) is AuthMethod.PASSWORD_CLEARTEXT


def test_a_long_password_waits_for_the_invitation() -> None:
    async def use(session: AnySession) -> AuthMethod:
        return await session.login(USERNAME, "x" * 400)

    turns = (hear(b"AUTH PLAIN"), b"334 \r\n", hear(rb"\S+"), b"235 ok\r\n")
    with ScriptedServer(SMTP.up_to_login(*turns), tls=server_context()) as server:
        assert with_session(server, SMTP, use) is AuthMethod.PASSWORD_CLEARTEXT


ENVELOPE = (
    hear(rb"MAIL FROM:<anna@uspeh.example> SIZE=\d+"),
    b"250 2.1.0 ok\r\n",
    hear(rb"RCPT TO:<boris@uspeh.example>"),
    b"250 2.1.5 ok\r\n",
    hear(rb"DATA"),
    b"354 go on\r\n",
)


def body_and_dot(peer: Peer) -> None:
    while peer.hear() != b".":
        pass


async def send(session: AnySession) -> list[str]:
    assert isinstance(session, SmtpSession)
    facts: list[str] = []
    await session.send("anna@uspeh.example", "boris@uspeh.example", LETTER, facts.append)
    return facts


def sending(*turns: Turn) -> ScriptedServer:
    return ScriptedServer(SMTP.up_to_login(*turns), tls=server_context())


def test_a_letter_is_handed_over_with_its_dots_doubled() -> None:
    with sending(*ENVELOPE, body_and_dot, b"250 2.0.0 queued\r\n", silence) as server:
        assert with_session(server, SMTP, send) == ["sender", "recipient", "handed-over"]
    assert server.received[-5:] == [b"Subject: hi", b"", b"..dot", b"end", b"."]


@pytest.mark.parametrize(
    ("turns", "kind", "said"),
    [
        ((ENVELOPE[0], b"550 5.1.8 who are you\r\n"), ProblemKind.SENDER_REFUSED, "550 5.1.8 who are you"),
        ((ENVELOPE[0], b"530 5.7.0 log in\r\n"), ProblemKind.SENDER_REFUSED, "530 5.7.0 log in"),
        ((ENVELOPE[0], b"421 4.3.2 closing\r\n"), ProblemKind.SERVICE_UNAVAILABLE, "421 4.3.2 closing"),
        ((*ENVELOPE[:3], b"550 5.1.1 nobody\r\n"), ProblemKind.RECIPIENT_REFUSED, "550 5.1.1 nobody"),
        (
            (*ENVELOPE[:3], b"553 5.7.1 Sender address rejected: not owned\r\n"),
            ProblemKind.SENDER_REFUSED,
            "553 5.7.1 Sender address rejected: not owned",
        ),
        ((*ENVELOPE[:3], b"450 4.2.0 greylisted\r\n"), ProblemKind.RECIPIENT_REFUSED, "450 4.2.0 greylisted"),
        ((*ENVELOPE[:5], b"554 no\r\n"), ProblemKind.LETTER_REFUSED, "554 no"),
        ((*ENVELOPE[:5], b"250 what\r\n"), ProblemKind.LETTER_REFUSED, "250 what"),
        ((*ENVELOPE, body_and_dot, b"554 5.7.1 spam\r\n"), ProblemKind.LETTER_REFUSED, "554 5.7.1 spam"),
    ],
)
def test_whatever_is_refused_is_told_with_code_and_words(turns: tuple[Turn, ...], kind: ProblemKind, said: str) -> None:
    with sending(*turns, silence) as server:
        problem = problem_of(server, SMTP, send)

    assert (problem.kind, problem.server_said) == (kind, said)


def test_a_letter_larger_than_the_server_takes_is_not_begun() -> None:
    async def use(session: AnySession) -> None:
        assert isinstance(session, SmtpSession)
        await session.send("a@x.example", "b@x.example", b"x" * 2_000_000, lambda fact: None)

    with sending(silence) as server:
        assert problem_of(server, SMTP, use).kind is ProblemKind.LETTER_REFUSED
    assert len(server.received) == 1


def test_a_stop_before_the_body_says_that_nothing_was_handed_over() -> None:
    facts: list[str] = []

    async def run(server: ScriptedServer) -> None:
        network = network_to(server)
        session = await open_session(network, endpoint_of(server, SMTP, Security.TLS))
        assert isinstance(session, SmtpSession)
        asked = asyncio.Event()
        loops.append((asyncio.get_running_loop(), asked))
        sending = asyncio.create_task(session.send("anna@uspeh.example", "boris@uspeh.example", LETTER, facts.append))
        await asked.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert network.open_streams == 0

    def tell(peer: Peer) -> None:
        loop, asked = loops[0]
        loop.call_soon_threadsafe(asked.set)
        peer.keep_silent()

    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    with sending(*ENVELOPE[:5], tell) as server:
        asyncio.run(run(server))
        assert server.wait_until_left()
    assert "handed-over" not in facts
