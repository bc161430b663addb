"""The office's network page: which inner networks may be reached, and whether providers are looked up online."""

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.setting_values import ispdb_url as read_url
from webapp.storage.base import rows_of
from webapp.storage.journal import record
from webapp.storage.models import Action, NetworkSettings, User

ROW = 1
MOST_NETWORKS = 100
LONGEST_URL = 500
NAT64_AND_MAPPED = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
UNSPECIFIED = (IPv4Network("0.0.0.0/8"), IPv6Network("::/128"))  # to Linux this machine as well
LINK_LOCAL = (IPv4Network("169.254.0.0/16"), IPv6Network("fe80::/10"))  # where clouds keep their machines' keys
LONGEST_SHOWN = 60

CidrNetwork = IPv4Network | IPv6Network


class NetworkFault(StrEnum):
    """Why a text may not stand in the list of allowed networks."""

    NO_NETWORK = "no-network"  # not an address and not a CIDR form
    HOST_BITS = "host-bits"  # 10.1.2.3/8: which of the two is meant?
    EVERYTHING = "everything"  # 0.0.0.0/0 and ::/0 would switch the guard off
    HOLDS_LOOPBACK = "holds-loopback"  # a wide network with 127.0.0.0/8 or ::1 in it, which must be named itself
    HOLDS_LINK_LOCAL = "holds-link-local"  # the same of 169.254.0.0/16 and fe80::/10
    UNSPECIFIED = "unspecified"  # 0.0.0.0 and ::, no address of anybody's, and yet connected to this machine
    IPV4_IN_IPV6 = "ipv4-in-ipv6"  # the guard looks at the IPv4 address inside, so this would allow nothing
    TOO_MANY = "too-many"


class NetworkRefused(ValueError):
    """A text that is no network one may allow; `text` is the one."""

    def __init__(self, fault: NetworkFault, text: str) -> None:
        self.fault = fault
        self.text = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
        super().__init__(f"{self.text}: {fault.value}")


class UrlRefused(ValueError):
    """The provider database has no such address: https:// is a must, for it decides where passwords go."""


class NetworkChanged(Exception):
    """Somebody else has changed the settings since they were shown; `settings` are today's."""

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__("the network settings were changed meanwhile")
        self.settings = settings


def network_settings(session: Session) -> NetworkSettings:
    """Return the one row; a database that lost it answers with what a new one would."""
    found = session.get(NetworkSettings, ROW, populate_existing=True)
    return found or NetworkSettings(id=ROW, allowed_networks=(), online_lookups=True, ispdb_url=None, version=1)


def change_network(
    session: Session,
    by: User,
    allowed_networks: Iterable[str],
    online_lookups: bool,
    ispdb_url: str | None,
    version: int,
) -> NetworkSettings:
    """Store what the page says; holds for the next run of every process. In the journal too.

    Raises `NetworkRefused`, `UrlRefused`, `NetworkChanged`. `ispdb_url` None
    or empty = as the environment says.
    """
    networks, url = checked_networks(allowed_networks), checked_url(ispdb_url)
    if not _take_turn(session, version):
        raise NetworkChanged(network_settings(session))
    row = network_settings(session)
    before = _words(row)
    row.allowed_networks, row.online_lookups, row.ispdb_url = networks, online_lookups, url
    session.flush()
    changed = tuple(pair for pair in _words(row) if pair not in before)
    record(session, Action.NETWORK_CHANGED, by=by, subject="", details=changed)
    return row


def checked_networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the networks as they are written properly, each once. Raises `NetworkRefused`."""
    networks = dict.fromkeys(str(checked_network(text)) for text in texts if text.strip())
    if len(networks) > MOST_NETWORKS:
        raise NetworkRefused(NetworkFault.TOO_MANY, str(len(networks)))
    return tuple(networks)


def checked_network(text: str) -> CidrNetwork:
    """Return the network of a text such as 10.0.0.0/8 or 192.168.1.20. Raises `NetworkRefused`."""
    text = text.strip()
    try:
        network = ip_network(text)
    except ValueError:
        raise NetworkRefused(_why_none(text), text) from None
    if "%" in text:  # an interface of this machine: the guard never lets it pass
        raise NetworkRefused(NetworkFault.NO_NETWORK, text)
    fault = _fault_of(network)
    if fault is not None:
        raise NetworkRefused(fault, text)
    return network


def checked_url(text: str | None) -> str | None:
    """Return the address a domain is appended to, None for no words. Raises `UrlRefused`."""
    if text is None or not text.strip():
        return None
    try:
        url = read_url(text.strip())
    except ValueError as error:
        raise UrlRefused(str(error)) from None
    if len(url) > LONGEST_URL or "?" in url or "#" in url or not url.isprintable():
        raise UrlRefused("expected a shorter address without a query")
    return url


def _why_none(text: str) -> NetworkFault:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return NetworkFault.NO_NETWORK
    return NetworkFault.HOST_BITS


def _fault_of(network: CidrNetwork) -> NetworkFault | None:
    """Return why this network may not be allowed, or not as part of a wider one."""
    if network.prefixlen == 0:
        return NetworkFault.EVERYTHING
    if any(_holds(nobodys, network) for nobodys in UNSPECIFIED):
        return NetworkFault.UNSPECIFIED
    if any(_holds_more(network, machine) for machine in (*LOOPBACK, *UNSPECIFIED)):
        return NetworkFault.HOLDS_LOOPBACK
    if any(_holds_more(network, link) for link in LINK_LOCAL):
        return NetworkFault.HOLDS_LINK_LOCAL
    if any(_holds(mapped, network) for mapped in NAT64_AND_MAPPED):
        return NetworkFault.IPV4_IN_IPV6
    return None


def _holds_more(outer: CidrNetwork, inner: CidrNetwork) -> bool:
    return outer != inner and _holds(outer, inner)


def _holds(outer: CidrNetwork, inner: CidrNetwork) -> bool:
    if isinstance(outer, IPv4Network) and isinstance(inner, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, IPv6Network) and isinstance(inner, IPv6Network):
        return inner.subnet_of(outer)
    return False


def _take_turn(session: Session, version: int) -> bool:
    """Count the version up if it still is the one that was shown; of two people at once one wins."""
    row = session.get(NetworkSettings, ROW)
    if row is None:  # only where the migration's row was removed by hand
        session.add(NetworkSettings(id=ROW, allowed_networks=(), online_lookups=True, version=1))
        session.flush()
    shown = (NetworkSettings.id == ROW, NetworkSettings.version == version)
    taken = session.execute(update(NetworkSettings).where(*shown).values(version=version + 1))
    return rows_of(taken) == 1


def _words(row: NetworkSettings) -> tuple[tuple[str, str], ...]:
    return (
        ("allowed_networks", ", ".join(row.allowed_networks)),
        ("online_lookups", "yes" if row.online_lookups else "no"),
        ("ispdb_url", row.ispdb_url or ""),
    )
