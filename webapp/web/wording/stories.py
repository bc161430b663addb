"""Words for runs about what exists already: changing it, and checking it. Only what differs from adding stands here."""

from webapp.web.runs.phases import Phase
from webapp.web.wording.whys import Why
from webapp.web.wording.words import N_

Told = tuple[str, str]
"""A heading, and the sentence that says what it means and what to press next."""

CHANGING: dict[Phase | Why, Told] = {
    Phase.RETESTING: (
        N_("Re-testing the settings…"),
        N_("Your password is not used for the re-test. The present settings stay in use."),
    ),
    Phase.SAVING: (
        N_("Checking the new settings…"),
        N_("They take the place of the present ones only when everything below has succeeded."),
    ),
    Phase.PREPARED: (N_("What you typed"), N_("Nothing is saved yet. Check the values, then press Re-test or Save.")),
    Phase.FOUND: (
        N_("The servers answer"),
        N_("All servers answered as expected. Press Save to log in, send a test message and save the changes."),
    ),
    Phase.HALF_FOUND: (
        N_("Only one of the servers answers"),
        N_("Nothing was changed: the previous settings stay. Correct the other server below."),
    ),
    Phase.NEEDS_CONSENT: (
        N_("Your consent is needed"),
        N_("Nothing was sent to these servers yet, and the previous settings stay. Look at them and decide."),
    ),
    Phase.NOT_FOUND: (
        N_("The servers do not answer like this"),
        N_("Nothing was changed: the previous settings stay. What you typed is below; empty fields are found out."),
    ),
    Phase.STOPPED: (
        N_("Stopped"),
        N_("Nothing is going on any more and nothing was changed: the previous settings stay."),
    ),
    Phase.INTERRUPTED: (
        N_("Interrupted"),
        N_("The program was restarted in the middle. Nothing was changed, and what you typed is kept."),
    ),
    Phase.LOGIN_REFUSED: (
        N_("The server refused the login"),
        N_("Nothing was changed: the previous settings stay. Type the password again."),
    ),
    Phase.NOT_PROVED: (
        N_("The changes are not saved: the check failed"),
        N_("The previous settings stay. The form is as you typed it; correct it and try again."),
    ),
    Phase.SAVED: (
        N_("Saved"),
        N_("Every server has proved itself with a real login, and the new settings are in use."),
    ),
    Why.CLOSED_DOOR: (
        N_("This provider does not let Mailroom in"),
        N_("No password helps here, so none was sent. Nothing was changed: the previous settings stay."),
    ),
    Why.NO_SUCH_DOMAIN: (
        N_("The domain of this address does not exist"),
        N_("Most often there is a slip of the pen in the address. Nothing was changed: the previous settings stay."),
    ),
    Why.PAUSED: (
        N_("A pause of ten minutes"),
        N_("Nothing was changed: the previous settings stay. When the pause is over, type the password and go on."),
    ),
    Why.PASSWORD: (
        N_("The password is needed"),
        N_("No password is stored for exactly these settings, so nobody was contacted. Type it and go on."),
    ),
    Why.SHARING: (
        N_("The server does not send for every address that uses it"),
        N_("Nothing was changed: the previous settings stay. Each refused address is named below, with what to do."),
    ),
}

CHECKING: dict[Phase | Why, Told] = {
    Phase.RETESTING: (N_("Re-testing the settings…"), N_("Your password is not used for the re-test.")),
    Phase.STOPPED: (N_("Stopped"), N_("Nothing is going on any more. A check changes nothing.")),
    Phase.INTERRUPTED: (
        N_("Interrupted"),
        N_("The program was restarted in the middle. A check changes nothing; start it again."),
    ),
    Phase.LOGIN_REFUSED: (
        N_("The server refused the login"),
        N_("Nothing was changed by the check. Type the password to check again."),
    ),
    Phase.NOT_PROVED: (
        N_("The check failed"),
        N_("A check changes nothing. What was checked is below."),
    ),
    Phase.NEEDS_CONSENT: (
        N_("Your consent is needed"),
        N_("The password did not go where this account has not agreed to it. Press “Check settings”, look and decide."),
    ),
}
