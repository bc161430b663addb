"""What was fetched is read, wherever the work is done."""

import asyncio
import threading

import pytest

from tests.detection.documents.samples import ADDRESS, IMAP, document
from webapp.detection.documents.autoconfig import read_autoconfig
from webapp.detection.documents.types import Document
from webapp.detection.sources.published import QUICKLY_READ, read_fetched
from webapp.net.http import Fetched


@pytest.mark.parametrize("padding", [0, QUICKLY_READ])
def test_a_document_that_may_take_long_is_read_beside_the_loop(padding: int) -> None:
    readers_thread: list[int] = []

    def reader(body: bytes, content_type: str | None, address: str) -> Document:
        readers_thread.append(threading.get_ident())
        return read_autoconfig(body, content_type, address)

    body = document(IMAP, " " * padding)
    found = asyncio.run(read_fetched(reader, Fetched("https://uspeh.test/", 200, "text/html", body), ADDRESS))

    assert found == read_autoconfig(document(IMAP), None, ADDRESS)
    assert (readers_thread == [threading.get_ident()]) is (padding == 0)
