"""An IMAP conversation up to the login."""

import pytest

from tests.certificates import server_context
from tests.mail.scripts import ASCII_SECRET, IMAP, SECRET, USERNAME, problem_of, with_session
from tests.scripted import ScriptedServer, Turn, dialogue, hear, hear_bytes, silence
from webapp.mail.sessions import AnySession
from webapp.mail.settings import AuthMethod, Security
from webapp.net.problems import Problem, ProblemKind


async def log_in(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, ASCII_SECRET)


def used(*turns: Turn, greeting: bytes = IMAP.greeting) -> AuthMethod:
    """Return the method used against a script that begins after the greeting."""
    with ScriptedServer(dialogue(greeting, *turns), tls=server_context()) as server:
        return with_session(server, IMAP, log_in)


def refused(*turns: Turn, greeting: bytes = IMAP.greeting) -> Problem:
    """Return the problem of a login against a script that begins after the greeting."""
    with ScriptedServer(dialogue(greeting, *turns), tls=server_context()) as server:
        return problem_of(server, IMAP, log_in)


def capabilities(listed: bytes) -> tuple[Turn, ...]:
    return hear(rb"(?P<tag>\S+) CAPABILITY"), b"* CAPABILITY IMAP4rev1 " + listed + b"\r\n{tag} OK done\r\n"


def test_a_greeting_inside_tls_that_lists_capabilities_saves_the_question() -> None:
    greeting = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n"

    assert used(hear(IMAP.plain_login), IMAP.logged_in, greeting=greeting) is AuthMethod.PASSWORD_CLEARTEXT


def test_what_the_greeting_listed_before_starttls_is_forgotten() -> None:
    async def offered(session: AnySession) -> tuple[AuthMethod, ...]:
        return session.auth_methods

    greeting = b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=CRAM-MD5] ready\r\n"
    script = dialogue(
        greeting,
        hear(IMAP.ask_for_tls),
        IMAP.tls_granted,
        lambda peer: peer.shake_hands(),
        *capabilities(b"AUTH=PLAIN"),
    )
    with ScriptedServer(script) as server:
        assert with_session(server, IMAP, offered, Security.STARTTLS) == (AuthMethod.PASSWORD_CLEARTEXT,)


def test_without_an_initial_response_the_login_command_is_the_shorter_way() -> None:
    login = hear(rb'(?P<tag>\S+) LOGIN "anna@uspeh.example" "hunter-2 \\"quoted\\" \\\\ back"')

    assert used(*capabilities(b"AUTH=PLAIN"), login, IMAP.logged_in) is AuthMethod.PASSWORD_CLEARTEXT


def test_a_password_outside_ascii_goes_by_plain_and_waits_for_the_invitation() -> None:
    async def use(session: AnySession) -> AuthMethod:
        return await session.login(USERNAME, SECRET)

    turns = (hear(rb"(?P<tag>\S+) AUTHENTICATE PLAIN"), b"+ \r\n", hear(rb"\S+"), IMAP.logged_in)
    with ScriptedServer(dialogue(IMAP.greeting, *capabilities(b"AUTH=PLAIN"), *turns), tls=server_context()) as server:
        assert with_session(server, IMAP, use) is AuthMethod.PASSWORD_CLEARTEXT


def test_a_password_outside_ascii_goes_as_a_literal_where_only_the_command_is_there() -> None:
    async def use(session: AnySession) -> AuthMethod:
        return await session.login(USERNAME, "тайна")

    size = len("тайна".encode())
    turns = (
        hear(rb'(?P<tag>\S+) LOGIN "anna@uspeh.example" \{10\}'),
        b"+ go on\r\n",
        hear_bytes(size),
        hear(b""),
        IMAP.logged_in,
    )
    with ScriptedServer(dialogue(IMAP.greeting, *capabilities(b""), *turns), tls=server_context()) as server:
        assert with_session(server, IMAP, use) is AuthMethod.PASSWORD_CLEARTEXT
    assert server.received[-2] == "тайна".encode()


def test_a_disabled_login_command_is_not_used() -> None:
    problem = refused(*capabilities(b"LOGINDISABLED"), silence)

    assert problem.kind is ProblemKind.NO_COMMON_AUTH_METHOD
    assert problem.server_said is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"{tag} NO [AUTHENTICATIONFAILED] no\r\n", ProblemKind.LOGIN_REFUSED),
        (b"{tag} NO [AUTHORIZATIONFAILED] no\r\n", ProblemKind.LOGIN_REFUSED),
        (b"{tag} NO [ALERT] Application-specific password required\r\n", ProblemKind.LOGIN_REFUSED),
        (b"{tag} no\r\n", ProblemKind.LOGIN_REFUSED),
        (b"{tag} NO [UNAVAILABLE] later\r\n", ProblemKind.LOGIN_UNAVAILABLE),
        (b"{tag} NO [INUSE] later\r\n", ProblemKind.LOGIN_UNAVAILABLE),
        (b"{tag} NO [LIMIT] later\r\n", ProblemKind.LOGIN_UNAVAILABLE),
        (b"{tag} NO [PRIVACYREQUIRED] not here\r\n", ProblemKind.AUTH_METHOD_REFUSED),
        (b"{tag} BAD what\r\n", ProblemKind.AUTH_METHOD_REFUSED),
        (b"M99 OK not yours\r\n", ProblemKind.UNEXPECTED_ANSWER),
        (b"+ what else\r\n", ProblemKind.UNEXPECTED_ANSWER),
    ],
)
def test_the_answer_to_a_login_is_judged_by_its_code(answer: bytes, kind: ProblemKind) -> None:
    assert refused(*capabilities(b""), hear(rb"(?P<tag>\S+) LOGIN .*"), answer, silence).kind is kind


def test_a_goodbye_instead_of_an_answer_is_told_in_the_servers_words() -> None:
    def leave(peer: object) -> None:
        """End the script; the server closes the connection then."""

    problem = refused(*capabilities(b""), hear(rb"(?P<tag>\S+) LOGIN .*"), b"* BYE too many attempts\r\n", leave)

    assert problem.kind is ProblemKind.SERVICE_UNAVAILABLE
    assert problem.server_said == "BYE too many attempts"


def test_an_alert_before_the_refusal_is_kept() -> None:
    answer = b"* NO [WEBALERT https://mail.example/help] Web login required\r\n{tag} NO [ALERT] Log in there\r\n"

    problem = refused(*capabilities(b""), hear(rb"(?P<tag>\S+) LOGIN .*"), answer, silence)

    assert problem.server_said == ("NO [ALERT] Log in there NO [WEBALERT https://mail.example/help] Web login required")


def test_a_server_that_knows_us_already_needs_no_password() -> None:
    noop = (hear(rb"(?P<tag>\S+) NOOP"), b"{tag} OK\r\n", silence)
    with ScriptedServer(dialogue(b"* PREAUTH hello\r\n", *capabilities(b""), *noop), tls=server_context()) as server:
        assert with_session(server, IMAP, log_in) is AuthMethod.NONE
    assert len(server.received) == 2


def test_a_greeting_that_makes_starttls_impossible_ends_the_conversation() -> None:
    with ScriptedServer(dialogue(b"* PREAUTH hello\r\n", silence)) as server:
        problem = problem_of(server, IMAP, security=Security.STARTTLS)

    assert problem.kind is ProblemKind.STARTTLS_NOT_OFFERED
    assert server.received == []
