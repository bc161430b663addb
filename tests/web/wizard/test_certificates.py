"""The page of a certificate: all that is wrong in plain sentences, whose it is, what changed, what else can be done."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.web.desk import DOUBTFUL, FOUND, IMAP, SMTP, Desk, database
from tests.web.runs.changing import lay_change
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Consent, Entered, EnteredServer, Findings, Outcome, OutcomeKind, Source
from webapp.mail.settings import Protocol, Security
from webapp.net.problems import CertificateFacts, Problem, ProblemKind
from webapp.storage.base import utc_now
from webapp.storage.models import Run, RunPurpose

HOST = "mail.uspeh.ru"
NOW = utc_now()
LETS_ENCRYPT = "CN=R11,O=Let's Encrypt,C=US"
GOOD = CertificateFacts(
    subject=f"CN={HOST}",
    issuer=LETS_ENCRYPT,
    names=(HOST,),
    not_before=NOW - timedelta(days=100),
    not_after=NOW + timedelta(days=800),
    sha256="ab" * 32,
    key_sha256="12" * 32,
)
EXPIRED = replace(GOOD, not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=datetime(2020, 3, 3, tzinfo=UTC))
EARLY = replace(GOOD, not_before=datetime(2090, 5, 9, 12, tzinfo=UTC), not_after=datetime(2091, 5, 9, tzinfo=UTC))
HOSTERS = replace(GOOD, subject="CN=*.hoster.ru,O=Хостер", names=("*.hoster.ru", "hoster.ru"))
OWN = replace(GOOD, issuer=GOOD.subject)
RENEWED = replace(GOOD, sha256="cd" * 32, not_after=NOW + timedelta(days=1200))
PIN = {f"{HOST}:993": GOOD.sha256}


def met(kind: ProblemKind, facts: CertificateFacts | None, host: str = HOST) -> Problem:
    """Return the problem a server with this certificate ends with."""
    return Problem(kind, host, 993, certificate=facts)


WRONG_NAME = met(ProblemKind.CERTIFICATE_WRONG_NAME, HOSTERS)
UNKNOWN = met(ProblemKind.CERTIFICATE_UNKNOWN_ISSUER, GOOD)
CHANGED = met(ProblemKind.CERTIFICATE_CHANGED, RENEWED)


def consented(desk: Desk, problem: Problem, consent: Consent) -> str:
    """Lay down a search that met a certificate where another one had been accepted."""
    run_id = desk.failed(problem)
    with database(desk.app) as session:
        session.get_one(Run, run_id).consent = consent
        session.commit()
    return run_id


@pytest.mark.parametrize(
    ("problem", "ru", "en"),
    [
        (
            met(ProblemKind.CERTIFICATE_EXPIRED, EXPIRED),
            "Срок действия истёк 3 марта 2020",
            "It expired on March 3, 2020",
        ),
        (
            met(ProblemKind.CERTIFICATE_NOT_YET_VALID, EARLY),
            "Начнёт действовать только 9 мая 2090",
            "It is valid only from May 9, 2090",
        ),
        (
            WRONG_NAME,
            f"Выдан для *.hoster.ru, hoster.ru, а не для {HOST}.",
            f"It was issued for *.hoster.ru, hoster.ru and not for {HOST}.",
        ),
        (
            met(ProblemKind.CERTIFICATE_SELF_SIGNED, OWN),
            "Сервер подписал сертификат сам",
            "The server signed it itself",
        ),
        (
            UNKNOWN,
            "Издатель «R11 (Let's Encrypt)» программе не известен.",
            "Its issuer, “R11 (Let's Encrypt)”, is not known",
        ),
        (met(ProblemKind.CERTIFICATE_INVALID, GOOD), "Проверка не пройдена", "It did not pass"),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Problem) else "",
)
def test_each_fault_is_one_sentence_on_the_page(admin: Visitor, desk: Desk, problem: Problem, ru: str, en: str) -> None:
    run_id = desk.failed(problem)

    for language, words in (("ru", ru), ("en", en)):
        admin.headers["Accept-Language"] = language
        assert words in shown(admin.open(f"/runs/{run_id}/consent"))


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (met(ProblemKind.CERTIFICATE_EXPIRED, EXPIRED), ["Срок действия истёк 3 марта 2020"]),
        (UNKNOWN, ["Издатель «R11 (Let's Encrypt)» программе не известен."]),
        (met(ProblemKind.CERTIFICATE_SELF_SIGNED, replace(OWN, names=("other.test",))), ["Выдан для other.test"]),
        (met(ProblemKind.CERTIFICATE_SELF_SIGNED, OWN), []),
        (WRONG_NAME, []),
        (met(ProblemKind.CERTIFICATE_EXPIRED, None), []),
    ],
)
def test_the_complaint_tells_what_its_own_sentence_leaves_out(
    admin: Visitor, desk: Desk, problem: Problem, words: list[str]
) -> None:
    page = admin.open(f"/runs/{desk.failed(problem)}")

    told = page.text.partition('class="complaints__faults"')[2].partition("</ul>")[0]
    assert told.count("<li>") == len(words)
    assert all(one in shown(page) for one in words)


def test_everything_wrong_is_told_at_once(admin: Visitor, desk: Desk) -> None:
    worst = replace(EXPIRED, names=("other.test",))
    run_id = desk.failed(met(ProblemKind.CERTIFICATE_UNKNOWN_ISSUER, worst))

    text = shown(admin.open(f"/runs/{run_id}/consent"))

    for words in ("Срок действия истёк", "Выдан для other.test, а не", "программе не известен"):
        assert words in text


def test_owner_and_issuer_are_told_as_people_say_them_and_in_full_under_the_details(admin: Visitor, desk: Desk) -> None:
    text = shown(admin.open(f"/runs/{desk.failed(UNKNOWN)}/consent"))

    assert f"Кому выдан {HOST} Кем выдан R11 (Let's Encrypt)" in text
    assert "(истекает через 2 года)" in text
    assert f"Подробности Владелец полностью CN={HOST} Издатель полностью {LETS_ENCRYPT}" in text
    assert "12:12:12" in text


@pytest.mark.parametrize(
    "facts", [replace(GOOD, names=tuple(f"a{n}.test" for n in range(40))), replace(GOOD, names=())]
)
def test_many_names_and_none_find_their_words(admin: Visitor, desk: Desk, facts: CertificateFacts) -> None:
    text = shown(admin.open(f"/runs/{desk.failed(met(ProblemKind.CERTIFICATE_WRONG_NAME, facts))}/consent"))

    if facts.names:
        assert "a0.test, a1.test, a2.test и ещё 37, а не" in text
        assert "a39.test" in text.partition("Все имена")[2]
    else:
        assert "В нём не названо ни одного сервера" in text


def test_a_certificate_nobody_could_look_at_leads_nowhere(admin: Visitor, desk: Desk) -> None:
    run_id = desk.failed(met(ProblemKind.CERTIFICATE_EXPIRED, None))

    assert "/consent" not in admin.open(f"/runs/{run_id}").text
    assert admin.open(f"/runs/{run_id}/consent").location == f"/runs/{run_id}"


def test_the_words_of_a_stranger_are_only_words(admin: Visitor, desk: Desk) -> None:
    evil = replace(GOOD, subject="CN=<script>alert(1)</script>", names=('"><b>x</b>',), issuer="O=<i>nobody</i>")

    page = admin.open(f"/runs/{desk.failed(met(ProblemKind.CERTIFICATE_UNKNOWN_ISSUER, evil))}/consent").text

    for raw in ("<script>alert", "<b>x", "<i>nobody"):
        assert raw not in page


# A certificate that takes the place of one that was accepted


def test_a_renewed_certificate_stands_beside_the_one_that_was_accepted(admin: Visitor, desk: Desk) -> None:
    run_id = consented(desk, CHANGED, Consent(pins=PIN, certificates=(GOOD,)))

    text = shown(admin.open(f"/runs/{run_id}/consent"))

    assert "Сертификат не тот, что раньше" in text
    assert "Ключ у нового сертификата прежний: это тот же сервер" in text
    assert text.count("CD:" * 31 + "CD") == 1
    compared = text.partition("Принят раньше")[2]
    assert compared.index("AB:AB") < compared.index("CD:CD")
    assert "Без изменений: Кому выдан, Имена, Кем выдан, Ключ." in text


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (replace(RENEWED, key_sha256="34" * 32), "но ключ другой. Так бывает при продлении"),
        (replace(RENEWED, key_sha256="34" * 32, issuer="CN=Other"), "Это другой сертификат с другим ключом"),
    ],
)
def test_words_that_anybody_can_copy_prove_nothing(
    admin: Visitor, desk: Desk, now: CertificateFacts, words: str
) -> None:
    run_id = consented(desk, met(ProblemKind.CERTIFICATE_CHANGED, now), Consent(pins=PIN, certificates=(GOOD,)))

    assert words in shown(admin.open(f"/runs/{run_id}/consent"))


def test_of_a_certificate_accepted_long_ago_there_is_the_fingerprint_at_least(admin: Visitor, desk: Desk) -> None:
    run_id = consented(desk, CHANGED, Consent(pins=PIN))

    text = shown(admin.open(f"/runs/{run_id}/consent"))

    assert "известен только отпечаток" in text
    assert "AB:AB" in text.partition("Принят раньше")[2]


def test_a_changed_one_is_accepted_only_by_a_new_decision(admin: Visitor, desk: Desk) -> None:
    run_id = consented(desk, CHANGED, Consent(pins=PIN, certificates=(GOOD,)))
    page = f"/runs/{run_id}/consent"

    stale = admin.send(page, {"agreed": f"pin {HOST}:993 {GOOD.sha256}"})
    answer = admin.send(page, {"agreed": f"pin {HOST}:993 {RENEWED.sha256}"})

    assert stale.status_code == 422
    run = desk.runs()[0]
    assert (answer.location, run.purpose) == (f"/runs/{run.id}", RunPurpose.RETEST)
    assert run.consent == Consent(pins={f"{HOST}:993": RENEWED.sha256}, certificates=(RENEWED,))


def test_instead_the_server_can_be_verified_like_any_other(admin: Visitor, desk: Desk) -> None:
    others = {"smtp.uspeh.ru:465": "ef" * 32}
    run_id = consented(desk, CHANGED, Consent(pins=PIN | others))

    answer = admin.send(f"/runs/{run_id}/consent", {"next": "verify"})

    run = desk.runs()[0]
    assert (answer.location, run.purpose) == (f"/runs/{run.id}", RunPurpose.RETEST)
    assert run.consent.pins == others


def test_where_nothing_was_accepted_there_is_nothing_to_verify_again(admin: Visitor, desk: Desk) -> None:
    page = admin.open(f"/runs/{desk.failed(UNKNOWN)}/consent").text

    assert 'value="verify"' not in page
    assert "Принят раньше" not in page


# The hoster's name


def taken(person: Visitor, run_id: str, value: str) -> None:
    """Press the button that takes a name."""
    person.send(f"/runs/{run_id}/host", {"take": value}, page=f"/runs/{run_id}/consent")


def offered(page: str) -> list[str]:
    """Return what the buttons of offered names send."""
    return re.findall(r'name="take" value="([^"]+)"', page)


def test_a_good_certificate_of_another_name_offers_that_name(admin: Visitor, desk: Desk) -> None:
    run_id = desk.failed(WRONG_NAME)
    page, complaint = (admin.open(path) for path in (f"/runs/{run_id}/consent", f"/runs/{run_id}"))

    names = ["incoming mail.hoster.ru", "incoming hoster.ru"]
    assert offered(page.text) == offered(complaint.text) == names
    assert "Взять имя сервера mail.hoster.ru" in shown(page)
    assert "Взять имя сервера mail.hoster.ru" in shown(complaint)
    assert page.text.count('id="take-name"') == complaint.text.count('id="take-name"') == 1


@pytest.mark.parametrize(
    "problem",
    [
        UNKNOWN,
        met(ProblemKind.CERTIFICATE_UNKNOWN_ISSUER, HOSTERS),
        met(ProblemKind.CERTIFICATE_WRONG_NAME, replace(HOSTERS, not_after=EXPIRED.not_after)),
        met(ProblemKind.CERTIFICATE_WRONG_NAME, replace(HOSTERS, names=())),
        met(ProblemKind.CERTIFICATE_WRONG_NAME, None),
        met(ProblemKind.CERTIFICATE_CHANGED, HOSTERS),
    ],
    ids=["its own", "nobody vouches", "expired as well", "no names", "not seen", "another one"],
)
def test_no_other_certificate_offers_a_name(admin: Visitor, desk: Desk, problem: Problem) -> None:
    run_id = desk.failed(problem)

    assert offered(admin.open(f"/runs/{run_id}").text) == []
    assert offered(admin.open(f"/runs/{run_id}/consent").text) == []


def test_a_name_that_is_taken_is_tested_in_place_of_the_wrong_one_and_asked_about(admin: Visitor, desk: Desk) -> None:
    typed = EnteredServer(Protocol.IMAP, HOST, 993, Security.TLS, username="anna")
    entered = Entered("anna@uspeh.ru", incoming=typed)
    outcome = Outcome(OutcomeKind.NOT_PROVED, FOUND, incoming_problem=WRONG_NAME)
    run_id = desk.run(outcome, purpose=RunPurpose.SAVE, findings=FOUND, entered=entered)

    taken(admin, run_id, "incoming mail.hoster.ru")

    retest, record = desk.runs()[:2]
    assert retest.purpose is RunPurpose.RETEST
    assert retest.entered == replace(entered, incoming=replace(typed, host="mail.hoster.ru"))
    assert record.purpose is RunPurpose.PREPARED
    assert record.findings is not None
    named = record.findings.incoming[0]
    assert (named.settings.host, named.source, named.trusted) == ("mail.hoster.ru", Source.CERTIFICATE, False)


def test_before_the_password_goes_to_a_name_of_a_certificate_the_person_is_asked(admin: Visitor, desk: Desk) -> None:
    run_id = desk.failed(WRONG_NAME)
    taken(admin, run_id, "incoming mail.hoster.ru")
    found = replace(IMAP, source=Source.ENTERED, settings=replace(IMAP.settings, host="mail.hoster.ru"))
    again = desk.run(Outcome(OutcomeKind.FOUND, Findings((found,), (SMTP,))), purpose=RunPurpose.RETEST, after=run_id)

    answer = admin.send(f"/runs/{again}/save", page=f"/runs/{again}")

    assert (answer.location or "").endswith("/consent")
    text = shown(admin.open(answer.location or ""))
    assert "Домен: hoster.ru" in text
    assert "имя из сертификата сервера" in text


@pytest.mark.parametrize(
    "value",
    ["incoming mail.evil.test", "outgoing mail.hoster.ru", "mail.hoster.ru", "incoming", "", "incoming *.hoster.ru"],
)
def test_no_name_is_taken_but_one_that_was_offered(admin: Visitor, desk: Desk, value: str) -> None:
    run_id = desk.failed(WRONG_NAME)

    answer = admin.send(f"/runs/{run_id}/host", {"take": value}, page=f"/runs/{run_id}")

    assert (answer.status_code, answer.location) == (303, f"/runs/{run_id}")
    assert [run.id for run in desk.runs()] == [run_id]


def test_each_server_has_its_own_name_to_take(admin: Visitor, desk: Desk) -> None:
    of_smtp = replace(WRONG_NAME, host="smtp.uspeh.ru", port=465)
    run_id = desk.failed(WRONG_NAME, of_smtp)

    assert offered(admin.open(f"/runs/{run_id}").text) == [
        "incoming mail.hoster.ru",
        "incoming hoster.ru",
        "outgoing smtp.hoster.ru",
        "outgoing mail.hoster.ru",
        "outgoing hoster.ru",
    ]


def test_whoever_reloads_a_refused_press_comes_back_to_the_run(admin: Visitor, desk: Desk) -> None:
    run_id = desk.failed(WRONG_NAME)

    assert admin.open(f"/runs/{run_id}/host").location == f"/runs/{run_id}"


# Reached from wherever a certificate was met


@pytest.mark.parametrize("kind", [OutcomeKind.NOT_PROVED, OutcomeKind.LOGIN_REFUSED])
def test_a_check_in_the_settings_window_leads_to_the_certificate(admin: Visitor, desk: Desk, kind: OutcomeKind) -> None:
    account_id = desk.account()
    refused = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993) if kind is OutcomeKind.LOGIN_REFUSED else None
    outcome = Outcome(
        kind, Findings((IMAP,), (SMTP,)), incoming_problem=refused, outgoing_problem=replace(UNKNOWN, port=465)
    )
    run_id = lay_change(desk, account_id, outcome, purpose=RunPurpose.CHECK)

    assert f"/runs/{run_id}/consent" in admin.open(f"/runs/{run_id}").text
    assert "программе не известен" in shown(admin.open(f"/runs/{run_id}/consent"))


def test_a_server_that_was_found_is_not_asked_about(admin: Visitor, desk: Desk) -> None:
    half = replace(DOUBTFUL, outgoing=(), outgoing_problem=UNKNOWN, incoming_problem=WRONG_NAME)
    run_id = desk.run(Outcome(OutcomeKind.HALF_FOUND, half), findings=half)

    text = shown(admin.open(f"/runs/{run_id}/consent"))

    assert "программе не известен" in text
    assert "hoster.ru" not in text, "its certificate stands in nobody's way"


def test_who_begins_again_after_trust_was_withdrawn_is_asked_again(app: Flask, admin: Visitor, desk: Desk) -> None:
    account_id = desk.account(incoming=replace(IMAP, pinned_sha256=GOOD.sha256))
    changed = Problem(ProblemKind.ACCOUNT_CHANGED)
    pinned = Findings((replace(IMAP, pinned_sha256=GOOD.sha256),), (SMTP,))
    outcome = Outcome(OutcomeKind.NOT_PROVED, pinned, incoming_problem=changed)
    run_id = lay_change(desk, account_id, outcome, findings=pinned)
    admin.send(
        f"/accounts/{account_id}/certificate",
        {"direction": "incoming", "version": "1"},
        page=f"/accounts/{account_id}/security",
    )

    admin.send(f"/runs/{run_id}/again", page=f"/runs/{run_id}")

    run = desk.runs()[0]
    assert run.consent.pins == {}
    assert run.findings is not None
    assert run.findings.incoming[0].pinned_sha256 is None
