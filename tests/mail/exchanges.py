"""The server's part of each SASL exchange, in every protocol: it keeps what went over the wire and repeats it."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace

from tests.mail.scripts import Speech, with_mechanism
from tests.peer import Peer
from tests.scripted import Script

Ask = Callable[[bytes], bytes]
REPEATED = "that is wrong"


def offering(speech: Speech, mechanism: bytes) -> tuple[Speech, bytes]:
    """Return a server that offers one mechanism and no other way, and how it invites."""
    speech, _, invitation = with_mechanism(speech, mechanism)
    question, listed = speech.abilities
    assert isinstance(listed, bytes)
    listed = listed.replace(b"USER\r\n", b"")
    if mechanism != b"PLAIN":
        listed = listed.replace(b" PLAIN ", b" ").replace(b" AUTH=PLAIN ", b" LOGINDISABLED ")
    return replace(speech, abilities=(question, listed)), invitation


def exchange(speech: Speech, mechanism: bytes, password: str, exchanged: list[bytes]) -> Script:
    """Return a script from the greeting to the refusal, which repeats the client's last answer."""
    speech, invitation = offering(speech, mechanism)

    def play(peer: Peer) -> None:
        tag, *_, last = peer.hear().split()
        answers = [last]

        def ask(message: bytes) -> bytes:
            exchanged.append(base64.b64encode(message))
            peer.say(invitation + exchanged[-1] + b"\r\n")
            answers.append(peer.hear())
            exchanged.append(answers[-1])
            return base64.b64decode(answers[-1])

        if last != mechanism:
            exchanged.append(last)
        PARTS[mechanism](ask, exchanged, password)
        said = max(answers[-2:], key=len) + b" " + REPEATED.encode()
        peer.say(speech.refused.replace(b"{tag}", tag).replace(b"wrong password", said))
        peer.keep_silent()

    return speech.up_to_login(play)


def plain(ask: Ask, exchanged: list[bytes], password: str) -> None:
    """Ask nothing: the first message was all."""


def login(ask: Ask, exchanged: list[bytes], password: str) -> None:
    """Ask for the name, then for the password."""
    ask(b"Username, please:")
    ask(b"Password, please:")


def cram_md5(ask: Ask, exchanged: list[bytes], password: str) -> None:
    """Ask for a digest."""
    ask(b"<1896.697170952@postoffice.reston.mci.net>")


def scram(hash_name: str) -> Callable[[Ask, list[bytes], str], None]:
    """Return the part that proves to know the password as well (RFC 5802)."""

    def part(ask: Ask, exchanged: list[bytes], password: str) -> None:
        bare = base64.b64decode(exchanged[-1]).removeprefix(b"n,,")
        first = bare.partition(b",r=")[2].join((b"r=", b"more,s=" + base64.b64encode(b"salted") + b",i=4096"))
        without_proof = ask(first).rpartition(b",p=")[0]
        key = hmac.digest(hashlib.pbkdf2_hmac(hash_name, password.encode(), b"salted", 4096), b"Server Key", hash_name)
        signature = hmac.digest(key, b",".join((bare, first, without_proof)), hash_name)
        ask(b"v=" + base64.b64encode(signature))

    return part


PARTS = {
    b"PLAIN": plain,
    b"LOGIN": login,
    b"CRAM-MD5": cram_md5,
    b"SCRAM-SHA-1": scram("sha1"),
    b"SCRAM-SHA-256": scram("sha256"),
}
