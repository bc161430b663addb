"""What is offered for a typed server name: known providers, blanks only, never with a password."""

import pytest

from tests.web.visitor import Visitor, shown
from webapp.detection.types import EnteredServer
from webapp.mail.settings import Protocol, Security
from webapp.web.outgoing_servers.suggesting import completed, known_hosts, suggestion_for

URL = "/outgoing-servers/suggestion"


def test_yandex_is_suggested_as_its_page_says() -> None:
    found = suggestion_for(" SMTP.Yandex.ru ")

    assert found is not None
    assert (found.host, found.port, found.security) == ("smtp.yandex.ru", 465, Security.TLS)


@pytest.mark.parametrize("typed", ["", "smtp.kontora.test", "imap.yandex.ru", "no name", "…"])
def test_nothing_is_suggested_for_what_is_not_known(typed: str) -> None:
    assert suggestion_for(typed) is None


def test_typed_values_are_never_overwritten() -> None:
    known = suggestion_for("smtp.yandex.ru")
    typed = EnteredServer(Protocol.SMTP, "smtp.yandex.ru", 587, Security.STARTTLS)
    half = EnteredServer(Protocol.SMTP, "smtp.yandex.ru", None, Security.STARTTLS)

    assert completed(typed, known) == typed
    assert completed(half, known) == half
    assert completed(typed, None) == typed


def test_the_list_under_the_field_names_the_usual_servers() -> None:
    hosts = dict(known_hosts())

    assert "smtp.yandex.ru" in hosts
    assert all("%" not in host for host in hosts)


def test_the_blanks_are_filled_in_place(admin: Visitor) -> None:
    answer = admin.open(f"{URL}?outgoing_host=smtp.yandex.ru&outgoing_port=&outgoing_security=")

    assert 'value="465"' in answer.text
    assert '<option selected value="tls">' in answer.text
    assert "порт 465, SSL/TLS." in shown(answer)
    assert "secret" not in answer.text


def test_what_was_typed_stays_and_the_usual_values_are_told(admin: Visitor) -> None:
    answer = admin.open(f"{URL}?outgoing_host=smtp.yandex.ru&outgoing_port=587&outgoing_security=starttls")

    assert 'value="587"' in answer.text
    assert "Очистите оба поля, чтобы взять эти значения." in shown(answer)


def test_an_unknown_name_gets_no_suggestion(admin: Visitor) -> None:
    answer = admin.open(f"{URL}?outgoing_host=smtp.kontora.test")

    assert answer.status_code == 200
    assert "порт 465" not in shown(answer)
