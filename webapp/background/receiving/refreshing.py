"""What has changed on the server with letters that are here: flags, and that they are gone."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from webapp.background.receiving.announced import flags_of
from webapp.background.receiving.known_folder import KnownFolder
from webapp.background.receiving.mailbox import Mailbox, Opened
from webapp.storage.letters import Flags

WINDOW = 1000  # letters whose flags are asked for at once
AT_ONCE = 10_000  # letters of which only the changed ones are told
ROUND_S = 300


def gone(mailbox: Mailbox, here: Collection[int]) -> set[int]:
    """Return which of these letters the open folder no longer has."""
    if not here:
        return set()
    return set(here) - mailbox.search(f"UID {min(here)}:{max(here)}")


def told_flags(
    mailbox: Mailbox, folder: KnownFolder, opened: Opened, here: Collection[int], now: datetime
) -> dict[int, Flags]:
    """Return the flags of letters that are here, as far as they may have changed.

    Servers with CONDSTORE tell which have, from the first time on. Of others
    the newest letters are looked at each time, and the older ones in turn, a
    window each time.
    """
    uids = sorted(here)
    if opened.modseq is not None and folder.modseq is not None:
        return _changed(mailbox, uids, folder.modseq) if opened.modseq != folder.modseq else {}
    windows = [uids[max(end - WINDOW, 0) : end] for end in range(len(uids), 0, -WINDOW)]
    newest, older = windows[:1], windows[1:]
    if opened.modseq is None and older:
        older = [older[int(now.timestamp() // ROUND_S) % len(older)]]
    flags: dict[int, Flags] = {}
    for window in (*newest, *older):
        flags |= _flags(mailbox.fetch(window, "UID", "FLAGS"))
    return flags


def _changed(mailbox: Mailbox, uids: list[int], modseq: int) -> dict[int, Flags]:
    flags: dict[int, Flags] = {}
    for start in range(0, len(uids), AT_ONCE):
        some = uids[start : start + AT_ONCE]
        flags |= _flags(mailbox.changed_since(modseq, some[0], some[-1]))
    return flags


def _flags(said: Mapping[int, Mapping[bytes, Any]]) -> dict[int, Flags]:
    return {uid: flags_of(facts) for uid, facts in said.items() if b"FLAGS" in facts}
