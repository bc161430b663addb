"""What is no configuration is no answer, and nothing breaks the reader."""

from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.detection.autoconfig_documents import ADDRESS, IMAP, SMTP, document, read
from webapp.detection.documents.autoconfig import SIZE_LIMIT, read_autoconfig


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Welcome</body></html>",
        b"<!doctype html><html><head><title>Site</title></head></html>",
        b"<clientConfig></clientConfig>",
        b"<clientConfig><emailProvider/></clientConfig>",
        b"<other>" + document(IMAP) + b"</other>",
        document(IMAP)[:-20],
        b"\x00\xff\xfe",
        b'<?xml version="1.0" encoding="klingon"?><clientConfig/>',
        document(IMAP) + b" " * SIZE_LIMIT,
    ],
)
def test_what_is_no_configuration_is_no_answer(body: bytes) -> None:
    assert read_autoconfig(body, ADDRESS) is None


def test_entities_and_document_types_are_refused() -> None:
    bomb = b'<!DOCTYPE c [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    leak = b'<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    plain = b"<!DOCTYPE clientConfig>"

    for prologue in (bomb, leak, plain):
        assert read_autoconfig(prologue + document(IMAP).partition(b"?>")[2], ADDRESS) is None


def test_a_document_with_thousands_of_servers_is_cut_short() -> None:
    assert len(read(document(*([IMAP] * 500))).incoming) <= 20


MARKUP = st.sampled_from(
    [IMAP, SMTP, "<port>1</port>", "<x/>", "</x>", "&amp;", "&x;", "]]>", "<!-- -->", "%EMAILADDRESS%"]
)


@given(st.binary(max_size=2000))
@example(b'<?xml version="1.0" encoding="utf-16"?><clientConfig/>')
@example(b'<?xml version="1.0" encoding="utf-32"?><clientConfig/>')
def test_no_bytes_whatever_break_the_reader(body: bytes) -> None:
    read_autoconfig(body, ADDRESS)


@given(st.lists(st.one_of(MARKUP, st.text(max_size=20)), max_size=12))
def test_no_markup_whatever_breaks_the_reader(parts: list[str]) -> None:
    opened = "".join(["<clientConfig><emailProvider>", *parts]).encode("utf-8", "replace")
    wrapped = read_autoconfig(opened + b"</emailProvider></clientConfig>", ADDRESS)

    assert read_autoconfig(opened, ADDRESS) is None
    for server in (*wrapped.incoming, *wrapped.outgoing) if wrapped else ():
        assert 0 < server.port < 65536


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_element_text_whatever_breaks_the_reader(host: str, port: str, username: str) -> None:
    printable = [escape("".join(letter for letter in text if letter.isprintable())) for text in (host, port, username)]
    server = (
        f'<incomingServer type="imap"><hostname>{printable[0]}</hostname><port>{printable[1]}</port>'
        f"<socketType>SSL</socketType><username>{printable[2]}</username></incomingServer>"
    )

    read_autoconfig(document(server).decode().encode("utf-8", "replace"), ADDRESS)
