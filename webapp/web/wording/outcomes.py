"""Words for whole runs: what goes on, how it ended, and what to do next."""

from enum import StrEnum

from flask_babel import gettext

from webapp.web.runs.phases import Phase
from webapp.web.wording.words import N_


class Why(StrEnum):
    """Why a run ended, where its phase alone would say too little or something untrue."""

    CLOSED_DOOR = "closed-door"
    NO_SUCH_DOMAIN = "no-such-domain"
    UNTRUSTED = "untrusted"
    PAUSED = "paused"


HEADINGS: dict[Phase | Why, str] = {
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
    Why.CLOSED_DOOR: N_("This provider does not let Mailroom in"),
    Why.NO_SUCH_DOMAIN: N_("The domain of this address does not exist"),
    Why.UNTRUSTED: N_("The servers answered, but did not prove who they are"),
    Why.PAUSED: N_("A pause of ten minutes"),
}

ADVICE: dict[Phase | Why, str] = {
    Phase.WAITING: N_("Other searches are going on; this one starts by itself."),
    Phase.SEARCHING: N_("Your password is not used for the search."),
    Phase.RETESTING: N_("Your password is not used for the re-test."),
    Phase.SAVING: N_("The account is saved only when everything below has succeeded."),
    Phase.PREPARED: N_("These are values that suit most mail servers. Check them, then press Re-test or Done."),
    Phase.FOUND: N_(
        "All servers answered as expected. Press Done to log in, send a test message and save the account."
    ),
    Phase.HALF_FOUND: N_("Use the account for what was found alone, or fill in the missing server by hand."),
    Phase.NEEDS_CONSENT: N_("Nothing was sent to these servers yet. Look at them and decide."),
    Phase.NOT_FOUND: N_("Fill in what your provider told you; empty fields are found out again."),
    Phase.STOPPED: N_("Nothing is going on any more and nothing was saved. What was found is kept and can be edited."),
    Phase.INTERRUPTED: N_("The program was restarted in the middle. What you entered is kept; press Re-test."),
    Phase.LOGIN_REFUSED: N_("The servers are right, so their settings are kept. Nothing was saved."),
    Phase.NOT_PROVED: N_("Nothing was saved. The form is as it was; correct it and try again."),
    Phase.SAVED: N_("Every server it uses has proved itself with a real login."),
    Why.CLOSED_DOOR: N_(
        "No password helps here, so none was sent and nothing was saved. Use a mailbox at another provider."
    ),
    Why.NO_SUCH_DOMAIN: N_(
        "Most often there is a slip of the pen in the address. Press “Change what was typed” and correct it."
    ),
    Why.UNTRUSTED: N_(
        "Your password was not sent. Look at the certificate and decide, or ask your mail administrator."
    ),
    Why.PAUSED: N_("Nothing was saved. When the pause is over, type the password and press Done."),
}

# Where no letters are sent there is no test message either.
WITHOUT_SENDING: dict[Phase | Why, tuple[str, str]] = {
    Phase.SAVING: (N_("Checking by real login…"), ADVICE[Phase.SAVING]),
    Phase.FOUND: (
        HEADINGS[Phase.FOUND],
        N_("The server answered as expected. Press Done to log in and save the account."),
    ),
}


def heading(ending: Phase | Why, *, sends: bool = True) -> str:
    """Return the heading of a run's page."""
    return gettext(HEADINGS[ending] if sends or ending not in WITHOUT_SENDING else WITHOUT_SENDING[ending][0])


def next_step(ending: Phase | Why, *, sends: bool = True) -> str:
    """Return what it means for the person and what to press next."""
    return gettext(ADVICE[ending] if sends or ending not in WITHOUT_SENDING else WITHOUT_SENDING[ending][1])
