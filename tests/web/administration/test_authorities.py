"""Certificate authorities on the network page: added after a look, refused with a reason, removed after asking."""

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.office_authority import OFFICE, Made, authorities_in, key_pem, make, signed_by_sha1
from tests.web.administration.office import journal
from tests.web.desk import database
from tests.web.visitor import Visitor, shown
from webapp.net.certificate_files import LARGEST, MOST_AT_ONCE
from webapp.storage.authorities import MOST_AUTHORITIES, add_authorities, authorities_pem
from webapp.storage.models import OfficeAuthority, User
from webapp.web.wording.certificates import fingerprint_words

NETWORK = "/administration/network"
ADD = f"{NETWORK}/authorities/new"
SECRET_LINE = "MIIEvQIBADANBgkqhkiG9w0B"


def text(*made: Made) -> str:
    return "".join(one.pem.decode() for one in made)


def stored(app: Flask) -> tuple[str, ...]:
    with database(app) as session:
        return authorities_pem(session)


def lay(app: Flask, admin: Visitor, *made: Made) -> None:
    """Let these be trusted already."""
    with database(app) as session:
        authorities = [authorities_in(one.pem, one.certificate.not_valid_before_utc)[0] for one in made]
        add_authorities(session, session.get_one(User, admin.user_id), authorities)
        session.commit()


def paste(admin: Visitor, typed: str) -> TestResponse:
    return admin.send(ADD, {"authority_text": typed})


def upload(admin: Visitor, content: bytes, name: str = "office.cer", **fields: str) -> TestResponse:
    data = {"csrf_token": admin.token(ADD), "authority_file": (BytesIO(content), name), **fields}
    return admin.browser.post(ADD, data=data, headers=admin.headers, buffered=True)


def asked(page: TestResponse) -> dict[str, str]:
    """Return the fields of the page that asks, as a browser sends them."""
    pem = re.search(r'<textarea name="authority_text" hidden>([^<]*)</textarea>', page.text)
    step = re.search(r'name="step" value="([^"]+)"', page.text)
    assert pem, shown(page)
    assert step
    return {"authority_text": html.unescape(pem[1]), "step": step[1]}


def confirm(admin: Visitor, page: TestResponse) -> TestResponse:
    return admin.send(ADD, asked(page))


def test_an_empty_list_says_what_an_authority_is_for(admin: Visitor) -> None:
    page = shown(admin.open(NETWORK))

    assert "Центры сертификации офиса" in page
    assert "для всех сотрудников сразу" in page
    assert "Пока ни одного" in page
    assert "MAILROOM_CA_FILE" not in page


def test_an_authority_is_shown_before_it_is_trusted(app: Flask, admin: Visitor) -> None:
    made = make(issuer=make("Root"))

    page = paste(admin, text(made))

    assert page.status_code == 200
    words = shown(page)
    for wanted in (
        f"Кому выдан {OFFICE} (ООО «Успех»)",
        "Кем выдан Root (ООО «Успех»)",
        "с 1 января 2020 г. по 1 января 2040 г.",
        fingerprint_words(made.sha256),
        "Сверьте отпечаток",
        "их пароли уйдут туда",
    ):
        assert wanted in words
    assert (stored(app), journal(app)) == ((), [])


@pytest.mark.parametrize("send", [paste, lambda admin, typed: upload(admin, typed.encode())])
def test_a_confirmed_authority_is_trusted_and_listed(
    app: Flask, admin: Visitor, send: Callable[[Visitor, str], TestResponse]
) -> None:
    made = make()

    done = confirm(admin, send(admin, text(made)))

    assert (done.status_code, done.location) == (303, NETWORK)
    assert stored(app) == (text(made),)
    assert journal(app) == ["authority-added"]
    page = shown(admin.open(NETWORK))
    assert f"Новые поиски и проверки доверяют центру сертификации: {OFFICE}." in page
    assert f"{OFFICE} действует с 1 января 2020 г. по 1 января 2040 г." in page
    assert fingerprint_words(made.sha256) in page
    assert "добавлено: Анна Петрова, " in page


def test_a_der_file_and_several_at_once_are_taken(app: Flask, admin: Visitor) -> None:
    first, second = make("First"), make("Second")

    confirm(admin, upload(admin, first.der))
    confirm(admin, paste(admin, text(first, second)))

    assert set(stored(app)) == {text(first), text(second)}


def test_what_comes_back_with_the_confirmation_is_read_and_checked_again(app: Flask, admin: Visitor) -> None:
    fields = asked(paste(admin, text(make())))
    leaf = make("mail.uspeh.test", ca=False, signs=False)

    for forged in (text(leaf), "hello", "", SECRET_LINE):
        answer = admin.send(ADD, {**fields, "authority_text": forged})
        assert answer.status_code == 422

    assert stored(app) == ()


CASES: list[tuple[Callable[[], str], str]] = [
    (lambda: "", "Вставьте сертификат или выберите его файл"),
    (lambda: " \r\n", "Вставьте сертификат или выберите его файл"),
    (lambda: "hello", "Сертификата здесь не видно"),
    (lambda: text(make())[:-40], "Сертификата здесь не видно"),
    (lambda: text(make("mail.uspeh.test", ca=False, signs=False)), "сертификат одного сервера, а не центра"),
    (lambda: text(make("mail.uspeh.test", ca=None, signs=None)), "для одной учётной записи"),
    (lambda: text(make(signs=False)), "нельзя подписывать другие"),
    (lambda: text(make(not_after=datetime(2021, 1, 1, tzinfo=UTC))), "истёк, и ручаться"),
    (lambda: text(make(key="rsa-1024")), "слишком короткий"),
    (lambda: text(signed_by_sha1(make(issuer=make("Root", key="rsa-2048")))), "устаревшим способом"),
    (lambda: text(*(make(f"N{number}") for number in range(MOST_AT_ONCE + 1))), "больше 10 сертификатов"),
    (lambda: "x" * LARGEST + "x", "больше 60 кБ"),
]


@pytest.mark.parametrize(("typed", "words"), CASES)
def test_what_is_not_taken_is_refused_with_its_own_sentence_at_the_field(
    app: Flask, admin: Visitor, typed: Callable[[], str], words: str
) -> None:
    answer = upload(admin, b"", "", authority_text=typed())

    assert answer.status_code == 422
    assert words in at_field(answer, "authority_text")
    assert shown(answer).count(words) == 2, "in the summary too"
    assert stored(app) == ()


@pytest.mark.parametrize(("typed", "words"), CASES[2:])
def test_a_file_is_refused_with_the_same_sentences_at_its_own_field(
    app: Flask, admin: Visitor, typed: Callable[[], str], words: str
) -> None:
    answer = upload(admin, typed().encode())

    assert answer.status_code == 422
    assert words in at_field(answer, "authority_file")
    assert text_shown(answer) == ""
    assert stored(app) == ()


def test_a_file_no_form_may_carry_is_refused_at_its_field_unread(app: Flask, admin: Visitor) -> None:
    answer = upload(admin, b"x" * 200_000)

    assert answer.status_code == 422
    assert "больше 60 кБ" in at_field(answer, "authority_file")


@pytest.mark.parametrize(
    "typed",
    [
        lambda: text(make()) + key_pem(make()).decode(),
        lambda: key_pem(make(), b"password").decode(),
        lambda: f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET_LINE}\n",
        lambda: text(make()) + f"-----begin private key-----{SECRET_LINE}",
    ],
)
@pytest.mark.parametrize("send", [paste, lambda admin, typed: upload(admin, typed.encode())])
def test_a_private_key_is_neither_kept_nor_shown_again(
    app: Flask, admin: Visitor, send: Callable[[Visitor, str], TestResponse], typed: Callable[[], str]
) -> None:
    sent = typed()

    answer = send(admin, sent)

    assert answer.status_code == 422
    assert "Здесь есть закрытый ключ" in shown(answer)
    assert not any(line in answer.text for line in sent.split() if len(line) > 20)
    assert stored(app) == ()


def test_what_stood_beside_a_certificate_is_not_shown_again(admin: Visitor) -> None:
    leaf = make("mail.uspeh.test", ca=False, signs=False)

    refused = paste(admin, f"PIN 4711\n{text(leaf)}{SECRET_LINE}")
    unreadable = paste(admin, f"{SECRET_LINE} hello")

    assert text_shown(refused).strip() == text(leaf).strip()
    assert text_shown(unreadable) == ""


def test_a_stale_page_costs_one_more_press_and_shows_nothing_secret(app: Flask, admin: Visitor) -> None:
    made = make()
    stale = {"csrf_token": "of yesterday"}

    good = admin.browser.post(ADD, data={**stale, "authority_text": text(made)}, headers=admin.headers)
    filed = admin.browser.post(
        ADD, data={**stale, "authority_file": (BytesIO(made.der), "office.der")}, headers=admin.headers
    )
    bad = admin.browser.post(ADD, data={**stale, "authority_text": key_pem(made).decode()}, headers=admin.headers)

    assert [answer.status_code for answer in (good, filed, bad)] == [422] * 3
    assert text_shown(good).strip() == text_shown(filed).strip() == text(made).strip()
    assert "PRIVATE" not in bad.text
    assert stored(app) == ()


def test_text_and_file_at_once_leave_open_which_is_meant(admin: Visitor) -> None:
    answer = upload(admin, make().pem, authority_text="hello")

    assert answer.status_code == 422
    assert "что-то одно" in at_field(answer, "authority_text")


def test_the_same_once_more_is_in_the_list_already(app: Flask, admin: Visitor) -> None:
    first, second = make("First"), make("Second")
    page = paste(admin, text(first))
    confirm(admin, page)

    again = paste(admin, text(first))
    twice = confirm(admin, page)
    told = shown(admin.open(NETWORK))
    mixed = paste(admin, text(first, second))

    assert again.status_code == 422
    assert "Центру «First» Mailroom уже доверяет." in at_field(again, "authority_text")
    assert twice.status_code == 303
    assert "Центру «First» Mailroom уже доверяет." in told
    assert shown(mixed).count("уже в списке") == 1
    assert journal(app) == ["authority-added"]


def test_an_office_keeps_a_list_one_can_look_through(app: Flask, admin: Visitor) -> None:
    lay(app, admin, *(make(f"Number {number}") for number in range(MOST_AUTHORITIES)))

    answer = confirm(admin, paste(admin, text(make("One more"))))

    assert answer.status_code == 422
    assert "не больше 50" in shown(answer)
    assert len(stored(app)) == MOST_AUTHORITIES


def test_what_begins_later_is_said_before_it_is_trusted(admin: Visitor) -> None:
    later = make(not_before=datetime(2039, 5, 1, tzinfo=UTC))

    page = paste(admin, text(later))

    assert page.status_code == 200
    assert "начнёт действовать 1 мая 2039 г." in shown(page)
    confirm(admin, page)
    assert "ещё не действует" in shown(admin.open(NETWORK))


def test_an_authority_that_ended_says_so_in_the_list(app: Flask, admin: Visitor) -> None:
    lay(app, admin, make(not_after=datetime(2021, 1, 1, tzinfo=UTC)))

    assert f"{OFFICE} истёк с 1 января 2020 г. по 1 января 2021 г." in shown(admin.open(NETWORK))


def test_removing_asks_first_and_is_done_once(app: Flask, admin: Visitor) -> None:
    gone, kept = make("Gone"), make("Kept")
    lay(app, admin, gone, kept)
    path = f"{NETWORK}/authorities/{gone.sha256}/remove"

    page = shown(admin.open(path))
    assert "Больше не доверять центру «Gone»?" in page
    assert fingerprint_words(gone.sha256) in page
    assert len(stored(app)) == 2
    token = admin.token(path)

    first = admin.browser.post(path, data={"csrf_token": token}, headers=admin.headers)
    done = shown(admin.open(NETWORK))
    second = admin.browser.post(path, data={"csrf_token": token}, headers=admin.headers)

    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, NETWORK)
    assert "больше не доверяют центру «Gone»" in done
    assert "в списке уже не было" in shown(admin.open(NETWORK))
    assert stored(app) == (text(kept),)
    assert journal(app) == ["authority-added", "authority-added", "authority-removed"]


@pytest.mark.parametrize("whose", ["0" * 64, "A" * 64, "x", "0" * 63, "%00"])
def test_an_authority_nobody_added_has_no_page(admin: Visitor, whose: str) -> None:
    assert admin.open(f"{NETWORK}/authorities/{whose}/remove").status_code == 404


def test_authorities_are_for_administrators(app: Flask, admin: Visitor, visitor: Visitor, colleague: Visitor) -> None:
    made = make()
    lay(app, admin, made)
    for path, fields in addresses(made).items():
        assert visitor.open(path).location == f"/sign-in?next={path}"
        assert colleague.open(path).status_code == 403
        assert colleague.send(path, fields, page="/profile").status_code == 403

    assert stored(app) == (text(made),)


def test_the_journal_tells_of_both_in_words(app: Flask, admin: Visitor) -> None:
    made = make()
    confirm(admin, paste(admin, text(made)))
    admin.send(f"{NETWORK}/authorities/{made.sha256}/remove")

    page = shown(admin.open("/journal"))

    assert f"Центр сертификации удалён {OFFICE} Отпечаток (SHA-256): {made.sha256}" in page
    assert f"Центр сертификации добавлен {OFFICE} " in page
    assert "Действует до: 1 янв. 2040" in page
    with database(app) as session:
        assert session.scalars(select(OfficeAuthority)).all() == []


def at_field(answer: TestResponse, name: str) -> str:
    """Return the words at a field, "" where there are none."""
    found = re.search(rf'<p class="field__error" id="{name}-error">(.*?)</p>', answer.text, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""


def text_shown(answer: TestResponse) -> str:
    """Return what stands in the text box."""
    found = re.search(r'<textarea[^>]*id="authority_text"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL)
    assert found
    return html.unescape(found[1]).strip()


def addresses(made: Made) -> Mapping[str, Mapping[str, str]]:
    return {
        ADD: {"authority_text": text(make("Other")), "step": "trust"},
        f"{NETWORK}/authorities/{made.sha256}/remove": {},
    }
