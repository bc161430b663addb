"""HTML of a letter written anew before it is judged: the same words and tags, but few, shallow and well formed.

A parser of HTML builds its tree in quadratic time where a letter means it
badly: a megabyte of `<pre>` keeps nh3 busy for two minutes. Here one pass of
linear cost leaves out what is not shown anyway, and bounds the rest. It
decides nothing about safety: that is html.py's, which judges what comes out.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape

from webapp.mail.messages.css import Sheet

# A parser opens formatting anew in every paragraph.
MOST = {"tags": 80_000, "entities": 100_000, "reopened": 200_000}
DEEPEST = 200
DEEPEST_FORMATTING = 30
MOST_ATTRIBUTES = 50

# Closed by themselves or never open: these do not pile up.
FLAT = frozenset("br hr img wbr col p li dt dd tr td th tbody thead tfoot caption colgroup".split())
FORMATTING = frozenset("a b big code em font i s small strike strong tt u".split())
NESTING = FORMATTING | frozenset(
    "abbr address article aside bdi bdo blockquote center cite del details dfn div dl figcaption figure footer header"
    " h1 h2 h3 h4 h5 h6 ins kbd main mark nav ol pre q samp section span sub summary sup table time ul var".split()
)
TAGS = FLAT | NESTING
RAW = frozenset("iframe noembed noframes plaintext script style textarea title xmp".split())  # no tags inside
UNSEEN = RAW | frozenset("applet audio canvas math object select svg template video".split())

COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/(?![A-Za-z]))[^>]*+>?", re.DOTALL)
# A quote counts only behind "=", as the parsers of browsers have it.
TAG = re.compile(r"""<(/?)([A-Za-z][^\s/>]*+)((?:=\s*+(?:"[^"]*"|'[^']*')|[^>])*+)>""")
ATTRIBUTE = re.compile(r"""([^\s/>=][^\s/>=]*+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*+)))?""")


@dataclass
class Canonical:
    """HTML being written anew; `cut`: there was more of it than we write."""

    sheet: Sheet
    out: list[str] = field(default_factory=list)
    cut: bool = False
    endless: set[str] = field(default_factory=set)  # names of elements that never end from here on
    _open: list[str] = field(default_factory=list)
    _skipped: Counter[str] = field(default_factory=Counter)
    _formatting: int = 0
    _seen: Counter[str] = field(default_factory=Counter)

    def words(self, text: str) -> None:
        """Write text between tags."""
        self._write(text.replace("<", "&lt;"))

    def tag(self, name: str, ends: bool, attributes: str) -> None:
        """Write a tag if it is one that may be shown."""
        self._seen["tags"] += 1
        self._seen["reopened"] += self._formatting
        if name not in TAGS:
            self._write("")
        elif ends:
            self._end(name)
        else:
            self._begin(name, attributes)

    def _begin(self, name: str, attributes: str) -> None:
        if name in NESTING:
            formatting = name in FORMATTING
            if len(self._open) >= DEEPEST or (formatting and self._formatting >= DEEPEST_FORMATTING):
                self._skipped[name] += 1
                return
            self._open.append(name)
            self._formatting += formatting
        self._write(f"<{name}{''.join(self._attributes(attributes))}>")

    def _end(self, name: str) -> None:
        if name in NESTING:
            if self._skipped[name]:
                self._skipped[name] -= 1
                return
            if name not in self._open:
                return
            del self._open[len(self._open) - 1 - self._open[::-1].index(name)]
            self._formatting -= name in FORMATTING
        self._write(f"</{name}>")

    def _attributes(self, written: str) -> list[str]:
        found: dict[str, str] = {}
        for attribute in list(ATTRIBUTE.finditer(written))[:MOST_ATTRIBUTES]:
            found.setdefault(attribute[1].lower(), attribute[2] or attribute[3] or attribute[4] or "")
        found.pop("class", None)
        name = self.sheet.class_of(unescape(found.pop("style", "")))
        if name is not None:
            found["class"] = name
        return [f' {attribute}="{escaped(value)}"' for attribute, value in found.items()]

    def _write(self, html: str) -> None:
        self._seen["entities"] += html.count("&")
        self.cut = self.cut or any(self._seen[kind] > most for kind, most in MOST.items())
        if not self.cut:
            self.out.append(html)


def canonical(html: str, sheet: Sheet) -> tuple[str, bool]:
    """Return HTML written anew, with its styles moved to the sheet, and whether some of it was left out."""
    written, place = Canonical(sheet), 0
    while place < len(html) and not written.cut:
        bracket = html.find("<", place)
        if bracket < 0:
            break
        written.words(html[place:bracket])
        place = _tag(html, bracket, written)
    if not written.cut:
        written.words(html[place:])
    return "".join(written.out), written.cut


def escaped(value: str) -> str:
    """Return an attribute's value fit to stand in quotation marks; entities stay what they are."""
    return value.replace('"', "&quot;").replace("<", "&lt;")


def _tag(html: str, place: int, written: Canonical) -> int:
    """Write what begins with a bracket; return where the rest begins."""
    comment = COMMENT.match(html, place)
    if comment:
        return comment.end()
    tag = TAG.match(html, place)
    if tag is None:
        if html[place + 1 : place + 2].isalpha() and html[place + 1].isascii():
            return len(html)  # a tag that never ends: nothing follows it
        written.words("<")
        return place + 1
    name = tag[2].lower()
    written.tag("div" if name == "body" else name, bool(tag[1]), tag[3])
    if name in UNSEEN and not tag[1] and name not in written.endless:
        return _after(html, tag.end(), name, written)
    return tag.end()


def _after(html: str, place: int, name: str, written: Canonical) -> int:
    """Return where an element that is not shown ends."""
    ending = re.compile(rf"</{name}(?=[\s/>])[^>]*+>?", re.IGNORECASE).search(html, place)
    if ending:
        return ending.end()
    written.endless.add(name)
    return len(html) if name in RAW else place
