"""Letters that arrive together are stored together: as one by one, in a fraction of the time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from webapp.storage import blobs, letter_search
from webapp.storage.arrived import Arrived, columns_of
from webapp.storage.letters import store
from webapp.storage.models import Blob, Folder, FolderRole, Letter

LETTERS = cast("Table", Letter.__table__)
KEEP = insert(LETTERS).returning(LETTERS.c.id, LETTERS.c.uid)


def store_all(session: Session, folder: Folder, arrived: Sequence[Arrived], *, now: datetime | None = None) -> int:
    """Keep letters as `letters.store` does; return how many were not there yet.

    Only for whoever alone writes letters of this account, in a transaction
    that has written before: what is not there now, nobody else puts there.
    """
    strangers = _strangers(session, folder, arrived)
    here = select(Letter.uid).where(Letter.folder_id == folder.id, Letter.uid.in_(strangers))
    for uid in session.scalars(here).all():
        del strangers[cast("int", uid)]
    rows = [columns_of(folder, one, sha256) for one, sha256 in strangers.values()]
    if rows:
        blobs.put_new(session, {sha256: cast("bytes", one.raw) for one, sha256 in strangers.values()})
        stored = session.connection().execute(KEEP, rows).all()
        letter_search.keep(session, {letter_id: strangers[uid][0].facts for letter_id, uid in stored})
    others = (one for one in arrived if one.uid not in strangers)
    return len(rows) + sum(store(session, folder, one, now=now) is not None for one in others)


def _strangers(session: Session, folder: Folder, arrived: Iterable[Arrived]) -> dict[int, tuple[Arrived, str]]:
    """Return the letters nothing here can have to do with, by UID: nobody has their bytes.

    In the folder of sent letters bytes do not tell: providers change what they keep.
    """
    if folder.role is FolderRole.SENT:
        return {}
    whole = {one.uid: (one, blobs.hash_of(one.raw)) for one in arrived if one.uid is not None and one.raw is not None}
    hashes = {sha256 for _, sha256 in whole.values()}
    known = set(session.scalars(select(Blob.sha256).where(Blob.sha256.in_(hashes))))
    return {uid: (one, sha256) for uid, (one, sha256) in whole.items() if sha256 not in known}
