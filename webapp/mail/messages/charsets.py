"""Bytes of a letter as text: the charset it claims, the one it has, and no byte that stops us.

Claims are believed where they can be true. What claims nothing, or ASCII and
has other bytes, is UTF-8 if it can be, else Russian by the look of its words,
else Western European.
"""

import codecs
import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache

WESTERN = "cp1252"
CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")  # the likelier first
SAMPLE = 4 * 1024  # as much as a guess looks at
LABEL = re.compile(r"[a-z0-9_.:+-]{1,40}")
# What programs write and Python does not know, or knows as less than what is sent under that name (WHATWG Encoding).
ALIASES = {
    "us-ascii": "",
    "ascii": "",
    "ansi_x3.4-1968": "",
    "iso-8859-1": "",
    "iso8859-1": "",
    "iso_8859-1": "",
    "latin1": "",
    "latin-1": "",
    "unknown-8bit": "",
    "x-unknown": "",
    "binary": "",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "cp-1251": "cp1251",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "x-cp1251": "cp1251",
    "windows1251": "cp1251",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "x-koi8-r": "koi8-r",
    "x-mac-cyrillic": "mac-cyrillic",
    "macintosh": "mac-roman",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
}
# Only these are asked: Python's list holds ciphers, packers and codecs of quadratic cost as well.
CODECS = re.compile(
    r"utf-(8|7|16(-[bl]e)?|32(-[bl]e)?)|cp(12[5-9]\d|8\d\d|437|7\d\d|9\d\d|1006|1026|1140)|iso8859-\d+|koi8-[rut]"
    r"|mac-\w+|gb18030|hz|big5(hkscs)?|euc_\w+|iso2022_\w+|johab|tis-620|kz1048|ptcp154"
)
LETTERS = "оеаинтсрвлкмдпуяызьбгчйхжшюцщэфъёіїєґў"  # of Russian, the commonest first
PAIRS = re.compile("ст|но|то|на|ен|ов|ни|ра|во|ко|по|пр|ре|ос|ер|ли|ор|ет|ро|та|го|ан|ал|не|ат|де|ва|ри|ве|ив|ть|ом|ль")
LIKELIHOOD = {letter: 5 - place / 8 for place, letter in enumerate(LETTERS)}
STRANGER = -2.0  # a sign no Russian word has
FOREIGN = re.compile(rb"[\x80-\xff]+")
WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
BROKEN_CASE = re.compile(r"[а-яё][А-ЯЁ]")
LONE_SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")


def decode(data: bytes, claimed: str = "") -> str:
    """Return the bytes as text of the claimed charset, or of the one they look like."""
    codec = codec_of(claimed)
    if codec in (None, "utf-8"):
        with suppress(UnicodeDecodeError):
            return data.decode()
    if codec is None or (codec == "utf-8" and not _is_utf8(data) and _mostly_not_utf8(data)):
        codec = guess(data)
    return LONE_SURROGATES.sub("\ufffd", data.decode(codec, "replace"))


def tidy(text: str) -> str:
    """Return a text of several lines with line ends of one kind and no control characters."""
    return CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@lru_cache(maxsize=256)
def codec_of(label: str) -> str | None:
    """Return Python's name for a charset that may be believed, None if it says nothing or we have no such charset."""
    label = label.strip().strip("\"'").lower()
    label = ALIASES.get(label, label)
    if not LABEL.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return name if CODECS.fullmatch(name) else None


def guess(data: bytes) -> str:
    """Return the codec that bytes of an unknown charset look like."""
    if data.isascii() or _is_utf8(data):
        return "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = data[:SAMPLE]
    if not _has_foreign_words(sample):
        return WESTERN
    return max(CYRILLIC, key=lambda codec: _russian(sample.decode(codec, "replace")))


def _is_utf8(data: bytes) -> bool:
    """Tell whether it can be UTF-8; the last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_not_utf8(data: bytes) -> bool:
    """Tell whether a claim of UTF-8 is plainly false, not a slip in one character."""
    sample = data[:SAMPLE]
    broken = sample.decode("utf-8", "replace").count("\ufffd")
    return broken * 3 > _length(FOREIGN.findall(sample))


def _has_foreign_words(sample: bytes) -> bool:
    """Tell words of another script from Latin ones with an accent here and there."""
    foreign = _length(word for word in WORD.findall(sample) if FOREIGN.fullmatch(word))
    return foreign > 1 and foreign * 2 > _length(FOREIGN.findall(sample))


def _russian(text: str) -> float:
    """Return how likely a Russian text is."""
    foreign = [character for character in text if character > "\x7f"]
    likely = sum(LIKELIHOOD.get(character.lower(), STRANGER) for character in foreign)
    shouted = sum(character.isupper() for character in foreign)
    return likely + 2 * len(PAIRS.findall(text.lower())) - shouted / 2 - 3 * len(BROKEN_CASE.findall(text))


def _length(runs: Iterable[bytes]) -> int:
    return sum(len(run) for run in runs)
