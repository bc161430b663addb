"""Names of attachments that are safe to save under: no folder, no trick of direction, the ending kept."""

import re

from webapp.net.words import clean_words

LONGEST = 180  # bytes; file systems take 255, and programs put «(1)» into names
LONGEST_ENDING = 12
FORBIDDEN = re.compile(r'[<>:"|?*%]')  # in names of Windows; % begins what some browsers decode once more
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
ENDINGS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/rtf": ".rtf",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/pkcs7-signature": ".p7s",
    "application/pgp-signature": ".asc",
}


def safe_name(name: str, content_type: str, number: str) -> str:
    """Return a name to save an attachment under; made from its number and type where it has none."""
    visible = clean_words(name[max(name.rfind("/"), name.rfind("\\")) + 1 :], 1000).rstrip("…")
    plain = FORBIDDEN.sub("_", visible).strip(" .")
    if not plain:
        return f"attachment-{number.replace('.', '-')}{ending_of(content_type)}"
    plain = f"_{plain}" if RESERVED.match(plain) else plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return _cut(plain)
    return f"{_cut(stem)}.{ending}"


def ending_of(content_type: str) -> str:
    """Return the usual ending of a type of content, ".bin" where there is none."""
    return ENDINGS.get(content_type, ".bin")


def _cut(name: str) -> str:
    return name.encode()[:LONGEST].decode("utf-8", "ignore").rstrip(" .")
