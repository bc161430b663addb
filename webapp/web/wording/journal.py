"""The words of the journal: what was done, what changed, and what it was changed to."""

from collections.abc import Callable
from datetime import date

from flask_babel import format_date, gettext

from webapp.detection.types import OutcomeKind
from webapp.mail.settings import AuthMethod, Security
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.describing import EVERYONE, LETTERS_ALONE
from webapp.storage.models import Action, JournalEntry
from webapp.web.language import LANGUAGES
from webapp.web.wording.certificates import fingerprint_words
from webapp.web.wording.checks import VERDICTS
from webapp.web.wording.names import auth_name, security_name
from webapp.web.wording.problems import short_words
from webapp.web.wording.words import N_

ACTIONS: dict[Action, str] = {
    Action.ACCOUNT_ADDED: N_("Account added"),
    Action.ACCOUNT_CHANGED: N_("Account changed"),
    Action.ACCOUNT_CHECKED: N_("Account checked"),
    Action.ACCOUNT_USED: N_("Account used with the password of this session"),
    Action.ACCOUNT_REMOVED: N_("Account removed"),
    Action.ACCOUNT_HANDED_OVER: N_("Account handed over"),
    Action.ACCOUNT_FROZEN: N_("Account frozen"),
    Action.ACCOUNT_UNFROZEN: N_("Account no longer frozen"),
    Action.ACCOUNT_LOCKED: N_("Account locked until its password is typed"),
    Action.PASSWORD_REPLACED: N_("Mailbox password replaced"),
    Action.PASSWORD_FORGOTTEN: N_("Mailbox password no longer remembered"),
    Action.OUTGOING_SERVER_ADDED: N_("Outgoing server added"),
    Action.OUTGOING_SERVER_CHANGED: N_("Outgoing server changed"),
    Action.OUTGOING_SERVER_REMOVED: N_("Outgoing server removed"),
    Action.USER_ADDED: N_("User added"),
    Action.USER_CHANGED: N_("User changed"),
    Action.USER_DISABLED: N_("User disabled"),
    Action.USER_ENABLED: N_("User enabled"),
    Action.USER_LEFT: N_("Person has left"),
    Action.RESET_LINK_MADE: N_("One-time link made"),
    Action.SIGN_IN_PASSWORD_CHANGED: N_("Sign-in password changed"),
    Action.NETWORK_CHANGED: N_("Network settings changed"),
    Action.AUTHORITY_ADDED: N_("Certificate authority added"),
    Action.AUTHORITY_REMOVED: N_("Certificate authority removed"),
    Action.NOTICE_TESTED: N_("Test notice sent"),
    Action.PROGRAM_UPGRADED: N_("Mailroom upgraded"),
}

# What a detail is about; the names are those of the columns.
FIELDS: dict[str, str] = {
    "title": N_("Account name"),
    "sender_name": N_("User name"),
    "address": N_("Address"),
    "reply_to": N_("Reply to"),
    "signature": N_("Signature"),
    "for_whom": N_("For whom"),
    "owner": N_("Owner"),
    "for_sending": N_("For sending"),
    "for_receiving": N_("For receiving"),
    "load_since": N_("Load mail since"),
    "automatic": N_("Receive and send automatically"),
    "keep_on_server": N_("Leave copies on the server"),
    "delete_after_days": N_("Delete from the server after, days"),
    "remember_password": N_("Password remembered"),
    "people_may_send": N_("People may send with it"),
    "protocol": N_("Type"),
    "host": N_("Server name"),
    "port": N_("Port"),
    "security": N_("Connection security"),
    "auth_method": N_("Authentication method"),
    "username": N_("Login name"),
    "incoming": N_("Incoming server"),
    "outgoing": N_("Outgoing server (SMTP)"),
    "incoming_certificate": N_("Certificate accepted by hand, incoming server"),
    "outgoing_certificate": N_("Certificate accepted by hand, outgoing server"),
    "incoming_unprotected": N_("Agreed to go without protection, incoming server"),
    "outgoing_unprotected": N_("Agreed to go without protection, outgoing server"),
    "description": N_("Description"),
    "default": N_("Default"),
    "verdict": N_("Verdict"),
    "problem": N_("Problem"),
    "display_name": N_("First and last name"),
    "name": N_("Login name"),
    "is_admin": N_("Administrator"),
    "language": N_("Language"),
    "allowed_networks": N_("Allowed networks"),
    "online_lookups": N_("Online look-ups"),
    "ispdb_url": N_("Address of the provider database"),
    "sha256": N_("Fingerprint (SHA-256)"),
    "not_after": N_("Valid until"),
    "notice_address": N_("Address for notices"),
    "version_before": N_("Version before"),
    "version": N_("Version"),
    "schema_before": N_("Schema before"),
    "schema": N_("Schema"),
}

VALUES: dict[str, str] = {
    "yes": N_("yes"),
    "no": N_("no"),
    "true": N_("yes"),
    "false": N_("no"),
    "": N_("empty"),
}


def action_words(action: Action) -> str:
    """Return what was done."""
    return gettext(ACTIONS[action])


def actor(entry: JournalEntry) -> str:
    """Return who did it."""
    return entry.user_name or gettext("Mailroom itself")


def detail_words(entry: JournalEntry) -> tuple[tuple[str, str], ...]:
    """Return what changed and what it is now; of something new, what is empty tells nothing."""
    new = entry.action is Action.ACCOUNT_ADDED
    told = ((name, value) for name, value in entry.details if value or not new)
    return tuple((field_words(name), value_words(name, value)) for name, value in told)


def field_words(name: str) -> str:
    """Return what a detail is about; a name nobody has put into words is shown as it is."""
    return gettext(FIELDS[name]) if name in FIELDS else name


def value_words(name: str, value: str) -> str:
    """Return the new value of a detail; one that no table knows is somebody's own text and is shown as it is."""
    if value in VALUES:
        return gettext(VALUES[value])
    try:
        return READERS[name](value) if name in READERS else value
    except ValueError:  # written by another version of Mailroom
        return value


def _verdict(value: str) -> str:
    return gettext(VERDICTS.get(OutcomeKind(value), VERDICTS[OutcomeKind.NOT_PROVED])[0])


def _problem(value: str) -> str:
    return short_words(Problem(ProblemKind(value)))


def _unprotected(value: str) -> str:
    return gettext("letters only") if value == LETTERS_ALONE else gettext("letters and the password")


def _day(value: str) -> str:
    return format_date(date.fromisoformat(value))


READERS: dict[str, Callable[[str], str]] = {
    "security": lambda value: security_name(Security(value)),
    "auth_method": lambda value: auth_name(AuthMethod(value)),
    "verdict": _verdict,
    "problem": _problem,
    "load_since": _day,
    "not_after": _day,
    "language": lambda value: LANGUAGES.get(value, value),
    "for_whom": lambda value: gettext("Everyone") if value == EVERYONE else value,
    "incoming_certificate": fingerprint_words,
    "outgoing_certificate": fingerprint_words,
    "incoming_unprotected": _unprotected,
    "outgoing_unprotected": _unprotected,
}
