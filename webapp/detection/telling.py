"""Choose the one problem that explains a failed search best, and the field it belongs to; pure."""

from collections.abc import Iterable
from dataclasses import replace

from webapp.detection.race import Rank
from webapp.detection.types import EnteredServer
from webapp.mail.settings import Direction
from webapp.net.cause import Cause
from webapp.net.guard import MAIL_PORTS
from webapp.net.problems import CERTIFICATE_PROBLEMS, Field, Problem, ProblemKind

# The further a conversation got, the more its trouble tells; a guess that has no name tells nothing.
FROM_TELLING_TO_TRIVIAL = (
    ProblemKind.TLS_AVAILABLE,
    *sorted(CERTIFICATE_PROBLEMS),
    ProblemKind.STARTTLS_INJECTION,
    ProblemKind.STARTTLS_REFUSED,
    ProblemKind.NO_COMMON_AUTH_METHOD,
    ProblemKind.SERVICE_UNAVAILABLE,
    ProblemKind.STARTTLS_NOT_OFFERED,
    ProblemKind.WRONG_PROTOCOL,
    ProblemKind.TLS_NOT_SPOKEN,
    ProblemKind.TLS_FAILED,
    ProblemKind.UNEXPECTED_ANSWER,
    ProblemKind.LINE_TOO_LONG,
    ProblemKind.ANSWER_TOO_LONG,
    ProblemKind.EXCHANGE_ONLY,
    ProblemKind.NOT_OFFERED,
    ProblemKind.TARGET_REFUSED,
    ProblemKind.SILENT,
    ProblemKind.CONNECTION_LOST,
    ProblemKind.CONNECTION_TIMED_OUT,
    ProblemKind.CONNECTION_REFUSED,
    ProblemKind.HOST_UNREACHABLE,
    ProblemKind.NAME_LOOKUP_FAILED,
    ProblemKind.NAME_INVALID,
    ProblemKind.NAME_NOT_FOUND,
    ProblemKind.NO_RECORD,
)

HOST_KINDS = frozenset(
    {
        ProblemKind.NAME_NOT_FOUND,
        ProblemKind.NAME_LOOKUP_FAILED,
        ProblemKind.NAME_INVALID,
        ProblemKind.NO_RECORD,
        ProblemKind.TARGET_REFUSED,
        ProblemKind.HOST_UNREACHABLE,
        ProblemKind.HOST_NOT_CONSENTED,
    }
)
SECURITY_KINDS = CERTIFICATE_PROBLEMS | {
    ProblemKind.TLS_FAILED,
    ProblemKind.TLS_NOT_SPOKEN,
    ProblemKind.TLS_AVAILABLE,
    ProblemKind.STARTTLS_NOT_OFFERED,
    ProblemKind.STARTTLS_REFUSED,
    ProblemKind.STARTTLS_INJECTION,
    ProblemKind.PLAIN_NOT_CONSENTED,
}
NOTHING_ENTERED = EnteredServer()
AUTH_KINDS = frozenset({ProblemKind.NO_COMMON_AUTH_METHOD, ProblemKind.AUTH_METHOD_REFUSED, ProblemKind.LOGIN_REQUIRED})
LOGIN_KINDS = frozenset(
    {
        ProblemKind.LOGIN_REFUSED,
        ProblemKind.LOGIN_UNAVAILABLE,
        ProblemKind.LOGIN_PAUSED,
        ProblemKind.PASSWORD_MISSING,
    }
)


def most_telling(problems: Iterable[tuple[Rank, Problem]]) -> Problem | None:
    """Return the problem a person should read first: the furthest conversation, then the best-ranked server."""
    ordered = sorted(problems, key=lambda ranked: (triviality(ranked[1].kind), ranked[0]))
    return ordered[0][1] if ordered else None


def triviality(kind: ProblemKind) -> int:
    """Return how little a problem tells; kinds that no search meets come last."""
    order = FROM_TELLING_TO_TRIVIAL
    return order.index(kind) if kind in order else len(order)


def with_field(problem: Problem, direction: Direction, fixed: EnteredServer) -> Problem:
    """Attribute a problem to the field the person should look at, among those that were filled in."""
    if problem.field is not None or fixed.blank:
        return problem
    name = field_name(problem, fixed)
    if name == "auth" and fixed.auth_method is None:
        return problem  # nobody chose a method, and no other field is wrong by itself: the cause tells where to look
    filled = [part for part in (name, "host", "port", "security", "auth", "username") if _filled(fixed, part)]
    return replace(problem, field=Field(f"{direction}_{filled[0]}"))


def login_field(problem: Problem, direction: Direction, own_secret: bool) -> Problem:
    """Attribute a problem of a login to its field; one secret for both servers has one field."""
    if problem.field is not None:
        return problem
    if problem.kind in LOGIN_KINDS and problem.cause is not Cause.WRONG_LOGIN_FORM:
        return replace(problem, field=Field(f"{direction}_secret") if own_secret else Field.SECRET)
    return replace(problem, field=Field(f"{direction}_{field_name(problem)}"))


def field_name(problem: Problem, fixed: EnteredServer = NOTHING_ENTERED) -> str:
    """Return which part of a server's settings a problem speaks of."""
    if problem.kind is ProblemKind.TARGET_REFUSED and fixed.port is not None and fixed.port not in MAIL_PORTS:
        return "port"
    if problem.kind in HOST_KINDS:
        return "host"
    if problem.kind in SECURITY_KINDS or problem.cause is Cause.TLS_REQUIRED:
        return "security"
    if problem.kind in AUTH_KINDS:
        return "auth"
    return "username" if problem.kind in LOGIN_KINDS else "port"


def _filled(fixed: EnteredServer, part: str) -> bool:
    name = {"auth": "auth_method"}.get(part, part)
    return getattr(fixed, name) is not None
