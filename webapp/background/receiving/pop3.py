"""Receiving by POP3."""

from webapp.background.receiving.errand import Errand
from webapp.background.receiving.suspects import Suspects
from webapp.background.work import Work


def receive_pop3(work: Work, errand: Errand, suspects: Suspects) -> None:
    """Receive."""
    raise NotImplementedError
