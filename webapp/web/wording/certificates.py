"""Certificates in words: what is wrong with one, whose it is, how long it holds, how people compare two."""


def fingerprint_words(sha256: str) -> str:
    """Return a digest as people compare it: pairs with colons."""
    return ":".join(sha256[place : place + 2] for place in range(0, len(sha256), 2)).upper()
