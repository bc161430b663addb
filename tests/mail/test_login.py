"""Logging in, the same in all three protocols: what is sent, what is not, and what the answers mean."""

import asyncio
import base64
import traceback

import pytest

from tests.certificates import server_context
from tests.mail.scripts import (
    SECRET,
    SMTP,
    SPEECHES,
    USERNAME,
    Speech,
    endpoint_of,
    forms_of,
    problem_of,
    with_session,
)
from tests.scripted import Peer, ScriptedServer, hear, network_to, silence
from webapp.mail.sessions import AnySession, open_session
from webapp.mail.settings import AuthMethod, Security
from webapp.net.problems import Field, ProblemKind, Trouble

every_protocol = pytest.mark.parametrize("speech", SPEECHES, ids=lambda speech: speech.protocol)
PLAIN_MESSAGE = base64.b64encode(f"\0{USERNAME}\0{SECRET}".encode())


async def log_in(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, SECRET)


@every_protocol
@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_the_password_goes_in_one_line_over_tls(speech: Speech, security: Security) -> None:
    script = speech.up_to_login if security is Security.TLS else speech.over_starttls
    context = server_context() if security is Security.TLS else None
    with ScriptedServer(script(hear(speech.plain_login), speech.logged_in, silence), tls=context) as server:
        used = with_session(server, speech, log_in, security)

    assert used is AuthMethod.PASSWORD_CLEARTEXT
    assert server.received[-1].endswith(PLAIN_MESSAGE)
    assert not any(form in line for form in forms_of(SECRET) for line in server.received_in_clear)


@every_protocol
def test_without_tls_nothing_of_a_login_is_sent_unless_allowed(speech: Speech) -> None:
    with ScriptedServer(speech.up_to_login(silence)) as server:
        problem = problem_of(server, speech, log_in, Security.NONE)

    assert problem.kind is ProblemKind.PLAIN_NOT_CONSENTED
    assert len(server.received) == 1


@every_protocol
def test_without_tls_a_login_is_possible_with_consent(speech: Speech) -> None:
    async def use(session: AnySession) -> AuthMethod:
        return await session.login(USERNAME, SECRET, plain_allowed=True)

    with ScriptedServer(speech.up_to_login(hear(speech.plain_login), speech.logged_in)) as server:
        assert with_session(server, speech, use, Security.NONE) is AuthMethod.PASSWORD_CLEARTEXT


@every_protocol
def test_a_refused_login_is_told_by_its_code_and_tried_once(speech: Speech) -> None:
    script = speech.up_to_login(hear(speech.plain_login), speech.refused, silence)
    with ScriptedServer(script, tls=server_context()) as server:
        problem = problem_of(server, speech, log_in)

    assert problem.kind is ProblemKind.LOGIN_REFUSED
    assert problem.server_said is not None
    assert problem.server_said.endswith("wrong password")
    assert len(server.received) == 2
    assert server.connections == 1


@every_protocol
def test_a_server_that_cannot_judge_now_is_no_refusal(speech: Speech) -> None:
    script = speech.up_to_login(hear(speech.plain_login), speech.unavailable, silence)
    with ScriptedServer(script, tls=server_context()) as server:
        assert problem_of(server, speech, log_in).kind is ProblemKind.LOGIN_UNAVAILABLE


@every_protocol
def test_a_server_that_repeats_the_password_does_not_get_it_into_the_problem(speech: Speech) -> None:
    escaped = SECRET.replace("\\", "\\\\").replace('"', '\\"')
    echoes = (SECRET, escaped, PLAIN_MESSAGE.decode(), base64.b64encode(SECRET.encode()).decode())
    for echo in echoes:
        refusal = speech.refused.replace(b"wrong", b"you said " + echo.encode() + b", wrong")
        script = speech.up_to_login(hear(speech.plain_login), refusal, silence)
        with ScriptedServer(script, tls=server_context()) as server:
            problem = problem_of(server, speech, log_in)

        assert problem.kind is ProblemKind.LOGIN_REFUSED
        assert problem.server_said is not None
        assert "you said •••, wrong password" in problem.server_said
        assert echo not in repr(problem)


@every_protocol
def test_no_traceback_of_a_failed_login_tells_the_password(speech: Speech) -> None:
    async def run(server: ScriptedServer) -> str:
        async with await open_session(network_to(server), endpoint_of(server, speech, Security.TLS)) as session:
            try:
                await log_in(session)
            except Trouble:
                return traceback.format_exc() + repr(session) + repr(vars(session))
        raise AssertionError

    script = speech.up_to_login(hear(speech.plain_login), speech.refused, silence)
    with ScriptedServer(script, tls=server_context()) as server:
        told = asyncio.run(run(server))

    assert not any(form.decode() in told for form in forms_of(SECRET))


@every_protocol
@pytest.mark.parametrize("character", ["\r", "\n", "\0"])
def test_a_line_end_in_a_name_or_password_is_refused_before_anything_is_sent(speech: Speech, character: str) -> None:
    async def bad_name(session: AnySession) -> None:
        await session.login(f"anna{character}NOOP", SECRET)

    async def bad_secret(session: AnySession) -> None:
        await session.login(USERNAME, f"secret{character}NOOP")

    for use, fields in (
        (bad_name, (Field.INCOMING_USERNAME, Field.OUTGOING_USERNAME)),
        (bad_secret, (Field.INCOMING_SECRET, Field.OUTGOING_SECRET)),
    ):
        with ScriptedServer(speech.up_to_login(silence), tls=server_context()) as server:
            problem = problem_of(server, speech, use)

        assert problem.kind is ProblemKind.LOGIN_REFUSED
        assert problem.field is fields[speech is SMTP]
        assert len(server.received) == 1


@every_protocol
def test_an_empty_password_is_missing_not_wrong(speech: Speech) -> None:
    async def use(session: AnySession) -> None:
        await session.login(USERNAME, "")

    with ScriptedServer(speech.up_to_login(silence), tls=server_context()) as server:
        assert problem_of(server, speech, use).kind is ProblemKind.PASSWORD_MISSING


@every_protocol
def test_a_cancelled_login_leaves_no_socket(speech: Speech) -> None:
    heard = asyncio.Event()

    async def run(server: ScriptedServer) -> None:
        network = network_to(server)
        session = await open_session(network, endpoint_of(server, speech, Security.TLS))
        login = asyncio.create_task(log_in(session))
        await heard.wait()
        login.cancel()
        with pytest.raises(asyncio.CancelledError):
            await login
        assert network.open_streams == 0

    def after_hearing(peer: Peer) -> None:
        loops[0].call_soon_threadsafe(heard.set)
        peer.keep_silent()

    loops: list[asyncio.AbstractEventLoop] = []

    async def with_loop(server: ScriptedServer) -> None:
        loops.append(asyncio.get_running_loop())
        await run(server)

    script = speech.up_to_login(hear(speech.plain_login), after_hearing)
    with ScriptedServer(script, tls=server_context()) as server:
        asyncio.run(with_loop(server))
        assert server.wait_until_left()
