"""Words for whole runs: what goes on, how it ended, and what to do next."""

from datetime import datetime

from flask_babel import gettext

from webapp.web.moments import clock_words
from webapp.web.runs.phases import Phase
from webapp.web.wording.stories import CHANGING, CHECKING, Told
from webapp.web.wording.whys import Story, Why
from webapp.web.wording.words import N_

__all__ = ["Story", "Why", "heading", "next_step"]

ADDING: dict[Phase | Why, Told] = {
    Phase.WAITING: (N_("Waiting for a free place…"), N_("Other searches are going on; this one starts by itself.")),
    Phase.SEARCHING: (N_("Looking for the settings…"), N_("Your password is not used for the search.")),
    Phase.RETESTING: (N_("Re-testing the settings…"), N_("Your password is not used for the re-test.")),
    Phase.CHECKING: (N_("Checking the settings…"), N_("Nothing is saved and no letter is sent.")),
    Phase.SAVING: (
        N_("Checking by real login and test message…"),
        N_("The account is saved only when everything below has succeeded."),
    ),
    Phase.PREPARED: (
        N_("Recommended settings"),
        N_("These are values that suit most mail servers. Check them, then press Re-test or Done."),
    ),
    Phase.FOUND: (
        N_("Settings found"),
        N_("All servers answered as expected. Press Done to log in, send a test message and save the account."),
    ),
    Phase.HALF_FOUND: (
        N_("Only half of the settings found"),
        N_("Use the account for what was found alone, or fill in the missing server by hand."),
    ),
    Phase.NEEDS_CONSENT: (
        N_("Settings found; your consent is needed"),
        N_("Nothing was sent to these servers yet. Look at them and decide."),
    ),
    Phase.NOT_FOUND: (
        N_("No settings found"),
        N_("Fill in what your provider told you; empty fields are found out again."),
    ),
    Phase.STOPPED: (
        N_("Stopped"),
        N_("Nothing is going on any more and nothing was saved. What was found is kept and can be edited."),
    ),
    Phase.INTERRUPTED: (
        N_("Interrupted"),
        N_("The program was restarted in the middle. What you entered is kept; press Re-test."),
    ),
    Phase.LOGIN_REFUSED: (
        N_("The server refused the login"),
        N_("The servers are right, so their settings are kept. Nothing was saved."),
    ),
    Phase.NOT_PROVED: (
        N_("The account is not saved: the check failed"),
        N_("What you typed is still in the form: correct it and try again."),
    ),
    Phase.CHECKED: (N_("The settings work"), N_("Every server it uses let us in. Nothing was changed.")),
    Phase.SAVED: (N_("The account is saved"), N_("Every server it uses has proved itself with a real login.")),
    Why.CLOSED_DOOR: (
        N_("This provider does not let Mailroom in"),
        N_("No password helps here, so none was sent and nothing was saved. Use a mailbox at another provider."),
    ),
    Why.NO_SUCH_DOMAIN: (
        N_("The domain of this address does not exist"),
        N_("Most often there is a slip of the pen in the address. Press “Change what was typed” and correct it."),
    ),
    Why.UNTRUSTED: (
        N_("The servers answered, but did not prove who they are"),
        N_("Your password was not sent. Look at the certificate and decide, or ask your mail administrator."),
    ),
    Why.PAUSED: (
        N_("A pause of ten minutes"),
        N_("Nothing was saved. When the pause is over, type the password and press Done."),
    ),
    Why.PASSWORD: (
        N_("The password is needed"),
        N_("It is not known any more, so nobody was contacted and nothing was saved. Type it and go on."),
    ),
    Why.CHANGED: (
        N_("Somebody else changed these settings meanwhile"),
        N_("Nothing of yours was saved, so nothing of theirs is lost. Look at the new values, or begin again."),
    ),
    Why.NOT_ALLOWED: (
        N_("You may not save this any more"),
        N_("Your rights or the account changed meanwhile, and nothing was saved. Ask an administrator."),
    ),
    Why.SHARING: (
        N_("The server does not send for every address that uses it"),
        N_("Nothing was saved. Each address it refused is named below, with what to do."),
    ),
    Why.OTHERS_DECIDE: (
        N_("Somebody who may change the account must decide"),
        N_("The password did not go where this account has not agreed to it. Whoever may change the account decides."),
    ),
}
STORIES: dict[Story, dict[Phase | Why, Told]] = {
    Story.ADDING: ADDING,
    Story.CHANGING: ADDING | CHANGING,
    Story.CHECKING: ADDING | CHANGING | CHECKING,
}

# Where no letters are sent there is no test message either.
WITHOUT_SENDING: dict[Story, dict[Phase | Why, Told]] = {
    Story.ADDING: {
        Phase.SAVING: (N_("Checking by real login…"), ADDING[Phase.SAVING][1]),
        Phase.FOUND: (
            ADDING[Phase.FOUND][0],
            N_("The server answered as expected. Press Done to log in and save the account."),
        ),
    },
    Story.CHANGING: {
        Phase.FOUND: (
            CHANGING[Phase.FOUND][0],
            N_("The server answered as expected. Press Save to log in and save the changes."),
        ),
    },
}


def heading(ending: Phase | Why, *, sends: bool = True, story: Story = Story.ADDING) -> str:
    """Return the heading of a run's page."""
    return gettext(_told(ending, sends, story)[0])


def paused_until(end: datetime) -> str:
    """Return the heading of a run that came into the pause after refused logins: when it is worth trying again."""
    return gettext("A pause until %(time)s", time=clock_words(end))


def next_step(ending: Phase | Why, *, sends: bool = True, story: Story = Story.ADDING) -> str:
    """Return what it means for the person and what to press next."""
    return gettext(_told(ending, sends, story)[1])


def _told(ending: Phase | Why, sends: bool, story: Story) -> Told:
    silent = {} if sends else WITHOUT_SENDING.get(story, {})
    return silent.get(ending) or STORIES[story][ending]
