"""Small copies of a provider database, as folders and zip files."""

import zipfile
from collections.abc import Mapping
from pathlib import Path


def document(*domains: str, host: str = "imap.hoster.test", port: int = 993) -> bytes:
    """Return a document for some domains with one incoming server."""
    named = "".join(f"<domain>{domain}</domain>" for domain in domains)
    return (
        f'<clientConfig version="1.1"><emailProvider id="{domains[0] if domains else "x"}">{named}'
        f'<incomingServer type="imap"><hostname>{host}</hostname><port>{port}</port><socketType>SSL</socketType>'
        "<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>"
        "</emailProvider></clientConfig>"
    ).encode()


FILES = {
    "uspeh.test.xml": document("uspeh.test", "www.uspeh.test"),
    "firma.test.xml": document("firma.test", "xn--80a1acny.test"),
    "ПОЧТА.xml": document("почта.test", "uspeh.test", host="imap.other.test"),
    "page.xml": b"<html><body>Not here</body></html>",
    "README.md": b"# About this database",
}


def folder(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder, with those below it they name."""
    for name, body in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    return path


def packed(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write files into a zip file, under whatever names."""
    with zipfile.ZipFile(path, "w", method) as opened:
        for name, body in files.items():
            opened.writestr(name, body)
    return path
