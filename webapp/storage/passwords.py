"""Hashes of sign-in passwords; slow on purpose. Mailbox passwords are `secrets`' business."""

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

LONGEST_PASSWORD = 1024  # argon2 reads all of it: a ceiling, as for every buffer


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return _hasher().hash(password)


def matches(known_hash: str | None, password: str) -> bool:
    """Tell whether the password is the one; without a hash to compare with, no takes as long as with one."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        return _hasher().verify(known_hash or _nobodys_hash(), password) and known_hash is not None
    except VerifyMismatchError:
        return False


def outdated(known_hash: str) -> bool:
    """Tell whether the hash was made with weaker parameters than today's."""
    return _hasher().check_needs_rehash(known_hash)


@lru_cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe())
