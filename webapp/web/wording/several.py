"""Several names in one sentence: the first ones, and how many more there are."""

from collections.abc import Iterable

from flask_babel import gettext


def the_first(names: Iterable[str], room: int) -> str:
    """Return as many names as there is room for, and the number of the others; "" where there is none."""
    every = list(names)
    shown = ", ".join(every[:room])
    more = len(every) - room
    return str(gettext("%(names)s and %(count)s more", names=shown, count=more)) if more > 0 else shown
