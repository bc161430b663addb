"""An office that receives and sends through real servers while its worker is killed again and again."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from email import message_from_bytes
from pathlib import Path
from shutil import copy
from typing import Self
from zoneinfo import ZoneInfo

from imapclient import IMAPClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.background.kills.workers import Workers
from tests.background.receiving.maildir import HOST, Maildir, letter
from tests.background.sending.outgoing import Desk, proved
from tests.lab.clients import tls_context
from tests.lab.lab import Lab
from webapp.instance import DATABASE, open_instance
from webapp.mail.settings import Direction, Protocol
from webapp.settings import load
from webapp.storage.base import utc_now
from webapp.storage.database import make_engine
from webapp.storage.models import Account, Folder, Letter, OutgoingLetter, OutgoingState, Traffic
from webapp.storage.secrets import SecretBox
from webapp.storage.traffic import Post, want

ANNA, BORIS = "anna@uspeh.test", "boris@uspeh.test"
SMTP_HOST = "gonec-42.uspeh.test"
FOLDERS = ("", "Archive", "&BBoEOwQ4BDUEPQRCBEs-", "&BBoEOwQ4BDUEPQRCBEs-.&BCAEPgQ8BDAESAQ6BDA-", "Junk")
ZONE = ZoneInfo("Europe/Moscow")
DAYS_LOADED = 12

Keys = Counter[tuple[str, str]]
"""How often a letter (its Message-ID) is in a folder."""


@dataclass
class World:
    """Anna receives by IMAP and sends; Boris receives by POP3 what she sends."""

    lab: Lab
    folder: Path
    chance: random.Random
    written: int = 0
    sent: list[OutgoingLetter] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Have workers at hand."""
        instance = {"MAILROOM_INSTANCE": str(self.folder / "instance"), "MAILROOM_TIME_ZONE": ZONE.key}
        self.environment = self.lab.environment() | instance
        self.workers = Workers(self.folder / "said.txt", self.environment)
        self.maildirs = {address: Maildir(self.lab, address) for address in (ANNA, BORIS)}
        self.since = (utc_now().astimezone(ZONE) - timedelta(days=DAYS_LOADED)).date()
        self.midnight = datetime.combine(self.since, time(), ZONE)

    def begin(self, migrated_file: Path) -> Self:
        """Lay both accounts; their mailboxes are empty."""
        for maildir in self.maildirs.values():
            maildir.clear()
        settings = open_instance(load(self.environment))
        copy(migrated_file, self.folder / "instance" / DATABASE)
        self.engine: Engine = make_engine(str(settings.database_url))
        self.session = Session(self.engine)
        self.desk = Desk(self.engine, self.session, SecretBox(settings.mail_keys))
        smtp = proved(Protocol.SMTP, SMTP_HOST, 465, ANNA)
        self.anna = self.desk.lay(proved(Protocol.IMAP, HOST, 993, ANNA), smtp, ANNA, self._password(ANNA))
        self.boris = self.desk.lay(proved(Protocol.POP3, HOST, 995, BORIS), replace(smtp), BORIS, self._password(BORIS))
        for account in (self.anna, self.boris):
            account.automatic = True
        self.anna.load_since = self.since
        self.session.commit()
        self.maildirs[ANNA].put(letter("Первое"), folder="Archive")
        return self

    def end(self) -> None:
        """Leave nothing behind."""
        self.workers.end()
        self.session.close()
        self.engine.dispose()
        for maildir in self.maildirs.values():
            maildir.clear()

    def something_happens(self) -> None:
        """Let letters arrive, before the date too; let some be moved, deleted or renumbered; let Anna write two."""
        for _ in range(self.chance.randint(3, 6)):
            self.written += 1
            at = self.midnight + timedelta(hours=self.chance.randint(-48, 48))
            raw = letter(f"Письмо {self.written}", body="слово " * self.chance.choice((1, 100, 6_000)))
            self.maildirs[ANNA].put(raw, at=at, folder=self.chance.choice(FOLDERS))
        if self.written > 12 and self.chance.random() < 0.5:
            self._tidy_up()
        for _ in range(2):
            self.sent.append(self.desk.write(self.anna, BORIS))

    def work_and_die(self, last_step: int) -> bool:
        """Let a worker do all there is to do, or die at this step; return whether it died."""
        for account_id, direction in self.session.execute(select(Traffic.account_id, Traffic.direction)).all():
            want(self.session, Post(account_id, Direction(direction)), utc_now())
        self.session.commit()
        died = self.workers.work(last_step, self._at_rest)
        self.session.expire_all()
        return died

    def stored(self, account: Account) -> Keys:
        """Return what is here."""
        rows = select(Folder.name, Letter.message_id).join(Letter.folder).where(Letter.account_id == account.id)
        keys = Counter((name, message_id) for name, message_id in self.session.execute(rows))
        self.session.rollback()
        return keys

    def on_server(self) -> Keys:
        """Return what an independent program sees in Anna's mailbox, from the date on."""
        keys: Keys = Counter()
        address = self.lab.network.of(HOST)
        with IMAPClient(address, 993, ssl_context=tls_context(self.lab, HOST)) as client:
            client.login(ANNA, self._password(ANNA))
            client.normalise_times = False
            for _, _, name in client.list_folders():
                client.select_folder(name, readonly=True)
                answer = client.fetch(client.search(), ["INTERNALDATE", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
                for said in answer.values():
                    if said[b"INTERNALDATE"] >= self.midnight:
                        keys[name, message_id_of(said[b"BODY[HEADER.FIELDS (MESSAGE-ID)]"])] += 1
        return keys

    def with_boris(self) -> Keys:
        """Return what lies in Boris's mailbox."""
        return Counter(("INBOX", message_id_of(raw)) for raw in self.lab.letters(BORIS))

    def kept_out(self) -> bool:
        """Tell whether no letter from before the date is here."""
        early = select(Letter.id).where(Letter.account_id == self.anna.id, Letter.received_at < self.midnight)
        return self.session.scalar(early.limit(1)) is None

    def outcomes(self) -> dict[str, OutgoingState]:
        """Return how each letter Anna wrote stands."""
        self.session.expire_all()
        return {one.message_id: one.state for one in self.sent}

    def _at_rest(self) -> bool:
        busy = (Traffic.due_at.is_(None) & Traffic.leased_by.is_not(None)) | (Traffic.due_at <= utc_now())
        rows = self.session.scalars(select(Traffic.account_id).where(busy)).all()
        self.session.rollback()
        return not rows

    def _tidy_up(self) -> None:
        with self.maildirs[ANNA].other_program() as program:
            uids = program.search("ALL")
            if len(uids) > 2:
                program.move(uids[:1], "Archive")
                program.delete_messages(uids[1:2])
                program.expunge()
        if self.chance.random() < 0.3:
            self.maildirs[ANNA].renumber()

    def _password(self, address: str) -> str:
        return self.lab.mailbox(address).password


def message_id_of(raw: bytes) -> str:
    """Return what tells a letter from all others."""
    return str(message_from_bytes(raw)["Message-ID"])
