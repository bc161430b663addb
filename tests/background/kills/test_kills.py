"""A worker killed at any step loses no letter, doubles none, lets none in from before the date, and sends each once.

Ten kills by default; `make soak` asks for more.
"""

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.background.kills.world import World
from tests.lab.lab import Lab
from tests.storage.conftest import migrated_file
from webapp.storage.models import OutgoingState

__all__ = ["migrated_file"]

KILLS = int(os.environ.get("MAILROOM_KILLS", "10"))
LATEST_STEP = 900  # a round takes about so many
NEVER = 0
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
        assert world.kept_out() == 0
    assert not world.work_and_die(NEVER)
    let_the_last_letters_arrive(world)

    assert deaths > KILLS // 2
    assert world.stored(world.anna) == world.on_server()
    assert set(world.stored(world.anna).values()) == {1}
    assert world.stored(world.boris) == world.with_boris()
    assert world.kept_out() == 0
    here, doubted = world.stored(world.boris), 0
    for message_id, state in world.outcomes().items():
        assert state in (OutgoingState.SENT, OutgoingState.IN_DOUBT)
        doubted += state is OutgoingState.IN_DOUBT
        assert here["INBOX", message_id] == 1 or (state is OutgoingState.IN_DOUBT and not here["INBOX", message_id])
    assert doubted <= deaths


def let_the_last_letters_arrive(world: World) -> None:
    """Let Postfix deliver what it has taken, and Boris receive it."""
    sent = [one for one, state in world.outcomes().items() if state is OutgoingState.SENT]
    for _ in range(ROUNDS_AT_LAST):
        there = world.with_boris()
        if all(there["INBOX", message_id] for message_id in sent) and world.stored(world.boris) == there:
            return
        threading.Event().wait(PAUSE_S)
        assert not world.work_and_die(NEVER)
