"""What exceptions of the libraries mean: the same as the same words mean to our own sessions."""

import poplib
import smtplib
import ssl
import tomllib

import pytest
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from tests.certificates import server_context
from tests.mail.clients.opened import CAPABILITY, Client, Door
from tests.mail.scripts import ASCII_SECRET, IMAP, POP3, SMTP, USERNAME, Speech, problem_of
from tests.mail.test_causes import CORPUS
from tests.scripted import ScriptedServer, Turn, hear
from webapp.mail.causes import Step
from webapp.mail.clients.access import Access
from webapp.mail.clients.imap import Imap
from webapp.mail.clients.smtp import Smtp
from webapp.mail.clients.troubles import told_as_trouble, trouble_of
from webapp.mail.imap import ImapSession
from webapp.mail.sessions import AnySession
from webapp.mail.settings import Security, ServerSettings
from webapp.mail.smtp import SmtpSession
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind, Trouble

SENDER, RECIPIENT = "anna@uspeh.example", "boris@uspeh.example"
LETTER = b"Subject: hi\r\n\r\n"
OK = b"250 ok\r\n"
UP_TO: dict[str, tuple[Turn, ...]] = {
    "sender": (hear(rb"MAIL .*"),),
    "recipient": (hear(rb"MAIL .*"), OK, hear(rb"RCPT .*")),
    "letter": (hear(rb"MAIL .*"), OK, hear(rb"RCPT .*"), OK, hear(rb"DATA")),
    "folder": (hear(rb"(?P<tag>\S+) (SELECT|EXAMINE) .*"),),
}


def refusals(protocol: str) -> list[tuple[str, str]]:
    """Return step and lines of the real replies to what comes after the login."""
    entries = tomllib.loads(CORPUS.read_text(encoding="utf-8"))["reply"]
    known = [(one["step"], one["text"]) for one in entries if one["protocol"] == protocol and one["step"] in UP_TO]
    return [(step, text) for step, text in known if not text.startswith(("250", "A2 OK"))]


def on_the_wire(text: str) -> bytes:
    lines = (b"{tag}" + line[2:] if line.startswith((b"A1 ", b"A2 ")) else line for line in text.encode().split(b"\n"))
    return b"".join(line + b"\r\n" for line in lines)


def problems(speech: Speech, *turns: Turn) -> tuple[Problem, Problem]:
    """Return what a session of ours and what a library is told by the same server."""
    logged_in = (hear(speech.plain_login), speech.logged_in)
    asked = CAPABILITY if speech is IMAP else ()
    scripts = speech.up_to_login(*logged_in, *turns), speech.up_to_login(*logged_in, *asked, *turns)
    with ScriptedServer(*scripts, tls=server_context()) as server:
        proved = problem_of(server, speech, by_session)
        door = Door(server, speech)
        return proved, door.problem(lambda client: by_library(client, door))


async def by_session(session: AnySession) -> None:
    await session.login(USERNAME, ASCII_SECRET)
    if isinstance(session, ImapSession):
        await session.select("INBOX")
    elif isinstance(session, SmtpSession):
        await session.send(SENDER, RECIPIENT, LETTER, lambda fact: None)


def by_library(client: Client, door: Door) -> None:
    if isinstance(client, Imap):
        with told_as_trouble(door.access, Step.FOLDER):
            client.select_folder("INBOX")
    elif isinstance(client, Smtp):
        for refusal in client.deliver(SENDER, [RECIPIENT], LETTER, lambda: None).values():
            raise Trouble(refusal)


def access_to(speech: Speech) -> Access:
    settings = ServerSettings(speech.protocol, "mail.uspeh.example", 993, Security.TLS, USERNAME)
    return Access(settings, ASCII_SECRET)


@pytest.mark.parametrize(("step", "text"), refusals("smtp"))
def test_real_replies_of_smtp_are_the_same_problem_as_in_the_proof(step: str, text: str) -> None:
    proved, told = problems(SMTP, *UP_TO[step], on_the_wire(text))

    assert told == proved


@pytest.mark.parametrize(("step", "text"), refusals("imap"))
def test_real_replies_of_imap_are_the_same_problem_as_in_the_proof(step: str, text: str) -> None:
    proved, told = problems(IMAP, *UP_TO[step], on_the_wire(text))

    assert told == proved


LOST, SILENT = ProblemKind.CONNECTION_LOST, ProblemKind.SILENT
UNEXPECTED = ProblemKind.UNEXPECTED_ANSWER


@pytest.mark.parametrize(
    ("speech", "step", "error", "kind", "cause"),
    [
        (IMAP, Step.FOLDER, IMAPClientError("bad"), UNEXPECTED, None),
        (IMAP, Step.FOLDER, IMAPClientAbortError("bad"), UNEXPECTED, None),
        (IMAP, Step.FOLDER, TimeoutError(), SILENT, None),
        (IMAP, Step.FOLDER, ConnectionResetError(), LOST, None),
        (IMAP, Step.FOLDER, ssl.SSLError(), ProblemKind.TLS_FAILED, None),
        (IMAP, Step.FOLDER, UnicodeDecodeError("ascii", b"\xff", 0, 1, "no"), UNEXPECTED, None),
        (POP3, Step.FOLDER, poplib.error_proto(b"-ERR [IN-USE] locked"), UNEXPECTED, Cause.MAILBOX_IN_USE),
        (POP3, Step.FOLDER, poplib.error_proto("line too long"), UNEXPECTED, None),
        (
            SMTP,
            Step.SENDER,
            smtplib.SMTPSenderRefused(550, b"5.7.1 no", SENDER),
            ProblemKind.SENDER_REFUSED,
            Cause.GENERAL,
        ),
        (
            SMTP,
            Step.LETTER,
            smtplib.SMTPRecipientsRefused({RECIPIENT: (550, b"5.1.1 who")}),
            ProblemKind.RECIPIENT_REFUSED,
            Cause.RECIPIENT_UNKNOWN,
        ),
        (SMTP, Step.LETTER, smtplib.SMTPDataError(552, b"5.3.4 big"), ProblemKind.LETTER_REFUSED, Cause.LETTER_TOO_BIG),
        (SMTP, Step.LETTER, smtplib.SMTPServerDisconnected("gone"), LOST, None),
        (SMTP, Step.LETTER, smtplib.SMTPNotSupportedError("SMTPUTF8"), UNEXPECTED, None),
    ],
    ids=lambda value: repr(value) if isinstance(value, Exception) else "",
)
def test_exceptions_of_the_libraries_have_a_kind_and_words_a_cause(
    speech: Speech, step: Step, error: Exception, kind: ProblemKind, cause: Cause | None
) -> None:
    access = access_to(speech)

    with pytest.raises(Trouble) as raised, told_as_trouble(access, step):
        raise error

    assert raised.value.problem == trouble_of(error, access, step).problem
    assert (raised.value.problem.kind, raised.value.problem.cause) == (kind, cause)
    assert raised.value.problem.host == access.settings.host


def test_a_mistake_of_our_own_stays_one() -> None:
    with pytest.raises(TypeError), told_as_trouble(access_to(IMAP), Step.FOLDER):
        raise TypeError
