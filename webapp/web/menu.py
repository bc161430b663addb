"""The menu of every page: what there is, for whom, and which item this page belongs to."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class MenuItem:
    """One line of the menu as the template draws it."""

    title: LazyString
    url: str
    current: bool


# Endpoint, words, and the blueprints whose pages belong to it.
ITEMS = (("accounts.index", _("Accounts"), ("accounts", "new_account", "runs", "servers", "saving")),)


def menu() -> list[MenuItem]:
    """Return the menu of this request."""
    return [
        MenuItem(title, url_for(endpoint), request.blueprint in blueprints) for endpoint, title, blueprints in ITEMS
    ]
