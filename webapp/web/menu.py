"""The menu of every page: what there is, for whom, and which item this page belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from webapp.web import access


@dataclass(frozen=True)
class MenuItem:
    """One line of a menu as the template draws it."""

    title: LazyString
    url: str
    current: bool


@dataclass(frozen=True)
class Place:
    """Where an item leads, and the blueprints whose pages belong to it."""

    endpoint: str
    title: LazyString
    blueprints: tuple[str, ...]


ADMINISTRATION = (
    Place("administration.accounts", _("Mail accounts"), ("administration",)),
    Place("users.index", _("Users"), ("users", "user_steps")),
    Place("network.page", _("Network"), ("network", "authorities")),
)
ACCOUNTS = Place(
    "accounts.index",
    _("Account settings"),
    ("accounts", "new_account", "runs", "reports", "servers", "saving", "outgoing_servers"),
)
OFFICE = Place(
    "administration.accounts",
    _("Administration"),
    tuple(blueprint for place in ADMINISTRATION for blueprint in place.blueprints),
)
MAIL = Place("mail.index", _("Mail"), ("mail", "compose"))
JOURNAL = Place("journal.index", _("Journal"), ("journal",))


def menu() -> list[MenuItem]:
    """Return the menu of this request."""
    person = access.me_or_nobody()
    if person is None:
        return []
    return _items((MAIL, ACCOUNTS, OFFICE, JOURNAL) if person.is_admin else (MAIL, ACCOUNTS, JOURNAL))


def second_menu() -> list[MenuItem]:
    """Return what stands below the menu: the parts of the administration, on its own pages."""
    person = access.me_or_nobody()
    if person is None or not person.is_admin or request.blueprint not in OFFICE.blueprints:
        return []
    return _items(ADMINISTRATION)


def _items(places: Iterable[Place]) -> list[MenuItem]:
    return [MenuItem(place.title, url_for(place.endpoint), request.blueprint in place.blueprints) for place in places]
