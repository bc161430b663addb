"""What is known of a letter once it was read: the value that reading makes and storage keeps."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class LetterFacts:
    """The facts of one letter, decoded, each on one line; "" where the letter says nothing.

    `recipients` are To and Cc as one line for people; `sent_at` is what its
    Date header claims; `text` is what is searched in.
    """

    message_id: str = ""
    in_reply_to: str = ""
    references: str = ""
    sender_name: str = ""
    sender_address: str = ""
    recipients: str = ""
    subject: str = ""
    snippet: str = ""
    sent_at: datetime | None = None
    attachments: int = 0
    text: str = field(default="", repr=False)
