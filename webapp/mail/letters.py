"""The letters Mailroom writes itself, as bytes ready for SMTP."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TrialLetter:
    """A letter to the account's own address and the Message-ID to find it by (with its angle brackets)."""

    message_id: str
    data: bytes = field(repr=False)


def trial_letter(address: str, sender_name: str, language: str) -> TrialLetter:
    """Write the letter that proves sending and receiving."""
    raise NotImplementedError
