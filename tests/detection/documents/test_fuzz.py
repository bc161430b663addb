"""Whatever comes in, a document comes out, and its servers keep their promises."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.detection.documents.samples import ADDRESS, IMAP, PACC, SMTP, answer, document, protocol
from webapp.detection.documents.kinds import READERS, DocumentKind
from webapp.detection.documents.types import Document, DocumentOutcome
from webapp.mail.settings import Direction
from webapp.net.domains import to_a_label

ADDRESSES = st.sampled_from([ADDRESS, "%EMAILDOMAIN%@uspeh.test", "", "@", "анна@успех.рф", "a@" + "x" * 300])
CONTENT_TYPES = st.one_of(
    st.none(), st.text(max_size=30), st.sampled_from(["text/xml; charset=utf-16", "charset=idna"])
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1251", "koi8-r", "latin-1"])
ELEMENTS = (
    "clientConfig emailProvider incomingServer outgoingServer hostname port socketType authentication username "
    "restriction displayName enable Autodiscover Response Account Protocol Type Server Port SSL Encryption LoginName "
    "SPA AuthRequired DomainName DomainRequired UsePOPAuth RedirectAddr RedirectUrl Error ErrorCode Message other"
)
NAMES = st.sampled_from(ELEMENTS.split())
VALUES = st.one_of(
    st.sampled_from(["imap", "smtp", "IMAP", "SSL", "on", "off", "993", "%EMAILADDRESS%", "imap.uspeh.test", "none"]),
    st.text(max_size=20),
)
XML_FORBIDDEN = "".join(map(chr, range(0x20))) + "\ufffe\uffff<&>\"'"


def clean(text: str) -> str:
    """Leave out what cannot stand in XML as it is."""
    return "".join(letter for letter in text if letter not in XML_FORBIDDEN and not 0xD800 <= ord(letter) < 0xE000)


def element(name: str, inside: str, attribute: str) -> str:
    return f'<{name} type="{attribute}" visiturl="{attribute}">{inside}</{name}>'


XML = st.recursive(
    VALUES.map(clean),
    lambda inside: st.builds(element, NAMES, st.lists(inside, max_size=6).map("".join), VALUES.map(clean)),
    max_leaves=25,
)
ROOTED = st.builds(element, st.sampled_from(["clientConfig", "Autodiscover"]), XML, st.just(""))
JSON_NAMES = st.one_of(
    st.sampled_from(["protocols", "imap", "submit", "host", "authentication", "password", "info", "provider", "name"]),
    st.text(max_size=5),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inside: st.one_of(st.lists(inside, max_size=4), st.dictionaries(JSON_NAMES, inside, max_size=5)),
    max_leaves=25,
)


def check(found: Document) -> None:
    """Hold a reader to what the types promise."""
    for server in (*found.incoming, *found.outgoing):
        assert to_a_label(server.host) == server.host
        assert 0 < server.port < 65536
        assert server.auth_methods
        assert server.username is None or server.username.isprintable() or not ADDRESS
    assert all(server.direction is Direction.INCOMING for server in found.incoming)
    assert all(server.direction is Direction.OUTGOING for server in found.outgoing)
    has_servers = bool(found.incoming or found.outgoing)
    assert has_servers is (found.outcome is DocumentOutcome.CONFIGURATION)
    has_redirect = bool(found.redirect_url or found.redirect_address)
    assert has_redirect is (found.outcome is DocumentOutcome.REDIRECT)
    assert found.problems or found.outcome is not DocumentOutcome.NOTHING
    json.dumps([(flaw.place, flaw.said) for flaw in found.problems], ensure_ascii=False).encode()


@pytest.mark.parametrize("kind", DocumentKind)
@given(body=st.binary(max_size=2000), content_type=CONTENT_TYPES, address=ADDRESSES)
@example(body=b'<?xml version="1.0" encoding="utf-16"?><clientConfig/>', content_type=None, address=ADDRESS)
@example(body=b'<?xml version="1.0" encoding="utf-32"?><clientConfig/>', content_type=None, address=ADDRESS)
@example(body=b'{"protocols":{"imap":{"host":"\\ud800.test"}}}', content_type=None, address=ADDRESS)
@example(body=b'{"protocols":{"\\ud800":1},"info":{"provider":{"name":"\\ud800"}}}', content_type=None, address=ADDRESS)
def test_no_bytes_whatever_break_a_reader(
    kind: DocumentKind, body: bytes, content_type: str | None, address: str
) -> None:
    check(READERS[kind](body, content_type, address))


@pytest.mark.parametrize("kind", [DocumentKind.AUTOCONFIG, DocumentKind.AUTODISCOVER])
@given(text=ROOTED, encoding=ENCODINGS, address=ADDRESSES)
def test_no_markup_whatever_breaks_a_reader(kind: DocumentKind, text: str, encoding: str, address: str) -> None:
    check(READERS[kind](text.encode(encoding, "replace"), None, address))


@given(JSON, ADDRESSES)
def test_no_json_whatever_breaks_a_reader(value: Any, address: str) -> None:
    for whole in (value, {"protocols": value}, PACC | {"authentication": value}, {"protocols": {"imap": value}}):
        check(READERS[DocumentKind.PACC](json.dumps(whole).encode(), None, address))


GOOD = {
    DocumentKind.AUTOCONFIG: document(IMAP, SMTP, name="Успех"),
    DocumentKind.AUTODISCOVER: answer(protocol("IMAP", Server="imap.uspeh.test"), protocol("SMTP", Server="s.test")),
    DocumentKind.PACC: json.dumps(PACC).encode(),
}


@pytest.mark.parametrize("kind", DocumentKind)
@given(data=st.data())
def test_no_damage_to_a_good_document_breaks_a_reader(kind: DocumentKind, data: st.DataObject) -> None:
    body = bytearray(GOOD[kind])
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(body)))
        length = data.draw(st.integers(0, 20))
        body[start : start + length] = data.draw(st.binary(max_size=20))

    check(READERS[kind](bytes(body), None, ADDRESS))


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 65535)), min_size=1, max_size=8))
def test_bad_servers_never_spoil_good_ones_nor_their_order(servers: list[tuple[bool, int]]) -> None:
    parts = [IMAP.replace("993", str(port) if good else "no port") for good, port in servers]

    found = READERS[DocumentKind.AUTOCONFIG](document(*parts), None, ADDRESS)

    assert [server.port for server in found.incoming] == [port for good, port in servers if good]
