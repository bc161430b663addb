"""Decide why a mail server answered as it did, from the rules of `causes.toml`. Pure; never raises.

The most exact code of a reply speaks first (RFC 5530, RFC 2449 with RFC 3206,
RFC 3463 with RFC 5248, RFC 3977), then its plainer ones; words only tell apart
what one code lumps together, so no rule goes by words alone.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from webapp.mail.settings import Protocol
from webapp.net.cause import Cause

RULES_FILE = Path(__file__).with_name("causes.toml")
LONGEST_JUDGED = 2000  # characters; what decides stands in front, and a server could talk for ever

# What a reply begins with: its codes, the most exact one in the last group.
CODES = {
    Protocol.SMTP: re.compile(r"([2-5])([0-9]{2})(?![0-9])[ -]?(?:([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.]))?"),
    Protocol.NNTP: re.compile(r"([1-5])([0-9]{2})(?![0-9])()"),
    Protocol.POP3: re.compile(r"()(-ERR|\+OK)(?![^ ])(?: *\[([A-Z][A-Z0-9/_-]{0,40})[^\]]*\])?", re.IGNORECASE),
    Protocol.IMAP: re.compile(r"()(NO|BAD|BYE|OK|PREAUTH)(?![^ ])(?: *\[([^\] ]{1,40})[^\]]*\])?", re.IGNORECASE),
}


class Step(StrEnum):
    """Where in a conversation a reply comes; the same code means other things at other steps."""

    GREETING = "greeting"
    ABILITIES = "abilities"
    STARTTLS = "starttls"
    LOGIN = "login"
    FOLDER = "folder"
    SENDER = "sender"
    RECIPIENT = "recipient"
    LETTER = "letter"


@dataclass(frozen=True)
class Reply:
    """What a server said at one step: status word or code in front, no IMAP tag, further lines without their codes."""

    protocol: Protocol
    step: Step
    text: str


@dataclass(frozen=True)
class Finding:
    """The cause, and whether a password may have been found wrong: False only where the reply rules it out."""

    cause: Cause = Cause.GENERAL
    password_judged: bool = True


@dataclass(frozen=True)
class Rule:
    """One entry of the file: what a reply must have for the finding to hold."""

    finding: Finding
    protocols: frozenset[Protocol]
    steps: frozenset[Step]
    codes: frozenset[str]
    words: re.Pattern[str] | None  # None: the code alone says it

    def fits(self, reply: Reply, code: str, words: str) -> bool:
        """Tell whether the rule speaks of this code of a reply."""
        if code not in self.codes or reply.step not in self.steps or reply.protocol not in self.protocols:
            return False
        return self.words is None or self.words.search(words) is not None


def finding_of(reply: Reply) -> Finding:
    """Return what the first fitting rule for the most exact known code says; of two for one code, the upper one.

    Where we do not know, it is the general finding.
    """
    text = " ".join(reply.text[:LONGEST_JUDGED].split())
    found = CODES[reply.protocol].match(text)
    if found is None:
        return Finding()
    words = text[found.end() :].casefold()
    fitting = (rule for code in _codes(found) for rule in rules() if rule.fits(reply, code, words))
    return next((rule.finding for rule in fitting), Finding())


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of the file, read once."""
    written = tomllib.loads(RULES_FILE.read_text(encoding="utf-8"))
    return tuple(_rule(entry, written["groups"]) for entry in written["rule"])


def _codes(found: re.Match[str]) -> tuple[str, ...]:
    """Return the codes of a reply, the most exact first: `5.7.8`, `535`, `5xx`; `AUTHENTICATIONFAILED`, `NO`."""
    digit, rest, exact = found.groups()
    plain = (digit + rest, digit + "xx") if digit else (rest.upper(),)
    return (exact.upper(), *plain) if exact else plain


def _rule(entry: dict[str, Any], groups: dict[str, list[str]]) -> Rule:
    named = [code for name in entry["codes"] for code in groups.get(name, [name])]
    whole, words = entry.get("whole", []), entry.get("words", [])
    patterns = [rf"\A\W*{re.escape(text)}\W*\Z" for text in whole] + [rf"(?<!\w){re.escape(text)}" for text in words]
    return Rule(
        Finding(Cause(entry["cause"]), entry.get("password_judged", True)),
        frozenset(map(Protocol, entry.get("protocols", Protocol))),
        frozenset(map(Step, entry.get("steps", Step))),
        frozenset(code for name in named for code in _spelled_out(name)),
        re.compile("|".join(patterns)) if patterns else None,
    )


def _spelled_out(code: str) -> list[str]:
    """Return the codes meant by `x.7.20-30`: temporary and permanent (4, 5), and every number of the range."""
    kinds = [code.replace("x", digit, 1) for digit in "45"] if code.startswith("x.") else [code]
    ranged = re.fullmatch(r"(.+\.)(\d+)-(\d+)", kinds[0])
    if ranged is None:
        return kinds
    numbers = range(int(ranged[2]), int(ranged[3]) + 1)
    return [f"{kind.rpartition('.')[0]}.{number}" for kind in kinds for number in numbers]
