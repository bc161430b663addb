"""Why something is not taken as a certificate authority of the office."""

from enum import StrEnum


class AuthorityFault(StrEnum):
    """Why something is not taken as a certificate authority of the office."""

    TOO_LARGE = "too-large"
    PRIVATE_KEY = "private-key"  # there is one in it, or it is a file of a kind that carries one
    UNREADABLE = "unreadable"  # no certificate in it, or a damaged one
    TOO_MANY = "too-many"
    NOT_AN_AUTHORITY = "not-an-authority"  # a server's own certificate, which one account may accept
    MAY_NOT_SIGN = "may-not-sign"  # its keyUsage says that it signs no certificates
    EXPIRED = "expired"
    WEAK_KEY = "weak-key"
    WEAK_SIGNATURE = "weak-signature"
    UNKNOWN_ALGORITHM = "unknown-algorithm"  # GOST R 34.10, for one: OpenSSL could check nothing signed by it


class AuthorityRefused(ValueError):
    """Something that is not taken; `name` is the certificate's, "" where none could be read."""

    def __init__(self, fault: AuthorityFault, name: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.name = name
