"""Words for folders."""

from flask_babel import gettext

from webapp.storage.folders import FolderLine
from webapp.storage.models import Folder, FolderRole
from webapp.web.wording.words import N_

ROLES: dict[FolderRole, str] = {
    FolderRole.INBOX: N_("Inbox"),
    FolderRole.DRAFTS: N_("Drafts"),
    FolderRole.SENT: N_("Sent"),
    FolderRole.ARCHIVE: N_("Archive"),
    FolderRole.JUNK: N_("Junk"),
    FolderRole.TRASH: N_("Trash"),
}
SIGNS: dict[FolderRole, str] = {
    FolderRole.INBOX: "inbox",
    FolderRole.DRAFTS: "pencil",
    FolderRole.SENT: "outbox",
    FolderRole.ARCHIVE: "archive",
    FolderRole.JUNK: "warning",
    FolderRole.TRASH: "trash",
    FolderRole.OTHER: "folder",
}


def folder_name(folder: Folder | FolderLine) -> str:
    """Return what a folder is called: by what it is for, else by the last part of its name."""
    if folder.role in ROLES:
        return gettext(ROLES[folder.role])
    return folder.name.rsplit(folder.delimiter, 1)[-1] if folder.delimiter else folder.name


def folder_sign(folder: Folder | FolderLine) -> str:
    """Return the icon that stands before a folder; the words beside it say the same."""
    return SIGNS[folder.role]
