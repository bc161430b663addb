"""The guard of DESIGN 5.4: what may be connected to, and that a refusal tells nothing."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.net.guard import LOOKUP_PORTS, MAIL_PORTS, Guard, Purpose
from webapp.net.problems import Problem, ProblemKind, Trouble

INSIDE = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.168.1.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:808:808:0:0:80ff:fffe",  # Teredo of 127.0.0.1
    "2001:0:7f00:1:0:0:f7f7:f7f7",  # Teredo whose server is 127.0.0.1
    "2001:db8::1",
    "2001:2::1",
    "2001:10::1",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
    "127.1",
    "not an address",
]
OUTSIDE = [
    "8.8.8.8",
    "77.88.55.60",
    "172.32.0.1",
    "100.128.0.1",
    "2a02:6b8::1",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]


def problem_of(guard: Guard, address: str, port: int = 993, purpose: Purpose = Purpose.MAIL) -> Problem | None:
    """Return what the guard says, None for "go on"."""
    try:
        guard.check("mail.example.org", address, port, purpose)
    except Trouble as trouble:
        return trouble.problem
    return None


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert problem_of(Guard(), address) == Problem(ProblemKind.TARGET_REFUSED, host="mail.example.org", port=993)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_let_through(address: str) -> None:
    assert problem_of(Guard(), address) is None


def test_refusals_for_address_and_port_cannot_be_told_apart() -> None:
    guard = Guard()

    for_address = problem_of(guard, "10.0.0.1", 22)
    for_port = problem_of(guard, "8.8.8.8", 22)

    assert for_address == for_port
    assert for_port is not None


@pytest.mark.parametrize("port", sorted(MAIL_PORTS))
def test_mail_ports_are_for_mail_only(port: int) -> None:
    assert problem_of(Guard(), "8.8.8.8", port) is None
    assert problem_of(Guard(), "8.8.8.8", port, Purpose.LOOKUP) is not None


@pytest.mark.parametrize("port", sorted(LOOKUP_PORTS))
def test_web_ports_are_for_lookups_only(port: int) -> None:
    assert problem_of(Guard(), "8.8.8.8", port) is not None
    assert problem_of(Guard(), "8.8.8.8", port, Purpose.LOOKUP) is None


@pytest.mark.parametrize("port", [-1, 0, 22, 53, 3306, 6379, 8080, 65536])
def test_other_ports_are_refused(port: int) -> None:
    assert problem_of(Guard(), "8.8.8.8", port) is not None


def test_an_allowed_network_lifts_the_address_rule_but_not_the_port_rule() -> None:
    guard = Guard((ipaddress.ip_network("192.168.7.0/24"), ipaddress.ip_network("fd12::/16")))

    assert problem_of(guard, "192.168.7.9") is None
    assert problem_of(guard, "::ffff:192.168.7.9") is None
    assert problem_of(guard, "fd12::9") is None
    assert problem_of(guard, "192.168.7.9", 22) is not None
    assert problem_of(guard, "192.168.8.9") is not None
    assert problem_of(guard, "::1") is not None


def test_an_allowed_transition_prefix_does_not_open_what_lies_behind_it() -> None:
    guard = Guard((ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16")))

    assert problem_of(guard, "64:ff9b::127.0.0.1") is not None
    assert problem_of(guard, "2002:7f00:1::1") is not None


@given(st.ip_addresses())
def test_nothing_python_calls_private_is_ever_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    special = address.is_private or address.is_multicast or address.is_reserved or address.is_unspecified
    mapped = address.version == 6 and address.ipv4_mapped is not None
    nat64 = address in ipaddress.ip_network("64:ff9b::/96")

    if special and not mapped and not nat64:
        assert problem_of(Guard(), str(address)) is not None


@given(st.ip_addresses(v=4))
def test_every_wrapping_of_an_address_is_judged_as_the_address(address: ipaddress.IPv4Address) -> None:
    plain = problem_of(Guard(), str(address)) is None
    number = int(address)

    mapped = ipaddress.IPv6Address((0xFFFF << 32) | number)
    nat64 = ipaddress.IPv6Address((0x64FF9B << 96) | number)
    sixtofour = ipaddress.IPv6Address((0x2002 << 112) | (number << 80))

    for wrapped in (mapped, nat64, sixtofour):
        assert (problem_of(Guard(), str(wrapped)) is None) == plain
