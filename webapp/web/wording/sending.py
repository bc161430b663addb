"""Words about letters being written and sent: what is wrong with an address, a file, a letter on its way."""

from collections.abc import Sequence

from flask_babel import format_decimal, gettext, ngettext

from webapp.mail.messages.recipients import MOST_RECIPIENTS, Fault, Misread
from webapp.net.problems import ProblemKind
from webapp.net.words import clean_words
from webapp.storage.models import OutgoingLetter, OutgoingState, RecipientState
from webapp.storage.writing import LARGEST_FILE, LARGEST_FILES, MOST_FILES, FileLimit, FileRefused
from webapp.web.wording.names import readable_address
from webapp.web.wording.words import N_

OF_THE_LETTER = (
    ProblemKind.SENDER_REFUSED,
    ProblemKind.RECIPIENT_REFUSED,
    ProblemKind.LETTER_REFUSED,
    ProblemKind.NOT_ALLOWED,
)
KILO = 1024
SHOWN = 60  # characters of what nobody can read

FAULTS: dict[Fault, str] = {
    Fault.NO_AT: N_("“%(text)s” is no address: there is no @ in it. A name with a comma goes into quotation marks."),
    Fault.TWO_ATS: N_("“%(text)s”: an address has exactly one @."),
    Fault.NO_LOCAL_PART: N_("“%(text)s”: something is missing before the @."),
    Fault.BAD_LOCAL_PART: N_("“%(text)s”: there is a character before the @ that addresses do not have."),
    Fault.NO_DOMAIN: N_("“%(text)s”: something is missing after the @."),
    Fault.BAD_DOMAIN: N_("“%(text)s”: what stands after the @ is not a domain; it looks like example.com."),
    Fault.NO_DOT: N_("“%(text)s”: the domain has no dot in it; it looks like example.com."),
    Fault.TOO_LONG: N_("“%(text)s”: this address is longer than the 254 characters mail allows."),
    Fault.GROUP: N_("“%(text)s” is a group; name each address by itself."),
    Fault.UNFINISHED: N_("“%(text)s”: a quotation mark or an angle bracket is not closed."),
}

NOT_ALLOWED = N_("You cannot send letters with this account any more. Choose another one.")

STATES: dict[OutgoingState, str] = {
    OutgoingState.DRAFT: N_("draft"),
    OutgoingState.QUEUED: N_("waits"),
    OutgoingState.SENDING: N_("being sent"),
    OutgoingState.IN_DOUBT: N_("in doubt"),
    OutgoingState.SENT: N_("sent"),
    OutgoingState.REFUSED: N_("not sent"),
}


def misread_words(misread: Sequence[Misread]) -> list[str]:
    """Return what is wrong with a typed list of people, the first fault first."""
    return [gettext(FAULTS[one.fault], text=clean_words(one.text, SHOWN)) for one in misread]


def nobody_words() -> str:
    """Say that a letter needs somebody to go to."""
    return gettext("Type at least one address the letter is for.")


def crowd_words() -> str:
    """Say that a letter goes to too many."""
    return gettext("A letter can go to %(limit)s addresses at most.", limit=MOST_RECIPIENTS)


def refused_file_words(refused: FileRefused) -> str:
    """Say why a file is not attached."""
    name = clean_words(refused.name, SHOWN)
    if refused.limit is FileLimit.FILE:
        return gettext("“%(name)s” is larger than %(limit)s.", name=name, limit=size_words(LARGEST_FILE))
    if refused.limit is FileLimit.FILES:
        return gettext(
            "“%(name)s” is not attached: all files of a letter can have %(limit)s together.",
            name=name,
            limit=size_words(LARGEST_FILES),
        )
    if refused.limit is FileLimit.EMPTY:
        return gettext("“%(name)s” is empty.", name=name)
    return gettext("“%(name)s” is not attached: a letter can have %(limit)s files.", name=name, limit=MOST_FILES)


def size_words(size: int) -> str:
    """Return a size as people read it: 512 bytes, 14 KB, 2.5 MB."""
    if size < KILO:
        return str(ngettext("%(num)s byte", "%(num)s bytes", size))
    if size < KILO * KILO:
        return gettext("%(size)s KB", size=format_decimal(round(size / KILO)))
    megabytes = size / KILO / KILO
    return gettext("%(size)s MB", size=format_decimal(round(megabytes, 1 if megabytes < 10 else 0)))


def subject_words(subject: str) -> str:
    """Return a subject, or that there is none."""
    return subject or gettext("(no subject)")


def fate_words(letter: OutgoingLetter) -> str:
    """Return what became of a letter that does not wait, as a sentence."""
    if letter.state is OutgoingState.SENDING:
        return gettext("The letter is being handed over to the server.")
    if letter.state is OutgoingState.IN_DOUBT:
        return gettext(
            "The letter was handed over, but the connection broke before the server confirmed it. "
            "It may have arrived. Mailroom does not send it again by itself."
        )
    if letter.state is OutgoingState.REFUSED:
        return _refusal(letter)
    refused = [readable_address(one.address) for one in letter.recipients if one.state is RecipientState.REFUSED]
    if refused:
        return gettext("The letter was sent, but did not reach %(people)s.", people=", ".join(refused))
    if not letter.kept_in_sent and letter.next_try_at is None and letter.problem is not None:
        return gettext("The letter was sent. Its copy could not be put into the server's folder for sent letters.")
    return gettext("The letter was sent.")


def put_off_words(letter: OutgoingLetter) -> str:
    """Return why a letter waits that the server asked to send later."""
    if letter.sent_at is not None:
        return gettext("Some have got the letter; for the others the server asked to try again later.")
    return gettext("The server asked to try again later. That is usual with letters to new addresses.")


def _refusal(letter: OutgoingLetter) -> str:
    if letter.problem is not None and letter.problem.kind is ProblemKind.NOT_ALLOWED:
        return gettext(NOT_ALLOWED)
    if letter.problem is not None and letter.problem.kind not in OF_THE_LETTER:
        return gettext("The letter could not be sent for days and is not tried any more. Nobody has got it.")
    international = [one.address for one in letter.recipients if not one.address.rpartition("@")[0].isascii()]
    if international and letter.problem is not None and letter.problem.server_said is None:
        people = ", ".join(readable_address(address) for address in international)
        return gettext("The server cannot send to addresses with such letters before the @: %(people)s.", people=people)
    return gettext("The server did not take the letter. Nobody has got it.")
