"""Words for the ladder: the blocks, the states and the facts of a step, the count and the sentence above."""

from datetime import date

from flask_babel import format_date, format_decimal, gettext, ngettext

from webapp.detection.steps import Step, StepGroup, StepState
from webapp.web.wording.names import host_for_people
from webapp.web.wording.words import N_

LIST_ROOM = 2  # words of a list that fit into a line of the ladder

GROUPS: dict[StepGroup, str] = {
    StepGroup.SOURCE: N_("Where we ask"),
    StepGroup.PROBE: N_("What answers"),
    StepGroup.VERIFY: N_("Check with the password"),
}

STATES: dict[StepState, str] = {
    StepState.WAITING: N_("waiting"),
    StepState.RUNNING: N_("checking"),
    StepState.OK: N_("done"),
    StepState.WARNING: N_("warning"),
    StepState.FAILED: N_("failed"),
    StepState.SKIPPED: N_("not needed"),
    StepState.STOPPED: N_("stopped"),
}

FACTS: dict[str, str] = {
    "name": N_("name"),
    "address": N_("address"),
    "port": N_("port"),
    "tls": "TLS",
    "greeting": N_("greeting"),
    "abilities": N_("abilities"),
    "published": N_("settings published by the provider"),
    "in-table": N_("the provider is known"),
}

VERIFIED: dict[str, str] = {
    "verify:incoming": N_("Login to the incoming server"),
    "verify:outgoing": N_("Login to the outgoing server"),
    "verify:letter": N_("Test message"),
    "verify:arrival": N_("Delivery of the message"),
    "verify:sharing": N_("Sending as %(address)s"),
}

VERIFIED_OK: dict[str, str] = {
    "verify:incoming": N_("login accepted"),
    "verify:outgoing": N_("login accepted"),
    "verify:letter": N_("accepted by the server"),
    "verify:arrival": N_("found in the mailbox"),
    "verify:sharing": N_("allowed by the server"),
}

VERIFIED_BY: dict[str, str] = {
    "local-part": N_("trying the part before the @ as login name"),
    "handed-over": N_("handed over"),
    "removed": N_("found in the mailbox and removed"),
    "marked": N_("found in the mailbox and marked as deleted"),
}

VERIFIED_RUNNING: dict[str, str] = {
    "verify:incoming": N_("logging in"),
    "verify:outgoing": N_("logging in"),
    "verify:letter": N_("sending"),
    "verify:arrival": N_("looking into the mailbox"),
    "verify:sharing": N_("asking the server"),
}


def group_name(group: StepGroup) -> str:
    """Return the heading of one block of the ladder."""
    return gettext(GROUPS[group])


def state_word(state: StepState) -> str:
    """Return a state as a word (DESIGN 5.9: never only a colour)."""
    return gettext(STATES[state])


def nothing_word() -> str:
    """Return the state of a source that was asked and knows nothing: an ordinary answer."""
    return gettext("nothing known")


def fact_words(fact: str) -> str:
    """Return one fact of a step: `tls=TLSv1.3` becomes “TLS 1.3”, `abilities=PLAIN LOGIN` its list."""
    name, _, value = fact.partition("=")
    if name == "servers" and value.isdigit():
        return ngettext("%(num)d server named", "%(num)d servers named", int(value))
    if name == "tls" and value:
        return value.replace("TLSv", "TLS ")
    if name == "abilities" and value:
        return _list_words(value.split())
    if name == "mx" and value:
        return host_for_people(value)
    if name == "imported" and value:
        return gettext("imported on %(date)s", date=format_date(date.fromisoformat(value)))
    known = FACTS.get(name)
    return gettext(known) if known else fact


def _list_words(words: list[str]) -> str:
    """Return the first of a list, and how many more there are: a line has room for three."""
    if len(words) <= LIST_ROOM:
        return ", ".join(words)
    more = len(words) - LIST_ROOM
    return ngettext(
        "%(words)s and %(num)d more", "%(words)s and %(num)d more", more, words=", ".join(words[:LIST_ROOM])
    )


def verify_name(step: Step, *, news: bool = False) -> str:
    """Return the name of one rung of the check with the password; a news server is no mail server."""
    if news and step.key == "verify:incoming":
        return gettext("Login to the news server")
    known = VERIFIED.get(_kind_of(step))
    return gettext(known) % {"address": step.subject} if known else step.subject


def verify_words(step: Step) -> str:
    """Return how one rung of the check stands, in words of its own where it has some."""
    special = [VERIFIED_BY[fact] for fact in step.facts if fact in VERIFIED_BY]
    tables = {StepState.OK: VERIFIED_OK, StepState.RUNNING: VERIFIED_RUNNING}
    words = tables.get(step.state, {}).get(_kind_of(step))
    if words and special and (step.state is StepState.RUNNING or step.key == "verify:arrival"):
        words = special[-1]
    return gettext(words) if words else state_word(step.state)


def _kind_of(step: Step) -> str:
    """Return the key of a step without the address it is about."""
    return ":".join(step.key.split(":")[:2])


def guessing_words() -> str:
    """Return what guessing ends with: its guesses are the lines below."""
    return gettext("listed below")


def answering_words() -> str:
    """Return what a probe that went well to its end is called."""
    return gettext("answers")


def seconds_words(milliseconds: int, places: int = 2) -> str:
    """Return a duration in the reader's own way of writing numbers: “0,21 с”."""
    pattern = "0." + "0" * places
    return gettext("%(seconds)s s", seconds=format_decimal(milliseconds / 1000, format=pattern))


def count_words(done: int, total: int) -> str:
    """Return how far a run is: “7 of 19”."""
    return gettext("%(done)s of %(total)s", done=done, total=total)
