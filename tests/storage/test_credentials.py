"""Which password a run gets: typed, stored for exactly this place, or this browser session's; else it asks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.storage.changes import (
    NEW_SECRET,
    TYPED,
    administrator,
    browser_of,
    change_of,
    check_of,
    moved,
    rows_of,
)
from tests.storage.makers import (
    DETAILS,
    FINDINGS,
    IMAP,
    SECRET,
    SMTP,
    draft_of,
    lay_account,
    person,
    run_of,
    without_login,
)
from webapp.detection.types import Findings, ProvedServer
from webapp.mail.settings import Credentials, Direction, Protocol, Security
from webapp.storage.base import utc_now
from webapp.storage.browser_sessions import close_session
from webapp.storage.credentials import (
    Origin,
    Resolved,
    has_session_secret,
    keep_for_session,
    look_up,
    resolve,
    session_secret_accounts,
)
from webapp.storage.models import Account, DraftAim, RunPurpose, User
from webapp.storage.outgoing_servers import make_default_outgoing
from webapp.storage.secrets import SecretBox
from webapp.storage.using import details_of, findings_of_account

STORED = Credentials(SECRET)


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def account(session: Session, box: SecretBox, anna: User) -> Account:
    account = lay_account(session, box, anna.id)
    session.commit()
    return account


def other_name(server: ProvedServer) -> ProvedServer:
    return replace(server, settings=replace(server.settings, username="u3072145"))


def test_a_new_account_gets_what_was_typed(session: Session, box: SecretBox, anna: User) -> None:
    run = run_of(session, draft_of(session, box, anna), RunPurpose.SAVE, findings=FINDINGS)

    assert look_up(session, box, run) == Resolved(
        STORED, ((Direction.INCOMING, Origin.TYPED), (Direction.OUTGOING, Origin.TYPED))
    )


def test_a_new_account_never_gets_what_another_one_stores(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    draft = draft_of(session, box, anna, replace(DETAILS, sender_name="Вторая"), None)
    run = run_of(session, draft, RunPurpose.SAVE, findings=findings_of_account(account))

    assert resolve(session, box, run) is Direction.INCOMING


def test_what_is_stored_opens_for_the_very_same_servers(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    assert resolve(session, box, check_of(session, box, anna, account)) == STORED


@pytest.mark.parametrize(
    "elsewhere",
    [
        lambda server: moved(server, "imap.attacker.test"),
        lambda server: replace(server, settings=replace(server.settings, port=1993)),
        lambda server: replace(server, settings=replace(server.settings, security=Security.STARTTLS)),
        lambda server: replace(server, settings=replace(server.settings, protocol=Protocol.POP3)),
        other_name,
        lambda server: replace(server, settings=replace(server.settings, username=None)),
    ],
    ids=["host", "port", "security", "protocol", "login name", "login name left open"],
)
def test_what_is_stored_opens_for_no_other_place(
    session: Session, box: SecretBox, anna: User, account: Account, elsewhere: Callable[[ProvedServer], ProvedServer]
) -> None:
    browser = browser_of(session, anna)
    keep_for_session(session, box, browser, account, STORED)
    incoming = check_of(session, box, anna, account, findings=Findings((elsewhere(IMAP),), (SMTP,)), browser=browser)
    assert resolve(session, box, incoming) is Direction.INCOMING

    if elsewhere(IMAP).settings.protocol is Protocol.IMAP:
        findings = Findings((IMAP,), (elsewhere(SMTP),))
        outgoing = check_of(session, box, anna, account, findings=findings, browser=browser)
        assert resolve(session, box, outgoing) is Direction.OUTGOING


def test_what_is_stored_for_receiving_never_goes_to_the_sending_server(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    assert account.outgoing is not None
    account.outgoing.secret = None
    session.commit()

    assert resolve(session, box, check_of(session, box, anna, account)) is Direction.OUTGOING


def test_a_secret_moved_to_another_row_does_not_open(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    other = lay_account(session, box, anna.id, address="other@uspeh.test", incoming=moved(IMAP))
    assert other.incoming is not None
    assert account.incoming is not None
    other.incoming.secret = account.incoming.secret
    session.commit()

    assert resolve(session, box, check_of(session, box, anna, other)) is Direction.INCOMING


def test_a_server_without_login_needs_no_password(session: Session, box: SecretBox, anna: User) -> None:
    findings = Findings((IMAP,), (without_login(SMTP),))
    account = lay_account(session, box, anna.id, outgoing=without_login(SMTP))
    session.commit()

    resolved = look_up(session, box, check_of(session, box, anna, account, findings=findings))

    assert resolved == Resolved(STORED, ((Direction.INCOMING, Origin.STORED),))


def test_what_was_typed_goes_before_what_is_stored(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    assert resolve(session, box, check_of(session, box, anna, account, typed=TYPED)) == TYPED


def test_one_typed_password_serves_both_servers_unless_the_other_has_its_own_login(
    session: Session, box: SecretBox, anna: User
) -> None:
    own_login = lay_account(session, box, anna.id, outgoing=other_name(SMTP), credentials=Credentials("in", "relay"))
    session.commit()

    typed = resolve(session, box, check_of(session, box, anna, own_login, typed=TYPED))
    both = resolve(session, box, check_of(session, box, anna, own_login, typed=Credentials(NEW_SECRET, "new relay")))

    assert typed == Credentials(NEW_SECRET, "relay")
    assert both == Credentials(NEW_SECRET, "new relay")


def test_a_password_typed_for_the_outgoing_server_alone_leaves_the_incoming_one_to_what_is_stored(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    findings = Findings((IMAP,), (moved(SMTP, "relay.test"),))
    run = check_of(session, box, anna, account, findings=findings, typed=Credentials("", NEW_SECRET))

    assert resolve(session, box, run) == Credentials(SECRET, NEW_SECRET)


def test_the_password_of_a_chosen_outgoing_server_is_its_own(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    relay = other_name(moved(SMTP, "relay.test"))
    other = lay_account(
        session, box, anna.id, address="b@uspeh.test", outgoing=relay, credentials=Credentials("x", "relay")
    )
    session.commit()
    assert other.outgoing is not None

    run = change_of(session, box, anna, account, findings=Findings((IMAP,), (relay,)), outgoing=other.outgoing)

    assert resolve(session, box, run) == Credentials(SECRET, "relay")


def test_the_outgoing_dialog_takes_its_password_for_its_own_server_only(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    findings = Findings((IMAP,), (moved(SMTP, "relay.test"),))
    run = change_of(
        session,
        box,
        anna,
        account,
        aim=DraftAim.OUTGOING_SERVER,
        outgoing=account.outgoing,
        findings=findings,
        typed=TYPED,
    )

    assert resolve(session, box, run) == Credentials(SECRET, NEW_SECRET)


def test_a_new_outgoing_server_gets_nothing_that_is_stored(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    run = change_of(session, box, anna, account, aim=DraftAim.OUTGOING_SERVER)

    assert resolve(session, box, run) is Direction.OUTGOING


@pytest.mark.parametrize("kept_out", ["frozen", "locked"])
def test_of_an_account_that_is_kept_out_the_password_must_be_typed(
    session: Session, box: SecretBox, anna: User, account: Account, kept_out: str
) -> None:
    browser = browser_of(session, anna)
    keep_for_session(session, box, browser, account, STORED)
    setattr(account, kept_out, True)
    session.commit()

    assert resolve(session, box, check_of(session, box, anna, account, browser=browser)) is Direction.INCOMING
    assert resolve(session, box, check_of(session, box, anna, account, typed=TYPED)) == TYPED


def test_handing_over_uses_nothing_that_is_stored(session: Session, box: SecretBox) -> None:
    root = administrator(session)
    account = lay_account(session, box, root.id)
    session.commit()
    to_everyone = replace(details_of(account, "ru"), for_everyone=True)

    assert resolve(session, box, change_of(session, box, root, account, details=to_everyone)) is Direction.INCOMING


def test_a_colleague_uses_the_stored_password_of_a_shared_account_without_seeing_it(
    session: Session, box: SecretBox, anna: User
) -> None:
    shared = lay_account(session, box, None, administrator(session).id)
    session.commit()

    assert resolve(session, box, check_of(session, box, anna, shared)) == STORED


def test_a_browser_session_remembers_for_itself_and_its_person_only(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id, remember=False)
    browser, other = browser_of(session, anna), browser_of(session, anna)
    keep_for_session(session, box, browser, account, TYPED)
    session.commit()

    assert session_secret_accounts(session, browser) == {account.id}
    assert not has_session_secret(session, other, account)
    mine = look_up(session, box, check_of(session, box, anna, account, browser=browser))
    assert isinstance(mine, Resolved)
    assert mine.credentials == TYPED
    assert mine.all_from(Origin.SESSION)
    for elsewhere in (other, None):
        run = check_of(session, box, anna, account, browser=elsewhere)
        assert resolve(session, box, run) is Direction.INCOMING
    assert NEW_SECRET not in str(rows_of(session))


def test_signing_out_or_a_session_that_expired_takes_its_passwords_with_it(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id, remember=False)
    browser = browser_of(session, anna)
    keep_for_session(session, box, browser, account, TYPED)
    run = check_of(session, box, anna, account, browser=browser)

    late = utc_now() + timedelta(days=30)
    assert resolve(session, box, run, now=late) is Direction.INCOMING
    close_session(session, browser)
    session.commit()

    session.expire_all()
    assert resolve(session, box, run) is Direction.INCOMING
    assert rows_of(session, "session_secrets") == []


def test_other_mail_keys_ask_for_the_password(session: Session, box: SecretBox, anna: User, account: Account) -> None:
    run = check_of(session, box, anna, account)

    assert resolve(session, SecretBox((SecretBox.new_key(),)), run) is Direction.INCOMING


def test_choosing_a_default_server_moves_no_password(
    session: Session, box: SecretBox, anna: User, account: Account
) -> None:
    other = lay_account(session, box, anna.id, address="b@uspeh.test", outgoing=moved(SMTP, "relay.test"))
    assert other.outgoing is not None

    make_default_outgoing(session, anna, other.outgoing)

    assert resolve(session, box, check_of(session, box, anna, account)) == STORED
