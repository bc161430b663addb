"""A problem in words for people, and the form field it belongs to; the words stand in `webapp.web.explaining`."""

from webapp.detection.types import Source
from webapp.mail.settings import Direction
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.web.explaining.entries import Part
from webapp.web.explaining.explained import Circumstances, explained, part_of


def short_words(problem: Problem, source: Source | None = None) -> str:
    """Return the two or three words that end a line of the ladder."""
    return explained(problem, Circumstances(asked=source)).short


def sentence(problem: Problem) -> str:
    """Return what happened, as one sentence."""
    return explained(problem).happened


def field_of(
    problem: Problem, direction: Direction, separate_secret: bool = False, nothing_typed: bool = False
) -> Field:
    """Return the form field to put the problem at; both directions share one password unless told otherwise.

    It is the catalogue's unless the engine knew better. Where nothing was typed there is nothing to correct
    but the first field, the server name.
    """
    part = part_of(problem)
    if problem.field is not None and _knows_better(problem, part_of_field(problem.field), part):
        # There is one box for the password of the incoming server, and of both if they share it.
        return Field.SECRET if problem.field is Field.INCOMING_SECRET else problem.field
    if part is Part.ADDRESS:
        return Field.ADDRESS
    if nothing_typed and part in (Part.PORT, Part.SECURITY):
        part = Part.HOST
    if part is Part.SECRET and not (separate_secret and direction is Direction.OUTGOING):
        return Field.SECRET
    return Field(f"{direction.value}_{part}")


def part_of_field(field: Field) -> Part:
    """Return what a form field is, whichever server it belongs to."""
    return Part(field.value.rpartition("_")[2])


def _knows_better(problem: Problem, named: Part, part: Part) -> bool:
    """Tell whether the field the engine named is better than the catalogue's, which knows only kind and cause.

    The engine has seen what was typed: a server name with nothing beside it to blame, a port that is none of
    mail, a login name that cannot be sent, one of two passwords.
    """
    never_sent = problem.cause is None and named is Part.USERNAME
    return named in (part, Part.ADDRESS, Part.HOST) or problem.kind is ProblemKind.TARGET_REFUSED or never_sent
