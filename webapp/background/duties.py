"""What the background does: receiving, sending, telling of trouble, and tidying up."""

from collections.abc import Sequence

from webapp.background.leader import Chore
from webapp.background.work import Work
from webapp.background.worker import Duties
from webapp.storage import blobs


def receive(work: Work) -> None:
    """Bring in what is new."""


def send(work: Work) -> None:
    """Send what waits."""


DUTIES = Duties(receive, send)
CHORES: Sequence[Chore] = (blobs.sweep,)
