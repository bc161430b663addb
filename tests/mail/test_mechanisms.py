"""Which mechanism is used, and what comes next if it is not there, the same in all three protocols."""

import base64

import pytest

from tests.certificates import server_context
from tests.mail.scripts import (
    ASCII_SECRET,
    IMAP,
    NNTP,
    POP3,
    SECRET,
    SMTP,
    SPEECHES,
    USERNAME,
    Speech,
    problem_of,
    with_mechanism,
    with_session,
)
from tests.scripted import ScriptedServer, dialogue, hear, silence
from webapp.mail.sessions import AnySession
from webapp.mail.settings import AuthMethod
from webapp.net.problems import ProblemKind

every_protocol = pytest.mark.parametrize("speech", SPEECHES, ids=lambda speech: speech.protocol)
PLAIN_MESSAGE = base64.b64encode(f"\0{USERNAME}\0{SECRET}".encode())


async def log_in(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, SECRET)


async def log_in_in_ascii(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, ASCII_SECRET)


async def log_in_encrypted(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, SECRET, AuthMethod.PASSWORD_ENCRYPTED)


@every_protocol
def test_a_server_with_nothing_we_can_use_is_told_with_its_list(speech: Speech) -> None:
    listed = {
        IMAP: b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2 AUTH=GSSAPI\r\n{tag} OK done\r\n",
        POP3: b"+OK\r\nSASL XOAUTH2 GSSAPI\r\n.\r\n",
        SMTP: b"250-hello\r\n250 AUTH XOAUTH2 GSSAPI\r\n",
        NNTP: b"101 list\r\nREADER\r\nAUTHINFO SASL\r\nSASL XOAUTH2 GSSAPI\r\n.\r\n",
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

    assert (problem.kind, problem.cause) == (ProblemKind.NO_COMMON_AUTH_METHOD, None)
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


@every_protocol
def test_a_password_a_mechanism_cannot_carry_is_not_sent_by_it(speech: Speech) -> None:
    async def use(session: AnySession) -> None:
        await session.login(USERNAME, "bell\x07", AuthMethod.PASSWORD_ENCRYPTED)

    offered, _, _ = with_mechanism(speech, b"SCRAM-SHA-256")
    with ScriptedServer(offered.up_to_login(silence), tls=server_context()) as server:
        problem = problem_of(server, speech, use)

    assert problem.kind is ProblemKind.AUTH_METHOD_REFUSED
    assert len(server.received) == 1
