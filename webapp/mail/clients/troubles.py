"""What an exception of a library means: the same kinds and causes as our own sessions find in the same words."""

import poplib
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, IMAPClientReadOnlyError

from webapp.mail.causes import LONGEST_JUDGED, Reply, Step, finding_of
from webapp.mail.clients.access import Access
from webapp.mail.scrub import Scrubber
from webapp.mail.settings import Protocol
from webapp.mail.smtp import SENDER_MEANT
from webapp.mail.smtp_replies import Reply as SmtpReply
from webapp.net.blocking_channel import kind_of_failure
from webapp.net.cause import Cause
from webapp.net.problems import Problem, ProblemKind, Trouble

KIND_OF_REFUSAL = {
    Step.LOGIN: ProblemKind.LOGIN_REFUSED,
    Step.STARTTLS: ProblemKind.STARTTLS_REFUSED,
    Step.FOLDER: ProblemKind.FOLDER_REFUSED,
    Step.SENDER: ProblemKind.SENDER_REFUSED,
    Step.RECIPIENT: ProblemKind.RECIPIENT_REFUSED,
    Step.LETTER: ProblemKind.LETTER_REFUSED,
}
GOODBYE = 421  # SMTP: the server ends the conversation, whatever was asked (RFC 5321, section 3.8)


class ServerSaid(Exception):
    """A server's own words in an exception of a library; `kind` None: it refused what was asked."""

    kind: ProblemKind | None = None
    said = b""


class ImapRefused(IMAPClientError, ServerSaid):  # type: ignore[misc]  # the library has no type information
    """A command ended with NO or BAD."""

    def __init__(self, status: str, words: bytes | None) -> None:
        super().__init__(status)
        self.said = status.encode() + b" " + (words or b"")


class ImapGoodbye(IMAPClientAbortError, ServerSaid):  # type: ignore[misc]
    """The server has said BYE."""

    kind = ProblemKind.SERVICE_UNAVAILABLE

    def __init__(self, words: bytes) -> None:
        super().__init__("BYE")
        self.said = b"BYE " + words


class ImapNonsense(IMAPClientAbortError, ServerSaid):  # type: ignore[misc]
    """The server said what is no IMAP."""

    kind = ProblemKind.UNEXPECTED_ANSWER

    def __init__(self, line: bytes) -> None:
        super().__init__("no IMAP")
        self.said = line


LIBRARIES = ("imapclient", "imaplib", "poplib", "smtplib")
LIBRARY_ERRORS = (Trouble, IMAPClientError, poplib.error_proto, OSError, ValueError, LookupError)
"""What reading an answer may end with; smtplib's exceptions are OSErrors, a text nobody can decode is a ValueError."""


@contextmanager
def told_as_trouble(access: Access, step: Step) -> Iterator[None]:
    """Turn whatever a library raises at one step into `Trouble`; keep the block as short as the call to the library."""
    try:
        yield
    except Exception as error:
        if isinstance(error, LIBRARY_ERRORS) or _raised_by_library(error):
            raise trouble_of(error, access, step) from None
        raise


def trouble_of(error: Exception, access: Access, step: Step) -> Trouble:
    """Return what an exception means that came while a library was at one step of a conversation."""
    if isinstance(error, Trouble):
        return error  # our connection's own; it has no words of the server
    if isinstance(error, ServerSaid):
        return trouble(error.kind or refusal_at(step, access.settings.protocol), error.said, access, step)
    if isinstance(error, IMAPClientReadOnlyError):
        refusal = trouble(refusal_at(step, access.settings.protocol), b"", access, step)
        return Trouble(replace(refusal.problem, cause=Cause.NO_PERMISSION))
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, words = next(iter(error.recipients.values()))
        return smtp_trouble(code, words, access, Step.RECIPIENT)
    if isinstance(error, smtplib.SMTPResponseException):
        return smtp_trouble(error.smtp_code, error.smtp_error, access, step)
    if isinstance(error, poplib.error_proto):
        return trouble(*_meaning_of_pop3(error, step), access, step)
    return trouble(_kind_without_words(error), b"", access, step)


def smtp_trouble(code: int, words: bytes | str, access: Access, step: Step) -> Trouble:
    """Return what a refusal in SMTP means; `words` are the lines of the reply without their code."""
    lines = (words.encode() if isinstance(words, str) else words).split(b"\n")
    said = SmtpReply(code, tuple(lines)).said
    if step is Step.RECIPIENT and SENDER_MEANT in said.decode("utf-8", "replace").casefold():
        step = Step.SENDER
    kind = ProblemKind.SERVICE_UNAVAILABLE if code == GOODBYE else refusal_at(step, Protocol.SMTP)
    return trouble(kind if code >= 400 else ProblemKind.UNEXPECTED_ANSWER, said, access, step)


def trouble(kind: ProblemKind, said: bytes, access: Access, step: Step) -> Trouble:
    """Return a problem with the server's words, any secret in them masked, and why it said them at this step."""
    settings, scrubber = access.settings, Scrubber()
    if access.secret:
        scrubber.hide(access.secret, f"\0{settings.username}\0{access.secret}".encode())
    problem = Problem(kind, settings.host, settings.port, server_said=scrubber.words(said))
    if problem.server_said is None:
        return Trouble(problem)
    finding = finding_of(Reply(settings.protocol, step, scrubber.words(said, LONGEST_JUDGED) or ""))
    return Trouble(replace(problem, cause=finding.cause, password_judged=finding.password_judged))


def refusal_at(step: Step, protocol: Protocol) -> ProblemKind:
    """Return what it is when a server refuses what was asked at a step; POP3 knows no folders one could refuse."""
    if step is Step.FOLDER and protocol is Protocol.POP3:
        return ProblemKind.UNEXPECTED_ANSWER
    return KIND_OF_REFUSAL.get(step, ProblemKind.UNEXPECTED_ANSWER)


def _raised_by_library(error: Exception) -> bool:
    """Tell whether a library stumbled over an answer: IMAPClient meets nonsense with a TypeError as well."""
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    return innermost is not None and innermost.tb_frame.f_globals["__name__"].partition(".")[0] in LIBRARIES


def _meaning_of_pop3(error: poplib.error_proto, step: Step) -> tuple[ProblemKind, bytes]:
    said = error.args[0] if error.args else b""
    if not isinstance(said, bytes):
        return ProblemKind.UNEXPECTED_ANSWER, b""  # the library's own words
    refused = said.upper().startswith(b"-ERR")
    return refusal_at(step, Protocol.POP3) if refused else ProblemKind.UNEXPECTED_ANSWER, said


def _kind_without_words(error: Exception) -> ProblemKind:
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return kind_of_failure(error)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return ProblemKind.CONNECTION_LOST
    return ProblemKind.UNEXPECTED_ANSWER
