"""The list of the program's notices: everybody's own, and how many of it are not read yet."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from webapp.storage.notice_addresses import NamedBy, NoticeAddress, notice_address
from webapp.storage.notices import list_notices, mark_all_read, mark_read, unread_count
from webapp.web.access import me, me_or_nobody
from webapp.web.extensions import db
from webapp.web.notices.lines import lines_of
from webapp.web.tables import asked_page, paging_of
from webapp.web.wording.names import readable_address
from webapp.web.wording.words import N_

bp = Blueprint("notices", __name__)

SOON = "2s"  # how often the list asks how a test notice fares
NAMED: dict[NamedBy, str] = {
    NamedBy.PERSON: N_("Letters about them go to %(address)s, the address in your profile."),
    NamedBy.DEFAULT_ACCOUNT: N_("Letters about them go to %(address)s, the address of your default account."),
    NamedBy.OWN_ACCOUNT: N_("Letters about them go to %(address)s, the address of your own account."),
}


@bp.get("/notices")
def index() -> str:
    """Show a page of what the person was told, the newest first."""
    session = db.session()
    copies = list_notices(session, me(), asked_page())
    lines = lines_of(session, me(), copies.rows)
    return render_template(
        "notices/index.html",
        lines=lines,
        asks_again=SOON if copies.page == 1 and any(line.on_its_way for line in lines) else None,
        pages=paging_of(copies),
        newest=copies.rows[0].notice_id if copies.rows else 0,
        unread=unread_notices(),
        where=where_words(notice_address(session, me())),
    )


@bp.post("/notices/<int(max=9223372036854775807):notice_id>/read")
def read(notice_id: int) -> Response:
    """Mark one notice read and stay on the page."""
    if not mark_read(db.session(), me(), notice_id):
        abort(404)
    db.session.commit()
    return redirect(url_for("notices.index", page=_page()), 303)


@bp.post("/notices/read")
def read_all() -> Response:
    """Mark read what the person has seen by now; what came after the page was drawn is not."""
    typed = request.form.get("upto", "")
    upto = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    count = mark_all_read(db.session(), me(), upto)
    db.session.commit()
    if count:
        flash(ngettext("%(num)s notice is marked as read.", "%(num)s notices are marked as read.", count), "ok")
    return redirect(url_for("notices.index"), 303)


def unread_notices() -> int:
    """Return how many notices the signed-in person has not read; one query, for the bar of every page."""
    person = me_or_nobody()
    return unread_count(db.session(), person) if person is not None else 0


def where_words(to: NoticeAddress | None) -> str:
    """Return where the person's letters go."""
    if to is None:
        return gettext("No letters about them are sent to you: nobody knows your address.")
    return gettext(NAMED[to.named_by], address=readable_address(to.address))


def _page() -> int | None:
    page = request.form.get("page", "")
    return int(page) if page.isascii() and page.isdigit() and len(page) < 9 and int(page) > 1 else None
