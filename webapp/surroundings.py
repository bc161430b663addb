"""Compose the network and the surroundings of a search from the settings, for every entrance alike."""

from collections.abc import Sequence

from webapp.detection.engine import KnownAccount, Surroundings
from webapp.net.network import Network
from webapp.settings import Settings


def build_network(settings: Settings) -> Network:
    """Build the one doorway to the network; costs about 50 ms (TLS context), so once per process."""
    raise NotImplementedError


def build_surroundings(network: Network, settings: Settings, known: Sequence[KnownAccount] = ()) -> Surroundings:
    """Build what one search stands on."""
    raise NotImplementedError
