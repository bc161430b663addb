"""Rank 2: PACC, a document whose digest the domain announces in its DNS (draft-ietf-mailmaint-pacc)."""

import base64
import binascii
import hashlib
from collections.abc import Iterable

from webapp.detection.documents.pacc import read_pacc
from webapp.detection.question import Question
from webapp.detection.sources.names import ask_txt
from webapp.detection.sources.published import concluded, read_fetched, shown
from webapp.detection.types import MailConfig, Source
from webapp.net.problems import Problem, ProblemKind, Trouble

VERSION = "uaac1"
ALGORITHM = "sha256"
DIGEST_SIZE = hashlib.sha256().digest_size
NOTHING_ANNOUNCED = frozenset({ProblemKind.NAME_NOT_FOUND, ProblemKind.NO_RECORD})


async def look_up(question: Question) -> MailConfig | None:
    """Fetch the document if the domain announces one, and use it only if it is the one announced."""
    url = f"https://ua-auto-config.{question.domain}/.well-known/user-agent-configuration.json"
    step = question.step(Source.PACC, url)
    try:
        digests = announced_digests(await ask_txt(question, f"_ua-auto-config.{question.domain}", step))
        fetched = await question.fetcher.fetch(url, witness=step) if digests else None
    except Trouble as trouble:
        missing = trouble.problem.kind in NOTHING_ANNOUNCED
        step.failed(Problem(ProblemKind.NO_RECORD, question.domain) if missing else trouble.problem)
        return None
    if fetched is None:
        step.failed(Problem(ProblemKind.NO_RECORD, question.domain))
        return None
    if hashlib.sha256(fetched.body).digest() not in digests:
        step.failed(Problem(ProblemKind.DIGEST_MISMATCH, f"ua-auto-config.{question.domain}"))
        return None
    document = await read_fetched(read_pacc, fetched, question.address)
    return concluded(document.as_config(Source.PACC, trusted=True, detail=shown(fetched.url)), step)


def announced_digests(texts: Iterable[str]) -> frozenset[bytes]:
    """Return the digests of `v=UAAC1; a=sha256; d=…` records; pure.

    There may be several, while a new document takes the place of the old one.
    """
    announced = map(_tags, texts)
    digests = (
        _digest(tags.get("d", ""))
        for tags in announced
        if tags.get("v", "").lower() == VERSION and tags.get("a", "").lower() == ALGORITHM
    )
    return frozenset(digest for digest in digests if digest is not None)


def _tags(text: str) -> dict[str, str]:
    """Return the tags of a record in the form of DKIM's (RFC 6376, 3.2): blanks mean nothing."""
    parts = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in parts}


def _digest(text: str) -> bytes | None:
    """Return a digest in base64 of either alphabet, padded or not, or in hexadecimal: publishers mix them up."""
    try:
        if len(text) == 2 * DIGEST_SIZE:
            return bytes.fromhex(text)
        bare = text.rstrip("=").replace("-", "+").replace("_", "/")
        digest = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (ValueError, binascii.Error):
        return None
    return digest if len(digest) == DIGEST_SIZE else None
