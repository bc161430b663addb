"""The problem a person reads, and the field it stands at."""

import pytest

from webapp.detection.telling import login_field, most_telling, with_field
from webapp.detection.types import EnteredServer
from webapp.mail.settings import Direction, Protocol, Security
from webapp.net.problems import Field, Problem, ProblemKind

IN, OUT = Direction.INCOMING, Direction.OUTGOING
COMPLETE = EnteredServer(Protocol.IMAP, "imap.uspeh.test", 993, Security.TLS)


def test_the_furthest_conversation_tells_most() -> None:
    kinds = [
        ProblemKind.NAME_NOT_FOUND,
        ProblemKind.CONNECTION_REFUSED,
        ProblemKind.CERTIFICATE_EXPIRED,
        ProblemKind.SILENT,
    ]

    told = most_telling((((8, place), Problem(kind)) for place, kind in enumerate(kinds)))

    assert told == Problem(ProblemKind.CERTIFICATE_EXPIRED)


def test_among_equals_the_better_source_is_told() -> None:
    better, worse = Problem(ProblemKind.SILENT, "a.test"), Problem(ProblemKind.SILENT, "b.test")

    assert most_telling([((8, 0), worse), ((2, 0), better)]) == better


def test_nothing_is_told_where_nothing_went_wrong() -> None:
    assert most_telling([]) is None


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (ProblemKind.NAME_NOT_FOUND, Field.INCOMING_HOST),
        (ProblemKind.NAME_INVALID, Field.INCOMING_HOST),
        (ProblemKind.TARGET_REFUSED, Field.INCOMING_HOST),
        (ProblemKind.CONNECTION_REFUSED, Field.INCOMING_PORT),
        (ProblemKind.CONNECTION_TIMED_OUT, Field.INCOMING_PORT),
        (ProblemKind.WRONG_PROTOCOL, Field.INCOMING_PORT),
        (ProblemKind.SILENT, Field.INCOMING_PORT),
        (ProblemKind.TLS_FAILED, Field.INCOMING_SECURITY),
        (ProblemKind.TLS_NOT_SPOKEN, Field.INCOMING_SECURITY),
        (ProblemKind.TLS_AVAILABLE, Field.INCOMING_SECURITY),
        (ProblemKind.STARTTLS_NOT_OFFERED, Field.INCOMING_SECURITY),
        (ProblemKind.CERTIFICATE_SELF_SIGNED, Field.INCOMING_SECURITY),
    ],
)
def test_a_problem_stands_at_the_field_it_concerns(kind: ProblemKind, field: Field) -> None:
    assert with_field(Problem(kind), IN, COMPLETE).field is field


def test_a_refused_target_with_an_odd_port_stands_at_the_port() -> None:
    typed = EnteredServer(Protocol.IMAP, "imap.uspeh.test", 22, Security.TLS)

    assert with_field(Problem(ProblemKind.TARGET_REFUSED), IN, typed).field is Field.INCOMING_PORT


def test_a_field_that_was_left_blank_is_not_blamed() -> None:
    host_only = EnteredServer(host="imap.uspeh.test")

    assert with_field(Problem(ProblemKind.CONNECTION_REFUSED), OUT, host_only).field is Field.OUTGOING_HOST


def test_what_nobody_typed_has_no_field() -> None:
    assert with_field(Problem(ProblemKind.CONNECTION_REFUSED), IN, EnteredServer()).field is None


def test_a_refused_login_stands_at_the_secret_it_used() -> None:
    refused = Problem(ProblemKind.LOGIN_REFUSED)

    assert login_field(refused, OUT, own_secret=False).field is Field.SECRET
    assert login_field(refused, OUT, own_secret=True).field is Field.OUTGOING_SECRET


def test_every_kind_of_problem_of_a_conversation_has_a_place_in_the_order() -> None:
    from webapp.detection.telling import FROM_TELLING_TO_TRIVIAL

    conversation = list(ProblemKind)[: list(ProblemKind).index(ProblemKind.PASSWORD_MISSING)]

    assert set(conversation) <= set(FROM_TELLING_TO_TRIVIAL)
