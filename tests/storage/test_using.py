"""A saved account as what a run starts from, and drafts that are not saved before they are."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from tests.storage.changes import TYPED, administrator, browser_of, change_of, check_of
from tests.storage.makers import (
    DETAILS,
    IMAP,
    SMTP,
    account_of,
    draft_of,
    lay_account,
    person,
    plain,
    run_of,
    without_login,
)
from webapp.detection.consent import missing_consent
from webapp.detection.types import Consent, EnteredServer, Findings, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Protocol
from webapp.storage.drafts import end_draft
from webapp.storage.models import Account, DraftAim, RunPurpose, User
from webapp.storage.objections import NotAllowed
from webapp.storage.runs import saving_run
from webapp.storage.secrets import SecretBox
from webapp.storage.using import (
    begin_change,
    begin_check_draft,
    consent_of,
    details_of,
    entered_of,
    findings_of_account,
    proved_server,
)

PINNED = replace(IMAP, pinned_sha256="ab" * 32)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    account = lay_account(session, box, anna.id, incoming=PINNED, outgoing=plain(SMTP), plain_consented_by_id=anna.id)
    session.commit()
    return account


def test_the_stored_servers_are_findings_with_nothing_left_open(account: Account) -> None:
    assert findings_of_account(account) == Findings((PINNED,), (plain(SMTP),))
    fixed = EnteredServer(
        Protocol.IMAP,
        "imap.uspeh.test",
        993,
        IMAP.settings.security,
        AuthMethod.PASSWORD_CLEARTEXT,
        DETAILS.address,
    )
    assert entered_of(account).incoming == fixed
    assert entered_of(account).outgoing.complete


def test_what_was_agreed_to_is_agreed_to_still(account: Account) -> None:
    assert consent_of(account) == Consent(
        hosts=frozenset({"imap.uspeh.test", "smtp.uspeh.test"}),
        plain_hosts=frozenset({"smtp.uspeh.test:465"}),
        pins={"imap.uspeh.test:993": "ab" * 32},
    )


def test_who_agreed_to_a_relay_without_tls_is_not_asked_with_every_check(
    session: Session, box: SecretBox, anna: User
) -> None:
    relay = without_login(plain(SMTP))
    agreed = Consent(plain_hosts=frozenset({"smtp.uspeh.test:465"}))
    account = account_of(session, box, anna, findings=Findings((IMAP,), (relay,)), consent=agreed)
    assert account.outgoing is not None

    consent = consent_of(account)

    assert missing_consent(proved_server(account, account.outgoing), consent) is None
    assert (consent.plain_hosts, consent.plain_letters) == (frozenset(), {"smtp.uspeh.test:465"}), "but no password"


@pytest.mark.parametrize(
    "risked",
    [replace(SMTP, pinned_sha256="cd" * 32), plain(SMTP), without_login(plain(SMTP))],
    ids=["certificate", "plain login", "plain letters"],
)
def test_a_server_that_is_chosen_is_known_by_name_and_brings_along_nothing_that_was_risked_for_others(
    session: Session, box: SecretBox, anna: User, account: Account, risked: ProvedServer
) -> None:
    relay = replace(risked, settings=replace(risked.settings, host="relay.test"))
    other = lay_account(
        session, box, anna.id, address="b@uspeh.test", outgoing=relay, plain_consented_by_id=anna.id
    ).outgoing
    before = consent_of(account)

    assert consent_of(account, other) == replace(before, hosts=before.hosts | {"relay.test"})


def test_a_direction_without_a_server_has_no_finding(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id, outgoing=None)
    account.source = None

    assert findings_of_account(account).outgoing == ()
    assert findings_of_account(account).incoming[0].source is Source.ENTERED
    assert entered_of(account).outgoing == EnteredServer(protocol=Protocol.SMTP)


def test_the_details_of_an_account_change_nothing(account: Account) -> None:
    details = details_of(account, "en")

    assert (details.address, details.sender_name, details.language) == (account.address, account.sender_name, "en")
    assert (details.owner_id, details.for_everyone, details.remember_password) == (None, False, True)


def test_a_second_click_on_a_change_gets_the_draft_of_the_first(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    details, browser = details_of(account, "ru"), browser_of(session, anna)

    first = begin_change(session, anna, browser, account, details, box=box)

    assert begin_change(session, anna, browser, account, details, box=box) is first
    assert begin_change(session, anna, None, account, details, box=box) is not first
    assert begin_change(session, anna, browser, account, details, aim=DraftAim.OUTGOING_SERVER, box=box) is not first
    assert draft_of(session, box, anna, details, None) is not first
    account.version += 1
    assert begin_change(session, anna, browser, account, details, box=box) is not first


def test_the_draft_of_a_change_that_was_given_up_was_never_saved(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    run = change_of(session, box, anna, account, typed=TYPED)

    end_draft(session, run.draft)

    assert run.draft.account_id == account.id
    assert not run.draft.saved
    assert saving_run(session, run.draft) is None
    assert run_of(session, run.draft, RunPurpose.SAVE) is not run


def test_everybody_may_check_a_shared_account_and_nobody_a_foreign_one(
    session: Session, box: SecretBox, anna: User
) -> None:
    root = administrator(session)
    shared = lay_account(session, box, None, root.id)
    his = lay_account(session, box, person(session, "boris").id)
    session.commit()

    assert check_of(session, box, anna, shared).purpose is RunPurpose.CHECK
    for somebody in (anna, root):
        with pytest.raises(NotAllowed):
            begin_check_draft(session, somebody, None, his, details_of(his, "ru"), box=box)
