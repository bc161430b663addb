"""Bytes of letters and attachments: known by their SHA-256, kept once, in pieces nobody needs all at once."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, select, update
from sqlalchemy.orm import Session

from webapp.storage.base import rows_of, utc_now
from webapp.storage.models import Blob, BlobPiece, Letter, OutgoingFile, OutgoingLetter
from webapp.storage.once import insert_all_once, inserted_once

PIECE = 256 * 1024
REFERRING = (Letter.sha256, OutgoingLetter.sha256, OutgoingFile.sha256)
GRACE = timedelta(hours=1)  # somebody may be about to refer to what was just put
PORTION = 500  # of blobs in one transaction, so that nobody waits long for it
BLUNT = {"synchronize_session": False}


def put(session: Session, data: bytes, *, now: datetime | None = None) -> str:
    """Keep the bytes unless they are there already; return the hash they are known by.

    Whoever refers to it does so in the same transaction: putting begins with
    writing, so nobody sweeps in between.
    """
    return put_once(session, data, now=now)[0]


def put_once(session: Session, data: bytes, *, now: datetime | None = None) -> tuple[str, bool]:
    """Keep the bytes like `put`; tell as well whether nobody had them before."""
    sha256, now = hash_of(data), now or utc_now()
    while not inserted_once(session, Blob, sha256=sha256, size=len(data), stored_at=now):
        again = update(Blob).where(Blob.sha256 == sha256).values(stored_at=now)
        if rows_of(session.execute(again, execution_options=BLUNT)):
            return sha256, False
    _put_pieces(session, {sha256: data})
    return sha256, True


def put_new(session: Session, blobs: Mapping[str, bytes], *, now: datetime | None = None) -> None:
    """Keep bytes nobody had a moment ago, by what they are known by; only in a transaction that has written before."""
    moment = now or utc_now()
    rows = [{"sha256": sha256, "size": len(data), "stored_at": moment} for sha256, data in blobs.items()]
    insert_all_once(session, Blob, rows)
    _put_pieces(session, blobs)


def hash_of(data: bytes) -> str:
    """Return what bytes are known by."""
    return hashlib.sha256(data).hexdigest()


def pieces_of(session: Session, sha256: str) -> Iterator[bytes]:
    """Return the bytes piece by piece; nothing for a hash nobody knows."""
    number = 0
    piece = select(BlobPiece.data).where(BlobPiece.sha256 == sha256)
    while (data := session.scalar(piece.where(BlobPiece.number == number))) is not None:
        yield data
        if len(data) < PIECE:  # the last one: most letters have no other, and are read with one question
            return
        number += 1


def read(session: Session, sha256: str) -> bytes:
    """Return all the bytes."""
    return b"".join(pieces_of(session, sha256))


def sweep(session: Session, *, now: datetime | None = None) -> int:
    """Delete a portion of what no letter and no attachment has any more; return how many, 0 when all is done."""
    unused = _unused((now or utc_now()) - GRACE)
    found = session.scalars(select(Blob.sha256).where(unused).limit(PORTION)).all()
    if not found:
        return 0
    # Asked again while writing: what was put since the look before is nobody's to delete.
    return rows_of(session.execute(delete(Blob).where(Blob.sha256.in_(found), unused), execution_options=BLUNT))


def _put_pieces(session: Session, blobs: Mapping[str, bytes]) -> None:
    pieces = [
        {"sha256": sha256, "number": number, "data": memoryview(data)[start : start + PIECE]}  # copies nothing
        for sha256, data in blobs.items()
        for number, start in enumerate(range(0, len(data), PIECE))
    ]
    insert_all_once(session, BlobPiece, pieces)


def _unused(before: datetime) -> ColumnElement[bool]:
    return and_(Blob.stored_at < before, *(~exists().where(column == Blob.sha256) for column in REFERRING))
