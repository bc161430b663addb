"""Fill a document's placeholders with the parts of an address; pure."""

import re

PLACEHOLDER = re.compile(r"%([A-Z]+)%")


def filled_in(text: str, address: str) -> str | None:
    """Return the text for one address, or None if it needs something we do not know.

    One pass: a percent expression inside the address itself stays as it is.
    """
    local, _, domain = address.rpartition("@")
    parts = {"EMAILADDRESS": address, "EMAILLOCALPART": local, "EMAILDOMAIN": domain}
    if any(name not in parts for name in PLACEHOLDER.findall(text)):
        return None
    return PLACEHOLDER.sub(lambda match: parts[match[1]], text)
