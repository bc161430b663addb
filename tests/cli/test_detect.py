"""`mailroom detect`: what it prints, and its exit codes."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.lab.lab import Lab
from webapp.cli import main

KEYS = ["outcome", "seconds", "seconds_proved", "incoming", "outgoing", "source", "trusted", "verified", "steps"]


def run(lab: Lab, *arguments: str, password: str | None = None) -> Result:
    """Call the command with the lab's settings."""
    given = None if password is None else password + "\n"
    return CliRunner().invoke(main, ["detect", *arguments], input=given, env=lab.environment())


def read(result: Result) -> dict[str, Any]:
    """Return the one object that was printed."""
    parsed = json.loads(result.stdout)
    assert list(parsed) == KEYS
    return dict(parsed)


def test_a_found_address_is_printed_as_one_object(lab: Lab) -> None:
    result = run(lab, "anna@uspeh.test", "--json")

    said = read(result)
    assert result.exit_code == 0
    assert said["outcome"] == "found"
    assert said["incoming"][0] == {
        "protocol": "imap",
        "host": "korob-17.uspeh.test",
        "port": 993,
        "security": "tls",
        "username": "anna@uspeh.test",
        "auth": ["password-cleartext", "password-encrypted"],
    }
    assert said["outgoing"][0]["host"] == "gonec-42.uspeh.test"
    assert (said["source"], said["trusted"], said["verified"]) == ("autoconfig", True, False)
    assert 0 < said["seconds_proved"] <= said["seconds"]
    assert {step["state"] for step in said["steps"]} <= {"ok", "failed", "skipped", "warning"}


def test_the_ladder_is_printed_as_text(lab: Lab) -> None:
    result = run(lab, "anna@guess.test")

    assert result.exit_code == 0
    assert "imap imap.guess.test:993 tls" in result.stdout
    assert "found after" in result.stdout
    assert "incoming: imap imap.guess.test:993 tls, login anna@guess.test (from guess)" in result.stdout


def test_with_the_password_both_logins_are_made_and_no_letter_is_sent(lab: Lab) -> None:
    lab.empty("anna@uspeh.test")
    result = run(lab, "anna@uspeh.test", "--password-stdin", "--json", password=lab.mailbox("anna@uspeh.test").password)

    said = read(result)
    assert (result.exit_code, said["outcome"], said["verified"]) == (0, "found", True)
    states = {step["key"]: step["state"] for step in said["steps"] if step["group"] == "verify"}
    assert states == {"verify:incoming": "ok", "verify:outgoing": "ok"}
    assert lab.letters("anna@uspeh.test") == []


def test_a_wrong_password_is_login_refused_and_appears_nowhere(lab: Lab) -> None:
    mark = lab.mark()
    result = run(lab, "anna@uspeh.test", "--password-stdin", "--json", password="ne-tot-parol-99")

    said = read(result)
    assert (result.exit_code, said["outcome"], said["verified"]) == (1, "login-refused", False)
    assert said["incoming"]
    assert len(lab.refused_logins(mark)) <= 2
    assert "ne-tot-parol-99" not in result.output


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("anna@mx.test", "needs-consent"),
        ("anna@halfway.test", "half-found"),
        ("anna@untrusted.test", "not-found"),
        ("anna@plain.test", "needs-consent"),
    ],
)
def test_only_found_is_a_success(lab: Lab, address: str, outcome: str) -> None:
    result = run(lab, address, "--json")

    assert (result.exit_code, read(result)["outcome"]) == (1, outcome)


def test_without_consent_the_password_stays_at_home(lab: Lab) -> None:
    result = run(lab, "anna@mx.test", "--password-stdin", "--json", password=lab.mailbox("anna@hoster.test").password)

    said = read(result)
    assert said["outcome"] == "needs-consent"
    assert not [step for step in said["steps"] if step["group"] == "verify"]


def test_consent_may_be_given_in_advance(lab: Lab) -> None:
    result = run(lab, "anna@mx.test", "--consent", "--json")

    said = read(result)
    assert (result.exit_code, said["outcome"], said["trusted"]) == (0, "found", False)


def test_consent_in_advance_is_no_consent_to_a_plain_login(lab: Lab) -> None:
    result = run(lab, "anna@plain.test", "--consent", "--json")

    assert (result.exit_code, read(result)["outcome"]) == (1, "needs-consent")


def test_at_the_time_out_what_is_proved_is_printed(lab: Lab) -> None:
    result = run(lab, "anna@silent.test", "--timeout", "0.5", "--json")

    said = read(result)
    assert (result.exit_code, said["outcome"]) == (1, "not-found")
    assert {"out-of-time"} <= {step["problem"]["kind"] for step in said["steps"] if step["problem"]}


@pytest.mark.parametrize(
    "text",
    ["anna", "anna@", "@uspeh.test", "anna@uspeh", "a b@uspeh.test", "anna@127.0.0.1", "anna@-.test", "a@b@c.test"],
)
def test_a_text_that_is_no_address_is_wrong_usage(text: str) -> None:
    result = CliRunner().invoke(main, ["detect", text])

    assert result.exit_code == 2
    assert "is not a mail address" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("wrong", [["--timeout", "0"], ["--timeout", "soon"], ["--nonsense"], ["more"]])
def test_wrong_options_are_wrong_usage(wrong: list[str]) -> None:
    assert CliRunner().invoke(main, ["detect", "anna@uspeh.test", *wrong]).exit_code == 2


def test_a_missing_password_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["detect", "anna@uspeh.test", "--password-stdin"], input="")

    assert result.exit_code == 2
    assert "no password" in result.stderr


def test_an_inner_network_is_refused_without_the_administrators_leave(lab: Lab) -> None:
    environment = {**lab.environment(), "MAILROOM_ALLOWED_NETWORKS": ""}
    result = CliRunner().invoke(main, ["detect", "anna@guess.test", "--json"], env=environment)

    kinds = {step["problem"]["kind"] for step in read(result)["steps"] if step["group"] == "probe" and step["problem"]}
    assert "target-refused" in kinds
    assert result.exit_code == 1


def test_ctrl_c_prints_what_is_proved(lab: Lab) -> None:
    """The search hangs on silent hosts; the first line of its ladder tells that it has begun."""
    command = [sys.executable, "-u", "-m", "webapp.cli", "detect", "anna@silent.test"]
    environment = {**os.environ, **lab.environment()}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.readline()

        run.send_signal(signal.SIGINT)
        rest = run.stdout.read()
        complaints = run.stderr.read()

    assert run.returncode == 1
    assert "stopped after" in rest
    assert complaints == ""
