"""A mailbox of the lab from outside: letters put into its Maildir, and another mail program at work in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from zlib import crc32

from imapclient import IMAPClient

from tests.lab.clients import tls_context
from tests.lab.lab import Lab

HOST = "korob-17.uspeh.test"
NOBODY = 65534


class Maildir:
    """One mailbox."""

    def __init__(self, lab: Lab, address: str) -> None:
        self.lab = lab
        self.address = address
        local_part, _, domain = address.partition("@")
        self.root = lab.folder / "mail" / domain / local_part / "Maildir"
        self._letters = 0

    def clear(self) -> None:
        """Remove the mailbox with all its folders, numbers and flags."""
        shutil.rmtree(self.root, ignore_errors=True)

    def put(self, raw: bytes, *, at: datetime | None = None, folder: str = "", flags: str = "") -> None:
        """Put a letter into a folder as delivery would; `at` becomes its INTERNALDATE."""
        self._letters += 1
        place = self.root / (f".{folder}" if folder else "")
        for state in ("cur", "new", "tmp"):
            self._make(place / state)
        file = place / "cur" / f"{1_700_000_000 + self._letters}.M{self._letters}P1.lab:2,{flags}"
        file.write_bytes(raw)
        os.chown(file, NOBODY, NOBODY)
        moment = (at or datetime.now(UTC)).timestamp()
        os.utime(file, (moment, moment))

    def remove(self, subject: str) -> None:
        """Remove a letter behind the server's back."""
        for file in self.root.glob("cur/*"):
            if f"Subject: {subject}\r\n".encode() in file.read_bytes():
                file.unlink()

    def letters(self, folder: str = "") -> list[bytes]:
        """Return the letters of a folder."""
        place = self.root / (f".{folder}" if folder else "")
        return [file.read_bytes() for state in ("cur", "new") for file in sorted((place / state).glob("*"))]

    def renumber(self) -> None:
        """Make the server give its letters other numbers, under another UIDVALIDITY."""
        for file in self.root.glob("dovecot.index*"):
            file.unlink()
        numbers = self.root / "dovecot-uidlist"
        validity = int(numbers.read_text().split()[1].removeprefix("V"))  # else it is the second it was made in
        numbers.write_text(f"3 V{validity + 7} N100\n")

    def name_all(self, uidl: str) -> None:
        """Make the server give all its letters the same UIDL, as one does whose letters came from another server."""
        numbers = self.root / "dovecot-uidlist"
        first, *letters = numbers.read_text().splitlines()
        named = [letter.replace(" :", f" P{uidl} :", 1) for letter in letters]
        numbers.write_text("\n".join((first, *named, "")))
        for file in self.root.glob("dovecot.index*"):
            file.unlink()

    @contextmanager
    def other_program(self, folder: str = "INBOX") -> Iterator[IMAPClient]:
        """Log in with the plain library and open a folder to change it."""
        mailbox = self.lab.mailbox(self.address)
        with IMAPClient(self.lab.network.of(HOST), 993, ssl_context=tls_context(self.lab, HOST)) as client:
            client.login(mailbox.address, mailbox.password)
            client.normalise_times = False
            client.select_folder(folder)
            yield client

    def _make(self, folder: Path) -> None:
        for one in reversed((folder, *folder.parents)):
            if not one.exists():
                one.mkdir(mode=0o777)
                os.chown(one, NOBODY, NOBODY)


def letter(subject: str = "Счёт", *, at: datetime | None = None, body: str = "Здравствуйте!", **more: str) -> bytes:
    """Return a small letter."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "boris@uspeh.test", "anna@uspeh.test", subject
    message["Date"] = format_datetime(at or datetime(2026, 11, 13, 9, tzinfo=UTC))
    message["Message-ID"] = f"<{crc32(f'{subject} {body}'.encode()):010}@uspeh.test>"
    for name, value in more.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes().replace(b"\n", b"\r\n")
