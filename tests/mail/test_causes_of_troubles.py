"""Every trouble with words of a server says why, judged at the step where they fell; and what it does to a login."""

import pytest

from tests.certificates import server_context
from tests.mail.scripts import ASCII_SECRET, IMAP, NNTP, POP3, SMTP, USERNAME, Speech, problem_of
from tests.scripted import ScriptedServer, Turn, dialogue, hear, silence
from webapp.mail.imap import ImapSession
from webapp.mail.sessions import AnySession, SmtpSession
from webapp.mail.settings import AuthMethod, Security
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind


async def log_in(session: AnySession) -> AuthMethod:
    return await session.login(USERNAME, ASCII_SECRET, plain_allowed=True)


async def send(session: AnySession) -> None:
    assert isinstance(session, SmtpSession)
    await log_in(session)
    await session.send("anna@uspeh.example", "boris@uspeh.example", b"hi", lambda fact: None)


async def select(session: AnySession) -> None:
    assert isinstance(session, ImapSession)
    await log_in(session)
    await session.select("Junk")


def refused_login(speech: Speech, answer: bytes) -> Problem:
    with ScriptedServer(speech.up_to_login(hear(speech.plain_login), answer, silence), tls=server_context()) as server:
        return problem_of(server, speech, log_in)


@pytest.mark.parametrize(
    ("speech", "greeting", "cause"),
    [
        (IMAP, b"* BYE shutting down\r\n", Cause.SERVICE_UNAVAILABLE),
        (POP3, b"-ERR Too many open connections (6 of 5 from 192.0.2.1)\r\n", Cause.TOO_MANY_CONNECTIONS),
        (SMTP, b"554 SMTP service not available\r\n", Cause.IP_BLOCKED),
        (SMTP, b"554-mail.example.com\r\n554 5.7.1 blocked using zen.spamhaus.org\r\n", Cause.IP_BLOCKED),
        (NNTP, b"502 You have no permission to talk.  Goodbye!\r\n", Cause.NO_PERMISSION),
        (SMTP, b"SSH-2.0-OpenSSH_9.2\r\n", Cause.GENERAL),
    ],
)
def test_a_refusing_greeting(speech: Speech, greeting: bytes, cause: Cause) -> None:
    with ScriptedServer(dialogue(greeting, silence), tls=server_context()) as server:
        assert problem_of(server, speech).cause is cause


def test_a_refused_ehlo() -> None:
    turns = (SMTP.greeting, hear(rb"EHLO \S+"), b"550 5.7.1 Helo command rejected: Host not found\r\n", silence)
    with ScriptedServer(dialogue(*turns), tls=server_context()) as server:
        assert problem_of(server, SMTP).cause is Cause.HELO_REFUSED


@pytest.mark.parametrize("speech", [IMAP, SMTP, NNTP], ids=lambda speech: speech.protocol)
def test_a_refused_starttls(speech: Speech) -> None:
    with ScriptedServer(speech.up_to_tls(speech.tls_refused, silence)) as server:
        assert problem_of(server, speech, security=Security.STARTTLS).cause is Cause.STARTTLS_UNAVAILABLE


def test_a_refused_stls_is_told_at_its_step_though_the_list_is_asked_after_it() -> None:
    turns = (POP3.greeting, hear(b"STLS"), POP3.tls_refused, *POP3.abilities, silence)
    with ScriptedServer(dialogue(*turns)) as server:
        assert problem_of(server, POP3, security=Security.STARTTLS).cause is Cause.STARTTLS_UNAVAILABLE


@pytest.mark.parametrize(
    ("said", "turns", "cause"),
    [
        (b"553 5.7.1 <a>: Sender address rejected: not owned by user b\r\n", 0, Cause.SENDER_NOT_OWNED),
        (b"554 5.7.1 <b>: Relay access denied\r\n", 1, Cause.RELAY_DENIED),
        (b"450 4.7.1 <b>: Recipient address rejected: Greylisted\r\n", 1, Cause.GREYLISTED),
        (b"554 5.7.1 Spam message rejected\r\n", 3, Cause.SPAM_REFUSED),
        (b"421 4.7.0 closing\r\n", 2, Cause.SERVICE_UNAVAILABLE),
    ],
)
def test_a_refused_sender_recipient_or_letter(said: bytes, turns: int, cause: Cause) -> None:
    commands = (hear(b"MAIL .*"), hear(b"RCPT .*"), hear(b"DATA"), hear(b"hi"))
    accepted: list[Turn] = [turn for command in commands[:turns] for turn in (command, b"250 ok\r\n")]
    if turns == 3:
        accepted[-1] = b"354 go on\r\n"
    last = (commands[turns], hear(rb"\.")) if turns == 3 else (commands[turns],)
    script = SMTP.up_to_login(hear(SMTP.plain_login), SMTP.logged_in, *accepted, *last, said, silence)
    with ScriptedServer(script, tls=server_context()) as server:
        problem = problem_of(server, SMTP, send)

    assert problem.cause is cause


def test_a_folder_that_is_not_there() -> None:
    missing = (hear(rb"(?P<tag>\S+) SELECT .*"), b"{tag} NO [NONEXISTENT] no such folder\r\n", silence)
    script = IMAP.up_to_login(hear(IMAP.plain_login), IMAP.logged_in, *missing)
    with ScriptedServer(script, tls=server_context()) as server:
        assert problem_of(server, IMAP, select).cause is Cause.FOLDER_MISSING


@pytest.mark.parametrize(
    ("speech", "answer", "kind", "cause", "judged"),
    [
        (IMAP, IMAP.refused, ProblemKind.LOGIN_REFUSED, Cause.WRONG_PASSWORD, True),
        (
            IMAP,
            b"{tag} NO [ALERT] Application-specific password required\r\n",
            ProblemKind.LOGIN_REFUSED,
            Cause.APPLICATION_PASSWORD_NEEDED,
            True,
        ),
        (IMAP, b"{tag} NO [EXPIRED] no\r\n", ProblemKind.LOGIN_REFUSED, Cause.PASSWORD_EXPIRED, True),
        (IMAP, b"{tag} NO [AUTHORIZATIONFAILED] no\r\n", ProblemKind.LOGIN_REFUSED, Cause.NO_PERMISSION, False),
        (
            IMAP,
            b"* NO [ALERT] Too many simultaneous connections.\r\n{tag} NO no\r\n",
            ProblemKind.LOGIN_UNAVAILABLE,
            Cause.TOO_MANY_CONNECTIONS,
            False,
        ),
        (
            POP3,
            b"-ERR [SYS/PERM] Your account is not enabled for POP access.\r\n",
            ProblemKind.LOGIN_REFUSED,
            Cause.PROTOCOL_SWITCHED_OFF,
            False,
        ),
        (POP3, b"-ERR [SYS/PERM] disk on fire\r\n", ProblemKind.LOGIN_UNAVAILABLE, Cause.SERVICE_UNAVAILABLE, True),
        (POP3, b"-ERR TLS required to log in.\r\n", ProblemKind.AUTH_METHOD_REFUSED, Cause.TLS_REQUIRED, False),
        (SMTP, b"525 5.7.13 disabled\r\n", ProblemKind.LOGIN_REFUSED, Cause.ACCOUNT_BLOCKED, False),
        (SMTP, b"523 5.7.10 not so\r\n", ProblemKind.AUTH_METHOD_REFUSED, Cause.TLS_REQUIRED, False),
        (
            SMTP,
            b"334 5.7.8 Missing TOTP token, try with 'secret$totp_code'.\r\n",
            ProblemKind.LOGIN_REFUSED,
            Cause.TWO_FACTOR_NEEDED,
            False,
        ),
        (
            SMTP,
            b"535 5.7.0 (#AUTH005) Too many bad auth attempts.\r\n",
            ProblemKind.LOGIN_REFUSED,
            Cause.TOO_MANY_TRIES,
            True,
        ),
        (NNTP, NNTP.refused, ProblemKind.LOGIN_REFUSED, Cause.WRONG_PASSWORD, True),
    ],
)
def test_a_refused_login(speech: Speech, answer: bytes, kind: ProblemKind, cause: Cause, judged: bool) -> None:
    problem = refused_login(speech, answer)

    assert (problem.kind, problem.cause, problem.password_judged) == (kind, cause, judged)


def test_a_farewell_instead_of_a_login_is_judged_as_one() -> None:
    farewell = (b"* BYE IMAP access disabled for this account.\r\n",)
    with ScriptedServer(IMAP.up_to_login(hear(IMAP.plain_login), *farewell), tls=server_context()) as server:
        problem = problem_of(server, IMAP, log_in)

    assert (problem.kind, problem.cause) == (ProblemKind.SERVICE_UNAVAILABLE, Cause.PROTOCOL_SWITCHED_OFF)


def test_a_server_that_wants_tls_does_not_hear_the_password_in_the_clear_again() -> None:
    capability = b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n{tag} OK done\r\n"
    answer = b"{tag} NO [PRIVACYREQUIRED] not so\r\n"
    turns = (hear(rb"(?P<tag>\S+) CAPABILITY"), capability, hear(IMAP.plain_login), answer, silence)
    with ScriptedServer(dialogue(IMAP.greeting, *turns)) as server:
        problem = problem_of(server, IMAP, log_in, Security.NONE)

    assert (problem.kind, problem.cause) == (ProblemKind.AUTH_METHOD_REFUSED, Cause.TLS_REQUIRED)
    assert len(server.received) == 2


@pytest.mark.parametrize(
    ("listed", "security", "cause"),
    [
        (b"XOAUTH2 OAUTHBEARER", Security.TLS, Cause.OAUTH_ONLY),
        (b"GSSAPI", Security.TLS, Cause.LOGIN_DISABLED),
        (b"GSSAPI", Security.NONE, Cause.TLS_REQUIRED),
        (b"", Security.TLS, Cause.LOGIN_DISABLED),
    ],
)
def test_a_server_without_a_way_for_us_says_why_by_its_list(listed: bytes, security: Security, cause: Cause) -> None:
    script = dialogue(SMTP.greeting, hear(rb"EHLO \S+"), b"250-hello\r\n250 AUTH " + listed + b"\r\n", silence)
    with ScriptedServer(script, tls=server_context() if security is Security.TLS else None) as server:
        problem = problem_of(server, SMTP, log_in, security)

    assert (problem.kind, problem.cause) == (ProblemKind.NO_COMMON_AUTH_METHOD, cause)


def test_a_trouble_without_words_has_no_cause() -> None:
    with ScriptedServer(dialogue(IMAP.greeting), tls=server_context()) as server:
        assert problem_of(server, IMAP).cause is None


def test_a_password_made_of_a_servers_words_does_not_speak_for_it() -> None:
    words = "too many login attempts"

    async def use(session: AnySession) -> None:
        await session.login(USERNAME, words)

    echo = b"535 5.7.8 " + words.encode() + b" is wrong\r\n"
    with ScriptedServer(SMTP.up_to_login(hear(SMTP.plain_login), echo, silence), tls=server_context()) as server:
        assert problem_of(server, SMTP, use).cause is Cause.WRONG_PASSWORD
