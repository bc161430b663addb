"""Finds the folder a server keeps sent letters in, and makes one where there is none."""

from webapp.background.receiving.mailbox import Mailbox
from webapp.background.receiving.server_folders import server_folders
from webapp.storage.models import FolderRole

OWN_NAME = "Sent"


def sent_folder(mailbox: Mailbox) -> str:
    """Return the folder as the server calls it: the one it marks (RFC 6154) or with a usual name, else a new one."""
    found = server_folders(mailbox.folders())
    for folder in found:
        if folder.listed.role is FolderRole.SENT and folder.can_open:
            return folder.wire_name
    own = f"{_prefix(mailbox)}{OWN_NAME}"
    with mailbox.library() as imap:
        imap.create_folder(own)
        imap.subscribe_folder(own)
    return own


def _prefix(mailbox: Mailbox) -> str:
    """Return what the names of a person's own folders begin with (RFC 2342)."""
    if not mailbox.can("NAMESPACE"):
        return ""
    with mailbox.library() as imap:
        personal = imap.namespace().personal
    prefix = personal[0][0] if personal else ""
    return prefix.decode("ascii", "replace") if isinstance(prefix, bytes) else str(prefix)
