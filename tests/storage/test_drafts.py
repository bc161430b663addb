"""Drafts keep what was typed, and the password for half an hour at most."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.storage.makers import CREDENTIALS, DETAILS, SECRET, draft_of, person, run_of
from webapp.mail.settings import Credentials
from webapp.storage.drafts import (
    SECRET_LIFETIME,
    create_draft,
    draft_credentials,
    end_draft,
    get_draft,
    has_secret,
    set_draft_secret,
    wipe_expired_secrets,
)
from webapp.storage.models import Draft, User
from webapp.storage.secrets import SecretBox

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
JUST_BEFORE = NOON + SECRET_LIFETIME - timedelta(seconds=1)


def test_the_password_is_there_for_half_an_hour(session: Session, box: SecretBox) -> None:
    draft = create_draft(session, box, person(session), DETAILS, CREDENTIALS, now=NOON)

    assert draft_credentials(box, draft, now=JUST_BEFORE) == CREDENTIALS
    assert has_secret(draft, now=JUST_BEFORE)
    assert draft_credentials(box, draft, now=NOON + SECRET_LIFETIME) is None
    assert not has_secret(draft, now=NOON + SECRET_LIFETIME)


def test_typing_it_again_starts_a_new_half_hour(session: Session, box: SecretBox) -> None:
    draft = create_draft(session, box, person(session), DETAILS, None, now=NOON)

    set_draft_secret(session, box, draft, Credentials("in", "out"), now=JUST_BEFORE)

    assert draft_credentials(box, draft, now=NOON + SECRET_LIFETIME) == Credentials("in", "out")


def test_the_sweep_wipes_only_what_is_out_of_date(session: Session, box: SecretBox) -> None:
    anna, boris = person(session, "anna"), person(session, "boris")
    old = create_draft(session, box, anna, DETAILS, CREDENTIALS, now=NOON)
    young = create_draft(session, box, boris, DETAILS, CREDENTIALS, now=NOON + timedelta(minutes=1))
    session.commit()

    assert wipe_expired_secrets(session, now=JUST_BEFORE) == 0
    assert wipe_expired_secrets(session, now=NOON + SECRET_LIFETIME) == 1

    session.expire_all()
    assert old.secret is None
    assert young.secret is not None
    assert old.details == DETAILS


def test_an_ended_draft_has_no_password(session: Session, box: SecretBox) -> None:
    draft = draft_of(session, box, person(session))

    end_draft(session, draft)

    assert draft.secret is None
    assert draft.ended_at is not None


def test_the_password_of_one_draft_does_not_open_in_another(session: Session, box: SecretBox) -> None:
    drafts = [draft_of(session, box, person(session, name)) for name in ("anna", "boris")]

    session.execute(text("UPDATE drafts SET secret = :secret"), {"secret": drafts[0].secret})
    session.expire_all()

    assert _opens(box, drafts[0])
    assert not _opens(box, drafts[1])


def test_the_row_does_not_show_the_password(session: Session, box: SecretBox) -> None:
    draft = draft_of(session, box, person(session))

    assert SECRET not in str(session.execute(text("SELECT * FROM drafts")).all())
    assert SECRET not in repr(draft.details)


def test_a_draft_is_its_owners_alone(session: Session, box: SecretBox) -> None:
    anna, boris = person(session, "anna"), person(session, "boris")
    draft = draft_of(session, box, anna)

    assert get_draft(session, anna, draft.id) is draft
    assert get_draft(session, boris, draft.id) is None


def test_a_second_click_gets_the_draft_of_the_first(session: Session, box: SecretBox) -> None:
    anna = person(session)
    first = draft_of(session, box, anna)
    run_of(session, first)

    assert draft_of(session, box, anna) is first
    assert draft_of(session, box, anna, replace(DETAILS, sender_name="Другая")) is not first


def test_two_clicks_at_the_same_moment_make_one_draft(engine: Engine, box: SecretBox) -> None:
    with Session(engine) as session:
        user_id = person(session).id
    start, drafts, runs = threading.Barrier(4), [], []

    def click() -> None:
        with Session(engine) as session:
            user = session.get_one(User, user_id)
            start.wait()
            draft = create_draft(session, box, user, DETAILS, CREDENTIALS)
            runs.append(run_of(session, draft).id)
            drafts.append(draft.id)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(drafts) == 4
    assert len(set(drafts)) == 1
    assert len(set(runs)) == 1


def _opens(box: SecretBox, draft: Draft) -> bool:
    try:
        return draft_credentials(box, draft) == CREDENTIALS
    except Exception:
        return False
