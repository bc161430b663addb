"""A mailbox on an IMAP server while we look into it: every answer is a value or a `Trouble`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from webapp.background.receiving.server_folders import Answer
from webapp.background.work import Work
from webapp.mail.causes import Step
from webapp.mail.clients.access import Access
from webapp.mail.clients.imap import Imap, open_imap
from webapp.mail.clients.troubles import told_as_trouble
from webapp.net.problems import ProblemKind, Trouble

LARGEST_UID = 2**32 - 1  # RFC 9051, 9: nz-number
LARGEST_MODSEQ = 2**63 - 1  # RFC 7162, 9
LOOKING_UP_LIMIT_S = 120.0  # a server takes its time with a huge folder
PART_OF_REV2 = {"UIDPLUS", "MOVE", "ENABLE"}  # RFC 9051, appendix E


@dataclass(frozen=True)
class Opened:
    """What a server says of a folder when it is opened; None where it says nothing."""

    exists: int
    uid_validity: int
    uid_next: int | None
    modseq: int | None


class Mailbox:
    """One connection that has logged in, and the folder that is open. Used as `with`.

    Folders are called as the server calls them (`ServerFolder.wire_name`).
    """

    def __init__(self, work: Work, access: Access) -> None:
        self.work = work
        self._access = access
        self._imap: Imap = work.enter(open_imap, access)
        self._imap.folder_encode = False
        try:
            self._tells_modseq = self._enable_condstore()
        except BaseException:
            self._imap.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._imap.__exit__(kind, error, trace)

    def refused(self, trouble: Trouble) -> bool:
        """Tell whether the server has just said no, and goes on listening; anything else ends the conversation."""
        return trouble.problem.kind is ProblemKind.FOLDER_REFUSED and not self._imap.connected.closed

    def can(self, ability: str) -> bool:
        """Tell whether the server offers an extension."""
        of_rev2 = ability in PART_OF_REV2 and self._imap.has_capability("IMAP4REV2")
        return bool(of_rev2 or self._imap.has_capability(ability))

    def folders(self) -> list[Answer]:
        """Return all folders as the server lists them, with what they are for."""
        # RFC 6154, 2: a plain LIST need not tell.
        options = ("RETURN (SPECIAL-USE)",) if self.can("SPECIAL-USE") and self.can("LIST-EXTENDED") else ()
        try:
            return self._listed(*options)
        except Trouble as trouble:
            if not options or not self.refused(trouble):
                raise
            return self._listed()

    def open(self, wire_name: str, *, to_change: bool = False) -> Opened:
        """Open a folder: to look into it only, so that nothing in it is ever marked as read, or to change it."""
        with self._told():
            said = self._imap.select_folder(wire_name, readonly=not to_change)
        modseq = _number(said.get(b"HIGHESTMODSEQ"), LARGEST_MODSEQ) if self._tells_modseq else None
        return Opened(
            exists=_number(said.get(b"EXISTS"), LARGEST_UID) or 0,
            # Without one (RFC 3501, 6.3.1) the server's numbers are as good as it can make them.
            uid_validity=_number(said.get(b"UIDVALIDITY"), LARGEST_UID) or 1,
            uid_next=_number(said.get(b"UIDNEXT"), LARGEST_UID),
            modseq=modseq,
        )

    def search(self, criteria: str) -> set[int]:
        """Return the UIDs of the letters in the open folder that meet the criteria."""
        with self._told(), self._imap.connected.patient(LOOKING_UP_LIMIT_S):
            return {uid for uid in self._imap.search(criteria) if 0 < uid <= LARGEST_UID}

    def ask(self, uids: Sequence[int], *items: str) -> bytes:
        """Ask for items of letters in the open folder; `hear` brings them."""
        with self._told():
            return self._imap.ask(uid_set(uids), *items)

    def hear(self, asked: bytes) -> dict[int, dict[bytes, Any]]:
        """Return what was asked for, by UID."""
        with self._told():
            return self._imap.hear(asked)

    def fetch(self, uids: Sequence[int], *items: str) -> dict[int, dict[bytes, Any]]:
        """Ask and wait for the answer; not for letters themselves, but for what a server may have to look up."""
        if not uids:
            return {}
        with self._imap.connected.patient(LOOKING_UP_LIMIT_S):
            return self.hear(self.ask(uids, *items))

    def changed_since(self, modseq: int, first: int, last: int) -> dict[int, dict[bytes, Any]]:
        """Return the flags of the letters in a range of UIDs that have changed since."""
        with self._told():
            return self._imap.hear(self._imap.ask(f"{first}:{last}", "UID", "FLAGS", changed_since=modseq))

    @contextmanager
    def library(self) -> Iterator[Imap]:
        """Give the library itself for one command; what it raises is a `Trouble`."""
        with self._told():
            yield self._imap

    def _listed(self, *options: str) -> list[Answer]:
        with self._told():
            status, lines = self._imap._imap._simple_command("LIST", '""', '"*"', *options)
            self._imap._checkok("LIST", status, lines)
            _, lines = self._imap._imap._untagged_response(status, lines, "LIST")
            answers = self._imap._proc_folder_list(lines)
            return [answer for answer in answers if isinstance(answer[2], bytes)]

    def _enable_condstore(self) -> bool:
        if not self.can("CONDSTORE") or not self.can("ENABLE"):
            return False
        try:
            with self._told():
                return b"CONDSTORE" in self._imap.enable("CONDSTORE")
        except Trouble as trouble:
            if self.refused(trouble):
                return False  # it goes without
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        self.work.go_on()
        with told_as_trouble(self._access, Step.FOLDER):
            yield


def uid_set(uids: Sequence[int]) -> str:
    """Return UIDs as a set in IMAP, neighbours drawn together: 1:3,7 (RFC 9051, 4.1.1)."""
    ranges: list[list[int]] = []
    for uid in sorted(uids):
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1][1] = uid
        else:
            ranges.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in ranges)


def _number(said: Any, largest: int) -> int | None:
    return said if isinstance(said, int) and 0 < said <= largest else None
