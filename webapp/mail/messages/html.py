"""HTML of letters made safe to show: few tags, no scripts, nothing fetched, links that tell nobody where one came from.

What comes out stands in a frame of its own, under a policy of its own
(webapp/web/mail/frames.py); each of the two is enough without the other.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, unquote

import nh3

from webapp.mail.messages.content import text_of
from webapp.mail.messages.css import Sheet, digest_of
from webapp.mail.messages.html_tokens import TAGS, canonical
from webapp.mail.messages.pictures import Pictures
from webapp.mail.messages.plain import pieces_of
from webapp.mail.messages.structure import Passage, Structure

LARGEST = 4 * 1024 * 1024  # bytes of one passage; pictures may stand in the midst of it
LONGEST_ADDRESS = 4000
ON_ALL = frozenset(("align", "class", "dir", "height", "lang", "title", "valign", "width"))
ATTRIBUTES = {
    "*": set(ON_ALL),
    "a": {"href"},
    "font": {"color", "face", "size"},
    "hr": {"color", "noshade", "size"},
    "img": {"alt", "border", "hspace", "src", "vspace"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "table": {"bgcolor", "border", "bordercolor", "cellpadding", "cellspacing", "rules"},
    "tr": {"bgcolor"},
    "td": {"bgcolor", "colspan", "nowrap", "rowspan"},
    "th": {"bgcolor", "colspan", "nowrap", "rowspan"},
    "col": {"span"},
    "div": {"bgcolor"},
}
LINK = re.compile(r"https?://[^\s]|mailto:[^\s]", re.IGNORECASE)
OUR_CLASS = re.compile(r"m\d{1,4}")
SHORT = re.compile(r"[\w\s#%.,+-]{0,100}")
REMOTE = re.compile(r"""<img\b[^<>]*\bsrc\s*+=\s*+["']?\s*+(?:https?:)?//""", re.IGNORECASE)
LOOK = """\
html{background:#fff;color:#1b2330;font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
body{margin:12px 16px;overflow-wrap:break-word}
img{max-width:100%;height:auto}
blockquote{margin:8px 0 8px 4px;padding-left:12px;border-left:2px solid #c3ccd8}
pre{white-space:pre-wrap}
.passage{white-space:pre-wrap;margin:0 0 16px}"""


@dataclass(frozen=True)
class Framed:
    """A whole HTML document that shows a letter, and the digest of its only sheet; `cut`: the letter has more."""

    document: str
    style_digest: str
    cut: bool


@dataclass(frozen=True)
class Means:
    """What a letter is shown with: the sheet its styles go to, what its pictures become, where one writes to people."""

    sheet: Sheet
    source_of: Callable[[str], str | None]
    write_url: str = "mailto:"

    def judged(self, tag: str, attribute: str, value: str) -> str | None:
        """Return what becomes of an attribute that is allowed at all, None if it goes."""
        if attribute == "src":
            return self.source_of(value) if tag == "img" else None
        if attribute == "href":
            return self.address_of(value.strip())
        if attribute == "class":
            return value if OUR_CLASS.fullmatch(value) else None
        if attribute in ("rel", "target"):  # ours
            return value
        if attribute in ("alt", "title"):
            return value[:1000]
        return value if SHORT.fullmatch(value) else None

    def address_of(self, href: str) -> str | None:
        """Return where a link leads: to the web, or to a letter to somebody."""
        if len(href) > LONGEST_ADDRESS or not LINK.match(href):
            return None
        if href[:7].lower() != "mailto:":
            return href
        return self.write_url + quote(unquote(href[7:].partition("?")[0]), safe="@")


def framed(raw: bytes, structure: Structure, language: str, write_url: str = "mailto:") -> Framed:
    """Return a letter as a document of its own; `write_url` is the page, ours, that takes an address to write to."""
    means = Means(Sheet(), Pictures(raw, structure).source_of, write_url)
    shown = [_passage(raw, passage, means) for passage in structure.passages]
    style = f"{LOOK}\n{means.sheet}"
    head = f'<meta charset="utf-8"><meta name="color-scheme" content="only light"><style>{style}</style>'
    body = "\n".join(html for html, _ in shown)
    document = f'<!doctype html>\n<html lang="{escape(language)}"><head>{head}</head><body>{body}</body></html>\n'
    return Framed(document, digest_of(style), any(cut for _, cut in shown))


def sanitised(html: str, means: Means) -> tuple[str, bool]:
    """Return HTML that is safe to show, and whether some of it was left out."""
    written, cut = canonical(html, means.sheet)
    cleaner = nh3.Cleaner(
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=means.judged,
        url_schemes={"http", "https", "mailto", "cid", "data"},
        url_relative="pass_through",  # asked of what `judged` returns, which may be a page of ours
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return cleaner.clean(written), cut


def remote_pictures(raw: bytes, structure: Structure) -> int:
    """Return how many pictures a letter wants fetched from elsewhere; about, and none of them is."""
    htmls = (passage.html for passage in structure.passages if passage.html is not None)
    return sum(len(REMOTE.findall(text_of(raw, html, LARGEST))) for html in htmls)


def _passage(raw: bytes, passage: Passage, means: Means) -> tuple[str, bool]:
    if passage.html is not None:
        html = text_of(raw, passage.html, LARGEST)
        safe, cut = sanitised(html, means)
        return safe, cut or len(html) >= LARGEST
    text = text_of(raw, passage.text, LARGEST) if passage.text is not None else ""
    return f'<div class="passage">{"".join(_linked(text, means))}</div>', len(text) >= LARGEST


def _linked(text: str, means: Means) -> list[str]:
    pieces = ((piece.text, means.address_of(piece.href) if piece.href else None) for piece in pieces_of(text))
    return [
        escape(shown)
        if href is None
        else f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer">{escape(shown)}</a>'
        for shown, href in pieces
    ]
