"""Moments as people read them: in the office's time zone, and its days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import TIMEDELTA_UNITS
from flask_babel import format_date, format_time, format_timedelta

from webapp.storage.base import utc_now
from webapp.web.extensions import parts

RESOLUTION = timedelta(microseconds=1)


class Zone(ZoneInfo):
    """A time zone with the one method Flask-Babel wants of it that only those of pytz have."""

    def normalize(self, moment: datetime) -> datetime:
        """Return the moment in this zone."""
        return moment.astimezone(self)


def time_zone() -> Zone:
    """Return the office's time zone."""
    return Zone(parts().settings.zone.key)


def local(moment: datetime) -> datetime:
    """Return the moment in the office's time zone."""
    return moment.astimezone(time_zone())


def today() -> date:
    """Return which day it is in the office."""
    return local(utc_now()).date()


def midnight(day: date) -> datetime:
    """Return the moment a day begins in the office."""
    return datetime.combine(day, time(), time_zone())


def day_words(moment: datetime) -> str:
    """Return the day of a moment, its year in full; also of those that are the last there are.

    A certificate that never expires says 9999-12-31 23:59:59 (RFC 5280, 4.1.2.5), which is beyond
    the calendar in the zones of the east.
    """
    try:
        day = local(moment).date()
    except OverflowError:
        day = moment.astimezone(UTC).date()
    return str(format_date(day, "long"))


def clock_words(moment: datetime) -> str:
    """Return the time of the day at which a moment is over: “10:53”, the minute it falls into being begun."""
    return str(format_time(moment + timedelta(minutes=1) - RESOLUTION, "short"))


def ago_words(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was, or how long it is still to come: “3 months ago”, “in 2 years”.

    Only what is full counts: six years and a half are six years.
    """
    span = moment - now
    for _, seconds in TIMEDELTA_UNITS:
        unit = timedelta(seconds=seconds)
        if abs(span) >= unit:
            full = abs(span) // unit * unit
            return str(format_timedelta(full if span > timedelta() else -full, add_direction=True, threshold=1))
    return str(format_timedelta(span, add_direction=True))
