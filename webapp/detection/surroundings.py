"""What a search stands on: the network, the provider table, the office's own accounts."""

from dataclasses import dataclass

from webapp.detection.ispdb.snapshot import Snapshot
from webapp.detection.providers import ProviderTable
from webapp.mail.keeping import KeptSessions
from webapp.mail.settings import ServerSettings
from webapp.net.network import Network


@dataclass(frozen=True)
class KnownAccount:
    """A saved account of the domain that is searched for.

    `trusted`: it is for everyone, or its servers came from a trusted source
    (DESIGN 4, rank 1); the servers of any other account need consent.
    """

    address: str
    incoming: ServerSettings | None
    outgoing: ServerSettings | None
    trusted: bool


@dataclass(frozen=True)
class Surroundings:
    """Everything outside the address that a search may use.

    `ispdb_url` is the base the domain is appended to, None switches the
    online database off; `snapshot` is its imported copy; `limit_s` is the hard
    limit of a whole search. Where logins follow at once, `kept` takes over the
    connections that proved the servers; where a person chooses first, a search
    that has found waits `alternatives_s` for the other servers of that source.
    """

    network: Network
    providers: ProviderTable
    known: tuple[KnownAccount, ...] = ()
    ispdb_url: str | None = None
    limit_s: float = 20.0
    snapshot: Snapshot | None = None
    kept: KeptSessions | None = None
    alternatives_s: float = 0.0
