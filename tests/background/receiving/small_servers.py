"""Small mail servers of one mailbox, good enough to receive from, that misbehave where a test wants it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.peer import Peer

Misbehave = Callable[[Peer, bytes], bool]
"""Gets every command; True: it has been answered, or the connection has ended."""

WHOLE, HEADER, SIZE = b"BODY.PEEK[]", b"BODY.PEEK[HEADER]", b"RFC822.SIZE"
DATE = b'"13-Nov-2026 12:00:00 +0300"'


def well_behaved(peer: Peer, command: bytes) -> bool:
    """Answer nothing."""
    return False


@dataclass
class SmallImap:
    """An IMAP server whose inbox holds letters by UID; other folders are empty. As a script it plays one connection."""

    letters: dict[int, bytes]
    misbehave: Misbehave = well_behaved
    abilities: bytes = b"IMAP4rev1 SASL-IR AUTH=PLAIN UIDPLUS MOVE"
    folders: tuple[bytes, ...] = (rb'(\HasNoChildren) "/" INBOX',)
    uid_validity: int = 7
    uid_next: int | None = None
    sizes: dict[int, int] = field(default_factory=dict)  # where the server is wrong about them
    flags: dict[int, set[bytes]] = field(default_factory=dict)

    def __call__(self, peer: Peer) -> None:
        """Play a connection."""
        peer.say(b"* OK ready\r\n")
        while True:
            line = peer.hear()
            tag, _, command = line.partition(b" ")
            peer.groups["tag"] = tag
            if self.misbehave(peer, command):
                continue
            for answer in self._answers(command):
                peer.say(answer)
            peer.say(b"%s OK done\r\n" % tag)
            if command == b"LOGOUT":
                return

    def _answers(self, command: bytes) -> Iterator[bytes]:
        word = command.removeprefix(b"UID ").partition(b" ")[0].upper()
        answers: dict[bytes, Callable[[bytes], Iterator[bytes]]] = {
            b"CAPABILITY": self._capability,
            b"LIST": self._list,
            b"EXAMINE": self._open,
            b"SELECT": self._open,
            b"SEARCH": self._search,
            b"FETCH": self._fetch,
            b"STORE": self._store,
        }
        return answers[word](command) if word in answers else iter(())

    def _capability(self, command: bytes) -> Iterator[bytes]:
        yield b"* CAPABILITY %s\r\n" % self.abilities

    def _list(self, command: bytes) -> Iterator[bytes]:
        yield from (b"* LIST %s\r\n" % folder for folder in self.folders)

    def _open(self, command: bytes) -> Iterator[bytes]:
        if b"INBOX" not in command:
            yield b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 1] next\r\n"
            return
        uid_next = self.uid_next if self.uid_next is not None else max(self.letters, default=0) + 1
        yield b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n" % (len(self.letters), self.uid_validity)
        if uid_next:
            yield b"* OK [UIDNEXT %d] next\r\n" % uid_next

    def _search(self, command: bytes) -> Iterator[bytes]:
        asked = re.search(rb"UID (\S+)(?: |$)", command.removeprefix(b"UID "))
        uids = self._in(asked[1]) if asked else sorted(self.letters)
        yield b"* SEARCH %s\r\n" % b" ".join(b"%d" % uid for uid in uids)

    def _fetch(self, command: bytes) -> Iterator[bytes]:
        _, _, uids, items = command.split(b" ", 3)
        for uid in self._in(uids):
            letter = self.letters[uid]
            said = b"UID %d" % uid
            if b"RFC822.SIZE" in items:
                said += b" RFC822.SIZE %d INTERNALDATE %s" % (self.sizes.get(uid, len(letter)), DATE)
            if b"FLAGS" in items:
                said += b" FLAGS (%s)" % b" ".join(sorted(self.flags.get(uid, ())))
            if b"BODY.PEEK[HEADER]" in items:
                letter = letter.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                said += b" BODY[HEADER] {%d}\r\n%s" % (len(letter), letter)
            elif b"BODY.PEEK[]" in items:
                said += b" BODY[] {%d}\r\n%s" % (len(letter), letter)
            yield b"* %d FETCH (%s)\r\n" % (sorted(self.letters).index(uid) + 1, said)

    def _store(self, command: bytes) -> Iterator[bytes]:
        _, _, uids, change, flags = command.split(b" ", 4)
        for uid in self._in(uids):
            mine = self.flags.setdefault(uid, set())
            named = set(flags.strip(b"()").split())
            self.flags[uid] = mine | named if change.startswith(b"+") else mine - named
        yield from ()

    def _in(self, said: bytes) -> list[int]:
        """Return the UIDs of a set that there are; `n:*` includes the last, as RFC 9051 has it."""
        found: set[int] = set()
        last = max(self.letters, default=0)
        for part in said.split(b","):
            first, _, end = part.partition(b":")
            low, high = sorted(last if one == b"*" else int(one) for one in (first, end or first))
            found |= {uid for uid in self.letters if low <= uid <= high}
        return sorted(found)


@dataclass
class SmallPop3:
    """A POP3 server whose letters have a UIDL each; None: it knows no UIDL."""

    letters: list[tuple[bytes | None, bytes]]
    misbehave: Misbehave = well_behaved
    _marked: set[int] = field(default_factory=set)

    def __call__(self, peer: Peer) -> None:
        """Play a connection."""
        self._marked = set()
        peer.say(b"+OK ready\r\n")
        while True:
            command = peer.hear()
            if self.misbehave(peer, command):
                continue
            peer.say(self._answer(command))
            if command == b"QUIT":
                self.letters = [one for number, one in self._numbered() if number not in self._marked]
                return

    def _answer(self, command: bytes) -> bytes:
        word, _, rest = command.partition(b" ")
        if word == b"CAPA":
            return b"+OK\r\nUSER\r\nSASL PLAIN\r\nUIDL\r\nTOP\r\n.\r\n"
        if word == b"LIST":
            return _listing(b"%d %d" % (number, len(letter)) for number, (_, letter) in self._numbered())
        if word == b"UIDL":
            if any(uidl is None for uidl, _ in self.letters):
                return b"-ERR what is UIDL\r\n"
            return _listing(b"%d %s" % (number, uidl or b"") for number, (uidl, _) in self._numbered())
        if word in (b"RETR", b"TOP"):
            letter = self.letters[int(rest.split()[0]) - 1][1]
            text = letter if word == b"RETR" else letter.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            return b"+OK\r\n" + text.replace(b"\r\n.", b"\r\n..") + b".\r\n"
        if word == b"DELE":
            self._marked.add(int(rest))
        return b"+OK\r\n"

    def _numbered(self) -> list[tuple[int, tuple[bytes | None, bytes]]]:
        return list(enumerate(self.letters, 1))


def _listing(lines: Iterator[bytes]) -> bytes:
    return b"".join((b"+OK\r\n", *(line + b"\r\n" for line in lines), b".\r\n"))


def at(when: Callable[[bytes], bool], act: Callable[[Peer, bytes], None], times: int = -1) -> Misbehave:
    """Return a misbehaviour at the first commands of a kind, or at all of them, over all connections."""
    left = times

    def misbehave(peer: Peer, command: bytes) -> bool:
        nonlocal left
        if not left or not when(command):
            return False
        left -= 1
        act(peer, command)
        return True

    return misbehave


def saying(words: bytes) -> Callable[[Peer, bytes], None]:
    """Return what says something instead of the answer; `{tag}` is the command's."""

    def act(peer: Peer, command: bytes) -> None:
        peer.say(words.replace(b"{tag}", peer.groups.get("tag", b"")))

    return act


def breaking(peer: Peer, command: bytes) -> None:
    """Break the connection."""
    peer.reset()


def hanging(peer: Peer, command: bytes) -> None:
    """Say nothing more."""
    peer.keep_silent()


def wants(item: bytes, uid: int | None = None) -> Callable[[bytes], bool]:
    """Tell of commands whether they ask for an item of a letter, or of any."""

    def when(command: bytes) -> bool:
        return item in command and (uid is None or uid in _numbers(command.split(b" ")[2]))

    return when


def _numbers(said: bytes) -> Iterator[int]:
    for part in said.split(b","):
        first, _, last = part.partition(b":")
        yield from range(int(first), int(last or first) + 1)
