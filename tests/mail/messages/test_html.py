"""HTML of letters: nothing runs, nothing is fetched, nothing leaves its frame, and what is harmless stays."""

import re
from html.parser import HTMLParser

import pytest

from tests.mail.messages.letters import PNG, complete, mixed, proper, typed
from tests.mail.messages.vectors import VECTORS, Vector, letter_with
from webapp.mail.messages.content import text_of
from webapp.mail.messages.css import Sheet, allowed, digest_of
from webapp.mail.messages.html import Framed, Means, framed, remote_pictures, sanitised
from webapp.mail.messages.html_tokens import TAGS
from webapp.mail.messages.plain import MOST_BLOCKS, Piece, blocks_of, pieces_of
from webapp.mail.messages.reading import facts_of
from webapp.mail.messages.structure import structure_of

PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")
ATTRIBUTES = set(
    "align alt bgcolor border bordercolor cellpadding cellspacing class color colspan dir face height href hspace lang"
    " noshade nowrap rel rows rowspan rules size span src start target title type valign vspace width".split()
)


class Judge(HTMLParser):
    """Reads HTML that came out and objects to everything it should not have."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert tag in TAGS, tag
        found = {name: value or "" for name, value in attributes}
        assert set(found) <= ATTRIBUTES, found
        if "href" in found:
            assert re.match(r"(https?://|mailto:)[^\s]", found["href"], re.IGNORECASE), found["href"]
        if tag == "a":
            assert (found["target"], set(found["rel"].split())) == ("_blank", {"noopener", "noreferrer"})
        if "src" in found:
            assert PICTURE.fullmatch(found["src"]), found["src"]
        assert re.fullmatch(r"m\d+", found.get("class", "m0"))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, declaration: str) -> None:
        raise AssertionError(f"a declaration: {declaration}")

    handle_pi = unknown_decl = handle_decl


def judged(html: str) -> list[str]:
    """Return the tags of HTML after a look at all of it."""
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge.tags


def shown(raw: bytes) -> Framed:
    return framed(raw, structure_of(raw), "ru")


def plain(sheet: Sheet | None = None) -> Means:
    """Return what shows a letter that brings no pictures."""
    return Means(sheet or Sheet(), lambda source: None)


def clean(html: str) -> str:
    """Return HTML made safe; it brings no pictures."""
    return sanitised(html, plain())[0]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_no_vector_gets_through(vector: Vector) -> None:
    raw = letter_with(vector)
    frame = shown(raw)
    style, body = re.fullmatch(r"(?s).*<style>(.*)</style></head><body>(.*)</body></html>\n", frame.document).groups()  # type: ignore[union-attr]

    judged(body.replace('<div class="passage">', '<div class="m0">'))
    assert not re.search(r"url|@|<|\\|expression|image-set|attr\(|position", style.partition(".passage")[2])
    assert digest_of(style) == frame.style_digest


@pytest.mark.parametrize("vector", [one for one in VECTORS if one.where in ("subject", "sender", "file-name")], ids=str)
def test_words_of_headers_are_one_line_without_tricks(vector: Vector) -> None:
    facts = facts_of(letter_with(vector))

    for words in (facts.subject, facts.sender_name, *facts.text.split("\n")):
        assert words.isprintable() or not words
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", words)


@pytest.mark.parametrize("html", [vector.value for vector in VECTORS if vector.where == "html"])
def test_what_is_safe_stays_the_same_when_it_is_made_safe_again(html: str) -> None:
    once = clean(html)

    assert judged(clean(once)) == judged(once)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a <b>b</b></p>", "<p>a <b>b</b></p>"),
        ("<td colspan=2 nowrap>x", "x"),
        ('<font color="red" face="Arial" size="+1">x</font>', '<font color="red" face="Arial" size="+1">x</font>'),
        ("a &amp; b &lt; c", "a &amp; b &lt; c"),
        ("<![if !mso]>shown<![endif]>", "shown"),
        ("<!--[if mso]>hidden<![endif]-->shown", "shown"),
        ("<o:p>x</o:p><center>y</center>", "x<center>y</center>"),
        ("<blockquote>a<br>b</blockquote>", "<blockquote>a<br>b</blockquote>"),
        ("x <y z", "x "),
        ("1 < 2", "1 &lt; 2"),
    ],
)
def test_what_is_harmless_stays(html: str, expected: str) -> None:
    assert clean(html) == expected


def test_a_link_opens_elsewhere_and_tells_nobody_where_it_stood() -> None:
    safe = clean('<a href="https://x.test/?a=1&amp;b=2" rel="opener" target="_self" onclick="x">x</a>')

    assert judged(safe) == ["a"]  # which looks at rel and target
    assert 'href="https://x.test/?a=1&amp;b=2"' in safe


def test_an_address_leads_to_our_own_page_for_writing() -> None:
    means = Means(Sheet(), lambda source: None, "/mail/new?account=1&to=")
    safe, _ = sanitised('<a href="MAILTO:a%40b@c.test?subject=x&body=&quot;y">x</a>', means)

    assert 'href="/mail/new?account=1&amp;to=a@b@c.test"' in safe
    assert "/mail/new" not in sanitised('<a href="/mail/new?to=x">x</a>', means)[0]


def test_styles_become_classes_of_one_sheet() -> None:
    sheet = Sheet()
    html = '<p style="color: RED; position:fixed">a</p><p style="color:RED">b</p><i style="font-family:\'Times New\'">c'
    safe, _ = sanitised(html, plain(sheet))

    assert safe == '<p class="m0">a</p><p class="m0">b</p><i class="m1">c</i>'
    assert str(sheet) == ".m0{color:RED}\n.m1{font-family:Times New}"


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color:#123456", "color:#123456"),
        ("background-color: rgba(1, 2, 3, .5)", "background-color:rgba(1, 2, 3, .5)"),
        ("margin:0 auto !important", "margin:0 auto"),
        ("background:url(x)", ""),
        ("color:red;background:u\\72l(x)", "color:red"),
        ("color:red}", ""),
        ("position:fixed;top:0", ""),
        ("width:calc(100vw)", ""),
        ("color:var(--x)", ""),
        ("font-family:</style>", ""),
        ("color:" + "a" * 500, ""),
        ("COLOR : Blue", "color:Blue"),
    ],
)
def test_of_styles_a_short_list_is_allowed(style: str, kept: str) -> None:
    assert allowed(style) == kept


def test_a_picture_the_letter_brings_is_shown_and_one_from_elsewhere_is_not() -> None:
    raw = complete().as_bytes()

    assert '<img src="data:image/png;base64,' in shown(raw).document
    letter = proper()
    letter.set_content('<img src="https://evil.test/x.gif" alt="their logo"><img src="cid:nobody">', subtype="html")
    document = shown(letter.as_bytes()).document
    assert '<img alt="their logo"><img>' in document
    assert "evil.test" not in document
    assert remote_pictures(letter.as_bytes(), structure_of(letter.as_bytes())) == 1


def picture(data: bytes, content_type: bytes = b"image/png") -> bytes:
    return b"Content-Type: %s\r\nContent-ID: <p>\r\n\r\n%s" % (content_type, data)


@pytest.mark.parametrize(
    ("part", "source"),
    [
        (picture(PNG, b"application/octet-stream"), "data:image/png;base64,"),  # known by its bytes
        (picture(b"GIF89a...", b"image/jpeg"), "data:image/gif;base64,"),
        (picture(b"<svg onload=alert(1)>"), None),
        (picture(b"<svg/>", b"image/svg+xml"), None),
        (picture(PNG + b"x" * (5 * 1024 * 1024)), None),  # too big
        (picture(b""), None),
    ],
)
def test_a_picture_is_what_its_bytes_say(part: bytes, source: str | None) -> None:
    document = shown(mixed(b'Content-Type: text/html\r\n\r\n<img src="cid:p">', part)).document

    assert (f'<img src="{source}' if source else "<img>") in document


def test_pictures_have_room_for_so_much_together() -> None:
    html = b"Content-Type: text/html\r\n\r\n" + b'<img src="cid:p">' * 10
    document = shown(mixed(html, picture(PNG + b"x" * (4 * 1024 * 1024)))).document

    assert document.count("<img src=") == 3


@pytest.mark.parametrize(
    "piece", ["<div>", "<pre>", "<b>", "<table><td>", "&", "<p><b style=width:1px>", "</p>", "<svg>"]
)
def test_html_that_means_to_keep_us_busy_is_cut(piece: str) -> None:
    safe, cut = sanitised(piece * (1_000_000 // len(piece)), plain())

    assert cut
    assert len(safe) < 5_000_000


def test_the_charset_a_page_claims_for_itself_does_not_count() -> None:
    raw = typed(b"text/html; charset=utf-8", '<meta charset="utf-7">+ADw-script+AD4- ё'.encode())
    passage = structure_of(raw).passages[0].html

    assert passage is not None
    assert "ё" in text_of(raw, passage, 1000)
    assert shown(raw).document.count("charset") == 1


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://x.test/a?b=c#d.", ["https://x.test/a?b=c#d"]),
        ("(https://x.test/a_(b))", ["https://x.test/a_(b)"]),
        ("<https://x.test>, «http://y.test/», www.z.test!", ["https://x.test", "http://y.test/", "https://www.z.test"]),
        ("write to anna@uspeh.test.", ["mailto:anna@uspeh.test"]),
        ("почта: иван@почта.рф", ["mailto:иван@почта.рф"]),
        ("javascript:alert(1) ftp://x.test", []),
        ("no links", []),
    ],
)
def test_addresses_in_plain_text_become_links(text: str, links: list[str]) -> None:
    pieces = pieces_of(text)

    assert [piece.href for piece in pieces if piece.href] == links
    assert "".join(piece.text for piece in pieces) == text


def test_quotes_are_told_from_own_words() -> None:
    blocks = blocks_of("mine\n> theirs\n>> and before\n> theirs again\n\nmine again")

    assert [(block.quoted, block.lines) for block in blocks] == [(False, 1), (True, 3), (False, 2)]
    assert [part.depth for part in blocks[1].parts] == [1, 2, 1]
    assert blocks[1].parts[1].pieces == (Piece("and before"),)


def test_a_letter_of_nothing_but_quotes_and_answers_ends_in_one_block() -> None:
    *blocks, rest = blocks_of(">theirs\nmine\n" * 3000)

    assert len(blocks) == MOST_BLOCKS
    assert (rest.quoted, rest.lines) == (False, 6000 - MOST_BLOCKS)
    assert rest.parts[0].pieces[0].text.startswith(">theirs\nmine\n>theirs")
