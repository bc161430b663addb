"""SCRAM (RFC 5802, RFC 7677): both sides prove that they know the password, which itself is never sent."""

import base64
import binascii
import hashlib
import hmac
import secrets
import stringprep
import unicodedata

MIN_ITERATIONS = 4096  # RFC 7677, section 4; fewer would make a stolen exchange cheap to search
MAX_ITERATIONS = 500_000  # a hostile server must not make us calculate for minutes
CHANNEL_BINDING = b"n,,"  # no channel binding, no other identity

PROHIBITED_TABLES = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


class SaslError(Exception):
    """The server's side of an exchange makes no sense or proves nothing; carries no words, so no secret."""


class UnsuitableText(SaslError):
    """A name or password has characters the mechanism cannot carry; nothing was sent yet."""


class Scram:
    """One SCRAM exchange; success counts only after the server's signature was seen."""

    def __init__(self, hash_name: str, username: str, secret: str, nonce: str | None = None) -> None:
        self._hash_name = hash_name
        self._secret = prepared(secret).encode()
        name = prepared(username).replace("=", "=3D").replace(",", "=2C")
        self._nonce = (nonce or secrets.token_urlsafe(18)).encode()
        self._client_first = b"n=" + name.encode() + b",r=" + self._nonce
        self._expected_signature: bytes | None = None
        self.server_proved = False

    def initial(self) -> bytes | None:
        return CHANNEL_BINDING + self._client_first

    def answer(self, challenge: bytes) -> bytes:
        if self.server_proved:
            raise SaslError
        if self._expected_signature is None:
            return self._client_final(challenge)
        self._check_server_final(challenge, self._expected_signature)
        return b""

    def _client_final(self, server_first: bytes) -> bytes:
        nonce, salt, iterations = self._read_server_first(server_first)
        salted = hashlib.pbkdf2_hmac(self._hash_name, self._secret, salt, iterations)
        without_proof = b"c=" + base64.b64encode(CHANNEL_BINDING) + b",r=" + nonce
        message = b",".join((self._client_first, server_first, without_proof))
        client_key = self._hmac(salted, b"Client Key")
        signature = self._hmac(hashlib.new(self._hash_name, client_key).digest(), message)
        self._expected_signature = self._hmac(self._hmac(salted, b"Server Key"), message)
        proof = bytes(left ^ right for left, right in zip(client_key, signature, strict=True))
        return without_proof + b",p=" + base64.b64encode(proof)

    def _read_server_first(self, message: bytes) -> tuple[bytes, bytes, int]:
        parts = message.split(b",")
        if len(parts) < 3 or [part[:2] for part in parts[:3]] != [b"r=", b"s=", b"i="]:
            raise SaslError  # a mandatory extension ("m=") comes first and is unknown to us as well
        nonce, iterations = parts[0][2:], parts[2][2:]
        if not nonce.startswith(self._nonce) or len(nonce) == len(self._nonce):
            raise SaslError
        if not iterations.isdigit() or len(iterations) > 9:
            raise SaslError
        if not MIN_ITERATIONS <= int(iterations) <= MAX_ITERATIONS:
            raise SaslError
        return nonce, _from_base64(parts[1][2:]), int(iterations)

    def _check_server_final(self, message: bytes, expected: bytes) -> None:
        if message.startswith(b"e="):
            return  # refused; the protocol's own code follows and decides
        if not message.startswith(b"v="):
            raise SaslError
        if not hmac.compare_digest(_from_base64(message[2:].split(b",")[0]), expected):
            raise SaslError
        self.server_proved = True

    def _hmac(self, key: bytes, message: bytes) -> bytes:
        return hmac.new(key, message, self._hash_name).digest()


def prepared(text: str) -> str:
    """Return a name or password by SASLprep (RFC 4013, as a query: unassigned characters allowed)."""
    if text.isascii() and text.isprintable():
        return text
    mapped = "".join(
        " " if stringprep.in_table_c12(character) else character
        for character in text
        if not stringprep.in_table_b1(character)
    )
    normal = unicodedata.normalize("NFKC", mapped)
    if any(table(character) for character in normal for table in PROHIBITED_TABLES):
        raise UnsuitableText
    if any(stringprep.in_table_d1(character) for character in normal) and not _direction_is_clear(normal):
        raise UnsuitableText
    return normal


def _direction_is_clear(text: str) -> bool:
    # RFC 3454, section 6: no left-to-right letters, and a right-to-left letter at both ends.
    if any(stringprep.in_table_d2(character) for character in text):
        return False
    return stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])


def _from_base64(data: bytes) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise SaslError from None
