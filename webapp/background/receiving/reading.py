"""What was loaded is read: the letters of a portion become what is stored of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from webapp.background.receiving.announced import Announced
from webapp.background.work import Work
from webapp.mail.messages.reading import facts_of, is_trial
from webapp.storage.letters import Arrived


@dataclass(frozen=True)
class Loaded:
    """The bytes of a letter; not `whole`: its header, or nothing where the server gives nothing."""

    raw: bytes = field(repr=False)
    whole: bool


def read(work: Work, letters: Sequence[Announced], loaded: Mapping[int, Loaded]) -> list[Arrived]:
    """Return what came of a portion, read; our own trial letters are left out."""
    now, arrived = work.clock(), []
    for letter in letters:
        work.go_on()
        came = loaded.get(letter.uid)
        if came is None or is_trial(came.raw):
            continue
        one = Arrived(
            size=len(came.raw) if came.whole else letter.size,
            received_at=letter.received_at or now,
            facts=facts_of(came.raw),
            raw=came.raw if came.whole else None,
            uid=letter.uid,
            flags=letter.flags,
        )
        arrived.append(one)
    return arrived
