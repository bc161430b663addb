"""A problem in words for people, and the form field it belongs to."""

from flask_babel import gettext

from webapp.detection.types import Source
from webapp.mail.settings import Direction
from webapp.net.problems import CERTIFICATE_PROBLEMS, Field, Problem, ProblemKind
from webapp.web.wording import connection, conversation
from webapp.web.wording.names import host_for_people
from webapp.web.wording.words import N_, ProblemWords

WORDS: dict[ProblemKind, ProblemWords] = connection.WORDS | conversation.WORDS

NO_RECORD_OF: dict[Source, str] = {
    Source.SAME_DOMAIN: N_("no other account of this domain"),
    Source.PROVIDER_TABLE: N_("the domain is not in the table"),
    Source.PACC: N_("nothing announced"),
    Source.SNAPSHOT: N_("the domain is not in the database"),
    Source.ISPDB: N_("the domain is not in the database"),
    Source.MX: N_("no provider known by its mail exchanger"),
    Source.SRV: N_("no service records"),
    Source.AUTODISCOVER: N_("no service record"),
    Source.GUESS: N_("no usual name exists"),
}

NOBODY_HOST = N_("the mail server")
NAMES_ROOM = 3  # names of a certificate that fit into a sentence

# The part of a form a kind points at; the others mean the server as a whole, that is, its name.
FIELD_PART: dict[ProblemKind, str] = {
    ProblemKind.NAME_NOT_FOUND: "host",
    ProblemKind.NAME_LOOKUP_FAILED: "host",
    ProblemKind.NAME_INVALID: "host",
    ProblemKind.TARGET_REFUSED: "host",
    ProblemKind.HOST_UNREACHABLE: "host",
    ProblemKind.CONNECTION_REFUSED: "port",
    ProblemKind.CONNECTION_TIMED_OUT: "port",
    ProblemKind.CONNECTION_LOST: "port",
    ProblemKind.WRONG_PROTOCOL: "port",
    ProblemKind.SILENT: "port",
    ProblemKind.TLS_NOT_SPOKEN: "security",
    ProblemKind.TLS_FAILED: "security",
    ProblemKind.TLS_AVAILABLE: "security",
    ProblemKind.CERTIFICATE_WRONG_NAME: "host",
    ProblemKind.CERTIFICATE_EXPIRED: "security",
    ProblemKind.CERTIFICATE_NOT_YET_VALID: "security",
    ProblemKind.CERTIFICATE_SELF_SIGNED: "security",
    ProblemKind.CERTIFICATE_UNKNOWN_ISSUER: "security",
    ProblemKind.CERTIFICATE_INVALID: "security",
    ProblemKind.CERTIFICATE_CHANGED: "security",
    ProblemKind.STARTTLS_NOT_OFFERED: "security",
    ProblemKind.STARTTLS_REFUSED: "security",
    ProblemKind.STARTTLS_INJECTION: "security",
    ProblemKind.PLAIN_NOT_CONSENTED: "security",
    ProblemKind.HOST_NOT_CONSENTED: "host",
    ProblemKind.NO_COMMON_AUTH_METHOD: "auth",
    ProblemKind.AUTH_METHOD_REFUSED: "auth",
    ProblemKind.LOGIN_REQUIRED: "auth",
    ProblemKind.PASSWORD_MISSING: "secret",
    ProblemKind.LOGIN_REFUSED: "secret",
    ProblemKind.LOGIN_PAUSED: "secret",
    ProblemKind.SENDER_REFUSED: "username",
}


def short_words(problem: Problem, source: Source | None = None) -> str:
    """Return the two or three words that end a line of the ladder."""
    if source is not None and problem.kind is ProblemKind.NO_RECORD and source in NO_RECORD_OF:
        return gettext(NO_RECORD_OF[source])
    return gettext(WORDS[problem.kind].short)


def sentence(problem: Problem) -> str:
    """Return what happened, as one sentence."""
    filled = _filled(WORDS[problem.kind].sentence, problem)
    return filled[:1].upper() + filled[1:] if problem.host is None else filled


def no_such_domain(domain: str) -> tuple[str, str]:
    """Return sentence and advice for an address whose domain does not exist: no server name is to blame."""
    words = gettext("The domain %(domain)s does not exist.", domain=host_for_people(domain))
    return words, gettext("Check the email address for a slip of the pen.")


def advice(problem: Problem, nothing_typed: bool = False) -> str:
    """Return what to do about it, as one or two sentences; who typed nothing has no port to correct."""
    beyond_them = FIELD_PART.get(problem.kind) in ("port", "security") and problem.kind not in CERTIFICATE_PROBLEMS
    known_to_provider = WORDS[ProblemKind.NO_RECORD].advice
    return gettext(known_to_provider if nothing_typed and beyond_them else WORDS[problem.kind].advice)


def sharing_advice(problem: Problem) -> str:
    """Return what to do when a shared outgoing server does not send for one of the addresses that use it."""
    if problem.kind in (ProblemKind.SENDER_REFUSED, ProblemKind.RECIPIENT_REFUSED):
        return gettext(
            "Ask the server's administrator to let this login name send for the address, "
            "or give that account an outgoing server of its own first."
        )
    return advice(problem)


def field_of(
    problem: Problem, direction: Direction, separate_secret: bool = False, nothing_typed: bool = False
) -> Field:
    """Return the form field to put the problem at; both directions share one password unless told otherwise.

    Where nothing was typed there is nothing to correct but the first field, the server name.
    """
    if problem.kind is ProblemKind.ACCOUNT_EXISTS:
        return Field.ADDRESS
    if problem.field is not None:
        # There is one box for the password of the incoming server, and of both if they share it.
        return Field.SECRET if problem.field is Field.INCOMING_SECRET else problem.field
    part = FIELD_PART.get(problem.kind, "host")
    if nothing_typed and part in ("port", "security"):
        part = "host"
    if part == "secret" and not (separate_secret and direction is Direction.OUTGOING):
        return Field.SECRET
    return Field(f"{direction.value}_{part}")


def _filled(message: str, problem: Problem) -> str:
    host = host_for_people(problem.host) if problem.host else gettext(NOBODY_HOST)
    port = problem.port if problem.port is not None else "–"
    names = ", ".join(problem.certificate.names[:NAMES_ROOM]) if problem.certificate else ""
    return gettext(message) % {"host": host, "port": port, "names": names or "–"}
