"""The office's certificate authorities: trusted by every search, check and letter, beside those of the system."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.net.authorities import Authority
from webapp.storage.base import rows_of
from webapp.storage.folding import fold
from webapp.storage.journal import record
from webapp.storage.models import Action, NetworkSettings, OfficeAuthority, User

MOST_AUTHORITIES = 50  # every run reads them all


class TooManyAuthorities(ValueError):
    """With these there would be more authorities than anybody looks through."""


def list_authorities(session: Session) -> Sequence[OfficeAuthority]:
    """Return the authorities, by name."""
    rows = session.scalars(select(OfficeAuthority)).all()
    return sorted(rows, key=lambda row: (fold(row.name), row.sha256))


def authorities_pem(session: Session) -> tuple[str, ...]:
    """Return the certificates, always in the same order, so that a run can tell whether there are others."""
    return tuple(session.scalars(select(OfficeAuthority.pem).order_by(OfficeAuthority.sha256)))


def find_authority(session: Session, sha256: str) -> OfficeAuthority | None:
    """Return the authority with this fingerprint."""
    if "\0" in sha256:  # PostgreSQL takes no text with it
        return None
    return session.scalar(select(OfficeAuthority).where(OfficeAuthority.sha256 == sha256))


def already_trusted(session: Session, authorities: Iterable[Authority]) -> frozenset[str]:
    """Return the fingerprints of those that are there already."""
    asked = [authority.sha256 for authority in authorities]
    return frozenset(session.scalars(select(OfficeAuthority.sha256).where(OfficeAuthority.sha256.in_(asked))))


def add_authorities(session: Session, by: User, authorities: Sequence[Authority]) -> tuple[Authority, ...]:
    """Trust authorities an administrator has compared; return those that were not there already.

    Holds for the next run of every process. In the journal too. Raises `TooManyAuthorities`.
    """
    _take_turn(session)
    there = already_trusted(session, authorities)
    new = tuple(authority for authority in authorities if authority.sha256 not in there)
    if new and len(authorities_pem(session)) + len(new) > MOST_AUTHORITIES:
        raise TooManyAuthorities
    for authority in new:
        row = OfficeAuthority(added_by_id=by.id, added_by_name=by.display_name)
        row.sha256, row.name, row.pem = authority.sha256, authority.name, authority.pem
        row.subject, row.issuer = authority.subject, authority.issuer
        row.not_before, row.not_after = authority.not_before, authority.not_after
        session.add(row)
        _tell(session, Action.AUTHORITY_ADDED, by, row)
    return new


def remove_authority(session: Session, by: User, sha256: str) -> OfficeAuthority | None:
    """Trust an authority no longer, from the next run on; return what it was, None if it was not there any more."""
    row = find_authority(session, sha256)
    if row is None:
        return None
    session.expunge(row)
    if rows_of(session.execute(delete(OfficeAuthority).where(OfficeAuthority.sha256 == sha256))) == 0:
        return None  # somebody else was quicker
    _tell(session, Action.AUTHORITY_REMOVED, by, row)
    return row


def _take_turn(session: Session) -> None:
    """Let of two administrators at once the second see what the first has added."""
    session.execute(update(NetworkSettings).values(version=NetworkSettings.version))


def _tell(session: Session, action: Action, by: User, row: OfficeAuthority) -> None:
    details = (("sha256", row.sha256), ("not_after", row.not_after.date().isoformat()))
    record(session, action, by=by, subject=row.name, details=details)
