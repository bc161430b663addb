"""The autoconfig document of a lab domain (draft-ietf-mailmaint-autoconfig)."""

from xml.etree import ElementTree

from tests.lab.domains import Domain, MailHost

PROTOCOL_OF_PORT = {
    993: ("imap", "SSL"),
    143: ("imap", "STARTTLS"),
    995: ("pop3", "SSL"),
    110: ("pop3", "STARTTLS"),
    465: ("smtp", "SSL"),
    587: ("smtp", "STARTTLS"),
}
"""What a provider would publish, best first; port 25 is for other servers."""


def document(domain: Domain) -> bytes:
    """Return the document that describes the servers of a domain."""
    root = ElementTree.Element("clientConfig", version="1.1")
    provider = ElementTree.SubElement(root, "emailProvider", id=domain.name)
    add_text(provider, "domain", domain.name)
    add_text(provider, "displayName", f"Почта {domain.name}")
    for port, (protocol, socket_type) in PROTOCOL_OF_PORT.items():
        for host in domain.hosts:
            if port in host.ports:
                add_server(provider, host, port, protocol, socket_type)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def add_server(provider: ElementTree.Element, host: MailHost, port: int, protocol: str, socket_type: str) -> None:
    """Add one server to the document."""
    tag = "outgoingServer" if protocol == "smtp" else "incomingServer"
    server = ElementTree.SubElement(provider, tag, type=protocol)
    add_text(server, "hostname", host.name)
    add_text(server, "port", str(port))
    add_text(server, "socketType", socket_type)
    add_text(server, "username", "%EMAILADDRESS%")
    add_text(server, "authentication", "password-cleartext")


def add_text(parent: ElementTree.Element, tag: str, text: str) -> None:
    """Add an element that holds text."""
    ElementTree.SubElement(parent, tag).text = text
