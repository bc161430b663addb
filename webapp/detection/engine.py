"""Find the mail servers of an address and prove them, without ever holding the password."""

from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.detection.types import Consent, Entered, Outcome, Report

__all__ = ["KnownAccount", "Surroundings", "detect"]


async def detect(entered: Entered, consent: Consent, surroundings: Surroundings, report: Report) -> Outcome:
    """Search for the servers that `entered` leaves open and prove every one of them.

    Ends with FOUND, HALF_FOUND, NEEDS_CONSENT or NOT_FOUND within the hard
    limit; when cancelled, nothing of it is left running.
    """
    raise NotImplementedError
