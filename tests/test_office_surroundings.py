"""The guard and the look-ups of a run follow the network page, whichever process changed it."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.office_authority import NOW, Made, authorities_in, make
from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.net.problems import Trouble
from webapp.net.tls import TlsContexts
from webapp.office_surroundings import OfficeSurroundings, with_office
from webapp.settings import ISPDB, Settings
from webapp.storage.authorities import add_authorities, remove_authority
from webapp.storage.database import make_engine, upgrade
from webapp.storage.models import NetworkSettings
from webapp.storage.network_settings import change_network, network_settings
from webapp.storage.users import create_user, find_user

OURS = "https://ispdb.uspeh.test/"
KNOWN = (KnownAccount("anna@uspeh.test", None, None, trusted=True),)


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[sessionmaker[Session]]:
    """Return the sessions of a database with tables."""
    engine = make_engine(f"sqlite:///{tmp_path / 'mailroom.db'}")
    upgrade(engine)
    yield sessionmaker(engine)
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path)


def page(
    sessions: sessionmaker[Session], networks: Sequence[str] = (), online: bool = True, url: str | None = None
) -> None:
    """Fill in the network page, as another process would."""
    with sessions.begin() as session:
        by = find_user(session, "admin") or create_user(session, "admin", is_admin=True)
        change_network(session, by, networks, online, url, network_settings(session).version)


def trust(sessions: sessionmaker[Session], *made: Made) -> None:
    """Add authorities, as another process would."""
    with sessions.begin() as session:
        by = find_user(session, "admin") or create_user(session, "admin", is_admin=True)
        add_authorities(session, by, authorities_in(b"".join(one.pem for one in made), NOW))


def distrust(sessions: sessionmaker[Session], made: Made) -> None:
    """Remove an authority, as another process would."""
    with sessions.begin() as session:
        by = find_user(session, "admin")
        assert by is not None
        remove_authority(session, by, made.sha256)


def allows(surroundings: Surroundings, address: str) -> bool:
    """Tell whether the guard of a run lets an address pass."""
    try:
        surroundings.network.guard.check("mail.uspeh.test", address, 993)
    except Trouble:
        return False
    return True


def test_letters_go_over_the_same_network_as_the_page_says_now(
    settings: Settings, sessions: sessionmaker[Session]
) -> None:
    office = OfficeSurroundings(settings, sessions)
    before = office.network()

    page(sessions, ["10.0.0.0/8"])

    assert office.network() is not before
    assert office.network() is office().network
    office.network().guard.check("mail.uspeh.test", "10.0.0.7", 993)


def test_a_network_allowed_on_the_page_holds_for_the_next_run(
    settings: Settings, sessions: sessionmaker[Session]
) -> None:
    of_run = OfficeSurroundings(settings, sessions)
    before = of_run()

    page(sessions, ["10.0.0.0/8"])
    after = of_run()

    assert (allows(before, "10.1.2.3"), allows(after, "10.1.2.3")) == (False, True)
    assert not allows(after, "192.168.1.1")


def test_a_network_taken_back_is_closed_to_the_next_run(settings: Settings, sessions: sessionmaker[Session]) -> None:
    of_run = OfficeSurroundings(settings, sessions)
    page(sessions, ["10.0.0.0/8", "192.168.0.0/16"])
    assert allows(of_run(), "10.1.2.3")

    page(sessions, ["192.168.0.0/16"])

    assert (allows(of_run(), "10.1.2.3"), allows(of_run(), "192.168.1.1")) == (False, True)


def test_the_environments_networks_hold_beside_the_pages(settings: Settings, sessions: sessionmaker[Session]) -> None:
    page(sessions, ["10.0.0.0/8"])
    of_environment = Settings(instance=settings.instance, allowed_networks=(ip_network("192.168.0.0/16"),))

    surroundings = OfficeSurroundings(of_environment, sessions)()

    assert [allows(surroundings, address) for address in ("10.1.2.3", "192.168.1.1", "172.16.0.1")] == [
        True,
        True,
        False,
    ]


def test_loopback_stays_closed_until_it_is_named_itself(settings: Settings, sessions: sessionmaker[Session]) -> None:
    of_run = OfficeSurroundings(settings, sessions)
    page(sessions, ["10.0.0.0/8", "fd00::/8"])
    assert not any(allows(of_run(), address) for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"))

    page(sessions, ["127.0.0.1"])

    assert (allows(of_run(), "127.0.0.1"), allows(of_run(), "127.0.0.2")) == (True, False)


def test_the_network_is_built_anew_only_when_others_are_allowed(
    settings: Settings, sessions: sessionmaker[Session]
) -> None:
    of_run = OfficeSurroundings(settings, sessions)
    first = of_run().network

    page(sessions, online=False)
    second = of_run().network
    page(sessions, ["10.0.0.0/8"])
    third = of_run().network

    assert second is first
    assert third is not first
    assert third.tls is first.tls


def trusted(surroundings: Surroundings, made: Made) -> bool:
    """Tell whether the connections of a run trust an authority."""
    return made.der in surroundings.network.tls.verified.get_ca_certs(binary_form=True)


def test_an_authority_is_trusted_from_the_next_run_on_until_it_is_removed(
    settings: Settings, sessions: sessionmaker[Session]
) -> None:
    of_run, made = OfficeSurroundings(settings, sessions), make()
    before = of_run()

    trust(sessions, made)
    after = of_run()
    distrust(sessions, made)
    later = of_run()

    assert [trusted(run, made) for run in (before, after, later)] == [False, True, False]


def test_the_environments_authorities_and_the_systems_are_trusted_beside(
    settings: Settings, sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    of_office, of_environment, ca_file = make("Office"), make("Environment"), tmp_path / "ca.pem"
    ca_file.write_bytes(of_environment.pem)
    trust(sessions, of_office)

    run = OfficeSurroundings(Settings(instance=settings.instance, ca_file=ca_file), sessions)()

    systems = len(TlsContexts().verified.get_ca_certs())
    assert trusted(run, of_office)
    assert trusted(run, of_environment)
    assert len(run.network.tls.verified.get_ca_certs()) == systems + 2


def test_tls_is_prepared_anew_only_when_other_authorities_are_trusted(
    settings: Settings, sessions: sessionmaker[Session]
) -> None:
    of_run, first, second = OfficeSurroundings(settings, sessions), make("First"), make("Second")
    trust(sessions, first, second)
    runs = [of_run()]
    page(sessions, ["10.0.0.0/8"], online=False)
    runs.append(of_run())
    trust(sessions, first)  # is there already
    runs.append(of_run())
    distrust(sessions, second)
    runs += [of_run(), of_run()]

    prepared = [run.network.tls for run in runs]
    assert prepared[0] is prepared[1] is prepared[2]
    assert prepared[3] is prepared[4] is not prepared[0]
    assert runs[3].network is runs[4].network


def test_a_run_that_goes_on_keeps_what_it_began_with(settings: Settings, sessions: sessionmaker[Session]) -> None:
    of_run, made = OfficeSurroundings(settings, sessions), make()
    trust(sessions, made)
    begun = of_run()

    distrust(sessions, made)
    of_run()

    assert trusted(begun, made)


def test_what_is_known_of_the_domain_is_handed_on(settings: Settings, sessions: sessionmaker[Session]) -> None:
    surroundings = OfficeSurroundings(settings, sessions)(KNOWN)

    assert surroundings.known == KNOWN
    assert surroundings.alternatives_s > 0


@pytest.mark.parametrize(
    ("of_environment", "online", "of_page", "asked"),
    [
        (ISPDB, True, None, ISPDB),
        (ISPDB, True, OURS, OURS),
        (ISPDB, False, None, None),
        (ISPDB, False, OURS, None),
        (None, True, None, None),
        (None, True, OURS, OURS),
    ],
)
def test_look_ups_go_where_the_page_says_or_nowhere(
    settings: Settings, of_environment: str | None, online: bool, of_page: str | None, asked: str | None
) -> None:
    office = NetworkSettings(allowed_networks=(), online_lookups=online, ispdb_url=of_page)

    assert with_office(Settings(instance=settings.instance, ispdb_url=of_environment), office).ispdb_url == asked


def test_a_run_asks_where_the_page_says_when_it_begins(settings: Settings, sessions: sessionmaker[Session]) -> None:
    of_run = OfficeSurroundings(settings, sessions)
    assert of_run().ispdb_url == ISPDB

    page(sessions, url=OURS)
    assert of_run().ispdb_url == OURS

    page(sessions, online=False, url=OURS)
    assert of_run().ispdb_url is None
