"""Finds the folder a server keeps sent letters in, and makes one where there is none."""

from imapclient.imapclient import SENT

from webapp.mail.clients.imap import Imap

NAMES = ("отправленные", "отправленные письма", "отправленные сообщения", "sent messages", "sent mail", "outbox sent")
OWN_NAME = "Sent"
NOT_SELECTABLE = b"\\Noselect"


def sent_folder(mailbox: Imap) -> str:
    """Return the name of the folder: the one the server marks (RFC 6154), one with a usual name, or a new one."""
    found = mailbox.find_special_folder(SENT)
    if found is not None:
        return str(found)
    for flags, delimiter, name in mailbox.list_folders():
        last = name.rpartition(delimiter.decode() if delimiter else "\0")[2]
        if last.casefold() in NAMES and NOT_SELECTABLE not in flags:
            return str(name)
    own = f"{_prefix(mailbox)}{OWN_NAME}"
    mailbox.create_folder(own)
    mailbox.subscribe_folder(own)
    return own


def _prefix(mailbox: Imap) -> str:
    """Return what the names of a person's own folders begin with (RFC 2342)."""
    if not mailbox.has_capability("NAMESPACE"):
        return ""
    personal = mailbox.namespace().personal
    return str(personal[0][0]) if personal else ""
