"""The network page: which inner networks may be reached, who is asked online, which authorities are trusted."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.storage.authorities import list_authorities
from webapp.storage.base import utc_now
from webapp.storage.models import NetworkSettings
from webapp.storage.network_settings import NetworkChanged, change_network, network_settings
from webapp.web.access import administrators, me
from webapp.web.extensions import db, parts
from webapp.web.forms.network import NetworkForm, values_of
from webapp.web.tokens import form_checks_token
from webapp.web.wording.authorities import authority_facts

bp = Blueprint("network", __name__, url_prefix="/administration/network")

Answer = Response | str | tuple[str, int]


@bp.route("", methods=["GET", "POST"])
@administrators
@form_checks_token
def page() -> Answer:
    """Show and change the settings; they hold for every search and check that begins from now on."""
    form = NetworkForm(**values_of(network_settings(db.session())))
    if not form.validate_on_submit():
        return show(form), 422 if form.is_submitted() else 200
    try:
        save(form)
    except NetworkChanged as changed:
        form.version.data = str(changed.settings.version)
        form.form_errors.append(
            gettext("Somebody else changed these settings meanwhile. Compare, then press the button once more.")
        )
        return show(form, changed.settings), 422
    flash(gettext("The network settings are saved. They hold for every search and check from now on."), "ok")
    return redirect(url_for("network.page"), 303)


def save(form: NetworkForm) -> None:
    """Store what the form says. Raises `NetworkChanged`."""
    change_network(
        db.session(),
        me(),
        form.networks(),
        form.online_lookups.data,
        form.ispdb_url.data or None,
        form.shown_version(),
    )
    db.session.commit()


def show(form: NetworkForm, newest: NetworkSettings | None = None) -> str:
    """Return the page; what the environment fixes is shown beside what can be changed here."""
    settings, now = parts().settings, utc_now()
    return render_template(
        "administration/network.html",
        form=form,
        newest=newest,
        fixed=[str(network) for network in settings.allowed_networks],
        usual_url=settings.ispdb_url,
        authorities=[(authority_facts(row, now), row) for row in list_authorities(db.session())],
        ca_file=settings.ca_file,
    )
