"""Styles of HTML letters: what may be said of colour, letters and places; nothing that fetches, covers or moves.

What is allowed goes into one sheet of ours, each set of declarations under a
class of its own. So the page that shows a letter needs no inline styles, and
its policy lets in nothing but this very sheet, known by its hash.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field

LONGEST_VALUE = 200
MOST_RULES = 5000
PROPERTIES = frozenset(
    "background background-color border border-collapse border-color border-radius border-spacing border-style"
    " border-width clear color direction display float font font-family font-size font-style font-variant font-weight"
    " height letter-spacing line-height list-style list-style-type margin max-width min-width padding table-layout"
    " text-align text-decoration text-indent text-transform vertical-align white-space width word-break word-spacing"
    " word-wrap overflow-wrap".split()
    + [f"{box}-{side}" for box in ("margin", "padding", "border") for side in ("top", "right", "bottom", "left")]
)
# No quotes, backslashes, colons or brackets but those of colours: nothing that could begin a URL or end a rule.
VALUE = re.compile(r"(?:(?:rgb|hsl)a?\([\d\s.,%/]{1,60}\)|[\w\s#%.,/+-])++")
IMPORTANT = re.compile(r"\s*!\s*important\s*\Z", re.IGNORECASE)


@dataclass
class Sheet:
    """The rules of one letter, each once."""

    rules: dict[str, str] = field(default_factory=dict)  # declarations -> class

    def class_of(self, style: str) -> str | None:
        """Return the class that stands for a style attribute, None if nothing of it is allowed."""
        declarations = allowed(style)
        if not declarations or (declarations not in self.rules and len(self.rules) >= MOST_RULES):
            return None
        return self.rules.setdefault(declarations, f"m{len(self.rules)}")

    def __str__(self) -> str:
        return "\n".join(f".{name}{{{declarations}}}" for declarations, name in self.rules.items())


def allowed(style: str) -> str:
    """Return the declarations of a style attribute that may stay."""
    kept: dict[str, str] = {}
    for declaration in style[:8000].split(";"):
        name, _, value = declaration.partition(":")
        if len(value) > 2 * LONGEST_VALUE:
            continue
        name, value = name.strip().lower(), IMPORTANT.sub("", value).replace('"', "").replace("'", "").strip()
        if name in PROPERTIES and len(value) <= LONGEST_VALUE and VALUE.fullmatch(value):
            kept[name] = " ".join(value.split())
    return ";".join(f"{name}:{value}" for name, value in kept.items())


def digest_of(sheet: str) -> str:
    """Return what a policy knows a sheet by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()}"
