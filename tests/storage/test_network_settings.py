"""What administrators may type on the network page, and what two of them typing at once get."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.makers import person
from webapp.storage.models import Action, JournalEntry, NetworkSettings, User
from webapp.storage.network_settings import (
    MOST_NETWORKS,
    NetworkChanged,
    NetworkFault,
    NetworkRefused,
    UrlRefused,
    change_network,
    checked_networks,
    network_settings,
)


@pytest.fixture
def admin(session: Session) -> User:
    return person(session, "admin", is_admin=True)


def test_a_new_office_allows_nothing_and_looks_up_online(session: Session) -> None:
    fresh = network_settings(session)

    assert (fresh.allowed_networks, fresh.online_lookups, fresh.ispdb_url, fresh.version) == ((), True, None, 1)


def test_what_was_typed_is_stored_properly_written(session: Session, admin: User) -> None:
    typed = [" 10.0.0.0/8", "", "192.168.1.20", "fd00:0:0::/8", "10.0.0.0/8"]

    change_network(session, admin, typed, False, "https://ispdb.uspeh.test/v1.1", 1)
    session.commit()
    session.expire_all()

    row = network_settings(session)
    assert row.allowed_networks == ("10.0.0.0/8", "192.168.1.20/32", "fd00::/8")
    assert (row.online_lookups, row.ispdb_url, row.version) == (False, "https://ispdb.uspeh.test/v1.1/", 2)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("0.0.0.0/0", NetworkFault.EVERYTHING),
        ("::/0", NetworkFault.EVERYTHING),
        ("0.0.0.0/1", NetworkFault.HOLDS_LOOPBACK),
        ("126.0.0.0/7", NetworkFault.HOLDS_LOOPBACK),
        ("::/1", NetworkFault.HOLDS_LOOPBACK),
        ("::/127", NetworkFault.HOLDS_LOOPBACK),
        ("0.0.0.0/7", NetworkFault.HOLDS_LOOPBACK),
        ("0.0.0.0", NetworkFault.UNSPECIFIED),  # noqa: S104 -- nobody binds
        ("0.0.0.0/8", NetworkFault.UNSPECIFIED),
        ("::", NetworkFault.UNSPECIFIED),
        ("169.0.0.0/8", NetworkFault.HOLDS_LINK_LOCAL),
        ("128.0.0.0/1", NetworkFault.HOLDS_LINK_LOCAL),
        ("fe00::/8", NetworkFault.HOLDS_LINK_LOCAL),
        ("::ffff:10.0.0.0/104", NetworkFault.IPV4_IN_IPV6),
        ("64:ff9b::/96", NetworkFault.IPV4_IN_IPV6),
        ("10.1.2.3/8", NetworkFault.HOST_BITS),
        ("10.0.0.0/33", NetworkFault.NO_NETWORK),
        ("10.0.0", NetworkFault.NO_NETWORK),
        ("mail.uspeh.test", NetworkFault.NO_NETWORK),
        ("fe80::1%eth0", NetworkFault.NO_NETWORK),
        ("10.0.0.0/8, 192.168.0.0/16", NetworkFault.NO_NETWORK),
    ],
)
def test_what_may_not_be_allowed_is_refused_with_its_reason(
    session: Session, admin: User, typed: str, fault: NetworkFault
) -> None:
    with pytest.raises(NetworkRefused) as refusal:
        change_network(session, admin, ["192.168.0.0/16", typed], True, None, 1)

    assert (refusal.value.fault, refusal.value.text) == (fault, typed)
    assert network_settings(session).allowed_networks == ()


@pytest.mark.parametrize("typed", ["127.0.0.1", "127.0.0.0/8", "::1", "127.0.0.0/24", "169.254.0.0/16", "169.254.7.7"])
def test_loopback_and_link_local_are_allowed_where_they_are_named(typed: str) -> None:
    assert len(checked_networks([typed])) == 1


def test_a_list_has_an_end() -> None:
    with pytest.raises(NetworkRefused) as refusal:
        checked_networks(f"10.0.{number}.0/24" for number in range(MOST_NETWORKS + 1))

    assert refusal.value.fault is NetworkFault.TOO_MANY


@pytest.mark.parametrize(
    "typed", ["http://ispdb.uspeh.test/", "ispdb", "javascript:alert(1)", "https://[", "https://x.test/?a="]
)
def test_an_address_to_look_up_at_must_be_https(session: Session, admin: User, typed: str) -> None:
    with pytest.raises(UrlRefused):
        change_network(session, admin, (), True, typed, 1)


def test_of_two_people_the_second_is_told_and_nothing_is_overwritten(session: Session, admin: User) -> None:
    change_network(session, admin, ["10.0.0.0/8"], True, None, 1)

    with pytest.raises(NetworkChanged) as meanwhile:
        change_network(session, admin, ["192.168.0.0/16"], False, None, 1)

    assert meanwhile.value.settings.allowed_networks == ("10.0.0.0/8",)
    assert network_settings(session).online_lookups


def test_the_journal_tells_what_changed(session: Session, admin: User) -> None:
    change_network(session, admin, ["10.0.0.0/8"], False, None, 1)

    line = session.scalars(select(JournalEntry)).one()
    assert (line.action, line.user_id) == (Action.NETWORK_CHANGED, admin.id)
    assert line.details == (("allowed_networks", "10.0.0.0/8"), ("online_lookups", "no"))


def test_a_row_removed_by_hand_is_made_again(session: Session, admin: User) -> None:
    session.delete(session.get_one(NetworkSettings, 1))
    session.commit()
    assert network_settings(session).online_lookups

    change_network(session, admin, ["10.0.0.0/8"], True, None, 1)

    assert network_settings(session).allowed_networks == ("10.0.0.0/8",)
