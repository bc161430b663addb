"""Room in memory: shared by all work of a process, and nobody waits for it for ever."""

import threading

import pytest

from tests.scripted import PATIENCE_S
from webapp.background.receiving.room import Room, Share
from webapp.background.work import WorkStopped


def go_on() -> None:
    """Go on."""


def stop() -> None:
    raise WorkStopped


def test_who_wants_more_than_there_is_gets_all() -> None:
    room = Room(100)

    with Share(go_on, room) as share:
        share.exchange(1000)
        assert not room.take(1)

    assert room.take(100)


def test_who_wants_what_others_hold_waits_and_may_be_stopped() -> None:
    room = Room(100)
    assert room.take(60)

    with Share(stop, room) as share:
        share.exchange(40)
        with pytest.raises(WorkStopped):
            share.exchange(50)
        assert room.take(40), "who waits holds nothing"


def test_two_who_want_more_than_half_take_turns() -> None:
    room, turns, both = Room(100), list[int](), threading.Barrier(2)

    def work(number: int) -> None:
        with Share(go_on, room) as share:
            assert share.grow(40)
            both.wait(PATIENCE_S)
            for _ in range(5):
                share.exchange(70)
                turns.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)

    assert sorted(turns) == [0] * 5 + [1] * 5
    assert room.take(100)


def test_more_is_taken_only_if_it_is_there() -> None:
    room = Room(100)

    with Share(go_on, room) as share:
        assert share.grow(60)
        assert not share.grow(60)
        assert share.grow(40)
