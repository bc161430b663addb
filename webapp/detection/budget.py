"""How many refused logins one run may bring about, and when a login must wait for another's answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from webapp.detection.refusals import RefusalLedger
from webapp.mail.settings import ServerSettings
from webapp.net.problems import Problem, ProblemKind, Trouble

MOST_REFUSALS = 2  # of one mailbox in one run
LONGEST_MAILBOX = 320  # as the rows that outlive a run take it


class RefusalBudget:
    """Sees to it that one run is refused at most twice, however many servers it logs in to side by side."""

    def __init__(self, mailbox: str, ledger: RefusalLedger, servers: int) -> None:
        self._mailbox = mailbox
        self._ledger = ledger
        self._unanswered = servers
        self._refused = 0
        self._all_answered = asyncio.Event()

    def paused(self, settings: ServerSettings) -> bool:
        """Tell whether earlier refusals forbid this login now."""
        return any(self._ledger.paused_until(name) is not None for name in self._mailboxes(settings))

    @asynccontextmanager
    async def place(self, settings: ServerSettings) -> AsyncIterator[None]:
        """Hold a place for one login until it is judged; raises LOGIN_PAUSED.

        Waits while the logins under way, were they all refused, would leave no
        room for this one: the fourth refusal must not be on its way when the third comes.
        """
        names, places = self._mailboxes(settings), self._ledger.places
        while True:
            with places.change() as change:
                if self.paused(settings):
                    raise Trouble(Problem(ProblemKind.LOGIN_PAUSED, settings.host, settings.port))
                if places.take({name: self._ledger.refused_lately(name) for name in names}):
                    break
                await change
        try:
            yield
        finally:
            places.give_back(names)

    def note_refusal(self, settings: ServerSettings) -> None:
        """Count a refused login, in this run and across runs."""
        self._refused += 1
        for name in self._mailboxes(settings):
            self._ledger.note_refusal(name)

    def first_answer(self) -> None:
        """Note that one server's first login has ended, well or not."""
        self._unanswered -= 1
        if self._unanswered <= 0:
            self._all_answered.set()

    async def may_try(self, settings: ServerSettings) -> bool:
        """Tell, once every first login is answered, whether one more refusal would still be within bounds."""
        await self._all_answered.wait()
        return self._refused < MOST_REFUSALS and not self.paused(settings)

    def _mailboxes(self, settings: ServerSettings) -> frozenset[str]:
        return mailboxes_of(self._mailbox, settings)


def mailboxes_of(address: str, settings: ServerSettings) -> frozenset[str]:
    """Return whose refusal it is: the address's, and the mailbox's behind a login name of another form.

    Under any number of addresses the server locks out the one name it was given.
    """
    name = settings.username or address
    login = name if "@" in name else f"{name}@{settings.host}"
    return frozenset({address.casefold(), login.casefold()[:LONGEST_MAILBOX]})
