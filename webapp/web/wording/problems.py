"""A problem in words for people, and the form field it belongs to; the words stand in `webapp.web.explaining`."""

from webapp.detection.types import Source
from webapp.mail.settings import Direction
from webapp.net.problems import Field, Problem
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

    Where nothing was typed there is nothing to correct but the first field, the server name.
    """
    if problem.field is not None:
        # There is one box for the password of the incoming server, and of both if they share it.
        return Field.SECRET if problem.field is Field.INCOMING_SECRET else problem.field
    part = part_of(problem)
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
