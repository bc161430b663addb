"""What the runs of an office stand on: the environment's settings together with the network page, read for each run.

The background receives and sends over the same network.
"""

import threading
from dataclasses import replace
from ipaddress import ip_network

from sqlalchemy.orm import Session, sessionmaker

from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.net.network import Network
from webapp.net.tls import TlsContexts
from webapp.settings import Settings
from webapp.storage.authorities import authorities_pem
from webapp.storage.models import NetworkSettings
from webapp.storage.network_settings import network_settings
from webapp.surroundings import build_network, build_surroundings

ALTERNATIVES_S = 0.4  # people choose among what was found; a moment more may bring POP3 beside IMAP


def with_office(settings: Settings, office: NetworkSettings) -> Settings:
    """Return the settings as the network page changes them.

    Allowed networks hold beside the environment's, the page's address of the
    provider database before the environment's, and "no look-ups" beats both.
    """
    networks = dict.fromkeys((*settings.allowed_networks, *(ip_network(text) for text in office.allowed_networks)))
    url = (office.ispdb_url or settings.ispdb_url) if office.online_lookups else None
    return replace(settings, allowed_networks=tuple(networks), ispdb_url=url)


class OfficeSurroundings:
    """Returns the surroundings of a run, as the network page stands when the run begins.

    The rows are read every time, so what an administrator changes in one process
    holds for the next run of all. A run that goes on keeps the guard and the
    certificate authorities it began with.
    """

    def __init__(self, settings: Settings, session_factory: sessionmaker[Session]) -> None:
        self._settings = settings
        self._session_factory = session_factory
        self._lock = threading.Lock()
        self._tls: TlsContexts | None = None
        self._authorities: tuple[str, ...] = ()
        self._network: Network | None = None
        self._networks = settings.allowed_networks

    def __call__(self, known: tuple[KnownAccount, ...] = ()) -> Surroundings:
        """Return the surroundings; waits for the database, so not for the loop thread."""
        network, settings = self._network_now()
        return replace(build_surroundings(network, settings, known), alternatives_s=ALTERNATIVES_S)

    def network(self) -> Network:
        """Return the network alone, for whoever knows the servers already; waits for the database."""
        return self._network_now()[0]

    def _network_now(self) -> tuple[Network, Settings]:
        with self._session_factory() as session:
            settings = with_office(self._settings, network_settings(session))
            authorities = authorities_pem(session)
        return self._network_of(settings, authorities), settings

    def _network_of(self, settings: Settings, authorities: tuple[str, ...]) -> Network:
        """Return the network of the last run unless other networks are allowed or other authorities trusted since."""
        with self._lock:
            tls = self._tls_of(settings, authorities)
            if self._network is None or self._network.tls is not tls or self._networks != settings.allowed_networks:
                self._network = build_network(settings, tls)
                self._networks = settings.allowed_networks
            return self._network

    def _tls_of(self, settings: Settings, authorities: tuple[str, ...]) -> TlsContexts:
        """Return the TLS contexts; they take 50 ms to build: with the first run, not with every command or test.

        OpenSSL cannot forget an authority, so one that was removed needs contexts without it.
        """
        if self._tls is None or self._authorities != authorities:
            self._tls, self._authorities = TlsContexts(settings.ca_file, authorities), authorities
        return self._tls
