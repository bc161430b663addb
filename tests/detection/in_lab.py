"""Searches and verifications in the lab, met by the same settings an administrator would make."""

import asyncio
import os
from dataclasses import dataclass, field

from tests.detection.world import Telling
from tests.lab.lab import Lab
from webapp.detection.engine import Surroundings, detect
from webapp.detection.refusals import RefusalsInMemory
from webapp.detection.types import Consent, Entered, Outcome
from webapp.detection.verify import Verification, verify
from webapp.mail.settings import Credentials, Direction
from webapp.settings import load
from webapp.surroundings import build_network, build_surroundings


def surroundings_of(lab: Lab) -> Surroundings:
    """Return what a Mailroom beside the lab stands on."""
    settings = load({**os.environ, **lab.environment()})
    return build_surroundings(build_network(settings), settings)


@dataclass
class Practice:
    """One person's way with the lab: a search, then logins and the letter."""

    lab: Lab
    telling: Telling = field(default_factory=Telling)
    ledger: RefusalsInMemory = field(default_factory=RefusalsInMemory)

    def __post_init__(self) -> None:
        """Build the surroundings once."""
        self.surroundings = surroundings_of(self.lab)

    def detect(self, address: str, consent: Consent | None = None, entered: Entered | None = None) -> Outcome:
        """Search; in the end no socket is left."""

        async def work() -> Outcome:
            outcome = await detect(entered or Entered(address), consent or Consent(), self.surroundings, self.telling)
            assert self.surroundings.network.open_streams == 0
            assert len(asyncio.all_tasks()) == 1
            return outcome

        return asyncio.run(work())

    def verify(
        self,
        address: str,
        found: Outcome,
        *,
        password: str | None = None,
        consent: Consent | None = None,
        letter: bool = True,
        sharing: tuple[str, ...] = (),
    ) -> Outcome:
        """Log in to what was found, with the mailbox's own password unless another is given."""
        verification = Verification(
            entered_address=address,
            sender_name="Анна",
            incoming=found.findings.chosen(Direction.INCOMING),
            outgoing=found.findings.chosen(Direction.OUTGOING),
            credentials=Credentials(password or self.lab.mailbox(address).password),
            consent=consent or Consent(),
            letter=letter,
            sharing=sharing,
            for_receiving=found.findings.chosen(Direction.INCOMING) is not None,
        )

        async def work() -> Outcome:
            outcome = await verify(verification, self.surroundings, self.ledger, self.telling)
            assert self.surroundings.network.open_streams == 0
            return outcome

        return asyncio.run(work())
