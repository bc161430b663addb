"""A large mailbox comes in whole: stopped half-way and taken up again, each letter once; `make soak` has 20,000."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from tests.background.receiving.desk import Desk, noon
from tests.background.receiving.maildir import Maildir
from webapp.background.receiving import progress
from webapp.background.work import Work, WorkStopped
from webapp.storage.models import Blob, Letter

LETTERS = int(os.environ.get("MAILROOM_LETTERS", "1500"))
LETTER = "From: boris@uspeh.test\r\nSubject: {0}\r\nMessage-ID: <{0}@uspeh.test>\r\n\r\nПисьмо {0}.\r\n"


def unhurried(desk: Desk) -> Work:
    """Return a piece of work whose lease does not lapse: nobody renews it here."""
    work, now = desk.work(), desk.clock()
    work.clock = lambda: now
    return work


def test_every_letter_comes_once_although_somebody_presses_stop_half_way(
    desk: Desk, maildir: Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(LETTERS):
        maildir.put(LETTER.format(number).encode(), at=noon(1) + timedelta(seconds=number))
    work, tell, told = unhurried(desk), progress.tell_progress, list[tuple[int, int]]()

    def seen(*progress: object) -> None:
        tell(*progress)  # type: ignore[arg-type]
        told.append(progress[-2:])  # type: ignore[arg-type]
        if told[-1][0] * 2 >= LETTERS:
            work.stop()

    monkeypatch.setattr(progress, "tell_progress", seen)
    with pytest.raises(WorkStopped):
        desk.receive(work)
    came = desk.session.scalar(select(func.count()).select_from(Letter)) or 0
    assert told[0] == (0, LETTERS)
    assert told[-1] == (came, LETTERS)
    assert LETTERS // 2 <= came < LETTERS

    told.clear()
    desk.receive(unhurried(desk))
    desk.receive(unhurried(desk))

    assert (told[0], told[-1]) == ((0, LETTERS - came), (LETTERS - came, LETTERS - came)), "only the rest"
    assert sorted(map(int, desk.subjects())) == list(range(LETTERS))
    assert desk.folder().waiting == 0
    assert desk.session.scalar(select(func.count()).select_from(Blob)) == LETTERS
    assert desk.session.scalar(text("SELECT count(*) FROM letter_texts WHERE letter_texts MATCH 'письмо'")) == LETTERS
