"""What is said at a field nobody filled in: the value it is about, and nothing to correct that was never typed."""

from datetime import UTC, datetime

from tests.web.desk import Desk
from tests.web.visitor import Visitor, shown
from webapp.net.problems import CertificateFacts, Problem, ProblemKind

SILENT = Problem(ProblemKind.CONNECTION_TIMED_OUT, "imap.uspeh.test", 993)
CERTIFICATE = CertificateFacts(
    "CN=x",
    "CN=y",
    ("mail.kontora.test",),
    datetime(2024, 1, 1, tzinfo=UTC),
    datetime(2034, 1, 1, tzinfo=UTC),
    "ab" * 32,
)
WRONG_NAME = Problem(ProblemKind.CERTIFICATE_WRONG_NAME, "imap.uspeh.test", 993, certificate=CERTIFICATE)


def test_a_blank_field_proposes_the_server_its_error_is_about(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{desk.failed(SILENT)}").text

    assert 'placeholder="imap.uspeh.test"' in page


def test_who_typed_nothing_is_told_to_correct_no_port(admin: Visitor, desk: Desk) -> None:
    page = shown(admin.open(f"/runs/{desk.failed(SILENT)}"))

    assert "Исправьте порт" not in page
    assert "Впишите имя сервера, которое сообщил провайдер" in page


def test_a_certificate_of_another_name_is_told_with_that_name(admin: Visitor, desk: Desk) -> None:
    page = shown(admin.open(f"/runs/{desk.failed(WRONG_NAME)}"))

    assert "выдан на другое имя: mail.kontora.test." in page


def test_an_address_that_cannot_stay_is_not_said_to_stay(admin: Visitor) -> None:
    page = shown(admin.send("/accounts/new", {"address": "anna@uspeh,test", "secret": "x"}, page="/accounts/new"))

    assert "Исправить на anna@uspeh.test" in page
    assert "оставит как есть" not in page
