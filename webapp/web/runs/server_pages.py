"""The form of both servers as a page shows it: filled from a run, with marks, placeholders and what went wrong."""

from dataclasses import dataclass

from webapp.mail.settings import STANDARD_PORTS, Direction, Protocol, Security
from webapp.net.problems import Field
from webapp.storage.models import Run, RunPurpose
from webapp.web.forms.incoming import form_of_kind
from webapp.web.forms.servers import ServersForm, values_of
from webapp.web.runs.complaints import blames_address, problems_of
from webapp.web.runs.found_servers import findings_of
from webapp.web.runs.phases import Phase
from webapp.web.runs.places import Place, place_of
from webapp.web.runs.run_pages import RunPage
from webapp.web.wizard.draft_keeping import kept_credentials
from webapp.web.wizard.entering import assumed_fields, prefilled
from webapp.web.wizard.passwords import password_known, two_logins
from webapp.web.wording.names import readable_address, server_name
from webapp.web.wording.whys import Why

# After these a person corrects and tries again: the form stands on the page of the run itself.
WITH_FORM = (Phase.HALF_FOUND, Phase.NOT_FOUND, Phase.STOPPED, Phase.INTERRUPTED, Phase.NOT_PROVED)
# Here no field of the form is to blame.
WITHOUT_FORM = (Why.CHANGED, Why.NOT_ALLOWED)


@dataclass(frozen=True)
class ServerPart:
    """One half of the form: its heading, and what to show where its fields are blank: the host a problem is about."""

    direction: Direction
    heading: str
    placeholder_port: int
    placeholder_host: str | None


@dataclass(frozen=True)
class ServersPage:
    """Everything the form of both servers needs beside its fields.

    `secret_known` tells that a password is kept or stored for the servers as
    the form is filled: an empty box means that one.
    """

    run: Run
    place: Place
    form: ServersForm
    parts: tuple[ServerPart, ...]
    assumed: frozenset[str]
    secret_kept: bool
    secret_known: bool
    outgoing_secret_kept: bool
    address: str
    prepared: bool
    sends: bool

    @property
    def anchors(self) -> dict[str, str]:
        """Return the fields of problems that are on the form, with their ids on the page."""
        boxes = {field.value: self.form.box_of(field) for field in Field}
        return {name: self.form[box].id for name, box in boxes.items() if box is not None}


def wants_servers(page: RunPage) -> bool:
    """Tell whether the form belongs on the page of the run; for a refused password one box is enough at first.

    Not where two are kept: one box would not say which of them it takes the place of.
    """
    if not page.asks_password:
        return page.phase in WITH_FORM and page.why not in WITHOUT_FORM
    kept = kept_credentials(page.run.draft)
    two_kept = kept is not None and kept.outgoing is not None
    return page.run.draft.details.by_hand or two_kept or (page.why is Why.PASSWORD and two_logins(page.run))


def servers_page(run: Run, form: ServersForm | None = None) -> ServersPage:
    """Return the form of a run; without `form` it is filled afresh, with the run's problems at their fields."""
    findings = findings_of(run)
    filled = prefilled(run.entered, findings)
    wanted = run.entered.wanted()
    kept = kept_credentials(run.draft)
    two_kept = kept is not None and kept.outgoing is not None
    if form is None:
        kind = run.draft.details.kind
        form = form_of_kind(kind, wanted, formdata=None, separate_secret=two_kept, **values_of(filled))
        for direction, problem in problems_of(run):
            if not blames_address(run, problem, direction):
                form.add_problem(problem, direction, run.entered.server(direction).blank)
    tried = {one: problem.host for one, problem in problems_of(run) if not blames_address(run, problem, one)}
    prepared = run.purpose is RunPurpose.PREPARED
    return ServersPage(
        run=run,
        place=place_of(run),
        form=form,
        parts=tuple(_part(form, direction, tried.get(direction)) for direction in wanted),
        assumed=assumed_fields(findings, run.entered) if prepared else frozenset(),
        secret_kept=kept is not None,
        secret_known=password_known(run, findings),
        outgoing_secret_kept=two_kept,
        address=readable_address(run.entered.address),
        prepared=prepared,
        sends=Direction.OUTGOING in wanted,
    )


def _part(form: ServersForm, direction: Direction, tried_host: str | None) -> ServerPart:
    security = form.text(direction, "security")
    protocol: Protocol = form.protocol(direction)
    chosen = Security(security) if security in set(Security) else Security.TLS
    return ServerPart(direction, server_name(direction, protocol), STANDARD_PORTS[protocol, chosen], tried_host)
