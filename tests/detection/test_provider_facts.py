"""Rows that name an ISPDB file say what that file says; ISPDB_DIR is the folder of such files."""

import os
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from webapp.detection.providers import Provider, ProviderTable

FOLDER = os.environ.get("ISPDB_DIR")
SECURITY = {"SSL": "tls", "STARTTLS": "starttls"}
PROVIDERS = ProviderTable.load().providers
ISPDB_ROWS = [provider for provider in PROVIDERS if any(source.startswith("ispdb:") for source in provider.sources)]

pytestmark = pytest.mark.skipif(not FOLDER, reason="ISPDB_DIR names no folder of ISPDB files to compare with")

Fact = tuple[str, str, int, str, str | None]


def file_of(provider: Provider) -> Element:
    """Return the ISPDB file a row names."""
    (name,) = [source.removeprefix("ispdb:") for source in provider.sources if source.startswith("ispdb:")]
    return ElementTree.parse(Path(FOLDER or "") / f"{name}.xml").getroot()


def facts_of_file(root: Element) -> Iterator[Fact]:
    """Return protocol, host, port, security and login name of each encrypted server, as the file spells them."""
    for server in [*root.iter("incomingServer"), *root.iter("outgoingServer")]:
        security = SECURITY.get(server.findtext("socketType", ""))
        if security is not None:
            host, port = server.findtext("hostname", "").lower(), int(server.findtext("port", "0"))
            yield server.get("type", ""), host, port, security, server.findtext("username")


def facts_of_row(provider: Provider) -> Iterator[Fact]:
    """Return the same of a row of ours."""
    for server in provider.servers:
        yield server.protocol.value, server.host.lower(), server.port, server.security.value, server.username


def disagreements(provider: Provider) -> list[str]:
    """Return what a row says and its file does not; a placeholder in a host is read for each of the row's domains."""
    domains = provider.all_domains or ("",)
    said = {
        (protocol, host.replace("%emaildomain%", domain), *rest)
        for protocol, host, *rest in facts_of_file(file_of(provider))
        for domain in domains
    }
    ours = {
        (protocol, host.replace("%emaildomain%", domain), *rest)
        for protocol, host, *rest in facts_of_row(provider)
        for domain in domains
    }
    return [f"{fact} is not in the ISPDB file" for fact in sorted(ours - said, key=str)]


@pytest.mark.parametrize("provider", ISPDB_ROWS, ids=lambda provider: provider.name)
def test_a_row_agrees_with_its_ispdb_file_or_says_why_not(provider: Provider) -> None:
    found = disagreements(provider)

    if provider.differs:
        assert found, "the row says that it differs, but it does not"
    else:
        assert not found, "\n".join(found)


@pytest.mark.parametrize("provider", ISPDB_ROWS, ids=lambda provider: provider.name)
def test_a_provider_that_takes_passwords_there_is_not_called_oauth_only_here(provider: Provider) -> None:
    methods = {element.text for element in file_of(provider).iter("authentication")}

    assert provider.unusable == (methods == {"OAuth2"})


def test_no_row_speaks_of_a_domain_of_ispdb_without_naming_its_file() -> None:
    missing = []
    for path in sorted(Path(FOLDER or "").glob("*.xml")):
        named = f"ispdb:{path.stem}"
        domains = {element.text for element in ElementTree.parse(path).getroot().iter("domain")}
        missing += [
            f"{provider.name}: {named}"
            for provider in PROVIDERS
            if domains & {*provider.all_domains, *provider.mx_suffixes} and named not in provider.sources
        ]

    assert not missing, "\n".join(missing)
