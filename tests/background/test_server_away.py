"""A server that is away for an hour: letters wait and then go once, everything heals, and people hear of it once."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.background.away import (
    ANNA,
    BORIS,
    INCOMING,
    OUTGOING,
    TO_ANNA,
    TO_BORIS,
    Office,
    StandingClock,
    Told,
    message_id_of,
)
from tests.background.receiving.maildir import Maildir, letter
from tests.background.sending.outgoing import Desk
from tests.lab.lab import Lab
from webapp.net.problems import ProblemKind
from webapp.storage.endings import PAUSES
from webapp.storage.models import AccountState, NoticeKind, OutgoingLetter, OutgoingState
from webapp.storage.secrets import SecretBox
from webapp.storage.standing import Standing
from webapp.storage.traffic import Post, want

AWAY_FOR = timedelta(hours=1)
LONG = timedelta(minutes=30)
BOTH = (INCOMING, OUTGOING)


@pytest.fixture
def office(lab: Lab, engine: Engine, session: Session, box: SecretBox, tmp_path: Path) -> Iterator[Office]:
    mailboxes = [Maildir(lab, address) for address in (ANNA, BORIS, TO_ANNA, TO_BORIS)]
    for mailbox in mailboxes:
        mailbox.clear()
    mailboxes[0].put(letter("before"))
    office = Office(Desk(engine, session, box, StandingClock()), lab, tmp_path / "instance")
    office.work()
    assert [state.standing for state in office.states()] == [Standing.WORKS, Standing.WORKS]
    yield office
    for mailbox in mailboxes:
        mailbox.clear()


def test_a_server_away_for_an_hour_costs_no_letter_and_people_hear_of_it_once(office: Office, lab: Lab) -> None:
    office.server_goes()
    went_at, meanwhile = office.desk.clock(), letter("meanwhile")
    lab.mail.deliver(ANNA, meanwhile)
    letters = [office.desk.write(office.account, BORIS) for _ in range(2)]
    want(office.desk.session, Post(office.account.id, INCOMING), went_at)
    office.desk.session.commit()

    office.work()
    check_it_waits(office, letters, went_at)
    for _ in office.time_passes(went_at + AWAY_FOR):
        check_it_waits(office, letters, went_at)

    assert office.pauses == {direction: list(PAUSES) for direction in BOTH}
    assert office.told() == told(NoticeKind.TROUBLE)
    assert all(len(lab.mail.wait_for_letters(address)) == 1 for address in (TO_ANNA, TO_BORIS))
    assert office.with_boris() == Counter()

    office.server_comes_back()
    for _ in office.time_passes(went_at + AWAY_FOR + LONG):
        pass

    assert [state.standing for state in office.states()] == [Standing.WORKS, Standing.WORKS]
    assert office.account.state is AccountState.WORKS
    assert office.told() == told(NoticeKind.TROUBLE, NoticeKind.HEALED)
    assert all(len(lab.mail.wait_for_letters(address, 2)) == 2 for address in (TO_ANNA, TO_BORIS))
    sent = [one.message_id for one in letters]
    assert [one.state for one in letters] == [OutgoingState.SENT] * 2
    assert len(lab.mail.wait_for_letters(BORIS, 2)) == 2
    assert office.with_boris() == Counter(sent)
    received = [message_id_of(one) for one in (letter("before"), meanwhile)]
    assert office.stored() == Counter([("INBOX", one) for one in received] + [("Sent", one) for one in sent])


def check_it_waits(office: Office, letters: list[OutgoingLetter], since: datetime) -> None:
    """See to it that both directions try again by themselves, nothing is switched off, and the letters wait."""
    for state in office.states():
        assert (state.standing, state.since) == (Standing.WAITS, since)
        assert state.next_at is not None
        assert state.next_at > office.desk.clock()
        assert state.problem is not None
        assert state.problem.kind is ProblemKind.CONNECTION_REFUSED
    account = office.account
    assert (account.automatic, account.for_receiving, account.for_sending) == (True, True, True)
    assert account.state is AccountState.WAITING
    for one in letters:
        assert (one.state, one.tries, one.handed_over_at) == (OutgoingState.QUEUED, 0, None)


def told(*kinds: NoticeKind) -> Told:
    """Return what stands in people's lists if both were told these kinds, once for each direction."""
    return Counter((name, kind, direction) for name in ("anna", "boris") for kind in kinds for direction in BOTH)
