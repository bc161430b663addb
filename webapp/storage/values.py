"""Stores the frozen dataclasses of `detection` as JSON columns and reads them back as the same values."""

from typing import Any, TypeVar

from cattrs.preconf.json import make_converter
from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator

T = TypeVar("T")

# Defaults are left out: rows stay small, and a field added later reads as its default from older rows.
_converter = make_converter(omit_if_default=True, detailed_validation=False)


def to_plain(value: object) -> Any:
    """Return the value as what JSON can hold: closed sets by value, moments and dates in ISO 8601."""
    return _converter.unstructure(value)


def from_plain(kind: type[T], plain: object) -> T:
    """Return the value of one kind that `to_plain` took apart."""
    return _converter.structure(plain, kind)


class Value(TypeDecorator[T]):
    """A column that holds one frozen value; None is SQL NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: type[T]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:
        """Take the value apart."""
        return None if value is None else to_plain(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> T | None:
        """Put the value together again."""
        return None if value is None else from_plain(self.kind, value)
