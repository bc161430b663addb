"""Prove an account for real: log in to each server that will be used, send and find the trial letter."""

from dataclasses import dataclass, field

from webapp.detection.refusals import RefusalLedger
from webapp.detection.surroundings import Surroundings
from webapp.detection.types import Consent, Outcome, ProvedServer, Report
from webapp.mail.settings import Credentials

__all__ = ["RefusalLedger", "Verification", "verify"]


@dataclass(frozen=True)
class Verification:
    """What is to be proved: the servers with the credentials, and whether a letter goes out.

    A direction that is None is not used. `letter` False only logs in.
    """

    entered_address: str
    sender_name: str
    incoming: ProvedServer | None
    outgoing: ProvedServer | None
    credentials: Credentials = field(repr=False)
    consent: Consent = field(default_factory=Consent)
    letter: bool = True
    language: str = "ru"
    for_receiving: bool = True


async def verify(
    verification: Verification, surroundings: Surroundings, refusals: RefusalLedger, report: Report
) -> Outcome:
    """Log in side by side, then send the trial letter and look for it.

    FOUND means that every used direction is proved and may be saved; a
    `letter_problem` beside it is a warning (accepted, but not seen arriving).
    LOGIN_REFUSED and NOT_PROVED say why not. `findings` carries the servers
    as really used: login name and authentication method first.
    """
    raise NotImplementedError
