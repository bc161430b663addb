"""Compose the network and the surroundings of a search from the settings, for every entrance alike."""

from collections.abc import Sequence

from webapp.detection.engine import KnownAccount, Surroundings
from webapp.detection.ispdb.file import read_snapshot
from webapp.detection.providers import ProviderTable
from webapp.net.guard import Guard
from webapp.net.network import Network
from webapp.net.resolver import Resolver
from webapp.net.tls import TlsContexts
from webapp.settings import Settings


def build_network(settings: Settings, tls: TlsContexts | None = None) -> Network:
    """Build the one doorway to the network; without TLS contexts at hand it costs about 50 ms."""
    guard, resolver = Guard(settings.allowed_networks), Resolver(settings.dns_servers)
    return Network(guard, resolver, tls or TlsContexts(settings.ca_file))


def build_surroundings(network: Network, settings: Settings, known: Sequence[KnownAccount] = ()) -> Surroundings:
    """Build what one search stands on."""
    return Surroundings(
        network,
        ProviderTable.load(),
        tuple(known),
        settings.ispdb_url or None,
        snapshot=read_snapshot(settings.instance),
    )
