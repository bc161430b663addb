"""What a sign-in password must be. Pure: the forms and the command line word it each in their way."""

from enum import StrEnum

SHORTEST = 10
LONGEST = 1024
FEWEST_LETTERS = 4  # "aaaaaaaaaa" and "1212121212" are long but guessed at once


class PasswordFault(StrEnum):
    """Why a password is not good enough."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    IS_THE_NAME = "is-the-name"
    TOO_SIMPLE = "too-simple"


def fault_of(password: str, name: str) -> PasswordFault | None:
    """Return the first rule a password breaks, or None."""
    if len(password) < SHORTEST:
        return PasswordFault.TOO_SHORT
    if len(password) > LONGEST:
        return PasswordFault.TOO_LONG
    if name and name.casefold() in password.casefold() and len(password) - len(name) <= SHORTEST // 2:
        return PasswordFault.IS_THE_NAME
    if len(set(password)) < FEWEST_LETTERS:
        return PasswordFault.TOO_SIMPLE
    return None
