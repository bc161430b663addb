"""Handing an account over: to whom, with the password of the mailbox, and nothing moves before the proof."""

import re
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.web.administration.office import CIPHERTEXT, LIST, lay_account, let_leave, set_up_system_account, stored
from tests.web.desk import database
from tests.web.visitor import Visitor, shown
from webapp.mail.settings import AuthMethod
from webapp.storage.models import Account, AccountKind, Draft, DraftAim, Run, RunPurpose

SECRET = "teploe-leto-41"


def page_of(account_id: int) -> str:
    return f"{LIST}/{account_id}/hand-over"


def shown_version(visitor: Visitor, account_id: int) -> str:
    """Return the version of the account its page was drawn from."""
    found = re.search(r'name="version"[^>]*value="(\d+)"', visitor.open(page_of(account_id)).text)
    assert found, "the form has no version"
    return found[1]


def hand_over(visitor: Visitor, account_id: int, fields: Mapping[str, object] = {}) -> TestResponse:
    """Send the form as it was drawn a moment ago."""
    return visitor.send(page_of(account_id), {"version": shown_version(visitor, account_id), **fields})


def drafts(app: Flask) -> list[Draft]:
    with database(app) as session:
        return list(session.scalars(select(Draft)))


def runs(app: Flask) -> list[Run]:
    with database(app) as session:
        return list(session.scalars(select(Run)))


def let_log_in(app: Flask, account_id: int, incoming: str | None = "info", outgoing: str = "info") -> None:
    """Let the servers know the mailbox by these names; None = by none."""
    with database(app) as session:
        account = session.get_one(Account, account_id)
        if account.incoming is not None:
            account.incoming.username = incoming
            account.incoming.auth_method = AuthMethod.NONE if incoming is None else AuthMethod.PASSWORD_CLEARTEXT
        if account.outgoing is not None:
            account.outgoing.username = outgoing
        session.commit()


@pytest.fixture
def foreign(app: Flask, colleague: Visitor) -> int:
    """Return a personal account of boris, who has left."""
    account_id = lay_account(app, "boris@uspeh.test", colleague.user_id, frozen=True, automatic=True)
    let_leave(app, colleague)
    return account_id


def test_the_page_says_what_moves_and_what_does_not(admin: Visitor, foreign: int) -> None:
    text = shown(admin.open(page_of(foreign)))

    assert "Передаются только настройки" in text
    assert "Сохранённый пароль не передаётся" in text
    assert "Эта учётная запись заморожена" in text


def test_it_can_be_given_to_everyone_and_to_whoever_can_sign_in(admin: Visitor, foreign: int) -> None:
    text = admin.open(page_of(foreign)).text

    assert '<option value="everyone">Для всех</option>' in text
    assert f'<option value="{admin.user_id}">Анна Петрова (anna)</option>' in text
    assert "Борис Иванов (boris)" not in text


def test_a_right_form_begins_the_proof_and_moves_nothing_yet(app: Flask, admin: Visitor, foreign: int) -> None:
    answer = hand_over(admin, foreign, {"to": "everyone", "secret": SECRET, "remember_password": "y"})

    (run,), (draft,) = runs(app), drafts(app)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/runs/{run.id}")
    assert run.purpose is RunPurpose.SAVE
    assert run.account_id == foreign
    assert (draft.aim, draft.account_id) == (DraftAim.ACCOUNT, foreign)
    assert (draft.details.for_everyone, draft.details.owner_id) == (True, None)
    assert SECRET not in str(draft.secret)
    assert CIPHERTEXT not in str(draft.secret)
    account = stored(app, foreign)
    assert account is not None
    assert account.owner_id is not None
    assert account.frozen


def test_without_a_remembered_password_it_is_no_longer_automatic(app: Flask, admin: Visitor, foreign: int) -> None:
    hand_over(admin, foreign, {"to": str(admin.user_id), "secret": SECRET})

    (draft,) = drafts(app)
    assert (draft.details.owner_id, draft.details.for_everyone) == (admin.user_id, False)
    assert (draft.details.remember_password, draft.details.automatic) == (False, False)


def test_nothing_typed_begins_nothing(app: Flask, admin: Visitor, foreign: int) -> None:
    answer = hand_over(admin, foreign)

    assert answer.status_code == 422
    assert "Выберите, кому передать учётную запись" in shown(answer)
    assert "Введите пароль от почты" in shown(answer)
    assert runs(app) == []


def test_somebody_who_has_left_gets_nothing(app: Flask, admin: Visitor, colleague: Visitor, foreign: int) -> None:
    own = lay_account(app, "anna@uspeh.test", admin.user_id)

    for nobody in (str(colleague.user_id), "987654", "²"):
        answer = hand_over(admin, own, {"to": nobody, "secret": SECRET})
        assert answer.status_code == 422
        assert "Этому человеку учётную запись передать нельзя" in shown(answer)
    assert runs(app) == []


def test_two_accounts_of_one_address_are_not_made(app: Flask, admin: Visitor, foreign: int) -> None:
    lay_account(app, "boris@uspeh.test")

    answer = hand_over(admin, foreign, {"to": "everyone", "secret": SECRET})

    assert answer.status_code == 422
    assert "уже есть учётная запись с этим адресом" in shown(answer)
    assert runs(app) == []


def test_an_account_for_everyone_is_given_to_a_person(app: Flask, admin: Visitor) -> None:
    shared = lay_account(app, "info@uspeh.test")

    assert '<option value="everyone">' not in admin.open(page_of(shared)).text
    answer = hand_over(admin, shared, {"to": "everyone", "secret": SECRET})
    assert answer.status_code == 422

    hand_over(admin, shared, {"to": str(admin.user_id), "secret": SECRET})
    (draft,) = drafts(app)
    assert draft.details.owner_id == admin.user_id


def test_the_system_account_belongs_to_the_program(app: Flask, admin: Visitor) -> None:
    account_id = set_up_system_account(app)

    assert admin.open(page_of(account_id)).status_code == 403
    fields = {"to": str(admin.user_id), "secret": SECRET}
    assert admin.send(page_of(account_id), fields, page="/accounts/new").status_code == 403


def test_a_colleague_hands_nothing_over(app: Flask, admin: Visitor, colleague: Visitor) -> None:
    own = lay_account(app, "boris@uspeh.test", colleague.user_id)

    fields = {"to": "everyone", "secret": SECRET}
    assert colleague.send(page_of(own), fields, page="/accounts/new").status_code == 403
    assert runs(app) == []


def test_the_password_never_comes_back(app: Flask, admin: Visitor, foreign: int) -> None:
    answer = hand_over(admin, foreign, {"to": "", "secret": SECRET})

    assert answer.status_code == 422
    assert SECRET not in answer.text


def test_two_login_names_need_two_passwords(app: Flask, admin: Visitor) -> None:
    shared = lay_account(app, "info@uspeh.test")
    let_log_in(app, shared, outgoing="relay")

    text = shown(admin.open(page_of(shared)))
    refused = hand_over(admin, shared, {"to": str(admin.user_id), "secret": SECRET})
    fields = {"to": str(admin.user_id), "secret": SECRET, "outgoing_secret": "other"}
    begun = admin.send(page_of(shared), fields)

    assert "своё имя для входа" in text
    assert refused.status_code == 422
    assert "Введите пароль для сервера исходящей почты" in shown(refused)
    assert begun.status_code == 303


def test_a_newsgroup_account_without_a_login_needs_no_password(app: Flask, admin: Visitor) -> None:
    news = lay_account(app, "anna@uspeh.test", kind=AccountKind.NEWS, for_sending=False, outgoing_id=None)
    let_log_in(app, news, incoming=None)

    page = admin.open(page_of(news))
    answer = hand_over(admin, news, {"to": str(admin.user_id)})

    assert 'name="secret"' not in page.text
    assert "Сначала Mailroom обратится к серверу" in shown(page)
    assert answer.status_code == 303


def test_while_another_run_goes_on_nothing_begins(app: Flask, admin: Visitor, foreign: int) -> None:
    own = lay_account(app, "anna@uspeh.test", admin.user_id)
    hand_over(admin, own, {"to": "everyone", "secret": SECRET})

    answer = hand_over(admin, foreign, {"to": "everyone", "secret": SECRET})

    assert answer.status_code == 422
    assert "Идёт другой поиск" in shown(answer)
    assert [run.account_id for run in runs(app)] == [own]


def test_an_account_handed_over_meanwhile_is_looked_at_again_first(app: Flask, admin: Visitor, foreign: int) -> None:
    fields = {"to": "everyone", "secret": SECRET, "version": shown_version(admin, foreign)}
    with database(app) as session:
        account = session.get_one(Account, foreign)
        account.owner_id, account.version = admin.user_id, account.version + 1
        session.commit()

    answer = admin.send(page_of(foreign), fields)

    assert answer.status_code == 422
    assert "Пока эта страница была открыта, учётную запись изменили" in shown(answer)
    assert "сейчас: Только для меня" in shown(answer)
    assert SECRET not in answer.text
    assert runs(app) == []
    fields["version"] = shown_version(admin, foreign)
    assert admin.send(page_of(foreign), fields).status_code == 303
