"""Large letters that are here already: one that was moved or copied on the server does not bring its bytes again."""

from collections.abc import Sequence

from sqlalchemy import select

from webapp.background.receiving.announced import Announced
from webapp.background.receiving.mailbox import Mailbox
from webapp.background.work import Work
from webapp.storage import blobs
from webapp.storage.models import BlobPiece, Letter

WORTH_ASKING = 64 * 1024  # smaller ones are loaded sooner than compared
HEADER = "BODY.PEEK[HEADER]"


class AtHand:
    """Knows the large letters of an account by their size, from the moment of the first look on."""

    def __init__(self, work: Work, account_id: int) -> None:
        self._work = work
        self._account_id = account_id
        self._by_size: dict[int, set[str]] | None = None

    def look(self) -> dict[int, set[str]]:
        """Look what there is, once; to be done before rows go that moved letters could be known by."""
        if self._by_size is None:
            self._by_size = {}
            with self._work.reading() as session:
                mine = (Letter.account_id == self._account_id, Letter.sha256.is_not(None), Letter.size >= WORTH_ASKING)
                for size, sha256 in session.execute(select(Letter.size, Letter.sha256).where(*mine)):
                    self._by_size.setdefault(size, set()).add(sha256 or "")
        return self._by_size

    def among(self, mailbox: Mailbox, letters: Sequence[Announced]) -> dict[int, str]:
        """Return which letters of the open folder are here, by UID: those of the same size and header."""
        large = [letter for letter in letters if letter.size >= WORTH_ASKING]
        alike = {letter.uid: hashes for letter in large if (hashes := self.look().get(letter.size))}
        said = mailbox.fetch(list(alike), HEADER)
        found = {}
        for uid, hashes in alike.items():
            header = said.get(uid, {}).get(HEADER.replace(".PEEK", "").encode())
            same = [sha256 for sha256 in hashes if isinstance(header, bytes) and self._begins_with(sha256, header)]
            if same:
                found[uid] = same[0]
        return found

    def bytes_of(self, sha256: str) -> bytes:
        """Return the bytes of a letter."""
        with self._work.reading() as session:
            return blobs.read(session, sha256)

    def _begins_with(self, sha256: str, header: bytes) -> bool:
        with self._work.reading() as session:
            begin = session.scalar(select(BlobPiece.data).where(BlobPiece.sha256 == sha256, BlobPiece.number == 0))
        return begin is not None and len(header) > 0 and begin.startswith(header)
