"""What every table shares: the declarative base, moments in UTC, random ids, columns of closed sets."""

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, DateTime, Dialect, Enum, MetaData, Result
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

Member = TypeVar("Member", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, stored in UTC without an offset (SQLite keeps none)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment: nobody could say which one it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment its zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The base of all tables; Flask-SQLAlchemy is bound to it in `webapp.web`."""

    # Constraints need names: SQLite's batch migrations find them by name only.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 -- SQLAlchemy reads it from the class


def closed_set(members: type[Member]) -> TypeEngine[Member]:
    """Return a column type that stores a member by its value, as text any database can grow."""
    column = Enum(members, native_enum=False, length=40, values_callable=lambda kinds: [kind.value for kind in kinds])
    return cast("TypeEngine[Member]", column)


def utc_now() -> datetime:
    """Return the present moment; the default clock everywhere."""
    return datetime.now(UTC)


def rows_of(result: Result[Any]) -> int:
    """Return how many rows an UPDATE or DELETE met."""
    return result.rowcount if isinstance(result, CursorResult) else 0


def new_token() -> str:
    """Return an id nobody can guess, short enough for a URL."""
    return secrets.token_urlsafe(16)
