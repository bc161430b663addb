"""What is no document of ours is nothing usable, with the reason; and it costs little time and memory to say so."""

import tracemalloc

import pytest

from tests.detection.documents.samples import ADDRESS, IMAP, SMTP, answer, document, flaws, protocol
from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.documents.kinds import READERS, DocumentKind
from webapp.detection.documents.types import FLAWS_LIMIT, SIZE_LIMIT, DocumentOutcome, FlawKind
from webapp.net.http import BODY_LIMIT

MEMORY_CEILING = 24 * 1024 * 1024  # for 256 KiB of the worst there is
DECLARATION = b'<?xml version="1.0"?>'
BOMB = b'<!DOCTYPE c [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
LEAK = b'<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
FROM_AFAR = b'<!DOCTYPE c SYSTEM "http://127.0.0.1:1/c.dtd">'
PAGE = b"<!doctype html><html><head><title>Site</title></head><body><p>Welcome<br></body></html>"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FlawKind.EMPTY),
        (b" \r\n\xef\xbb\xbf\x00", FlawKind.EMPTY),
        (b"<html><body>Welcome</body></html>", FlawKind.WEB_PAGE),
        (PAGE, FlawKind.WEB_PAGE),
        (PAGE.replace(b"Welcome", document(IMAP)), FlawKind.WEB_PAGE),
        (b"<clientConfig></clientConfig>", FlawKind.NO_USABLE_SERVER),
        (b"<clientConfig><emailProvider/></clientConfig>", FlawKind.NO_USABLE_SERVER),
        (b"<other>" + document(IMAP).partition(b"?>")[2] + b"</other>", FlawKind.WRONG_ROOT),
        (document(IMAP)[:-20], FlawKind.NOT_WELL_FORMED),
        (document(IMAP) + document(IMAP), FlawKind.NOT_WELL_FORMED),
        (document(IMAP.replace("993", "&port;")), FlawKind.NOT_WELL_FORMED),
        (b'{"protocols": {}}', FlawKind.NOT_WELL_FORMED),
        (b'<?xml version="1.0" encoding="klingon"?><clientConfig/>', FlawKind.NO_USABLE_SERVER),
        (document(IMAP) + b" " * SIZE_LIMIT, FlawKind.TOO_LARGE),
    ],
)
def test_what_is_no_configuration_is_nothing_usable(body: bytes, kind: FlawKind) -> None:
    found = read_autoconfig(body, "text/xml", ADDRESS)

    assert found.outcome is DocumentOutcome.NOTHING
    assert (found.incoming, found.outgoing) == ((), ())
    assert flaws(found) == [kind]


@pytest.mark.parametrize("prologue", [BOMB, LEAK, FROM_AFAR, b"<!DOCTYPE clientConfig>", b"junk " + BOMB])
@pytest.mark.parametrize("kind", [DocumentKind.AUTOCONFIG, DocumentKind.AUTODISCOVER])
def test_document_types_and_entities_are_refused(prologue: bytes, kind: DocumentKind) -> None:
    good = document(IMAP) if kind is DocumentKind.AUTOCONFIG else answer(protocol("IMAP", Server="imap.uspeh.test"))

    found = READERS[kind](DECLARATION + prologue + good.partition(b"?>")[2], None, ADDRESS)

    assert found.outcome is DocumentOutcome.NOTHING
    assert flaws(found)[0] in (FlawKind.DOCUMENT_TYPE, FlawKind.NOT_WELL_FORMED)


def test_a_document_type_is_no_junk_to_be_passed_over() -> None:
    body = b"ok\n<!DOCTYPE clientConfig>" + document(IMAP).partition(b"?>")[2]

    assert read_autoconfig(body, None, ADDRESS).outcome is DocumentOutcome.NOTHING


def filled(opening: bytes, piece: bytes, closing: bytes = b"") -> bytes:
    """As much of a piece as a document may hold."""
    return opening + piece * ((SIZE_LIMIT - len(opening) - len(closing)) // len(piece)) + closing


def within(piece: bytes) -> bytes:
    """A config document full of one piece."""
    return filled(b"<clientConfig><emailProvider>", piece, b"</emailProvider></clientConfig>")


OTHER_SCRIPT = IMAP.replace("imap.uspeh.test", "пя" * 100).encode()
HOSTILE = {
    "40 MB of padding": b" " * 40_000_000,
    "50,000 servers": b"<clientConfig>" + IMAP.encode() * 50_000 + b"</clientConfig>",
    "servers to the brim": within(IMAP.encode()),
    "padding to the brim": within(b" "),
    "a comment to the brim": within(b"<!-- -->"),
    "hosts that cannot be": within(OTHER_SCRIPT),
    "unknown elements": within(b"<a/>"),
    "known elements": within(b"<port/>"),
    "a long text": within(b"&amp;"),
    "open elements": filled(b"", b"<a>"),
    "open known elements": filled(b"<Autodiscover>", b"<Account>"),
    "nested and closed": b"<clientConfig>" + b"<a>" * 30_000 + b"</a>" * 30_000 + b"</clientConfig>",
    "attributes": b"<clientConfig " + b" ".join(b'a%d=""' % number for number in range(25_000)) + b"/>",
    "less-than signs": filled(b"", b"<"),
    "beginnings": filled(b"junk", b"<?xml <clientConfig "),
    "open lists": filled(b'{"protocols":', b"["),
    "open objects": filled(b"", b'{"a":'),
    "many objects": filled(b'{"a":[{}', b",{}", b"]}"),
    "an endless number": filled(b'{"a":1', b"1", b"}"),
    "zeros": bytes(SIZE_LIMIT),
    "wide zeros": b"\xff\xfe" + bytes(SIZE_LIMIT - 2),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("kind", DocumentKind)
def test_the_worst_documents_cost_a_bearable_amount_of_memory(body: bytes, kind: DocumentKind) -> None:
    tracemalloc.start()
    try:
        found = READERS[kind](body, "text/html; charset=klingon", ADDRESS)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < MEMORY_CEILING
    assert found.outcome in DocumentOutcome
    assert len(found.problems) <= FLAWS_LIMIT + 1


def test_nesting_and_number_of_elements_have_ceilings() -> None:
    reasons = {name: flaws(read_autoconfig(HOSTILE[name], None, ADDRESS)) for name in HOSTILE}

    assert reasons["40 MB of padding"] == reasons["50,000 servers"] == [FlawKind.TOO_LARGE]
    assert reasons["open elements"] == reasons["nested and closed"] == [FlawKind.TOO_DEEP]
    assert reasons["known elements"] == [FlawKind.TOO_MANY_ELEMENTS]


def test_what_can_be_fetched_can_be_read() -> None:
    assert SIZE_LIMIT == BODY_LIMIT


def test_a_long_list_of_complaints_is_cut_short() -> None:
    broken = IMAP.replace("993", "no port")

    found = read_autoconfig(document(*([broken] * 300), SMTP), None, ADDRESS)

    assert len(found.outgoing) == 1
    assert len(found.problems) == FLAWS_LIMIT


def test_a_complaint_quotes_one_short_clean_line() -> None:
    said = "\u202e" + "x\n" * 500
    found = read_autoconfig(document(IMAP.replace("993", said), SMTP), None, ADDRESS)

    quoted = found.problems[0].said
    assert quoted is not None
    assert quoted.isprintable()
    assert len(quoted) <= 120
