"""How one direction of an account stands: pure, from its row and what is known of its password."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.mail.settings import Direction
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import Account, Traffic
from webapp.storage.standing import Standing, standing

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(minutes=4), NOW - timedelta(minutes=4)
AWAY = Problem(ProblemKind.CONNECTION_REFUSED, "imap.uspeh.test", 993)
REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993)
INCOMING, OUTGOING = Direction.INCOMING, Direction.OUTGOING


def account(*, automatic: bool = True) -> Account:
    return Account(automatic=automatic)


def row(**fields: object) -> Traffic:
    known = {"refused": False, "done": 0, "total": 0, "failures": 0}
    return Traffic(account_id=1, direction=INCOMING, **{**known, **fields})


@pytest.mark.parametrize(
    ("fields", "has_password", "expected"),
    [
        ({"due_at": LATER}, True, Standing.WORKS),
        ({"due_at": LATER}, False, Standing.NEEDS_PASSWORD),
        ({"due_at": LATER, "trouble": AWAY}, True, Standing.WAITS),
        ({"due_at": LATER, "trouble": AWAY}, False, Standing.NEEDS_PASSWORD),
        ({"due_at": LATER, "trouble": REFUSED}, True, Standing.WAITS),
        ({"trouble": REFUSED, "refused": True}, True, Standing.LOGIN_REFUSED),
        ({"trouble": REFUSED, "refused": True}, False, Standing.LOGIN_REFUSED),
    ],
    ids=["quiet", "no password", "trouble", "both", "refused once", "refused twice", "refused and forgotten"],
)
def test_the_gravest_is_told(fields: dict[str, object], has_password: bool, expected: Standing) -> None:
    assert standing(account(), INCOMING, row(**fields), has_password, NOW).standing is expected


@pytest.mark.parametrize(
    ("automatic", "direction", "expected"),
    [
        (True, INCOMING, Standing.WORKS),
        (False, INCOMING, Standing.NOT_BY_ITSELF),
        (False, OUTGOING, Standing.WORKS),
    ],
)
def test_only_receiving_waits_to_be_asked(automatic: bool, direction: Direction, expected: Standing) -> None:
    for known in (row(), None):
        assert standing(account(automatic=automatic), direction, known, True, NOW).standing is expected


def test_trouble_says_since_when_and_when_next() -> None:
    state = standing(account(), INCOMING, row(due_at=LATER, trouble=AWAY, trouble_since=EARLIER), True, NOW)

    assert (state.since, state.next_at, state.problem) == (EARLIER, LATER, AWAY)


def test_a_load_that_goes_on_tells_how_far_it_is() -> None:
    state = standing(account(), INCOMING, row(leased_until=LATER, done=120, total=20000), True, NOW)

    assert (state.under_way, state.done, state.total, state.waits_its_turn) == (True, 120, 20000, False)


def test_a_lapsed_lease_is_nobodys_work() -> None:
    state = standing(account(), INCOMING, row(leased_until=EARLIER, done=120, total=20000), True, NOW)

    assert (state.under_way, state.done, state.total) == (False, 0, 0)


def test_what_is_wanted_and_has_not_begun_waits_its_turn() -> None:
    assert standing(account(), INCOMING, row(due_at=EARLIER), True, NOW).waits_its_turn
    assert not standing(account(), INCOMING, row(due_at=LATER), True, NOW).waits_its_turn
    assert not standing(account(), INCOMING, row(due_at=EARLIER), False, NOW).waits_its_turn, "a password first"
