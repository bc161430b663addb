"""Look into the lab's mailboxes without logging in: Maildir folders on disk."""

import smtplib
import time
from pathlib import Path

ARRIVAL_LIMIT_S = 60.0
POLL_S = 0.05


class MailFolders:
    """The letters of every mailbox; `junk` asks for the spam folder instead of the inbox."""

    def __init__(self, root: Path, lmtp_socket: Path) -> None:
        self._root = root
        self._lmtp_socket = lmtp_socket

    def letters(self, address: str, *, junk: bool = False) -> list[bytes]:
        """Return the raw letters of a folder, oldest first."""
        return [path.read_bytes() for path in self._files(address, junk=junk)]

    def wait_for_letters(self, address: str, count: int = 1, *, junk: bool = False) -> list[bytes]:
        """Return the letters of a folder once there are `count` of them."""
        deadline = time.monotonic() + ARRIVAL_LIMIT_S
        while len(letters := self.letters(address, junk=junk)) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{address} has {len(letters)} letters instead of {count}")
            time.sleep(POLL_S)
        return letters

    def empty(self, address: str) -> None:
        """Remove every letter of a mailbox."""
        for junk in (False, True):
            for path in self._files(address, junk=junk):
                path.unlink(missing_ok=True)

    def deliver(self, address: str, letter: bytes) -> None:
        """Put a letter into a mailbox by LMTP, past Postfix."""
        with smtplib.LMTP(str(self._lmtp_socket)) as connection:
            connection.sendmail("", [address], letter)

    def _files(self, address: str, *, junk: bool) -> list[Path]:
        local_part, _, domain = address.partition("@")
        folder = self._root / domain / local_part / "Maildir" / (".Junk" if junk else "")
        return sorted(path for state in ("new", "cur") for path in folder.glob(f"{state}/*"))
