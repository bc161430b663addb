"""A folder as it was left the last time, apart from any session of the database."""

from dataclasses import dataclass

from webapp.storage.models import Folder, FolderRole


@dataclass(frozen=True)
class KnownFolder:
    """What we know of a folder. `uid_next` is the first UID not looked at yet, None = some below may be missing."""

    id: int
    wire_name: str
    role: FolderRole
    uid_validity: int | None
    uid_next: int | None
    modseq: int | None


def known_folder(folder: Folder, wire_name: str) -> KnownFolder:
    """Return what a row says."""
    return KnownFolder(folder.id, wire_name, folder.role, folder.uid_validity, folder.uid_next, folder.modseq)
