"""Portions are committed beside the waiting for the next one: what could not be committed is told, and comes again."""

from typing import Any

import pytest
from sqlalchemy import event

from tests.background.receiving.desk import Desk, noon
from tests.background.receiving.maildir import Maildir, letter
from webapp.background.receiving.portions import MOST
from webapp.background.receiving.suspects import Way


class FullDisk(OSError):
    """There is no room for this portion."""


@pytest.mark.parametrize("portion", [1, 2, 3], ids=["first", "second", "last"])
def test_a_portion_that_cannot_be_committed_is_told_and_comes_the_next_time(
    desk: Desk, maildir: Maildir, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    for number in range(6):
        maildir.put(letter(f"{number}"), at=noon(number + 1))
    monkeypatch.setitem(MOST, Way.WITH_OTHERS, 2)
    stored: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        stored.extend([statement] * statement.startswith("INSERT INTO letters "))

    def fail(connection: Any) -> None:
        if len(stored) == portion:
            stored.append("failed")
            raise FullDisk

    event.listen(desk.engine, "before_cursor_execute", note)
    event.listen(desk.engine, "commit", fail)
    with pytest.raises(FullDisk):
        desk.receive()
    came = desk.subjects()
    event.remove(desk.engine, "commit", fail)
    desk.receive()

    assert came == ["2", "3", "4", "5"][6 - 2 * portion :]
    assert desk.subjects() == ["0", "1", "2", "3", "4", "5"]
