"""Words for the detail of a step: its rungs, whose words a line is, and what the notes among them mean."""

from flask_babel import gettext, ngettext

from webapp.detection.stages import Stage, StageState
from webapp.mail.settings import AuthMethod
from webapp.mail.transcript import Speaker
from webapp.web.wording.names import auth_name
from webapp.web.wording.steps import VERIFIED_BY, fact_words
from webapp.web.wording.words import N_

STAGES: dict[Stage, str] = {
    Stage.NAME: N_("name"),
    Stage.ADDRESS: N_("address"),
    Stage.PORT: N_("port"),
    Stage.TLS: "TLS",
    Stage.GREETING: N_("greeting"),
    Stage.ABILITIES: N_("abilities"),
    Stage.LOGIN: N_("login"),
    Stage.FOLDER: N_("folder"),
    Stage.SENDER: N_("sender"),
    Stage.RECIPIENT: N_("recipient"),
    Stage.LETTER: N_("message"),
    Stage.ARRIVAL: N_("arrival"),
}

STAGE_STATES: dict[StageState, str] = {
    StageState.PASSED: N_("passed"),
    StageState.RUNNING: N_("checking"),
    StageState.FAILED: N_("failed"),
    StageState.WARNING: N_("warning"),
    StageState.STOPPED: N_("stopped"),
    StageState.NOT_REACHED: N_("not reached"),
}

SPEAKERS: dict[Speaker, str] = {
    Speaker.US: N_("we"),
    Speaker.SERVER: N_("server"),
    Speaker.NOTE: N_("note"),
}

NOTES: dict[str, str] = {
    "name": N_("the name is known"),
    "address": N_("address %(value)s"),
    "port": N_("the port is open"),
    "tls": N_("the connection is protected: %(value)s"),
    "greeting": N_("the server has greeted us"),
    "abilities": N_("on offer: %(value)s"),
    "login": N_("logged in: %(value)s"),
    "sender": N_("the sender is accepted"),
    "recipient": N_("the recipient is accepted"),
    "handed-over": N_("the message is handed over to the server"),
    "folder": N_("the folder is open"),
    "letter": N_("the message itself, bytes: %(value)s"),
    "literal": N_("a longer text, bytes: %(value)s"),
    "lines": N_("the header of a message, lines: %(value)s"),
}


def stage_words() -> dict[Stage | StageState, str]:
    """Return what every rung and every state of one is called (DESIGN 5.9: each state is a word).

    All at once: a ladder has hundreds of them, and is drawn again and again while a run goes on.
    """
    rungs: dict[Stage | StageState, str] = {stage: stage_name(stage) for stage in Stage}
    return rungs | {state: stage_state_word(state) for state in StageState}


def stage_name(stage: Stage) -> str:
    """Return what one rung is called."""
    return gettext(STAGES[stage])


def stage_state_word(state: StageState) -> str:
    """Return the state of one rung as a word."""
    return gettext(STAGE_STATES[state])


def speaker_name(speaker: Speaker) -> str:
    """Return whose words a line of a conversation is."""
    return gettext(SPEAKERS[speaker])


def elsewhere_words() -> str:
    """Return what it means that one source tells nothing."""
    return gettext("That alone stops nothing: the settings are looked for in other places as well.")


def note_words(note: str) -> str:
    """Return a fact told in a conversation as words: `tls=TLSv1.3` becomes “the connection is protected: TLS 1.3”."""
    name, _, value = note.partition("=")
    if name == "omitted" and value.isdigit():
        return ngettext("%(num)d line left out", "%(num)d lines left out", int(value))
    known = NOTES.get(name) or VERIFIED_BY.get(name)
    return gettext(known) % {"value": _value(name, value)} if known else fact_words(note)


def _value(name: str, value: str) -> str:
    if name == "login" and value in set(AuthMethod):
        return auth_name(AuthMethod(value)).lower()
    if name == "tls":
        return value.replace("TLSv", "TLS ")
    return ", ".join(value.replace(",", " ").split()) or "–"
