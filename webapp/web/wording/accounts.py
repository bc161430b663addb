"""Words for accounts: their state, what it means and what to do about it, their names and uses."""

from dataclasses import dataclass

from flask_babel import gettext

from webapp.storage.models import Account, AccountKind, AccountState
from webapp.web.wording.names import readable_address
from webapp.web.wording.words import N_


@dataclass(frozen=True)
class StateWords:
    """A state as pages show it; `tone` and `sign` repeat what the word says.

    `advice` says what it means and what to press; `mended_by_password` tells
    that the password page is the way out.
    """

    word: str
    tone: str
    sign: str
    advice: str = ""
    mended_by_password: bool = False


STATES: dict[AccountState, StateWords] = {
    AccountState.WORKS: StateWords(N_("works"), "ok", "check"),
    AccountState.NEEDS_PASSWORD: StateWords(
        N_("needs the password"),
        "warn",
        "key",
        N_("The password is not remembered, so nothing happens in the background. Type it to use the account now."),
        mended_by_password=True,
    ),
    AccountState.LOGIN_REFUSED: StateWords(
        N_("login declined"),
        "bad",
        "cross",
        N_("The server did not accept the password the last time. Type the one that is valid now."),
        mended_by_password=True,
    ),
    AccountState.WAITING: StateWords(N_("waits after trouble"), "warn", "clock"),  # it heals by itself
    AccountState.LOCKED: StateWords(
        N_("locked until the password is typed"),
        "bad",
        "lock",
        N_(
            "Somebody else reset your sign-in password, so this account waits: type the password of the mailbox "
            "to show that it is yours."
        ),
        mended_by_password=True,
    ),
    AccountState.FROZEN: StateWords(
        N_("frozen"),
        "warn",
        "stop",
        N_("The account was frozen when its owner left, and nothing uses it. The password of the mailbox wakes it up."),
        mended_by_password=True,
    ),
    AccountState.NOT_SET_UP: StateWords(
        N_("not set up"),
        "warn",
        "warning",
        N_("The program sends its own notices through this account. Until it is set up, nobody gets any."),
    ),
}

TYPED_FOR_SESSION = StateWords(
    N_("password typed for this session"),
    "ok",
    "key",
    N_("The password is known until you sign out; nothing happens in the background."),
)


def state_words(account: Account, *, typed_for_session: bool = False) -> StateWords:
    """Return an account's state in words; a password typed for this browser session counts as known."""
    typed = typed_for_session and account.state is AccountState.NEEDS_PASSWORD
    words = TYPED_FOR_SESSION if typed else STATES[account.state]
    advice = gettext(words.advice) if words.advice else ""
    return StateWords(gettext(words.word), words.tone, words.sign, advice, words.mended_by_password)


def title_of(account: Account) -> str:
    """Return what an account is called: its name, else its address; the system account is known as such."""
    if account.is_system and account.title in ("", account.address):
        return gettext("System account")
    return readable_address(account.address) if account.title in ("", account.address) else account.title


def for_whom(account: Account) -> str:
    """Return whose account it is, for somebody who may use it."""
    return gettext("Everyone") if account.for_everyone else gettext("Only me")


def uses_of(account: Account) -> tuple[str, ...]:
    """Return what an account is used for; newsgroups are read, nothing else."""
    if account.kind is AccountKind.NEWS:
        return (gettext("reading newsgroups"),)
    uses = ((account.for_receiving, gettext("receiving")), (account.for_sending, gettext("sending")))
    return tuple(words for used, words in uses if used)


def sign_of(account: Account) -> str:
    """Return the icon that stands before an account; the words beside it say the same."""
    if account.is_system:
        return "shield"
    if account.kind is AccountKind.NEWS:
        return "news"
    return "people" if account.for_everyone else "envelope"
