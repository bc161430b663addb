"""Logging in, the same in all three protocols: what is sent, what is not, and what the answers mean."""

import asyncio
import base64
import traceback
from dataclasses import replace

import pytest

from tests.certificates import server_context
from tests.mail.scripts import (
    ASCII_SECRET,
    IMAP,
    POP3,
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
from tests.scripted import Peer, ScriptedServer, dialogue, flood, hear, network_to, reset, silence
from webapp.mail.sessions import AnySession, open_session
from webapp.mail.settings import AuthMethod, Security
from webapp.net.problems import Field, ProblemKind, Trouble

every_protocol = pytest.mark.parametrize("speech", SPEECHES, ids=lambda speech: speech.protocol)
PLAIN_MESSAGE = base64.b64encode(f"\0{USERNAME}\0{SECRET}".encode())


async def log_in(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, SECRET)


async def log_in_in_ascii(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, ASCII_SECRET)


async def log_in_encrypted(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, SECRET, AuthMethod.PASSWORD_ENCRYPTED)


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


@every_protocol
def test_a_server_with_nothing_we_can_use_is_told_with_its_list(speech: Speech) -> None:
    listed = {
        IMAP: b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2 AUTH=GSSAPI\r\n{tag} OK done\r\n",
        POP3: b"+OK\r\nSASL XOAUTH2 GSSAPI\r\n.\r\n",
        SMTP: b"250-hello\r\n250 AUTH XOAUTH2 GSSAPI\r\n",
    }[speech]
    methods: list[tuple[AuthMethod, ...]] = []

    async def use(session: AnySession) -> None:
        methods.append(session.auth_methods)
        await log_in(session)

    with ScriptedServer(
        dialogue(speech.greeting, speech.abilities[0], listed, silence), tls=server_context()
    ) as server:
        problem = problem_of(server, speech, use)

    assert methods == [(AuthMethod.OAUTH2, AuthMethod.GSSAPI)]
    assert problem.kind is ProblemKind.NO_COMMON_AUTH_METHOD
    assert problem.server_said == "XOAUTH2 GSSAPI"


@every_protocol
def test_a_chosen_method_that_is_not_offered_is_not_replaced_by_a_weaker_one(speech: Speech) -> None:
    with ScriptedServer(speech.up_to_login(silence), tls=server_context()) as server:
        problem = problem_of(server, speech, log_in_encrypted)

    assert problem.kind is ProblemKind.NO_COMMON_AUTH_METHOD
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("speech", "turns"),
    [
        (IMAP, (IMAP.unsupported, hear(rb'(?P<tag>\S+) LOGIN "anna@uspeh.example" ".*"'), b"{tag} OK in\r\n")),
        (
            SMTP,
            (
                SMTP.unsupported,
                hear(b"AUTH LOGIN"),
                b"334 VXNlcm5hbWU6\r\n",
                hear(base64.b64encode(USERNAME.encode())),
                b"334 UGFzc3dvcmQ6\r\n",
                hear(base64.b64encode(ASCII_SECRET.encode())),
                b"235 ok\r\n",
            ),
        ),
    ],
)
def test_a_promised_mechanism_that_is_not_there_gives_way_to_the_next(speech: Speech, turns: tuple[bytes, ...]) -> None:
    with ScriptedServer(speech.up_to_login(hear(speech.plain_login), *turns), tls=server_context()) as server:
        assert with_session(server, speech, log_in_in_ascii) is AuthMethod.PASSWORD_CLEARTEXT


def test_a_mechanism_that_is_refused_before_it_heard_anything_is_not_there() -> None:
    abilities = b"+OK\r\nUSER\r\nSASL CRAM-MD5\r\n.\r\n"
    script = dialogue(
        POP3.greeting,
        hear(b"CAPA"),
        abilities,
        hear(b"USER .*"),
        b"+OK\r\n",
        hear(b"PASS .*"),
        b"+OK\r\n",
    )
    with ScriptedServer(script, tls=server_context()) as server:
        assert with_session(server, POP3, log_in) is AuthMethod.PASSWORD_CLEARTEXT
    refusing = dialogue(POP3.greeting, hear(b"CAPA"), abilities, hear(b"AUTH CRAM-MD5"), b"-ERR unknown\r\n", silence)
    with ScriptedServer(refusing, tls=server_context()) as server:
        assert problem_of(server, POP3, log_in_encrypted).kind is ProblemKind.AUTH_METHOD_REFUSED


@every_protocol
def test_cram_md5_answers_the_challenge(speech: Speech) -> None:
    speech, first, invitation = with_mechanism(speech, b"CRAM-MD5")
    challenge = b"<1896.697170952@postoffice.reston.mci.net>"
    turns = (hear(first), invitation + base64.b64encode(challenge) + b"\r\n", hear(rb"\S+"), speech.logged_in)
    with ScriptedServer(speech.up_to_login(*turns, silence), tls=server_context()) as server:

        async def use(session: AnySession) -> AuthMethod:
            return await session.login("tim", "tanstaaftanstaaf", AuthMethod.PASSWORD_ENCRYPTED)

        assert with_session(server, speech, use) is AuthMethod.PASSWORD_ENCRYPTED
    assert base64.b64decode(server.received[-1]) == b"tim b913a602c7eda7a495b4e6e7334d3890"


@every_protocol
def test_a_server_that_says_yes_without_having_proved_itself_is_not_believed(speech: Speech) -> None:
    speech, first, _ = with_mechanism(speech, b"SCRAM-SHA-256")
    turns = (hear(first + rb" \S+"), speech.logged_in, silence)
    with ScriptedServer(speech.up_to_login(*turns), tls=server_context()) as server:
        problem = problem_of(server, speech, log_in_encrypted)

    assert problem.kind is ProblemKind.UNEXPECTED_ANSWER


@every_protocol
def test_a_challenge_that_makes_no_sense_ends_the_login_without_a_weaker_one(speech: Speech) -> None:
    changed, first, invitation = with_mechanism(speech, b"CRAM-MD5")
    script = changed.up_to_login(hear(first), invitation + b"not base64!\r\n", silence)
    with ScriptedServer(script, tls=server_context()) as server:
        problem = problem_of(server, speech, log_in_encrypted)

    assert problem.kind is ProblemKind.UNEXPECTED_ANSWER
    assert len(server.received) == 2


def with_mechanism(speech: Speech, name: bytes) -> tuple[Speech, bytes, bytes]:
    """Return a server that offers one more mechanism, the client's first line for it, and how it is invited."""
    lists = {
        IMAP: b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=%s\r\n{tag} OK done\r\n" % name,
        POP3: b"+OK\r\nUSER\r\nSASL PLAIN %s\r\n.\r\n" % name,
        SMTP: b"250-hello\r\n250 AUTH PLAIN %s\r\n" % name,
    }
    first = {IMAP: rb"(?P<tag>\S+) AUTHENTICATE " + name, POP3: b"AUTH " + name, SMTP: b"AUTH " + name}
    invitation = {IMAP: b"+ ", POP3: b"+ ", SMTP: b"334 "}
    offered = replace(speech, abilities=(speech.abilities[0], lists[speech]))
    return offered, first[speech], invitation[speech]
