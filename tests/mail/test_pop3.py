"""A POP3 conversation: its own ways of logging in, finding and removing a letter."""

import pytest

from tests.certificates import server_context
from tests.mail.scripts import ASCII_SECRET, POP3, USERNAME, problem_of, with_session
from tests.scripted import ScriptedServer, Turn, dialogue, hear, silence
from webapp.mail.pop3 import Pop3Session
from webapp.mail.sessions import AnySession
from webapp.mail.settings import AuthMethod
from webapp.net.problems import Problem, ProblemKind

MESSAGE_ID = "<trial.1@uspeh.example>"
USER = hear(b"USER " + USERNAME.encode())
PASS = hear(b"PASS .*")


async def log_in(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, ASCII_SECRET)


def refused(*turns: Turn) -> Problem:
    with ScriptedServer(dialogue(POP3.greeting, *turns, silence), tls=server_context()) as server:
        return problem_of(server, POP3, log_in)


def test_a_server_without_capa_takes_user_and_pass() -> None:
    turns = (hear(b"CAPA"), b"-ERR what\r\n", USER, b"+OK\r\n", PASS, b"+OK in\r\n")
    with ScriptedServer(dialogue(POP3.greeting, *turns), tls=server_context()) as server:
        assert with_session(server, POP3, log_in) is AuthMethod.PASSWORD_CLEARTEXT
    assert server.received[-1] == b"PASS " + ASCII_SECRET.encode()


def test_without_coded_replies_user_and_pass_go_first() -> None:
    capa = b"+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n"
    turns = (hear(b"CAPA"), capa, USER, b"+OK\r\n", PASS, b"+OK in\r\n")
    with ScriptedServer(dialogue(POP3.greeting, *turns), tls=server_context()) as server:
        assert with_session(server, POP3, log_in) is AuthMethod.PASSWORD_CLEARTEXT


def test_a_long_password_waits_for_the_invitation() -> None:
    async def use(session: AnySession) -> AuthMethod:
        return await session.login(USERNAME, "x" * 300)

    turns = (*POP3.abilities, hear(b"AUTH PLAIN"), b"+ \r\n", hear(rb"\S+"), b"+OK in\r\n")
    with ScriptedServer(dialogue(POP3.greeting, *turns), tls=server_context()) as server:
        assert with_session(server, POP3, use) is AuthMethod.PASSWORD_CLEARTEXT


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"-ERR [AUTH] no\r\n", ProblemKind.LOGIN_REFUSED),
        (b"-ERR no\r\n", ProblemKind.LOGIN_REFUSED),
        (b"-ERR [SYS/TEMP] later\r\n", ProblemKind.LOGIN_UNAVAILABLE),
        (b"-ERR [IN-USE] later\r\n", ProblemKind.LOGIN_UNAVAILABLE),
        (b"-ERR [LOGIN-DELAY] later\r\n", ProblemKind.LOGIN_UNAVAILABLE),
        (b"+ what\r\n", ProblemKind.UNEXPECTED_ANSWER),
    ],
)
def test_the_answer_to_a_password_is_judged_by_its_code(answer: bytes, kind: ProblemKind) -> None:
    assert refused(hear(b"CAPA"), b"-ERR\r\n", USER, b"+OK\r\n", PASS, answer).kind is kind


def test_a_refused_name_gets_no_password() -> None:
    with ScriptedServer(
        dialogue(POP3.greeting, hear(b"CAPA"), b"-ERR\r\n", USER, b"-ERR who\r\n", silence), tls=server_context()
    ) as server:
        assert problem_of(server, POP3, log_in).kind is ProblemKind.LOGIN_REFUSED
    assert not any(line.startswith(b"PASS") for line in server.received)


def after_login(*turns: Turn) -> ScriptedServer:
    login = (hear(b"CAPA"), b"-ERR\r\n", USER, b"+OK\r\n", PASS, b"+OK\r\n")
    return ScriptedServer(dialogue(POP3.greeting, *login, *turns), tls=server_context())


async def find(session: AnySession) -> tuple[int, ...]:
    await log_in(session)
    assert isinstance(session, Pop3Session)
    return await session.find(MESSAGE_ID)


def test_a_letter_is_looked_for_from_the_newest_on() -> None:
    top = b"+OK\r\nSubject: hi\r\n..dot\r\nMessage-Id: <trial.1@uspeh.example>\r\n\r\n.\r\n"
    turns = (
        hear(b"STAT"),
        b"+OK 3 4000\r\n",
        hear(b"TOP 3 0"),
        b"+OK\r\nMessage-ID: <other@x>\r\n\r\n.\r\n",
        hear(b"TOP 2 0"),
        top,
        hear(b"TOP 1 0"),
        b"-ERR gone\r\n",
    )
    with after_login(*turns) as server:
        assert with_session(server, POP3, find) == (2,)


def test_only_the_newest_letters_of_a_large_mailbox_are_looked_at() -> None:
    tops = [turn for _ in range(30) for turn in (hear(rb"TOP \d+ 0"), b"+OK\r\n\r\n.\r\n")]
    with after_login(hear(b"STAT"), b"+OK 5000 1\r\n", *tops) as server:
        assert with_session(server, POP3, find) == ()
    assert server.received[-1] == b"TOP 4971 0"


def test_a_doubled_dot_at_the_beginning_of_a_line_is_one() -> None:
    async def use(session: AnySession) -> frozenset[bytes]:
        assert isinstance(session, Pop3Session)
        return session.capabilities

    with ScriptedServer(
        dialogue(POP3.greeting, hear(b"CAPA"), b"+OK\r\n..X\r\nUSER\r\n.\r\n", silence), tls=server_context()
    ) as server:
        assert with_session(server, POP3, use) == {b".X", b"USER"}


@pytest.mark.parametrize("answer", [b"+OK\r\n", b"+OK many\r\n", b"-ERR\r\n", b"+OK 99999999999999 1\r\n"])
def test_a_count_that_is_none_is_an_unexpected_answer(answer: bytes) -> None:
    with after_login(hear(b"STAT"), answer, silence) as server:
        assert problem_of(server, POP3, find).kind is ProblemKind.UNEXPECTED_ANSWER


def test_a_letter_is_deleted_and_the_session_left_by_quit() -> None:
    async def use(session: AnySession) -> bool:
        await log_in(session)
        assert isinstance(session, Pop3Session)
        deleted = await session.delete((2,))
        await session.quit()
        return deleted

    with after_login(hear(b"DELE 2"), b"+OK\r\n", hear(b"QUIT"), b"+OK bye\r\n") as server:
        assert with_session(server, POP3, use)
