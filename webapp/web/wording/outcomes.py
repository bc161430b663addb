"""Words for whole runs: what goes on, how it ended, and what to do next."""

from flask_babel import gettext

from webapp.web.phases import Phase
from webapp.web.wording.words import N_

HEADINGS: dict[Phase, str] = {
    Phase.WAITING: N_("Waiting for a free place…"),
    Phase.SEARCHING: N_("Looking for the settings…"),
    Phase.RETESTING: N_("Re-testing the settings…"),
    Phase.SAVING: N_("Checking by real login and test message…"),
    Phase.PREPARED: N_("Recommended settings"),
    Phase.FOUND: N_("Settings found"),
    Phase.HALF_FOUND: N_("Only half of the settings found"),
    Phase.NEEDS_CONSENT: N_("Settings found; your consent is needed"),
    Phase.NOT_FOUND: N_("No settings found"),
    Phase.STOPPED: N_("Stopped"),
    Phase.INTERRUPTED: N_("Interrupted"),
    Phase.LOGIN_REFUSED: N_("The server refused the login"),
    Phase.NOT_PROVED: N_("The account is not saved: the check failed"),
    Phase.SAVED: N_("The account is saved"),
}

ADVICE: dict[Phase, str] = {
    Phase.WAITING: N_("Other searches are going on; this one starts by itself."),
    Phase.SEARCHING: N_("Your password is not used for the search."),
    Phase.RETESTING: N_("Your password is not used for the re-test."),
    Phase.SAVING: N_("The account is saved only when everything below has succeeded."),
    Phase.PREPARED: N_("These are values that suit most mail servers. Check them, then press Re-test or Done."),
    Phase.FOUND: N_(
        "All servers answered as expected. Press Done to log in, send a test message and save the account."
    ),
    Phase.HALF_FOUND: N_("You can fill in the missing server by hand; what was found is kept."),
    Phase.NEEDS_CONSENT: N_("Nothing was sent to these servers yet. Look at them and decide."),
    Phase.NOT_FOUND: N_("Fill in what your provider told you; empty fields are found out again."),
    Phase.STOPPED: N_("Nothing is going on any more and nothing was saved. What was found is kept and can be edited."),
    Phase.INTERRUPTED: N_("The program was restarted in the middle. What you entered is kept; press Re-test."),
    Phase.LOGIN_REFUSED: N_("The servers are right, so their settings are kept. Nothing was saved."),
    Phase.NOT_PROVED: N_("Nothing was saved. The form is as it was; correct it and try again."),
    Phase.SAVED: N_("Every server it uses has proved itself with a real login."),
}


CLOSED_HEADING = N_("This provider does not let Mailroom in")
CLOSED_ADVICE = N_("No password helps here, so none was sent and nothing was saved. Use a mailbox at another provider.")


def heading(phase: Phase, *, closed: bool = False) -> str:
    """Return the heading of a run's page; `closed`: the provider lets no program in with a password."""
    return gettext(CLOSED_HEADING if closed else HEADINGS[phase])


def next_step(phase: Phase, *, closed: bool = False) -> str:
    """Return what a phase means for the person and what to press next."""
    return gettext(CLOSED_ADVICE if closed else ADVICE[phase])
