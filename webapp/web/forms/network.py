"""The form of the network page."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from webapp.net.domains import to_a_label
from webapp.net.problems import Trouble
from webapp.setting_values import ispdb_url as read_url
from webapp.storage.models import NetworkSettings
from webapp.storage.network_settings import NetworkFault, NetworkRefused, checked_networks
from webapp.web.forms.parts import stripped
from webapp.web.forms.settings_form import SettingsForm

LONGEST_URL = 500
HTTPS = 443
SEPARATORS = re.compile(r"[\s,;]+")


class NetworkForm(SettingsForm):
    """Which inner networks may be reached and where providers are looked up; `version` is the one that was shown."""

    version = HiddenField()
    allowed_networks = TextAreaField(_("Allowed networks"))
    online_lookups = BooleanField(_("Ask the public provider database online"))
    ispdb_url = StringField(
        _("Address of the provider database"),
        filters=[stripped],
        validators=[Length(max=LONGEST_URL, message=_("An address can have at most 500 characters."))],
    )

    def validate_allowed_networks(self, field: TextAreaField) -> None:
        """Name the first line that is no network one may allow."""
        try:
            checked_networks(self.networks())
        except NetworkRefused as refused:
            raise ValidationError(fault_words(refused)) from None

    def validate_ispdb_url(self, field: StringField) -> None:
        """Take https only: what comes from there decides where passwords go."""
        if field.data and not _can_be_asked(field.data):
            raise ValidationError(
                gettext("This is not an address that can be asked; it looks like https://example.com/v1.1/.")
            )

    def networks(self) -> list[str]:
        """Return what was typed: a network a line, or several with commas or blanks between them."""
        return [word for word in SEPARATORS.split(self.allowed_networks.data or "") if word]

    def shown_version(self) -> int:
        """Return the version the person saw; what is no number was none."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def values_of(settings: NetworkSettings) -> dict[str, Any]:
    """Return the stored settings as the values the form is filled with."""
    return {
        "version": str(settings.version),
        "allowed_networks": "\n".join(settings.allowed_networks),
        "online_lookups": settings.online_lookups,
        "ispdb_url": settings.ispdb_url or "",
    }


def fault_words(refused: NetworkRefused) -> str:
    """Say what is wrong with a line."""
    words = {
        NetworkFault.NO_NETWORK: gettext("“%(text)s” is not a network; one looks like 192.168.1.0/24 or 10.0.0.5."),
        NetworkFault.HOST_BITS: gettext(
            "“%(text)s” names a machine and a network at once. Write the machine alone, or the network's first address."
        ),
        NetworkFault.EVERYTHING: gettext("“%(text)s” would allow every address there is; name the networks you mean."),
        NetworkFault.HOLDS_LOOPBACK: gettext(
            "“%(text)s” has the addresses of this machine itself in it; those must be named on a line of their own."
        ),
        NetworkFault.HOLDS_LINK_LOCAL: gettext(
            "“%(text)s” has 169.254.0.0/16 or fe80::/10 in it, where clouds keep the keys of their machines; those "
            "must be named on a line of their own."
        ),
        NetworkFault.UNSPECIFIED: gettext("“%(text)s” is nobody's address; name the networks you mean."),
        NetworkFault.IPV4_IN_IPV6: gettext("“%(text)s” holds IPv4 addresses in IPv6 form; write them as IPv4."),
        NetworkFault.TOO_MANY: gettext("These are %(text)s networks; at most 100 can be allowed."),
    }
    return words[refused.fault] % {"text": refused.text}


def _can_be_asked(url: str) -> bool:
    """Tell whether a domain can be appended to the address, and whether the guard would let the question out."""
    try:
        parts = urlsplit(read_url(url))
        to_a_label(parts.hostname or "")
        extra = parts.username is not None or parts.query or parts.fragment or " " in url or not url.isprintable()
        return parts.port in (None, HTTPS) and not extra
    except (ValueError, Trouble):
        return False
