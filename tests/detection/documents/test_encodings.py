"""Bytes become text whatever the server says they are."""

import codecs

import pytest

from tests.detection.documents.samples import ADDRESS, IMAP, answer, document, protocol, read
from webapp.detection.documents.kinds import READERS, DocumentKind
from webapp.detection.documents.types import DocumentOutcome

TEXT = document(IMAP, name="Почта «Успех»").decode().partition("?>")[2]
NAME = "Почта «Успех»"


def declared(encoding: str) -> str:
    """The document with an encoding in its declaration; none for an empty one."""
    return f'<?xml version="1.0" encoding="{encoding}"?>{TEXT}' if encoding else TEXT


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (declared("utf-8").encode(), "text/xml; charset=utf-8"),
        (declared("utf-8").encode(), None),
        (declared("").encode(), ""),
        (codecs.BOM_UTF8 + declared("UTF-8").encode(), "text/xml"),
        (codecs.BOM_UTF8 * 2 + declared("").encode(), "text/xml"),
        (declared("utf-16").encode("utf-16"), "text/xml"),
        (declared("utf-16").encode("utf-16-le"), "text/xml"),
        (declared("utf-16").encode("utf-16-be"), "text/xml"),
        (codecs.BOM_UTF16_BE + declared("").encode("utf-16-be"), "text/xml"),
        (codecs.BOM_UTF16_LE + declared("utf-8").encode("utf-16-le"), "text/xml; charset=utf-8"),
        (declared("utf-8").encode("utf-32"), "text/xml"),
        (declared("windows-1251").encode("cp1251"), "text/xml"),
        (declared("Windows-1251").encode("cp1251"), "text/xml; charset=utf-8"),
        (declared("").encode("cp1251"), "text/xml; charset=windows-1251"),
        (declared("utf-8").encode("cp1251"), 'text/xml; charset="windows-1251"'),
        (declared("").encode("cp1251"), "text/xml"),
        (declared("utf-8").encode("cp1251"), None),
        (declared("koi8-r").encode("koi8-r", "replace"), "text/xml"),
    ],
)
def test_the_encoding_is_found_out(body: bytes, content_type: str | None) -> None:
    found = read(body, content_type)

    assert found.incoming == read(document(IMAP)).incoming
    assert (found.provider_name or "").startswith("Почта ")


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-32", "klingon", "zlib", "idna", "punycode", "rot13", "utf-7", "a" * 40]
)
def test_a_wrong_declaration_does_not_matter(encoding: str) -> None:
    # .NET writes "utf-16" into everything; the others are what nobody should obey.
    assert read(declared(encoding).encode()).provider_name == NAME
    assert read(declared("").encode(), f"text/xml; charset={encoding}").provider_name == NAME


@pytest.mark.parametrize("content_type", ["text/html", "application/json", "image/png", "", "nonsense", "; charset="])
def test_the_content_type_does_not_matter(content_type: str) -> None:
    assert read(declared("utf-8").encode(), content_type) == read(declared("utf-8").encode(), "text/xml")


@pytest.mark.parametrize(
    "junk",
    [
        b"\r\n\r\n",
        b"\x00\x00",
        b"ok",
        b"<br />\n<b>Warning</b>: foreach() argument in <b>autoconfig.php</b> on line <b>7</b><br />\n",
        b"Notice: Undefined index: emailaddress in mail.php on line 3\n",
        b"<!-- (c) -->\n",
        "Предупреждение: ".encode(),
    ],
)
def test_junk_before_the_document_is_passed_over(junk: bytes) -> None:
    xml = document(IMAP)
    pacc = b'{"protocols": {"imap": {"host": "imap.uspeh.test"}}}'

    assert read(junk + xml) == read(xml)
    assert read(junk + xml.partition(b"?>")[2]) == read(xml)
    for kind, body in (
        (DocumentKind.AUTODISCOVER, answer(protocol("IMAP", Server="imap.uspeh.test"))),
        (DocumentKind.PACC, pacc),
    ):
        found = READERS[kind](junk + body, None, ADDRESS)
        assert found.outcome is DocumentOutcome.CONFIGURATION, found.problems


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_json_may_be_written_in_every_encoding_of_unicode(encoding: str) -> None:
    body = '{"protocols": {"imap": {"host": "почта.рф"}}}'.encode(encoding)

    found = READERS[DocumentKind.PACC](body, "text/plain", ADDRESS)

    assert [server.host for server in found.incoming] == ["xn--80a1acny.xn--p1ai"]
