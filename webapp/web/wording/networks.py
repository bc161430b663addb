"""Why a text cannot stand among the allowed networks, in words."""

from flask_babel import gettext

from webapp.storage.network_settings import MOST_NETWORKS, NetworkFault, NetworkRefused
from webapp.web.wording.words import N_

FAULTS: dict[NetworkFault, str] = {
    NetworkFault.NO_NETWORK: N_(
        "“%(text)s” is no network. Write one a line, such as 192.168.0.0/16, fd00::/8 or a single address."
    ),
    NetworkFault.HOST_BITS: N_(
        "“%(text)s” is an address with a length, not a network: "
        "zeros must follow the first part, as in 10.0.0.0/8; for one address leave the length away."
    ),
    NetworkFault.EVERYTHING: N_(
        "“%(text)s” is the whole internet with every inner network: nothing would be protected. "
        "Name the networks of your mail servers."
    ),
    NetworkFault.HOLDS_LOOPBACK: N_(
        "“%(text)s” is so wide that this very machine is in it. "
        "Name narrower networks; if a mail server runs on this machine, name 127.0.0.1 or ::1 itself."
    ),
    NetworkFault.IPV4_IN_IPV6: N_("“%(text)s” are IPv4 addresses written as IPv6. Name the IPv4 network instead."),
    NetworkFault.TOO_MANY: N_("%(text)s networks are too many, %(most)s fit. Join neighbours into wider ones."),
}


def network_fault_words(refused: NetworkRefused) -> str:
    """Return what is wrong and what to type instead."""
    return gettext(FAULTS[refused.fault], text=refused.text, most=MOST_NETWORKS)
