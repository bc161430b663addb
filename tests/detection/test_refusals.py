"""The pause after three refused logins."""

from datetime import UTC, datetime, timedelta

from webapp.detection.refusals import PAUSE, RefusalsInMemory

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MAILBOX = "anna@uspeh.test"


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def test_two_refusals_bring_no_pause() -> None:
    ledger = RefusalsInMemory(Clock())
    ledger.note_refusal(MAILBOX)
    ledger.note_refusal(MAILBOX)

    assert ledger.paused_until(MAILBOX) is None


def test_the_third_refusal_brings_ten_minutes_for_that_mailbox_alone() -> None:
    clock = Clock()
    ledger = RefusalsInMemory(clock)
    for _ in range(3):
        ledger.note_refusal(MAILBOX.upper())

    assert ledger.paused_until(MAILBOX) == START + PAUSE
    assert ledger.paused_until("boris@uspeh.test") is None

    clock.now += PAUSE
    assert ledger.paused_until(MAILBOX) is None


def test_old_refusals_do_not_count() -> None:
    clock = Clock()
    ledger = RefusalsInMemory(clock)
    for _ in range(3):
        ledger.note_refusal(MAILBOX)
        clock.now += timedelta(minutes=6)

    assert ledger.paused_until(MAILBOX) is None
