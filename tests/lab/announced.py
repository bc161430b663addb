"""The documents of a lab domain that are no autoconfig: PACC and Autodiscover."""

import hashlib
import json
from xml.etree import ElementTree

from tests.lab.domains import Domain

RESPONSE = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
PACC_PORTS = {993: "imap", 995: "pop3", 465: "submit"}
TYPES = {993: "IMAP", 995: "POP3", 465: "SMTP"}


def document_at(url: str, domain: Domain) -> bytes:
    """Return the document a URL is usual for."""
    return pacc(domain) if url.endswith(".json") else autodiscover(domain)


def digest(domain: Domain) -> str:
    """Return the digest of a domain's PACC document, as its TXT record announces it."""
    return hashlib.sha256(pacc(domain)).hexdigest()


def pacc(domain: Domain) -> bytes:
    """Return the PACC document of a domain (draft-ietf-mailmaint-pacc)."""
    protocols = {PACC_PORTS[port]: {"host": host.name} for host in domain.hosts for port in host.ports if port in TYPES}
    told = {"protocols": protocols, "authentication": {"password": True}, "info": {"provider": {"name": domain.name}}}
    return json.dumps(told).encode()


def autodiscover(domain: Domain) -> bytes:
    """Return the answer of a domain's Autodiscover host."""
    root = ElementTree.Element("Autodiscover")
    account = ElementTree.SubElement(ElementTree.SubElement(root, "Response", xmlns=RESPONSE), "Account")
    ElementTree.SubElement(account, "AccountType").text = "email"
    ElementTree.SubElement(account, "Action").text = "settings"
    for host in domain.hosts:
        for port in host.ports:
            if port in TYPES:
                protocol = ElementTree.SubElement(account, "Protocol")
                for name, text in (("Type", TYPES[port]), ("Server", host.name), ("Port", str(port)), ("SSL", "on")):
                    ElementTree.SubElement(protocol, name).text = text
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def redirect_to(*, url: str | None = None, address: str | None = None) -> bytes:
    """Return an answer that sends to another place or asks for another address."""
    root = ElementTree.Element("Autodiscover")
    account = ElementTree.SubElement(ElementTree.SubElement(root, "Response", xmlns=RESPONSE), "Account")
    ElementTree.SubElement(account, "Action").text = "redirectUrl" if url else "redirectAddr"
    ElementTree.SubElement(account, "RedirectUrl" if url else "RedirectAddr").text = url or address
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def exchange_only() -> bytes:
    """Return the answer of a server that speaks nothing but Exchange."""
    root = ElementTree.Element("Autodiscover")
    account = ElementTree.SubElement(ElementTree.SubElement(root, "Response", xmlns=RESPONSE), "Account")
    protocol = ElementTree.SubElement(account, "Protocol")
    ElementTree.SubElement(protocol, "Type").text = "EXCH"
    ElementTree.SubElement(protocol, "Server").text = "mail.uspeh.test"
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
