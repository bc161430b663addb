"""`make run` on a fresh clone: one command, and the set-up page answers; nothing is left anywhere else."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.browser.served import read_until

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"(http://127\.0\.0\.1:\d+/setup/\S+)\s")
INSTALLING_S = 180
UNREACHABLE = ("No matching distribution", "Temporary failure in name resolution", "Failed to establish")
OWN = (".venv/", "instance/", ".ruff_cache/", ".mypy_cache/", ".pytest_cache/")


def git(folder: Path, *arguments: str) -> str:
    """Return what git says in a folder."""
    said = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return said.stdout


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone of what is committed, as a newcomer gets it."""
    if not (ROOT / ".git").exists() or not shutil.which("make"):
        pytest.skip("this is no clone, or there is no make")
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(ROOT), str(folder))
    return folder


@pytest.fixture
def newcomer(tmp_path: Path) -> Mapping[str, str]:
    """Return the environment of somebody with an empty home; downloads may come out of this machine's cache."""
    places = {name: str(tmp_path / name) for name in ("home", "tmp")}
    for place in places.values():
        Path(place).mkdir()
    cache = subprocess.run(
        [sys.executable, "-m", "pip", "cache", "dir"], capture_output=True, text=True, check=True
    ).stdout.strip()
    kept = {
        name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "http", "HTTP", "no_"))
    }
    return kept | {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": places["home"],
        "TMPDIR": places["tmp"],
        "PIP_CACHE_DIR": cache,
        "MAILROOM_LISTEN": "127.0.0.1:0",
    }


@pytest.fixture
def running(clone: Path, newcomer: Mapping[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Return `make run`, at work."""
    python = Path(sys.base_prefix, "bin", "python3")
    with (tmp_path / "make.log").open("w") as log:
        process = subprocess.Popen(
            ["make", "run", f"PYTHON={python}"],
            cwd=clone,
            env=dict(newcomer),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_make_run_alone_leads_to_the_set_up_page_and_writes_nothing_elsewhere(
    running: subprocess.Popen[str], clone: Path, newcomer: Mapping[str, str], tmp_path: Path
) -> None:
    link = link_of(running, tmp_path / "make.log")

    with urllib.request.urlopen(link, timeout=30) as page:  # noqa: S310
        assert "<form" in page.read().decode()

    written = [line.split(maxsplit=1)[1] for line in git(clone, "status", "--porcelain", "--ignored").splitlines()]
    assert [path for path in written if not path.startswith(OWN) and "__pycache__" not in path] == []
    assert list(Path(newcomer["HOME"]).iterdir()) == list(Path(newcomer["TMPDIR"]).iterdir()) == []
    instance = clone / "instance"
    assert instance.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o077 for path in instance.iterdir() if path.name != ".gitignore"} == {0}


def link_of(running: subprocess.Popen[str], log: Path) -> str:
    """Return the set-up link once it is printed; without a network there is nothing to install from."""
    assert running.stdout is not None
    try:
        said = read_until(running.stdout, LINK, log, INSTALLING_S)
    except AssertionError as failed:
        if os.environ.get("CI") != "true" and any(sign in str(failed) for sign in UNREACHABLE):
            pytest.skip("pip reaches no package index from here, so nothing can be installed")
        raise
    found = LINK.search(said)
    assert found
    return found[1]
