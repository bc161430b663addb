"""The demo starts, prints a link that works, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest

from tests.lab import news
from tests.lab.demo import SETUP_PATH
from tests.lab.lab import Lab
from tests.lab.processes import children, session_of


@pytest.fixture
def demo(lab: Lab) -> Iterator[subprocess.Popen[str]]:
    """Return a starting demo in a session of its own; the fixture `lab` tells whether it can run here."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.lab.demo"],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        yield running
        running.kill()


def test_the_demo_prints_a_working_link_and_two_mailboxes_and_ends_cleanly(demo: subprocess.Popen[str]) -> None:
    assert demo.stdout is not None
    said = []
    for line in demo.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    [link] = [line.strip() for line in said if SETUP_PATH in line]
    assert sum("teploe-leto-41" in line or "tihaya-gavan-52" in line for line in said) == 2

    with urllib.request.urlopen(link, timeout=30) as page:  # noqa: S310 -- our own link
        assert page.status == 200
        assert "<form" in page.read().decode()

    servers = children(demo.pid)
    demo.send_signal(signal.SIGINT)

    assert demo.wait(20) == 0
    of_news = 2 if news.NNRPD.exists() else 0
    assert len(servers) == 4 + of_news  # Dovecot, Postfix, Mailroom, and the watcher over them
    assert not any(session_of(pid) for pid in servers)
