"""A news conversation: with and without a login, old servers, readers that must be announced."""

import base64
import hashlib
import hmac

import pytest

from tests.certificates import server_context
from tests.mail.scripts import ASCII_SECRET, NNTP, SECRET, USERNAME, forms_of, problem_of, with_session
from tests.peer import Peer
from tests.scripted import Script, ScriptedServer, Turn, dialogue, hear, reset, silence, starttls
from webapp.mail.sessions import AnySession
from webapp.mail.settings import AuthMethod, Security
from webapp.net.problems import Problem, ProblemKind

CAPABILITIES = hear(b"CAPABILITIES")
OPEN = b"101 list\r\nVERSION 2\r\nREADER\r\n.\r\n"
WITH_LOGIN = b"101 list\r\nVERSION 2\r\nREADER\r\nAUTHINFO USER\r\n.\r\n"
USER = hear(b"AUTHINFO USER " + USERNAME.encode())
PASS = hear(b"AUTHINFO PASS .*")


async def log_in(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, ASCII_SECRET)


async def read_only(session: AnySession) -> AuthMethod:
    return await session.login("", "", AuthMethod.NONE)


def over_tls(*turns: Turn) -> ScriptedServer:
    return ScriptedServer(dialogue(NNTP.greeting, CAPABILITIES, *turns, silence), tls=server_context())


def refused(*turns: Turn) -> Problem:
    with over_tls(*turns) as server:
        return problem_of(server, NNTP, log_in)


def test_user_and_pass_log_in() -> None:
    with over_tls(WITH_LOGIN, USER, b"381 and the password\r\n", PASS, b"281 welcome\r\n") as server:
        assert with_session(server, NNTP, log_in) is AuthMethod.PASSWORD_CLEARTEXT
    assert server.received[-1] == b"AUTHINFO PASS " + ASCII_SECRET.encode()
    assert server.received_in_clear == []


def test_a_name_may_be_enough() -> None:
    with over_tls(WITH_LOGIN, USER, b"281 welcome\r\n") as server:
        with_session(server, NNTP, log_in)
    assert not any(line.startswith(b"AUTHINFO PASS") for line in server.received)


def test_a_password_that_user_and_pass_cannot_carry_goes_by_sasl_where_it_is_offered() -> None:
    async def use(session: AnySession) -> AuthMethod:
        return await session.login(USERNAME, SECRET)

    listed = b"101 list\r\nREADER\r\nAUTHINFO USER SASL\r\nSASL PLAIN\r\n.\r\n"
    turns = (USER, b"381 go on\r\n", PASS, b"501 too many words\r\n", hear(NNTP.plain_login), b"281 welcome\r\n")
    with over_tls(listed, *turns) as server:
        assert with_session(server, NNTP, use) is AuthMethod.PASSWORD_CLEARTEXT
    assert base64.b64decode(server.received[-1].split()[-1]) == f"\0{USERNAME}\0{SECRET}".encode()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"481 wrong password\r\n", ProblemKind.LOGIN_REFUSED),
        (b"482 rejected\r\n", ProblemKind.LOGIN_REFUSED),
        (b"502 access denied\r\n", ProblemKind.LOGIN_REFUSED),
        (b"480 not so\r\n", ProblemKind.LOGIN_REFUSED),
        (b"400 closing\r\n", ProblemKind.LOGIN_UNAVAILABLE),
        (b"403 user database is down\r\n", ProblemKind.LOGIN_UNAVAILABLE),
        (b"483 not without TLS\r\n", ProblemKind.AUTH_METHOD_REFUSED),
        (b"501 syntax\r\n", ProblemKind.AUTH_METHOD_REFUSED),
        (b"211 1 2 3\r\n", ProblemKind.UNEXPECTED_ANSWER),
        (b"welcome\r\n", ProblemKind.UNEXPECTED_ANSWER),
    ],
)
def test_the_answer_to_a_password_is_judged_by_its_code(answer: bytes, kind: ProblemKind) -> None:
    assert refused(WITH_LOGIN, USER, b"381 go on\r\n", PASS, answer).kind is kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"481 who\r\n", ProblemKind.LOGIN_REFUSED),
        (b"482 out of sequence\r\n", ProblemKind.AUTH_METHOD_REFUSED),
        (b"502 no such command here\r\n", ProblemKind.AUTH_METHOD_REFUSED),
    ],
)
def test_a_refused_name_gets_no_password(answer: bytes, kind: ProblemKind) -> None:
    with over_tls(WITH_LOGIN, USER, answer) as server:
        assert problem_of(server, NNTP, log_in).kind is kind
    assert not any(line.startswith(b"AUTHINFO PASS") for line in server.received)


@pytest.mark.parametrize("line_end", ["\r", "\n", "\0"])
def test_a_password_with_a_line_end_is_never_sent(line_end: str) -> None:
    async def use(session: AnySession) -> None:
        await session.login(USERNAME, f"one{line_end}QUIT")

    with over_tls(WITH_LOGIN) as server:
        assert problem_of(server, NNTP, use).kind is ProblemKind.LOGIN_REFUSED
    assert server.received == [b"CAPABILITIES"]


def test_a_server_that_repeats_the_password_does_not_bring_it_into_our_words() -> None:
    problem = refused(WITH_LOGIN, USER, b"381 go on\r\n", PASS, b"481 not " + ASCII_SECRET.encode() + b"\r\n")

    assert problem.server_said is not None
    assert all(form.decode() not in problem.server_said for form in forms_of(ASCII_SECRET))


def test_without_tls_no_password_goes_out_unless_that_was_agreed_to() -> None:
    turns = (NNTP.greeting, CAPABILITIES, WITH_LOGIN)
    with ScriptedServer(dialogue(*turns, silence)) as server:
        assert problem_of(server, NNTP, log_in, Security.NONE).kind is ProblemKind.PLAIN_NOT_CONSENTED
    assert server.received == [b"CAPABILITIES"]

    async def use(session: AnySession) -> AuthMethod:
        return await session.login(USERNAME, ASCII_SECRET, plain_allowed=True)

    with ScriptedServer(dialogue(*turns, USER, b"381 go on\r\n", PASS, b"281 welcome\r\n")) as server:
        assert with_session(server, NNTP, use, Security.NONE) is AuthMethod.PASSWORD_CLEARTEXT


def test_what_was_listed_before_tls_is_asked_again() -> None:
    async def use(session: AnySession) -> tuple[AuthMethod, ...]:
        return session.auth_methods

    script = dialogue(
        NNTP.greeting, *NNTP.before_tls, hear(b"STARTTLS"), b"382 go\r\n", starttls, CAPABILITIES, WITH_LOGIN
    )
    with ScriptedServer(script) as server:
        assert with_session(server, NNTP, use, Security.STARTTLS) == (AuthMethod.PASSWORD_CLEARTEXT,)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"580 cannot\r\n", ProblemKind.STARTTLS_REFUSED),
        (b"502 no such command\r\n", ProblemKind.STARTTLS_NOT_OFFERED),
        (b"500 what\r\n", ProblemKind.STARTTLS_NOT_OFFERED),
    ],
)
def test_an_old_server_without_a_list_is_simply_asked_for_tls(answer: bytes, kind: ProblemKind) -> None:
    turns = (CAPABILITIES, b"500 what\r\n", hear(b"MODE READER"), b"200 hello\r\n", CAPABILITIES, b"500 what\r\n")
    with ScriptedServer(dialogue(NNTP.greeting, *turns, hear(b"STARTTLS"), answer, silence)) as server:
        assert problem_of(server, NNTP, security=Security.STARTTLS).kind is kind


def test_a_list_without_starttls_is_believed() -> None:
    with ScriptedServer(dialogue(NNTP.greeting, CAPABILITIES, OPEN, silence)) as server:
        assert problem_of(server, NNTP, security=Security.STARTTLS).kind is ProblemKind.STARTTLS_NOT_OFFERED
    assert server.received == [b"CAPABILITIES"]


def test_a_server_for_other_servers_is_told_that_a_reader_has_come() -> None:
    transit = b"101 list\r\nIHAVE\r\nMODE-READER\r\n.\r\n"
    turns = (transit, hear(b"MODE READER"), b"201 hello\r\n", CAPABILITIES, WITH_LOGIN)
    with over_tls(*turns, USER, b"381 go on\r\n", PASS, b"281 welcome\r\n") as server:
        assert with_session(server, NNTP, log_in) is AuthMethod.PASSWORD_CLEARTEXT


def test_a_server_that_takes_no_readers_is_unavailable() -> None:
    assert refused(b"500 what\r\n", hear(b"MODE READER"), b"502 no readers\r\n").kind is ProblemKind.SERVICE_UNAVAILABLE


def test_without_a_login_the_server_says_which_newsgroup_it_lacks() -> None:
    with over_tls(OPEN, hear(b"GROUP .*"), b"411 no such group\r\n") as server:
        assert with_session(server, NNTP, read_only) is AuthMethod.NONE


def test_a_server_that_has_no_logins_needs_none() -> None:
    with over_tls(OPEN, hear(b"GROUP .*"), b"411 no such group\r\n") as server:
        assert with_session(server, NNTP, log_in) is AuthMethod.NONE
    assert not any(ASCII_SECRET.encode() in line for line in server.received)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"480 log in first\r\n", ProblemKind.LOGIN_REQUIRED),
        (b"483 not without TLS\r\n", ProblemKind.LOGIN_REQUIRED),
        (b"400 closing\r\n", ProblemKind.SERVICE_UNAVAILABLE),
        (b"502 not you\r\n", ProblemKind.SERVICE_UNAVAILABLE),
        (b"500 what\r\n", ProblemKind.UNEXPECTED_ANSWER),
        (reset, ProblemKind.CONNECTION_LOST),
    ],
)
def test_a_server_that_does_not_serve_strangers_says_so(answer: Turn, kind: ProblemKind) -> None:
    with over_tls(WITH_LOGIN, hear(b"GROUP .*"), answer) as server:
        assert problem_of(server, NNTP, read_only).kind is kind


def test_a_success_may_bring_the_last_word_of_an_exchange() -> None:
    """RFC 4643, section 2.4: 283 carries what would else have been one more challenge."""
    with ScriptedServer(scram_server(proving_itself=True), tls=server_context()) as server:
        assert with_session(server, NNTP, log_in) is AuthMethod.PASSWORD_ENCRYPTED
    assert len(server.received) == 3


def test_a_success_whose_last_word_proves_nothing_is_not_believed() -> None:
    with ScriptedServer(scram_server(proving_itself=False), tls=server_context()) as server:
        assert problem_of(server, NNTP, log_in).kind is ProblemKind.UNEXPECTED_ANSWER


def scram_server(*, proving_itself: bool) -> Script:
    """Return a server that offers SCRAM alone and knows the password, or only says so (RFC 5802)."""

    def play(peer: Peer) -> None:
        peer.say(NNTP.greeting)
        assert peer.hear() == b"CAPABILITIES"
        peer.say(b"101 list\r\nREADER\r\nAUTHINFO SASL\r\nSASL SCRAM-SHA-256\r\n.\r\n")
        bare = base64.b64decode(peer.hear().split()[-1]).removeprefix(b"n,,")
        first = bare.partition(b",r=")[2].join((b"r=", b"more,s=" + base64.b64encode(b"salt") + b",i=4096"))
        peer.say(b"383 " + base64.b64encode(first) + b"\r\n")
        final = base64.b64decode(peer.hear()).rpartition(b",p=")[0]
        password = ASCII_SECRET if proving_itself else "guessed"
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 4096)
        key = hmac.digest(salted, b"Server Key", "sha256")
        signature = hmac.digest(key, b",".join((bare, first, final)), "sha256")
        peer.say(b"283 " + base64.b64encode(b"v=" + base64.b64encode(signature)) + b"\r\n")
        peer.keep_silent()

    return play
