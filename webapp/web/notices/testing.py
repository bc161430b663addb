"""A test notice on demand: the whole way a notice goes, to every administrator."""

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from webapp.background.noticing import write_letters
from webapp.storage.accounts import system_account
from webapp.storage.base import utc_now
from webapp.storage.journal import record
from webapp.storage.models import Action
from webapp.storage.notice_letters import is_test_under_way
from webapp.storage.notices import tell_test
from webapp.web.access import administrators, me
from webapp.web.extensions import db, parts
from webapp.web.notices.letters import NoticeLetters


@administrators
def send_test() -> Response:
    """Tell the administrators a test notice and let its letters leave; how they fare stands in the list."""
    session, settings, now = db.session(), parts().settings, utc_now()
    if system_account(session).proved_at is None:
        return redirect(url_for("administration.system_account"), 303)
    if is_test_under_way(session):
        flash(gettext("The last test notice is still on its way; the list shows how it fares."), "warn")
        return redirect(url_for("notices.index"), 303)
    record(session, Action.NOTICE_TESTED, by=me(), account=system_account(session))
    tell_test(session, me(), now)
    write_letters(session, NoticeLetters(settings), settings.zone, now)
    session.commit()
    flash(gettext("A test notice is on its way to every administrator. The list shows how its letter fares."), "ok")
    return redirect(url_for("notices.index"), 303)
