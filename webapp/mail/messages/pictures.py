"""Pictures among the words of a letter: those it brings along, as data URIs; never one that had to be fetched."""

import base64
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from webapp.mail.messages.content import bytes_of
from webapp.mail.messages.structure import Structure
from webapp.mail.messages.words import base64_bytes

LARGEST = 5 * 1024 * 1024
LARGEST_TOGETHER = 15 * 1024 * 1024
# Known by their first bytes, whatever the letter calls them. Not SVG, which is a document.
BEGINNINGS = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
)
DATA = re.compile(r"data:image/[a-z.+-]{1,20};base64,", re.IGNORECASE)


@dataclass
class Pictures:
    """The pictures of one letter, as far as there is room for them."""

    raw: bytes = field(repr=False)
    structure: Structure = field(repr=False)
    room: int = LARGEST_TOGETHER

    def source_of(self, source: str) -> str | None:
        """Return what the `src` of a picture becomes, None if it is not shown."""
        source = source.strip()
        if source[:4].lower() == "cid:":
            return self._shown(self._called(unquote(source[4:])))
        data = DATA.match(source)
        if data and len(source) <= LARGEST * 3 // 2:
            return self._shown(base64_bytes(source[data.end() :].encode("ascii", "ignore")))
        return None

    def _called(self, name: str) -> bytes:
        for one in self.structure.attachments:
            if one.content_id and one.content_id == name and one.size <= LARGEST:
                return bytes_of(self.raw, one.part, LARGEST)
        return b""

    def _shown(self, data: bytes) -> str | None:
        kind = next((kind for kind, beginning in BEGINNINGS if beginning.match(data)), None)
        self.room -= len(data)
        if kind is None or self.room < 0:
            return None
        return f"data:{kind};base64,{base64.b64encode(data).decode()}"
