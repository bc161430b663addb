"""What each step about a person means, said before its button is pressed."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext, ngettext

from webapp.storage.models import User
from webapp.web.wording.words import N_


class Step(StrEnum):
    """What can be done to a person; a closed set, each with a page of its own."""

    PROMOTE = "promote"
    DEMOTE = "demote"
    DISABLE = "disable"
    ENABLE = "enable"
    RESET = "reset"
    LEAVING = "leaving"


@dataclass(frozen=True)
class StepWords:
    """One page's words; `field` and `value` are what its button sends, `harsh` draws it as a danger."""

    heading: str
    sentences: tuple[str, ...]
    button: str
    harsh: bool
    field: str = "sure"
    value: str = "yes"


NOT_ONESELF = (Step.DEMOTE, Step.DISABLE, Step.LEAVING)

HEADINGS: dict[Step, str] = {
    Step.PROMOTE: N_("Make %(name)s an administrator?"),
    Step.DEMOTE: N_("Take administration away from %(name)s?"),
    Step.DISABLE: N_("Disable %(name)s?"),
    Step.ENABLE: N_("Let %(name)s in again?"),
    Step.RESET: N_("One-time link for %(name)s"),
    Step.LEAVING: N_("%(name)s is leaving"),
}
BUTTONS: dict[Step, str] = {
    Step.PROMOTE: N_("Make administrator"),
    Step.DEMOTE: N_("Take administration away"),
    Step.DISABLE: N_("Disable"),
    Step.ENABLE: N_("Let in again"),
    Step.RESET: N_("Make the link"),
    Step.LEAVING: N_("Freeze the accounts and end access"),
}
SENTENCES: dict[Step, tuple[str, ...]] = {
    Step.PROMOTE: (
        N_("Administrators add and change accounts for everyone, see and remove the accounts of others, look after "
           "people and the network, and read the whole journal."),
        N_("They do not read the letters of others, and stored passwords are shown to nobody."),
    ),
    Step.DEMOTE: (
        N_("The person keeps their own accounts and may go on using those for everyone, but not change them."),
    ),
    Step.DISABLE: (
        N_("All open sessions of the person end at once, and signing in is refused until somebody lets them in again."),
        N_("Their own accounts stay as they are. If the person leaves for good, choose “Person is leaving” instead: it "
           "freezes the accounts as well."),
    ),
    Step.ENABLE: (
        N_("The person signs in with the password they had. Accounts that were frozen stay frozen until the person "
           "types their mailbox passwords and they are proved again."),
    ),
    Step.RESET: (
        N_("Whoever opens the link chooses a new sign-in password. It works once and for 24 hours; an older link of "
           "the person stops working. The present password works until the link is used; then all open sessions end."),
        N_("Because the link passes through your hands, the person's own accounts stay locked afterwards until their "
           "mailbox passwords are typed and proved again."),
    ),
    Step.LEAVING: (
        N_("In one step all sessions of the person end, signing in is refused, and their own accounts are frozen: "
           "nothing is received or sent with them any more."),
        N_("Letters and mailboxes stay untouched. Frozen accounts can be handed over to somebody else, with the "
           "mailbox password, or removed. Accounts for everyone go on working."),
    ),
}  # fmt: skip


def step_words(step: Step, user: User, accounts: int) -> StepWords:
    """Return the words of one step for one person with so many own accounts."""
    sentences = tuple(gettext(sentence) for sentence in SENTENCES[step])
    if step is Step.LEAVING:
        sentences = (*sentences, will_be_frozen(accounts))
    return StepWords(
        heading=gettext(HEADINGS[step], name=user.display_name),
        sentences=sentences,
        button=gettext(BUTTONS[step]),
        harsh=step in NOT_ONESELF,
        field="is_admin" if step in (Step.PROMOTE, Step.DEMOTE) else "sure",
        value="no" if step is Step.DEMOTE else "yes",
    )


def will_be_frozen(accounts: int) -> str:
    """Say how many accounts a leaving person's step concerns."""
    if not accounts:
        return gettext("The person has no accounts of their own.")
    return ngettext("%(num)s account will be frozen:", "%(num)s accounts will be frozen:", accounts)


def own_row() -> str:
    """Return why a step is not for oneself."""
    return gettext("This is you. So that nobody shuts themselves out by a slip, another administrator has to do it.")


def last_administrator() -> str:
    """Return why the last administrator stays."""
    return gettext(
        "This is the last administrator who can sign in, and Mailroom needs one. Make somebody else an administrator "
        "first."
    )


def disabled(user: User) -> str:
    """Return why a disabled person gets no link."""
    return gettext(
        "%(name)s is disabled, so a new password would open nothing. Let them in first.", name=user.display_name
    )
