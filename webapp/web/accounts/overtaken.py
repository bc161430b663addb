"""Two people edit one account: the second is told who was quicker, and sees what is stored now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_datetime, gettext

from webapp.storage.history import last_change
from webapp.storage.models import Account
from webapp.web.extensions import db
from webapp.web.forms.versions import overtaken_words


@dataclass(frozen=True)
class Overtaken:
    """What the person whose form is older is shown: who and when, and every field that differs by now."""

    sentence: str
    differences: tuple[tuple[str, str], ...]


def overtaken(account: Account, form: Any, stored: Mapping[str, Any]) -> Overtaken:
    """Put the notice into a versioned form; what was typed stays in it, and the next press saves it."""
    changed = last_change(db.session(), account)
    if changed is not None and changed.user_name:
        sentence = gettext(
            "This account was changed while this page was open: %(person)s, %(moment)s.",
            person=changed.user_name,
            moment=format_datetime(changed.at, "medium"),
        )
    else:
        sentence = gettext("This account was changed while this page was open.")
    form.form_errors.append(f"{sentence} {overtaken_words()}")
    form.show_version(account.version)
    return Overtaken(sentence, _differences(form, stored))


def _differences(form: Any, stored: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return label and stored value of every field where the person's text is another one."""
    return tuple(
        (str(form[name].label.text), _words(form, name, value))
        for name, value in stored.items()
        if name in form and name != "version" and (form[name].data or "") != (value or "")
    )


def _words(form: Any, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    choices = {one.value: one.label for one in getattr(form[name], "choices", None) or ()}
    return str(choices.get(value, value) or gettext("empty"))
