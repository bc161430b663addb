"""The lab as a whole: what it publishes, what stays silent, and that nothing of it remains."""

import http.client
import os
import select
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import dns.resolver
import pytest
from defusedxml import ElementTree

from tests.lab.addresses import LabNetwork
from tests.lab.clients import tls_context
from tests.lab.domain_table import DOMAINS
from tests.lab.domains import Domain
from tests.lab.lab import Lab
from tests.lab.processes import children, session_of
from tests.lab.web_server import Page, Request

PUBLISHED = [(domain, url) for domain in DOMAINS for url in domain.published_at]


def resolver(lab: Lab) -> dns.resolver.Resolver:
    """Return a resolver made of the lab's settings."""
    address, _, port = lab.environment()["MAILROOM_DNS_SERVERS"].partition(":")
    made = dns.resolver.Resolver(configure=False)
    made.nameservers, made.port, made.lifetime = [address], int(port), 5
    return made


def address_of(lab: Lab, host: str) -> str:
    """Return the first address of a host."""
    return str(next(iter(resolver(lab).resolve(host, "A"))))


def fetch(lab: Lab, url: str) -> tuple[int, bytes]:
    """Return status and body of a page, its host found by the lab's DNS, its certificate checked by name."""
    parts = urlsplit(url)
    host = str(parts.hostname)
    connection = (
        http.client.HTTPSConnection(address_of(lab, host), context=tls_context(lab, host), timeout=30)
        if parts.scheme == "https"
        else http.client.HTTPConnection(address_of(lab, host), timeout=30)
    )
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"Host": host})
    response = connection.getresponse()
    answer = (response.status, response.read())
    connection.close()
    return answer


@pytest.mark.parametrize(("domain", "url"), PUBLISHED, ids=[url for _, url in PUBLISHED])
def test_the_published_document_names_the_domain_s_servers(lab: Lab, domain: Domain, url: str) -> None:
    status, body = fetch(lab, url)

    hosts = {element.text for element in ElementTree.fromstring(body).iter("hostname")}
    assert status == 200
    assert hosts == {host.name for host in domain.hosts if host.login}


def test_the_web_host_remembers_requests_and_serves_what_a_test_publishes(lab: Lab) -> None:
    url = "https://autoconfig.uspeh.test/mail/config-v1.1.xml"
    lab.web.publish(url, Page(status=302, headers={"Location": "https://127.0.0.1/"}))
    assert fetch(lab, f"{url}?emailaddress=anna@uspeh.test")[0] == 302
    assert lab.web.requests == [Request("autoconfig.uspeh.test", "/mail/config-v1.1.xml?emailaddress=anna@uspeh.test")]

    lab.reset()

    assert fetch(lab, url)[0] == 200
    assert fetch(lab, "https://autoconfig.uspeh.test/elsewhere")[0] == 404


def test_every_mail_host_has_its_address_in_the_dns(lab: Lab) -> None:
    for domain in DOMAINS:
        for host in domain.hosts:
            assert address_of(lab, host.name) == lab.network.of(host.name)


def test_srv_test_offers_imap_and_declines_pop3(lab: Lab) -> None:
    [imaps] = resolver(lab).resolve("_imaps._tcp.srv.test", "SRV")
    [pop3s] = resolver(lab).resolve("_pop3s._tcp.srv.test", "SRV")

    assert (imaps.port, str(imaps.target)) == (993, "korob-20.srv.test.")
    assert str(pop3s.target) == "."


@pytest.mark.parametrize(
    ("host", "port"),
    [("imap.silent.test", 993), ("silent.test", 443), ("any.name.silent.test", 587), ("pop.blackhole.test", 995)],
)
def test_a_silent_host_swallows_packets(lab: Lab, host: str, port: int) -> None:
    address = address_of(lab, host)
    for _ in range(2):
        with pytest.raises(TimeoutError), socket.create_connection((address, port), timeout=0.2):
            pass


@pytest.mark.parametrize("domain", ["silent.test", "blackhole.test"])
def test_a_hanging_host_accepts_and_says_nothing(lab: Lab, domain: str) -> None:
    with socket.create_connection((address_of(lab, f"autoconfig.{domain}"), 443), timeout=0.2) as connection:
        connection.sendall(b"hello")
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_ports_a_host_does_not_have_are_refused(lab: Lab) -> None:
    for host, port in (("imap.guess.test", 995), ("smtp.guess.test", 25), ("guess.test", 443)):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address_of(lab, host), port), timeout=5)


@pytest.mark.usefixtures("lab")
def test_two_labs_live_side_by_side_and_nothing_remains_of_a_stopped_one() -> None:
    with Lab() as second:
        pids, folder = second.pids, second.folder
        imap = (second.network.of("imap.guess.test"), 993)
        socket.create_connection(imap, timeout=5).close()
        assert len(pids) > 2

    assert not any(session_of(pid) for pid in pids)
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(imap, timeout=5)
    second.stop()  # twice is harmless


def test_a_network_where_servers_listen_is_left_alone_though_nobody_claims_it() -> None:
    free = LabNetwork.take_free()
    free.release()

    with socket.create_server((free.of("imap.guess.test"), 993)):
        other = LabNetwork.take_free()
    other.release()

    assert other.number != free.number


def test_a_lab_that_is_killed_leaves_nothing_either(lab: Lab) -> None:
    with subprocess.Popen([sys.executable, "-m", "tests.lab"], stdout=subprocess.PIPE, text=True) as killed:
        folder = folder_said_by(killed)
        pids = children(killed.pid)
        watched = [os.pidfd_open(pid) for pid in pids]
        killed.kill()

    assert len(pids) == len(lab.daemons) + 1  # Dovecot, Postfix, INN, and the watcher over them
    for ended in watched:
        assert select.select([ended], [], [], 10)[0]
        os.close(ended)
    assert not any(session_of(pid) for pid in pids)
    assert not folder.exists()
    assert lab.pids


def folder_said_by(process: subprocess.Popen[str]) -> Path:
    """Return the folder of a lab run by hand, which it prints when it is ready."""
    label = "Logs and mailboxes: "
    assert process.stdout is not None
    return next(Path(line.removeprefix(label).strip()) for line in process.stdout if line.startswith(label))
