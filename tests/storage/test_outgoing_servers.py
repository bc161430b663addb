"""Outgoing servers: shared where they are the same, never changed behind others' backs, one default for an owner."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.storage.changes import NEW_SECRET, TYPED, administrator, change_of, moved, rows_of, saved
from tests.storage.makers import IMAP, SECRET, SMTP, account_of, lay_account, person
from webapp.detection.types import Findings
from webapp.mail.settings import Credentials
from webapp.storage.accounts import delete_account
from webapp.storage.changing import Profile, change_profile
from webapp.storage.models import Account, Action, DraftAim, JournalEntry, OutgoingServer, User
from webapp.storage.objections import AccountChanged, InUse, NotAllowed, OutgoingServerChanged
from webapp.storage.outgoing_list import SHOWN_USERS, list_outgoing
from webapp.storage.outgoing_servers import (
    delete_outgoing,
    describe_outgoing,
    get_outgoing,
    make_default_outgoing,
    may_change_outgoing,
    servers_of_owner,
    sharing_addresses,
    users_of,
)
from webapp.storage.secrets import SecretBox, place_of
from webapp.storage.using import details_of, entered_of
from webapp.storage.withdrawing import forget_password

RELAY = moved(SMTP, "relay.test")
FOUND_RELAY = Findings((IMAP,), (RELAY,))


@pytest.fixture
def anna(session: Session) -> User:
    return person(session, "anna")


@pytest.fixture
def two(session: Session, box: SecretBox, anna: User) -> tuple[Account, Account]:
    """Return two accounts of anna that send through one server."""
    first = lay_account(session, box, anna.id)
    second = lay_account(session, box, anna.id, address="info@uspeh.test", outgoing=first.outgoing)
    session.commit()
    return first, second


def opened(box: SecretBox, server: OutgoingServer | None) -> str | None:
    assert server is not None
    return box.decrypt(server.secret, place_of(server.settings())) if server.secret is not None else None


def server_of(account: Account) -> OutgoingServer:
    assert account.outgoing is not None
    return account.outgoing


def test_a_new_account_shares_a_server_that_is_the_same(session: Session, box: SecretBox, anna: User) -> None:
    first = account_of(session, box, anna)
    assert server_of(first).is_default

    details = replace(details_of(first, "ru"), address="info@uspeh.test", title=None)
    second = account_of(session, box, anna, details)

    assert second.outgoing is first.outgoing
    assert [server.is_default for server in session.scalars(select(OutgoingServer))] == [True]


def test_servers_of_different_owners_are_never_shared(session: Session, box: SecretBox, anna: User) -> None:
    hers, his = account_of(session, box, anna), account_of(session, box, person(session, "boris"))

    assert server_of(hers) is not server_of(his)
    assert server_of(hers).is_default
    assert server_of(his).is_default


def test_an_account_that_is_edited_leaves_the_shared_server_alone(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    shared = rows_of(session, "outgoing_servers")

    saved(session, box, change_of(session, box, anna, first, findings=FOUND_RELAY, typed=TYPED))

    assert server_of(first).host == "relay.test"
    assert server_of(second).host == "smtp.uspeh.test"
    assert rows_of(session, "outgoing_servers")[0] == shared[0]
    assert not server_of(first).is_default


def test_a_server_of_its_own_is_changed_in_place_and_tells_so_by_its_version(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id)
    server = server_of(account)

    saved(session, box, change_of(session, box, anna, account, findings=FOUND_RELAY, typed=TYPED))

    assert account.outgoing is server
    assert (server.host, server.version, opened(box, server)) == ("relay.test", 2, NEW_SECRET)


def test_choosing_an_existing_server_is_proved_and_keeps_the_old_one(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, _second = two
    other = lay_account(session, box, anna.id, address="b@uspeh.test", outgoing=RELAY)
    session.commit()
    untouched = rows_of(session, "outgoing_servers")[0]

    saved(session, box, change_of(session, box, anna, first, findings=FOUND_RELAY, outgoing=other.outgoing))

    assert first.outgoing is other.outgoing
    assert opened(box, first.outgoing) == SECRET
    assert rows_of(session, "outgoing_servers")[0] == untouched


def test_a_chosen_server_that_was_changed_meanwhile_is_not_taken(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, _second = two
    other = lay_account(session, box, anna.id, address="b@uspeh.test", outgoing=RELAY)
    session.commit()
    run = change_of(session, box, anna, first, findings=FOUND_RELAY, outgoing=other.outgoing)
    server_of(other).version += 1
    session.commit()

    with pytest.raises(OutgoingServerChanged):
        saved(session, box, run)


def test_somebody_elses_server_cannot_be_chosen(session: Session, box: SecretBox, anna: User) -> None:
    hers = lay_account(session, box, anna.id)
    his = lay_account(session, box, person(session, "boris").id, outgoing=RELAY)
    everyones = lay_account(session, box, None, anna.id, outgoing=RELAY)
    session.commit()

    for account in (his, everyones):
        with pytest.raises(NotAllowed):
            change_of(session, box, anna, hers, findings=FOUND_RELAY, outgoing=account.outgoing)


def test_the_dialog_changes_the_server_for_all_its_accounts(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    details = replace(details_of(first, "ru"), description="Общий")
    assert sharing_addresses(session, server_of(first), first) == ("info@uspeh.test",)

    run = change_of(
        session,
        box,
        anna,
        first,
        aim=DraftAim.OUTGOING_SERVER,
        outgoing=first.outgoing,
        details=details,
        entered=replace(entered_of(first), for_receiving=False),
        findings=Findings(outgoing=(RELAY,)),
        typed=TYPED,
    )
    saved(session, box, run)

    assert first.outgoing is second.outgoing
    server = server_of(second)
    assert (server.host, server.description, server.version) == ("relay.test", "Общий", 2)
    assert opened(box, server) == NEW_SECRET
    assert (first.version, second.version) == (2, 2), "whoever edits one of them is told"
    assert run.draft.saved
    line = session.scalars(select(JournalEntry)).one()
    assert (line.action, line.subject) == (Action.OUTGOING_SERVER_CHANGED, "relay.test")


def test_the_dialog_is_told_of_a_change_meanwhile_but_not_of_a_new_name(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    runs = [
        change_of(
            session,
            box,
            anna,
            account,
            aim=DraftAim.OUTGOING_SERVER,
            outgoing=account.outgoing,
            entered=replace(entered_of(account), for_receiving=False),
            findings=Findings(outgoing=(RELAY,)),
            typed=TYPED,
        )
        for account in (first, second)
    ]
    change_profile(session, anna, first, Profile("Новое имя", "Анна"), first.version)
    session.commit()

    saved(session, box, runs[0])
    before = rows_of(session)
    with pytest.raises(OutgoingServerChanged):
        saved(session, box, runs[1])
    session.commit()

    assert rows_of(session) == before


def test_a_server_that_was_removed_meanwhile_does_not_come_back(session: Session, box: SecretBox, anna: User) -> None:
    account = lay_account(session, box, anna.id)
    spare = OutgoingServer(owner_id=anna.id)
    for name in ("protocol", "host", "port", "security", "auth_method", "proved_at"):
        setattr(spare, name, getattr(server_of(account), name))
    session.add(spare)
    session.commit()
    run = change_of(
        session, box, anna, account, aim=DraftAim.OUTGOING_SERVER, outgoing=spare, findings=FOUND_RELAY, typed=TYPED
    )

    delete_outgoing(session, anna, spare)
    session.commit()
    session.expire_all()

    with pytest.raises(OutgoingServerChanged):
        saved(session, box, run)


def test_a_server_added_in_the_dialog_is_the_accounts_from_then_on(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    details = replace(details_of(first, "ru"), description="Ретранслятор")
    run = change_of(
        session,
        box,
        anna,
        first,
        aim=DraftAim.OUTGOING_SERVER,
        details=details,
        findings=FOUND_RELAY,
        typed=TYPED,
    )

    saved(session, box, run)

    assert (server_of(first).host, server_of(first).description) == ("relay.test", "Ретранслятор")
    assert not server_of(first).is_default
    assert server_of(second).host == "smtp.uspeh.test"
    lines = session.scalars(select(JournalEntry.action)).all()
    assert lines == [Action.OUTGOING_SERVER_ADDED]


def test_a_server_added_twice_is_one(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    for account in two:
        run = change_of(session, box, anna, account, aim=DraftAim.OUTGOING_SERVER, findings=FOUND_RELAY, typed=TYPED)
        saved(session, box, run)

    assert first.outgoing is second.outgoing
    assert len(servers_of_owner(session, anna.id)) == 2


def test_a_new_server_is_not_added_to_an_account_somebody_changed_meanwhile(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, _second = two
    run = change_of(session, box, anna, first, aim=DraftAim.OUTGOING_SERVER, findings=FOUND_RELAY, typed=TYPED)
    change_profile(session, anna, first, Profile("Новое имя", "Анна"), first.version)
    session.commit()

    with pytest.raises(AccountChanged):
        saved(session, box, run)


def test_only_administrators_change_servers_for_everyone(session: Session, box: SecretBox, anna: User) -> None:
    root = administrator(session)
    shared = lay_account(session, box, None, root.id)
    hers = lay_account(session, box, anna.id)
    session.commit()

    assert [may_change_outgoing(who, server_of(shared)) for who in (root, anna)] == [True, False]
    assert [may_change_outgoing(who, server_of(hers)) for who in (root, anna)] == [False, True]
    with pytest.raises(NotAllowed):
        change_of(session, box, anna, shared, aim=DraftAim.OUTGOING_SERVER, outgoing=shared.outgoing)
    with pytest.raises(NotAllowed):
        change_of(session, box, anna, hers, aim=DraftAim.OUTGOING_SERVER, outgoing=shared.outgoing)


def test_people_see_their_own_servers_and_those_for_everyone_with_their_accounts(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    his = lay_account(session, box, person(session, "boris").id)
    shared = lay_account(session, box, None, anna.id)

    uses = list_outgoing(session, anna).rows

    assert [use.server for use in uses] == [server_of(two[0]), server_of(shared)]
    assert uses[0].accounts == two
    assert get_outgoing(session, anna, server_of(his).id) is None
    assert get_outgoing(session, anna, server_of(shared).id) is server_of(shared)


def test_the_list_is_searched_in_letters_of_either_case_and_comes_page_by_page(
    session: Session, box: SecretBox, anna: User
) -> None:
    for number in range(3):
        lay_account(session, box, anna.id, address=f"n{number}@uspeh.test", outgoing=moved(SMTP, f"relay{number}.test"))
    session.flush()
    server_of(session.scalars(select(Account).where(Account.address == "n1@uspeh.test")).one()).description = "Ёлка"
    session.commit()

    assert [use.server.host for use in list_outgoing(session, anna, "ЕЛКА test").rows] == ["relay1.test"]
    assert list_outgoing(session, anna, "nobody's").rows == ()
    second = list_outgoing(session, anna, page=2, per_page=2)
    assert (second.total, second.pages, len(second.rows)) == (3, 2, 1)
    assert list_outgoing(session, anna, page=99, per_page=2) == second


def test_of_many_accounts_on_one_server_the_first_are_named_and_the_others_counted(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    for number in range(SHOWN_USERS):
        lay_account(session, box, anna.id, address=f"z{number}@uspeh.test", outgoing=two[0].outgoing)
    session.commit()

    (use,) = list_outgoing(session, anna).rows

    assert (len(use.accounts), use.more) == (SHOWN_USERS, 2)


def test_a_change_is_proved_by_an_account_of_the_server_or_else_by_another_of_the_same_owner(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    for account in two:
        account.proved_at = None
    other = lay_account(session, box, anna.id, address="z@uspeh.test", outgoing=moved(SMTP, "relay.test"))
    lay_account(session, box, None, anna.id, address="office@uspeh.test", outgoing=moved(SMTP, "relay.test"))
    session.commit()

    provers = {use.server.owner_id: use.prover_id for use in list_outgoing(session, anna).rows}

    assert provers[anna.id] == other.id
    assert provers[None] not in (None, other.id)


def test_a_server_in_use_stays_and_names_its_users(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    with pytest.raises(InUse) as refusal:
        delete_outgoing(session, anna, server_of(two[0]))

    assert refusal.value.accounts == two
    assert tuple(users_of(session, server_of(two[0]))) == two


def test_the_next_server_becomes_the_default_when_the_default_goes(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    other = lay_account(session, box, anna.id, address="b@uspeh.test", outgoing=RELAY)
    make_default_outgoing(session, anna, server_of(other))
    assert [server.host for server in servers_of_owner(session, anna.id)] == ["relay.test", "smtp.uspeh.test"]
    session.commit()

    delete_account(session, other, anna)
    session.commit()

    (left,) = servers_of_owner(session, anna.id)
    assert (left.host, left.is_default) == ("smtp.uspeh.test", True)


def test_a_shared_server_outlives_the_first_of_its_accounts(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    delete_account(session, first, anna)
    assert opened(box, second.outgoing) == SECRET

    delete_account(session, second, anna)
    assert session.scalars(select(OutgoingServer)).all() == []


def test_a_shared_password_stays_while_another_account_remembers(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two
    forget_password(session, anna, first, first.version)
    assert first.incoming is not None
    assert (first.incoming.secret, opened(box, first.outgoing)) == (None, SECRET)

    forget_password(session, anna, second, second.version)
    assert server_of(second).secret is None


def test_a_new_password_of_a_shared_mailbox_serves_all_its_accounts(
    session: Session, box: SecretBox, anna: User, two: tuple[Account, Account]
) -> None:
    first, second = two

    saved(session, box, change_of(session, box, anna, first, typed=Credentials(NEW_SECRET)))

    assert first.outgoing is second.outgoing
    assert opened(box, second.outgoing) == NEW_SECRET


def test_an_account_that_only_received_sends_through_the_server_added_for_it(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id, outgoing=None)
    session.commit()
    entered = replace(entered_of(account), for_receiving=False, for_sending=True)

    run = change_of(
        session,
        box,
        anna,
        account,
        aim=DraftAim.OUTGOING_SERVER,
        entered=entered,
        findings=Findings(outgoing=(RELAY,)),
        typed=TYPED,
    )
    saved(session, box, run)

    assert (account.for_sending, account.for_receiving) == (True, True)
    assert server_of(account).is_default
    assert opened(box, account.outgoing) == NEW_SECRET


def test_a_description_alone_is_saved_at_once_told_and_nobody_elses_is_overwritten(
    session: Session, anna: User, two: tuple[Account, Account]
) -> None:
    server = server_of(two[0])

    describe_outgoing(session, anna, server, "", 1)
    describe_outgoing(session, anna, server, "Офис", 1)
    with pytest.raises(OutgoingServerChanged):
        describe_outgoing(session, anna, server, "Склад", 1)
    with pytest.raises(NotAllowed):
        describe_outgoing(session, person(session, "boris"), server, "Склад", 2)

    assert (server.description, server.version, two[1].version) == ("Офис", 2, 1)
    line = session.scalars(select(JournalEntry)).one()
    assert (line.action, line.details) == (Action.OUTGOING_SERVER_CHANGED, (("description", "Офис"),))


@pytest.mark.parametrize(("typed", "kept"), [("", ""), (None, "Офис"), (" Новое ", "Новое")])
def test_a_description_is_what_was_typed(
    session: Session, box: SecretBox, anna: User, typed: str | None, kept: str
) -> None:
    account = lay_account(session, box, anna.id)
    server_of(account).description = "Офис"
    session.commit()
    details = replace(details_of(account, "ru"), description=typed)

    run = change_of(
        session, box, anna, account, aim=DraftAim.OUTGOING_SERVER, outgoing=account.outgoing, details=details
    )
    saved(session, box, run)

    assert server_of(account).description == kept


def test_an_unused_server_is_proved_by_another_account_and_keeps_its_password(
    session: Session, box: SecretBox, anna: User
) -> None:
    account = lay_account(session, box, anna.id)
    other = lay_account(session, box, anna.id, address="b@uspeh.test", outgoing=RELAY)
    unused = server_of(other)
    other.outgoing = account.outgoing
    session.commit()
    faster = Findings(outgoing=(moved(SMTP, "relay2.test"),))

    run = change_of(
        session,
        box,
        anna,
        account,
        aim=DraftAim.OUTGOING_SERVER,
        outgoing=unused,
        entered=replace(entered_of(account), for_receiving=False),
        findings=faster,
        typed=TYPED,
    )
    saved(session, box, run)

    assert (unused.host, opened(box, unused)) == ("relay2.test", NEW_SECRET)
    assert server_of(account).host == "smtp.uspeh.test"
    assert account.version == 1
