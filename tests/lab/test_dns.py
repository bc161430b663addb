"""The lab's name server answers as an authoritative one does; needs neither root nor mail servers."""

from collections.abc import Iterator

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.resolver
import pytest

from tests.lab.addresses import LabNetwork
from tests.lab.dns_server import DnsServer
from tests.lab.zone import Zone


@pytest.fixture
def server() -> Iterator[DnsServer]:
    """Return a name server with one domain."""
    network = LabNetwork.take_free()
    zone = Zone()
    zone.add_lines(
        "firma.test",
        [
            "@ MX 20 mx2",
            "@ MX 10 mx1.elsewhere.test.",
            "@ TXT " + " ".join(f'"{"x" * 200}"' for _ in range(10)),
            "imap A 127.0.77.1",
            "imap AAAA ::1",
            "mail CNAME imap",
            "_imaps._tcp SRV 0 1 993 imap",
            "*.wild A 127.0.77.2",
            "known.wild TXT here",
        ],
    )
    server = DnsServer(network.dns, zone)
    server.start()
    yield server
    server.stop()
    network.release()


def resolver_of(server: DnsServer) -> dns.resolver.Resolver:
    """Return a resolver that asks the server only."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [server.address], server.port
    resolver.lifetime = 5
    return resolver


def answers(server: DnsServer, name: str, rdtype: str) -> list[str]:
    """Return the records of a name as text."""
    return sorted(record.to_text() for record in resolver_of(server).resolve(name, rdtype))


@pytest.mark.parametrize(
    ("name", "rdtype", "expected"),
    [
        ("imap.firma.test", "A", ["127.0.77.1"]),
        ("IMAP.Firma.Test", "A", ["127.0.77.1"]),
        ("imap.firma.test", "AAAA", ["::1"]),
        ("mail.firma.test", "A", ["127.0.77.1"]),
        ("firma.test", "MX", ["10 mx1.elsewhere.test.", "20 mx2.firma.test."]),
        ("_imaps._tcp.firma.test", "SRV", ["0 1 993 imap.firma.test."]),
        ("any.wild.firma.test", "A", ["127.0.77.2"]),
    ],
)
def test_records_are_answered(server: DnsServer, name: str, rdtype: str, expected: list[str]) -> None:
    assert answers(server, name, rdtype) == expected


@pytest.mark.parametrize(
    ("name", "rdtype"),
    [
        ("imap.firma.test", "TXT"),
        ("_tcp.firma.test", "SRV"),
        ("known.wild.firma.test", "A"),
        ("any.wild.firma.test", "AAAA"),
    ],
)
def test_a_name_without_such_a_record_exists_all_the_same(server: DnsServer, name: str, rdtype: str) -> None:
    with pytest.raises(dns.resolver.NoAnswer):
        resolver_of(server).resolve(name, rdtype)


@pytest.mark.parametrize("name", ["pop.firma.test", "a.b.imap.firma.test", "example.org"])
def test_other_names_do_not_exist(server: DnsServer, name: str) -> None:
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver_of(server).resolve(name, "A")


def test_an_answer_too_long_for_udp_comes_over_tcp(server: DnsServer) -> None:
    assert len(answers(server, "firma.test", "TXT")[0]) > 2000
    assert [query.over_tcp for query in server.queries] == [False, True]


def test_overrides_answer_in_turn_and_the_last_one_stays(server: DnsServer) -> None:
    server.override("imap.firma.test", "A", ["127.0.77.9"], ["10.0.0.1", "10.0.0.2"], [])

    assert answers(server, "imap.firma.test", "A") == ["127.0.77.9"]
    assert answers(server, "imap.firma.test", "A") == ["10.0.0.1", "10.0.0.2"]
    for _ in range(2):
        with pytest.raises(dns.resolver.NoAnswer):
            answers(server, "imap.firma.test", "A")

    server.reset()
    assert answers(server, "imap.firma.test", "A") == ["127.0.77.1"]


def test_an_override_may_be_an_error_or_silence(server: DnsServer) -> None:
    question = dns.message.make_query("imap.firma.test", "A")
    server.override("imap.firma.test", "A", dns.rcode.SERVFAIL, None)

    assert dns.query.udp(question, server.address, 5, server.port).rcode() == dns.rcode.SERVFAIL
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(question, server.address, 0.2, server.port)


def test_queries_are_counted_by_name_and_type(server: DnsServer) -> None:
    answers(server, "imap.firma.test", "A")
    answers(server, "IMAP.firma.test", "A")
    answers(server, "imap.firma.test", "AAAA")

    assert server.count("imap.firma.test") == 3
    assert server.count("imap.firma.test.", "A") == 2
