"""Every way to press something that uses a stored password, with something changed that the password is glued to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.web.accounts.paper import filled
from tests.web.desk import database
from tests.web.pressing import post
from tests.web.runs.changing import lay_change
from tests.web.stored_secrets import RecordedOffice
from tests.web.visitor import Visitor
from webapp.detection.types import Outcome, OutcomeKind
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import Account, DraftAim, RunPurpose


@dataclass(frozen=True)
class Case:
    """One way to press: whose account, who presses, and what is changed."""

    office: RecordedOffice
    person: Visitor
    account_id: int
    change: str

    @property
    def changed(self) -> dict[str, str]:
        """Return the changed fields of both servers."""
        return self.office.recorders.changed(self.change)

    def send(self, page: str, field: str = "csrf_token", **more: str) -> tuple[str, Any]:
        """Send the form with this field, something changed in it; where it is not shown, one made up all the same."""
        opened = self.person.open(page)
        laid_out = filled(opened.text, field) if f'name="{field}"' in opened.text else self.made_up()
        return page, post(self.person, page, laid_out | self.changed | more)

    def made_up(self) -> dict[str, str]:
        """Return the stored servers as somebody types them who is shown no form."""
        fields = {"csrf_token": self.person.token("/profile"), "version": "1"}
        for direction, (found,) in (("incoming", self.office.home.incoming), ("outgoing", self.office.home.outgoing)):
            server = found.settings
            values = {"protocol": server.protocol, "host": server.host, "port": server.port}
            values |= {"security": server.security, "username": server.username, "auth": "password-cleartext"}
            fields |= {f"{direction}_{part}": str(value) for part, value in values.items()}
        return fields


Route = Callable[[Case], tuple[str, Any]]


def incoming_saved(case: Case) -> tuple[str, Any]:
    """Press Save in the section of the incoming server."""
    return case.send(f"/accounts/{case.account_id}/incoming", "incoming_host")


def incoming_checked(case: Case) -> tuple[str, Any]:
    """Press Check settings there."""
    return case.send(f"/accounts/{case.account_id}/incoming", "incoming_host", next="check")


def checks(case: Case) -> tuple[str, Any]:
    """Press Check settings in the history of checks."""
    return case.send(f"/accounts/{case.account_id}/checks")


def another_address(case: Case) -> tuple[str, Any]:
    """Save another address in the profile."""
    return case.send(f"/accounts/{case.account_id}", "title", address="other@uspeh.test")


def letters(case: Case) -> tuple[str, Any]:
    """Save the section of letters."""
    return case.send(f"/accounts/{case.account_id}/letters")


def password_remembered(case: Case) -> tuple[str, Any]:
    """Ask for the password to be remembered."""
    return case.send(f"/accounts/{case.account_id}/security", remember="yes")


def password_page_without_one(case: Case) -> tuple[str, Any]:
    """Send the page of one password without any."""
    return case.send(f"/accounts/{case.account_id}/password", "secret")


def outgoing_chosen(case: Case) -> tuple[str, Any]:
    """Choose another of the owner's outgoing servers."""
    server_id = case.office.trap_server(case.account_id)
    page = f"/accounts/{case.account_id}"
    fields = {"csrf_token": case.person.token("/profile"), "outgoing": str(server_id), "version": "1", **case.changed}
    return page, post(case.person, f"{page}/outgoing", fields)


def outgoing_edited(case: Case) -> tuple[str, Any]:
    """Save the SMTP dialog."""
    return case.send(outgoing_page(case), "outgoing_host")


def outgoing_retested(case: Case) -> tuple[str, Any]:
    """Press Re-test in the SMTP dialog."""
    return case.send(outgoing_page(case), "outgoing_host", next="retest")


def outgoing_added(case: Case) -> tuple[str, Any]:
    """Add an outgoing server that is nearly the stored one."""
    return case.send(f"/accounts/{case.account_id}/outgoing/new", "outgoing_host", **(case.made_up() | case.changed))


def handed_over(case: Case) -> tuple[str, Any]:
    """Hand the account over without typing its password."""
    to = "everyone" if owner_of(case) is not None else str(case.office.desk.user_id)
    return case.send(f"/administration/accounts/{case.account_id}/hand-over", to=to)


def run_saved_by_hand(case: Case) -> tuple[str, Any]:
    """Press Done in the form of both servers on the page of a run."""
    return case.send(f"/runs/{begun(case)}/servers", "incoming_host", next="done")


def run_checked_by_hand(case: Case) -> tuple[str, Any]:
    """Press Check settings there."""
    return case.send(f"/runs/{begun(case)}/servers", "incoming_host", next="check")


def run_retested(case: Case) -> tuple[str, Any]:
    """Press Re-test there."""
    return case.send(f"/runs/{begun(case)}/servers", "incoming_host", next="retest")


def run_done_with_another_server(case: Case) -> tuple[str, Any]:
    """Choose, on the page of a run, servers that were only ever found elsewhere."""
    evil = case.office.evil
    run_id = begun(case, findings=evil, outcome=Outcome(OutcomeKind.FOUND, evil))
    fields = {"csrf_token": case.person.token("/profile"), "next": "done", "username": "mallory", "incoming": "0"}
    return f"/runs/{run_id}", post(case.person, f"/runs/{run_id}/save", fields)


def outgoing_run_by_hand(case: Case) -> tuple[str, Any]:
    """Press Done in the form of a run about the outgoing server."""
    return case.send(f"/runs/{begun(case, aim=DraftAim.OUTGOING_SERVER)}/servers", "outgoing_host", next="done")


def change_begun_again(case: Case) -> tuple[str, Any]:
    """Begin a change again that somebody else was quicker with."""
    changed = Problem(ProblemKind.ACCOUNT_CHANGED)
    evil = case.office.evil
    run_id = begun(case, findings=evil, outcome=Outcome(OutcomeKind.NOT_PROVED, evil, incoming_problem=changed))
    fields = {"csrf_token": case.person.token("/profile")}
    return f"/runs/{run_id}", post(case.person, f"/runs/{run_id}/again", fields)


def duplicate(case: Case) -> tuple[str, Any]:
    """Send the duplicate of the account with another address and no password."""
    return case.send(
        f"/accounts/new?like={case.account_id}", "address", address="other@uspeh.test", like=str(case.account_id)
    )


ROUTES: tuple[Route, ...] = (
    incoming_saved,
    incoming_checked,
    checks,
    another_address,
    letters,
    password_remembered,
    password_page_without_one,
    outgoing_chosen,
    outgoing_edited,
    outgoing_retested,
    outgoing_added,
    handed_over,
    run_saved_by_hand,
    run_checked_by_hand,
    run_retested,
    run_done_with_another_server,
    outgoing_run_by_hand,
    change_begun_again,
    duplicate,
)


def begun(case: Case, **laid: Any) -> str:
    """Lay down a finished check of the account, as the person began it; return its run."""
    laid.setdefault("outcome", Outcome(OutcomeKind.FOUND, case.office.home))
    laid.setdefault("findings", case.office.home)
    purpose = laid.pop("purpose", RunPurpose.RETEST)
    return lay_change(case.office.desk, case.account_id, purpose=purpose, user_id=case.person.user_id, **laid)


def owner_of(case: Case) -> int | None:
    """Return whose the account is."""
    with database(case.office.app) as session:
        return session.get_one(Account, case.account_id).owner_id


def outgoing_page(case: Case) -> str:
    """Return the page of the SMTP dialog."""
    with database(case.office.app) as session:
        return f"/accounts/{case.account_id}/outgoing/{session.get_one(Account, case.account_id).outgoing_id}"
