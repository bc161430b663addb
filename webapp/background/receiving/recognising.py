"""Which letters of a POP3 server are new: told by their UIDLs, and by their headers where UIDLs do not tell enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.background.receiving.maildrop import NO_UIDL, Maildrop, Offered
from webapp.background.work import Work
from webapp.mail.messages.header import read_header
from webapp.storage import uidls
from webapp.storage.models import BlobPiece, Letter
from webapp.storage.uidls import key_of, repeated

LONGEST_UIDL = 1000  # RFC 1939 allows 70


@dataclass(frozen=True)
class Stored:
    """A letter that is here: how large the server said it was, and its bytes (None: its header alone was loaded)."""

    size: int
    sha256: str | None


@dataclass(frozen=True)
class Recognised:
    """A letter on offer and the key it is known by."""

    offered: Offered
    key: str
    new: bool


def stored_letters(session: Session, account_id: int) -> dict[str, Stored]:
    """Return the letters of an account that came by POP3 and are here, by key."""
    columns = select(Letter.uidl, Letter.size, Letter.sha256)
    rows = session.execute(columns.where(Letter.account_id == account_id, Letter.uidl.is_not(None)))
    return {key: Stored(size, digest) for key, size, digest in rows if key is not None}


class Recognition:
    """Tells the letters of one session apart."""

    def __init__(self, work: Work, maildrop: Maildrop, account_id: int) -> None:
        self._work = work
        self._maildrop = maildrop
        with work.reading() as session:
            self.known = set(uidls.known(session, account_id))
            self.stored = stored_letters(session, account_id)
        self._told_by_header = {key.partition(" ")[0] for key in self.known if " " in key}

    def recognise(self, offered: Sequence[Offered]) -> list[Recognised]:
        """Return the letters with their keys, the newest first."""
        twice = repeated(one.uidl for one in offered)
        taken: set[str] = set()
        found = []
        for one in reversed(offered):
            key = self._key(one, one.uidl in twice)
            found.append(Recognised(one, key, new=key not in taken and not self._is_known(key)))
            taken.add(key)
        return found

    def _key(self, one: Offered, repeats: bool) -> str:
        plain = key_of(one.uidl[:LONGEST_UIDL])
        here = self.stored.get(plain)
        in_doubt = repeats or one.uidl == NO_UIDL or one.uidl in self._told_by_header
        if here is not None:  # the UIDL may have been given to another letter since
            in_doubt = in_doubt or plain not in self.known or one.size not in (0, here.size)
        header = self._maildrop.header(one.number) if in_doubt else None
        if header is None:
            return plain
        key = key_of(one.uidl[:LONGEST_UIDL], header)
        same = not self._is_known(key) and here is not None and self._same_header(here, header)
        return plain if same else key

    def _is_known(self, key: str) -> bool:
        return key in self.known or key in self.stored

    def _same_header(self, stored: Stored, header: bytes) -> bool:
        """Tell whether a letter that is here begins with this header."""
        if stored.sha256 is None:
            return False
        with self._work.reading() as session:
            first = session.scalar(
                select(BlobPiece.data).where(BlobPiece.sha256 == stored.sha256, BlobPiece.number == 0)
            )
        return first is not None and _gist(first) == _gist(header)


def _gist(raw: bytes) -> bytes:
    """Return what makes a header this header; servers add lines of their own, such as X-UIDL, to what TOP shows."""
    header, _ = read_header(raw)
    named = (header.first(name) for name in ("message-id", "date", "from", "subject"))
    return sha256(b"\0".join((*named, *header.all("received")))).digest()
