"""What was loaded is read and stored: one portion, one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from webapp.background.receiving.announced import Announced
from webapp.background.receiving.progress import Progress
from webapp.background.work import Work, WorkLost
from webapp.mail.messages.reading import facts_of, is_trial
from webapp.storage.letters import Arrived, store
from webapp.storage.models import Folder


@dataclass(frozen=True)
class Loaded:
    """The bytes of a letter; not `whole`: its header, or nothing where the server gives nothing."""

    raw: bytes = field(repr=False)
    whole: bool


def keep(
    work: Work,
    folder_id: int,
    letters: Sequence[Announced],
    loaded: dict[int, Loaded],
    waiting: int,
    progress: Progress,
) -> None:
    """Store what came of a portion; what is there already stays as it is."""
    arrived = list(_arrived(work, letters, loaded))
    with work.writing() as session:
        folder = session.get(Folder, folder_id)
        if folder is None:
            raise WorkLost
        for letter in arrived:
            store(session, folder, letter)
        folder.waiting = waiting
        progress.count(session, len(letters))


def _arrived(work: Work, letters: Sequence[Announced], loaded: dict[int, Loaded]) -> Iterator[Arrived]:
    now = work.clock()
    for letter in letters:
        work.go_on()
        came = loaded.get(letter.uid)
        if came is None or is_trial(came.raw):
            continue
        yield Arrived(
            size=len(came.raw) if came.whole else letter.size,
            received_at=letter.received_at or now,
            facts=facts_of(came.raw),
            raw=came.raw if came.whole else None,
            uid=letter.uid,
            flags=letter.flags,
        )
