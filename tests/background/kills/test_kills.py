"""A worker killed at any step loses no letter, doubles none, lets none in from before the date, and sends each once.

Ten kills by default; `make soak` asks for more.
"""

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.background.kills.workers import NEVER
from tests.background.kills.world import World
from tests.lab.lab import Lab
from tests.storage.conftest import migrated_file
from webapp.storage import blobs
from webapp.storage.models import KnownUidl, Letter, OutgoingState

__all__ = ["migrated_file"]

KILLS = int(os.environ.get("MAILROOM_KILLS", "10"))
LATEST_STEP = 900  # a round takes about so many
ROUNDS_AT_LAST = 20
PAUSE_S = 0.2


@pytest.fixture
def world(lab: Lab, tmp_path: Path, migrated_file: Path) -> Iterator[World]:
    world = World(lab, tmp_path, random.Random(6)).begin(migrated_file)
    yield world
    world.end()


def test_a_worker_that_is_killed_leaves_every_letter_once(world: World) -> None:
    deaths = 0
    for _ in range(KILLS):
        world.something_happens()
        deaths += world.work_and_die(world.chance.randint(1, LATEST_STEP))
        for account in (world.anna, world.boris):  # in one folder; what was moved may still be in its old one too
            assert max(world.stored(account).values(), default=1) == 1
        assert world.kept_out()
    assert not world.work_and_die(NEVER)
    let_the_last_letters_arrive(world)

    assert deaths > KILLS // 2
    check_what_was_received(world)
    check_what_was_sent(world, deaths)
    assert world.workers.said.read_text() == ""


def let_the_last_letters_arrive(world: World) -> None:
    """Let Postfix deliver what it has taken, and Boris receive it."""
    sent = sent_by(world)
    for _ in range(ROUNDS_AT_LAST):
        there = world.with_boris()
        if all(there["INBOX", message_id] for message_id in sent) and world.stored(world.boris) == there:
            return
        threading.Event().wait(PAUSE_S)
        assert not world.work_and_die(NEVER)


def check_what_was_received(world: World) -> None:
    """See to it that all that is on the servers is here, once, with its bytes and its words, and nothing else."""
    assert world.stored(world.anna) == world.on_server()
    assert set(world.stored(world.anna).values()) == {1}
    assert world.stored(world.boris) == world.with_boris()
    known = world.session.scalars(select(KnownUidl).where(KnownUidl.account_id == world.boris.id)).all()
    assert len(known) == sum(world.with_boris().values())
    letters = world.session.scalars(select(Letter)).all()
    for one in letters:
        assert one.sha256 is not None
        assert len(blobs.read(world.session, one.sha256)) == one.size
    assert set(world.session.scalars(text("SELECT rowid FROM letter_texts"))) == {one.id for one in letters}


def check_what_was_sent(world: World, deaths: int) -> None:
    """See to it that every letter was sent and kept once; one of each death may be in doubt, and is not sent again."""
    with_boris, with_anna, outcomes = world.with_boris(), world.on_server(), world.outcomes()
    for message_id, state in outcomes.items():
        times = with_boris["INBOX", message_id]
        assert state in (OutgoingState.SENT, OutgoingState.IN_DOUBT)
        assert times == 1 or (state is OutgoingState.IN_DOUBT and times == 0)
        assert with_anna["Sent", message_id] == (state is OutgoingState.SENT)
    assert sum(state is OutgoingState.IN_DOUBT for state in outcomes.values()) <= deaths


def sent_by(world: World) -> list[str]:
    return [message_id for message_id, state in world.outcomes().items() if state is OutgoingState.SENT]
