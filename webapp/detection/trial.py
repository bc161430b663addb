"""The trial letter: send it to the account's own address, look for it, remove it (DESIGN 3.6)."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import chain, repeat

from webapp.detection.ladder import OpenStep
from webapp.detection.logging_in import Door, LoggedIn
from webapp.detection.steps import StepState
from webapp.mail.letters import TrialLetter
from webapp.mail.sessions import ImapSession, Pop3Session, SmtpSession
from webapp.net.problems import Problem, ProblemKind, Trouble

ARRIVAL_LIMIT_S = 30.0
IMAP_PAUSES_S = (0.3, 0.5, 1.0, 1.0, 2.0)
POP3_PAUSES_S = (1.0, 2.0, 3.0, 5.0, 8.0)  # every look is a login: providers count them
FOLDER_INBOX = "INBOX"
ATTRIBUTE_JUNK = "\\Junk"

Look = Callable[[], Awaitable[str | None]]
"""One look for the letter: None, or the fact what became of it, `removed` or (by IMAP) only `marked`."""


async def send_letter(session: SmtpSession, address: str, letter: TrialLetter, step: OpenStep) -> Problem | None:
    """Hand the letter over; from the fact `handed-over` on it may arrive even if we are stopped."""
    session.listen(step.hear)
    try:
        await session.send(address, address, letter.data, step.fact)
    except Trouble as trouble:
        step.failed(trouble.problem)
        return trouble.problem
    except asyncio.CancelledError:
        step.end(StepState.WARNING if "handed-over" in step.facts else StepState.STOPPED)
        raise
    step.ok()
    return None


async def find_letter(logged_in: LoggedIn, door: Door, letter: TrialLetter, step: OpenStep) -> Problem | None:
    """Wait for the letter and remove it; what goes wrong here is a warning, since the server took the letter."""
    try:
        async with asyncio.timeout(ARRIVAL_LIMIT_S):
            step.ok(await _look_until_found(logged_in, door, letter, step))
            return None
    except TimeoutError:
        problem = Problem(ProblemKind.LETTER_NOT_ARRIVED)
    except Trouble as trouble:
        problem = trouble.problem
    step.end(StepState.WARNING, problem)
    return problem


async def _look_until_found(logged_in: LoggedIn, door: Door, letter: TrialLetter, step: OpenStep) -> str:
    session = logged_in.session
    session.listen(step.hear)
    if isinstance(session, ImapSession):
        junk = await session.special_folder(ATTRIBUTE_JUNK)
        return await _repeat(lambda: _removed_by_imap(session, junk, letter, step), IMAP_PAUSES_S)
    await session.quit()  # a POP3 mailbox is a snapshot: this one is older than the letter
    return await _repeat(lambda: _removed_by_pop3(logged_in, door, letter, step), POP3_PAUSES_S)


async def _repeat(look: Look, pauses_s: tuple[float, ...]) -> str:
    for pause_s in chain(pauses_s, repeat(pauses_s[-1])):
        fact = await look()
        if fact is not None:
            return fact
        await asyncio.sleep(pause_s)
    raise AssertionError("the pauses never end")


async def _removed_by_imap(session: ImapSession, junk: str | None, letter: TrialLetter, step: OpenStep) -> str | None:
    for folder in (FOLDER_INBOX, junk):
        if folder is None:
            continue
        await session.select(folder)
        _note_folder(step)
        uids = await session.find(letter.message_id)
        if uids:
            return "removed" if await session.delete(uids) else "marked"
    return None


async def _removed_by_pop3(logged_in: LoggedIn, door: Door, letter: TrialLetter, step: OpenStep) -> str | None:
    session = await door.reopen(logged_in.server, step.hear)
    async with session:
        _note_folder(step)
        assert isinstance(session, Pop3Session)  # noqa: S101 -- the server's protocol did not change
        numbers = await session.find(letter.message_id)
        if numbers:
            await session.delete(numbers)
        await session.quit()
        return "removed" if numbers else None


def _note_folder(step: OpenStep) -> None:
    """Tell once that the inbox could be opened."""
    if "folder" not in step.facts:
        step.fact("folder")
