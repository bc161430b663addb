"""Bytes of letters and attachments: known by their SHA-256, kept once, in pieces nobody needs all at once."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from webapp.storage.base import rows_of
from webapp.storage.models import Blob, BlobPiece, Letter, OutgoingFile, OutgoingLetter

PIECE = 256 * 1024
REFERRING = (Letter.sha256, OutgoingLetter.sha256, OutgoingFile.sha256)


def put(session: Session, data: bytes) -> str:
    """Keep the bytes unless they are there already; return the hash they are known by."""
    sha256 = hashlib.sha256(data).hexdigest()
    if session.get(Blob, sha256) is None:
        session.add(Blob(sha256=sha256, size=len(data)))
        session.flush()  # the pieces point at it
        pieces = [
            {"sha256": sha256, "number": number, "data": data[start : start + PIECE]}
            for number, start in enumerate(range(0, len(data), PIECE))
        ]
        if pieces:
            session.connection().execute(BlobPiece.__table__.insert(), pieces)  # type: ignore[attr-defined]
    return sha256


def pieces_of(session: Session, sha256: str) -> Iterator[bytes]:
    """Return the bytes piece by piece; nothing for a hash nobody knows."""
    number = 0
    piece = select(BlobPiece.data).where(BlobPiece.sha256 == sha256)
    while (data := session.scalar(piece.where(BlobPiece.number == number))) is not None:
        yield data
        number += 1


def read(session: Session, sha256: str) -> bytes:
    """Return all the bytes."""
    return b"".join(pieces_of(session, sha256))


def sweep(session: Session) -> int:
    """Delete what no letter and no attachment has any more; return how many."""
    used = [exists().where(column == Blob.sha256) for column in REFERRING]
    unused = delete(Blob).where(*(~one for one in used))
    return rows_of(session.execute(unused, execution_options={"synchronize_session": False}))
