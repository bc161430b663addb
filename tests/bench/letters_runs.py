"""Measures receiving: a mailbox of the lab loaded by Mailroom and by plain loops, in turn, a fresh process each."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import cattrs

from tests.background.receiving.maildir import HOST as INCOMING
from tests.background.receiving.maildir import Maildir
from tests.bench.jobs import LIMIT_S, REPOSITORY
from tests.bench.letters_loading import ADDRESS, HOST, PLACE, SECRET, Load
from tests.bench.letters_mailbox import START, fill, large_letter
from tests.bench.series import WrongResult
from tests.lab.lab import Lab

LETTERS = 5000
LARGE_MB = 30
BESIDE = 200  # letters around the large one
WHOSE = "anna@uspeh.test"


@dataclass(frozen=True)
class Receiving:
    """What came out: all loads of each kind, and one with a large letter in it."""

    letters: int
    megabytes: float
    ours: tuple[Load, ...]
    plain: tuple[Load, ...]
    keeping: tuple[Load, ...]
    bare: tuple[Load, ...]
    large: Load


def measured_receiving(lab: Lab, runs: int, letters: int = LETTERS) -> Receiving:
    """Load a mailbox again and again, each way in turn; then one with a large letter."""
    maildir = Maildir(lab, WHOSE)
    maildir.clear()
    size = fill(maildir, letters)
    load(lab, "bare")  # the server builds its index
    loads = [tuple(load(lab, way) for way in ("ours", "plain", "keeping", "bare")) for _ in range(runs)]
    maildir.clear()
    fill(maildir, BESIDE)
    maildir.put(large_letter(LARGE_MB), at=START)
    large = load(lab, "ours")
    maildir.clear()
    came = [one.letters for row in loads for one in row] + [large.letters]
    if came != [letters] * 4 * runs + [BESIDE + 1]:
        raise WrongResult(f"{letters} letters were to come, and {BESIDE + 1} at last; there came {came}")
    ours, plain, keeping, bare = zip(*loads, strict=True)
    return Receiving(letters, size / 1e6, ours, plain, keeping, bare, large)


def load(lab: Lab, way: str) -> Load:
    """Have a fresh process load the mailbox."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAILROOM_")}
    told = {HOST: INCOMING, ADDRESS: WHOSE, SECRET: lab.mailbox(WHOSE).password, PLACE: lab.network.of(INCOMING)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.letters_loading", way],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        cwd=REPOSITORY,
        env=clean | lab.environment() | told,
    )
    if done.returncode or not done.stdout:
        raise RuntimeError(f"the mailbox could not be loaded\n{done.stderr}")
    return cattrs.structure(json.loads(done.stdout), Load)
