"""What an office's background does: it receives, sends, tells of trouble, and tidies up."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from webapp.background.leader import Chore
from webapp.background.noticing import Noticing
from webapp.background.receiving.receiving import receive
from webapp.background.sending.sending import send
from webapp.background.worker import Duties, Means
from webapp.storage import blobs, doubts, letter_search, notices, outbox, writing

TOLD_AFTER = timedelta(seconds=10)
JUDGED_AFTER = timedelta(minutes=1)
TIDIED_AFTER = timedelta(hours=1)
MOST_PORTIONS = 1000

Tidy = Callable[[Session], int]
"""Deletes a portion of what nobody needs; returns how many, 0 when all is done."""


def duties_of(noticing: Noticing) -> Duties:
    """Return what is done in each direction."""
    return Duties(receive, send, noticing.tell_trouble, noticing.tell_healed)


def chores_of(means: Means, noticing: Noticing) -> tuple[Chore, ...]:
    """Return what the leader does beside waking."""
    judge = in_portions(means.session_factory, lambda session: doubts.settle_abandoned(session, means.clock()))
    return (
        Chore("tell what there is to tell", TOLD_AFTER, noticing.look),
        Chore("judge letters nobody sends any more", JUDGED_AFTER, judge),
        *_tidying(means),
    )


def _tidying(means: Means) -> Iterator[Chore]:
    for name, tidy in (
        ("forget answers nobody wrote", lambda session: writing.forget_untouched(session, means.clock())),
        ("forget letters that left long ago", lambda session: outbox.forget_sent(session, means.clock())),
        ("forget old notices", lambda session: notices.forget_old_notices(session, means.clock())),
        ("forget words of letters that are gone", letter_search.sweep),
        ("forget bytes of letters that are gone", lambda session: blobs.sweep(session, now=means.clock())),
    ):
        yield Chore(name, TIDIED_AFTER, in_portions(means.session_factory, tidy))


def in_portions(session_factory: sessionmaker[Session], tidy: Tidy) -> Callable[[], None]:
    """Return the same, done in one short transaction after another, so that nobody waits long."""

    def do() -> None:
        for _ in range(MOST_PORTIONS):
            with session_factory.begin() as session:
                if not tidy(session):
                    return

    return do
