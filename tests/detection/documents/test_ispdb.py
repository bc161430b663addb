"""Every file of the public provider database is read right: compared with a reader that is nothing but simple.

ISPDB_DIR is the folder of its files.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from xml.dom.minidom import Element

import pytest
from defusedxml import minidom

from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.documents.types import DocumentOutcome
from webapp.mail.settings import ServerSettings

FOLDER = os.environ.get("ISPDB_DIR")
FILES = sorted(Path(FOLDER).glob("*.xml")) if FOLDER else []

pytestmark = pytest.mark.skipif(not FOLDER, reason="ISPDB_DIR names no folder of ISPDB files to compare with")

Facts = tuple[str, str, int, str, str, list[str]]


def texts(element: Element, tag: str) -> list[str]:
    """Return the texts of all elements of a tag, as they stand."""
    found = element.getElementsByTagName(tag)
    return ["".join(node.data for node in one.childNodes if node.nodeType == node.TEXT_NODE).strip() for one in found]


def usable_servers(config: Element, domain: str) -> Iterator[Facts]:
    """Read by the definition: imap, pop3 or smtp, host, port, a known socketType, no restriction."""
    securities = {"SSL": "tls", "STARTTLS": "starttls", "plain": "none"}
    methods = {"password-cleartext", "password-encrypted", "OAuth2", "none"}
    for tag, types in (("incomingServer", ("imap", "pop3")), ("outgoingServer", ("smtp",))):
        for server in config.getElementsByTagName(tag):
            hosts, ports, sockets = (texts(server, name) for name in ("hostname", "port", "socketType"))
            if server.getAttribute("type") not in types or server.getElementsByTagName("restriction"):
                continue
            if not hosts or not ports or not sockets or sockets[0] not in securities:
                continue
            login = (texts(server, "username") or [""])[0] or "%EMAILADDRESS%"
            yield (
                server.getAttribute("type"),
                hosts[0].lower().replace("%emaildomain%", domain),
                int(ports[0]),
                securities[sockets[0]],
                login.replace("%EMAILADDRESS%", f"anna@{domain}")
                .replace("%EMAILLOCALPART%", "anna")
                .replace("%EMAILDOMAIN%", domain),
                [method.lower() for method in texts(server, "authentication") if method in methods],
            )


def facts(server: ServerSettings, address: str) -> Facts:
    """Return what our reader says, with the address for a login name that is not named."""
    methods = [method.value for method in server.auth_methods]
    return (server.protocol, server.host, server.port, server.security, server.username or address, methods)


def test_the_folder_is_the_database() -> None:
    assert len(FILES) > 100


def test_for_every_domain_the_usable_servers_are_right() -> None:
    wrong = []
    for file in FILES:
        body = file.read_bytes()
        config = minidom.parseString(body).documentElement
        for domain in texts(config, "domain"):
            expected = list(usable_servers(config, domain))
            found = read_autoconfig(body, "text/xml", f"anna@{domain}")
            read = [facts(server, f"anna@{domain}") for server in (*found.incoming, *found.outgoing)]
            if read != expected or (found.outcome is DocumentOutcome.CONFIGURATION) is not bool(expected):
                wrong.append((file.name, domain, read, expected))

    assert wrong == []
