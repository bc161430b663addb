"""What an account accepts without anybody vouching for it: told in the section of security, and withdrawn there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web.desk import IMAP, SMTP, Desk, database
from tests.web.visitor import Visitor, shown
from webapp.net.problems import CertificateFacts
from webapp.storage.base import utc_now
from webapp.storage.models import AcceptedCertificate, Account

PINNED = replace(IMAP, pinned_sha256="ab" * 32)
RELAY = replace(SMTP, pinned_sha256="cd" * 32)
PLACE = "imap.uspeh.test:993"


def known(app: Flask, account_id: int, user_id: int) -> None:
    """Let it be known what was accepted, by whom and when."""
    now = utc_now()
    with database(app) as session:
        accepted = session.get_one(AcceptedCertificate, (account_id, PLACE))
        ends = now + timedelta(days=800)
        accepted.facts = CertificateFacts("CN=imap", "CN=Office CA,O=Успех", ("imap",), now, ends, accepted.sha256)
        accepted.accepted_by_id, accepted.accepted_at = user_id, now
        session.commit()


def accepts(app: Flask, account_id: int) -> set[str]:
    """Return where the account accepts a certificate."""
    with database(app) as session:
        return {one.place for one in session.get_one(Account, account_id).accepted}


def withdraw(person: Visitor, account_id: int, direction: str = "incoming", version: str = "1") -> TestResponse:
    """Press the button of the section."""
    page = f"/accounts/{account_id}/security"
    return person.send(f"/accounts/{account_id}/certificate", {"direction": direction, "version": version}, page=page)


def test_the_section_tells_what_is_accepted_since_when_and_how_long_it_holds(
    app: Flask, admin: Visitor, desk: Desk
) -> None:
    account_id = desk.account(incoming=PINNED)
    known(app, account_id, admin.user_id)

    text = shown(admin.open(f"/accounts/{account_id}/security"))

    assert "принят вручную, только для этой учётной записи" in text
    assert "AB:AB:AB" in text
    assert "Office CA (Успех)" in text
    assert "истекает через 2 года" in text
    assert "Анна Петрова, " in text
    assert text.count("Больше не принимать") == 1, "the other server is verified"
    assert "проверяется при каждом соединении" in text


def test_of_what_was_accepted_long_ago_the_fingerprint_is_told(admin: Visitor, desk: Desk) -> None:
    text = shown(admin.open(f"/accounts/{desk.account(incoming=PINNED)}/security"))

    assert "AB:AB:AB" in text
    assert "Кем выдан" not in text
    assert "Кто и когда принял" not in text


def test_another_account_that_shares_the_server_shows_no_trust(admin: Visitor, desk: Desk) -> None:
    first = desk.account(outgoing=RELAY)
    second = desk.account("info@uspeh.test", shares_outgoing_of=first)

    assert "CD:CD" in shown(admin.open(f"/accounts/{first}/security"))
    assert "CD:CD" not in shown(admin.open(f"/accounts/{second}/security"))


def test_trust_is_withdrawn_by_one_press(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(incoming=PINNED, outgoing=RELAY)

    answer = withdraw(admin, account_id)

    assert answer.location == f"/accounts/{account_id}/security"
    assert accepts(app, account_id) == {"smtp.uspeh.test:465"}
    text = shown(admin.open(f"/accounts/{account_id}/security"))
    assert "Сертификат больше не принимается." in text
    journal = shown(admin.open("/journal"))
    assert "Принятый вручную сертификат сервера входящей почты пусто" in journal.replace(":", "")


def test_somebody_who_was_quicker_is_told_and_nothing_is_withdrawn(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(incoming=PINNED, version=5)

    answer = withdraw(admin, account_id, version="4")

    assert answer.status_code == 422
    assert "Пока эта страница была открыта, учётную запись изменили" in shown(answer)
    assert accepts(app, account_id) == {PLACE}


@pytest.mark.parametrize("direction", ["", "both", "INCOMING"])
def test_only_a_server_the_account_has_is_meant(app: Flask, admin: Visitor, desk: Desk, direction: str) -> None:
    account_id = desk.account(incoming=PINNED)

    assert withdraw(admin, account_id, direction).status_code == 400
    assert accepts(app, account_id) == {PLACE}


def test_who_may_not_change_an_account_sees_it_and_withdraws_nothing(
    app: Flask, colleague: Visitor, desk: Desk
) -> None:
    account_id = desk.account(for_everyone=True, incoming=PINNED)

    page = shown(colleague.open(f"/accounts/{account_id}/security"))
    answer = colleague.send(
        f"/accounts/{account_id}/certificate", {"direction": "incoming", "version": "1"}, page="/profile"
    )

    assert "AB:AB:AB" in page
    assert "Больше не принимать" not in page
    assert answer.status_code == 403
    assert accepts(app, account_id) == {PLACE}
