"""`mailroom autoconfig`: what it prints about a document, and its exit codes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.detection.documents.samples import IMAP, PACC, SMTP, answer, document, protocol
from webapp.cli import main
from webapp.cli.document_text import SENTENCES
from webapp.detection.documents.types import FlawKind

ADDRESS = "anna@uspeh.test"
KEYS = ["outcome", "incoming", "outgoing", "redirect_url", "redirect_address", "problems"]
NO_USABLE_SERVER = {"kind": "no-usable-server", "place": None, "said": None}


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A good autoconfig document."""
    return written(tmp_path / "config.xml", document(IMAP, SMTP, name="Успех"))


def written(file: Path, body: bytes) -> str:
    file.write_bytes(body)
    return str(file)


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["autoconfig", *arguments], input=stdin)


def read(result: Result) -> list[dict[str, Any]]:
    """Return the objects that were printed, one a line."""
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(list(one) == KEYS for one in objects)
    return objects


def test_a_configuration_is_printed_as_one_object(good: str) -> None:
    result = run(good, ADDRESS, "--json")

    assert result.exit_code == 0
    assert read(result) == [
        {
            "outcome": "configuration",
            "incoming": [
                {
                    "protocol": "imap",
                    "host": "imap.uspeh.test",
                    "port": 993,
                    "security": "tls",
                    "username": ADDRESS,
                    "auth": ["password-cleartext"],
                }
            ],
            "outgoing": [
                {
                    "protocol": "smtp",
                    "host": "smtp.uspeh.test",
                    "port": 587,
                    "security": "starttls",
                    "username": "anna",
                    "auth": ["password-cleartext"],
                }
            ],
            "redirect_url": None,
            "redirect_address": None,
            "problems": [],
        }
    ]


@pytest.mark.parametrize(
    "username", ["", "<username/>", "<username>%EMAILADDRESS%</username>", "<username>%UNKNOWN%</username>"]
)
def test_a_missing_login_name_is_the_address(tmp_path: Path, username: str) -> None:
    unnamed = IMAP.replace("<username>%EMAILADDRESS%</username>", username)
    said = read(run(written(tmp_path / "x", document(unnamed)), ADDRESS, "--json"))[0]

    assert said["incoming"][0]["username"] == ADDRESS


def test_what_was_left_out_is_told_with_its_place(tmp_path: Path) -> None:
    file = written(tmp_path / "x", document(IMAP, IMAP.replace("993", "99999")))

    assert read(run(file, ADDRESS, "--json"))[0]["problems"] == [
        {"kind": "port-unusable", "place": "incomingServer 2", "said": "99999"}
    ]
    assert "incomingServer 2: left out: the port is missing or not a number" in run(file, ADDRESS).stdout


def test_autodiscover_and_pacc_are_read_when_asked_for(tmp_path: Path) -> None:
    pox = written(tmp_path / "a.xml", answer(protocol("IMAP", Server="imap.uspeh.test")))
    pacc = written(tmp_path / "p.json", json.dumps(PACC).encode())

    from_pox = run(pox, ADDRESS, "--kind", "autodiscover", "--json")
    from_pacc = run("--kind", "pacc", "--json", pacc, ADDRESS)

    assert (from_pox.exit_code, from_pacc.exit_code) == (0, 0)
    assert read(from_pox)[0]["incoming"][0]["host"] == read(from_pacc)[0]["incoming"][0]["host"] == "imap.uspeh.test"


def test_a_redirect_is_a_success(tmp_path: Path) -> None:
    file = written(tmp_path / "a.xml", answer("<RedirectAddr>anna@hoster.test</RedirectAddr>"))

    result = run(file, ADDRESS, "--kind", "autodiscover", "--json")
    text = run(file, ADDRESS, "--kind", "autodiscover")

    assert (result.exit_code, text.exit_code) == (0, 0)
    assert (read(result)[0]["outcome"], read(result)[0]["redirect_address"]) == ("redirect", "anna@hoster.test")
    assert "ask for anna@hoster.test" in text.stdout


def test_nothing_usable_is_a_failure(tmp_path: Path) -> None:
    file = written(tmp_path / "empty.xml", b"<clientConfig/>")

    result = run(file, ADDRESS, "--json")

    assert result.exit_code == 1
    assert read(result) == [
        dict.fromkeys(KEYS) | {"outcome": "nothing", "incoming": [], "outgoing": [], "problems": [NO_USABLE_SERVER]}
    ]
    assert "empty.xml: nothing usable" in run(file, ADDRESS).stdout


def test_several_files_are_one_object_a_line_in_their_order(tmp_path: Path, good: str) -> None:
    bad = written(tmp_path / "bad.xml", b"<html></html>")

    result = run(good, bad, good, ADDRESS, "--json")

    assert [one["outcome"] for one in read(result)] == ["configuration", "nothing", "configuration"]
    assert result.exit_code == 1
    assert run(good, good, ADDRESS).exit_code == 0


def test_the_content_type_helps_where_nothing_is_declared(tmp_path: Path) -> None:
    body = document(IMAP, name="Успех").decode().partition("?>")[2].encode("koi8-r")
    file = written(tmp_path / "x", body)

    assert "of Успех" in run(file, ADDRESS, "--content-type", "text/xml; charset=koi8-r").stdout


def test_a_document_may_come_on_standard_input() -> None:
    assert read(run("-", ADDRESS, "--json", stdin=document(IMAP)))[0]["outcome"] == "configuration"


def test_a_huge_file_is_nothing_usable(tmp_path: Path) -> None:
    file = tmp_path / "huge.xml"
    with file.open("wb") as opened:
        opened.truncate(1 << 32)

    assert read(run(str(file), ADDRESS, "--json"))[0]["problems"][0]["kind"] == "too-large"


def test_the_address_is_taken_as_the_name_server_knows_it(tmp_path: Path) -> None:
    file = written(tmp_path / "x", document(IMAP.replace("imap.uspeh.test", "imap.%EMAILDOMAIN%")))

    said = read(run(file, "anna@Успех.рф", "--json"))[0]

    assert said["incoming"][0]["host"] == "imap.xn--e1atfhn.xn--p1ai"


def test_text_tells_the_servers_the_name_and_the_notes(tmp_path: Path) -> None:
    body = document(IMAP.replace("password-cleartext", "OAuth2"), name="Успех")

    lines = run(written(tmp_path / "config.xml", body), ADDRESS).stdout.splitlines()

    assert lines[0].endswith("config.xml: configuration of Успех")
    assert lines[1:] == [
        "  incoming: imap imap.uspeh.test:993 tls, login anna@uspeh.test, oauth2",
        "  note: oauth-only",
    ]


@pytest.mark.parametrize("kind", FlawKind)
def test_every_complaint_has_a_sentence(kind: FlawKind) -> None:
    assert re.fullmatch(r"\S.*[^.]", SENTENCES[kind])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Missing argument"),
        (["{good}"], "Missing argument"),
        (["{good}", "anna"], "is not a mail address"),
        (["{good}", ADDRESS, "--kind", "carddav"], "is not one of"),
        (["{good}", ADDRESS, "--nonsense"], "No such option"),
        (["{good}.gone", ADDRESS], "does not exist"),
        (["{folder}", ADDRESS], "is a directory"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(good: str, arguments: list[str], complaint: str) -> None:
    result = run(*(part.format(good=good, folder=Path(good).parent) for part in arguments))

    assert result.exit_code == 2
    assert complaint in result.stderr
    assert result.stdout == ""
