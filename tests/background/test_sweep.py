"""A process that lives wipes expired passwords by itself, without any run."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import event, update

from tests.background.office import Office
from webapp.background import writer
from webapp.storage.drafts import SECRET_LIFETIME
from webapp.storage.models import Draft

Offices = Callable[..., Office]


def test_the_sweep_goes_on_while_nothing_runs(
    make_office: Offices, engine: DatabaseEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SWEEP_S", 0.02)
    wiping = threading.Event()

    @event.listens_for(engine, "after_cursor_execute")
    def watch(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("UPDATE drafts SET secret=") and threading.current_thread().name == "mailroom-writer":
            wiping.set()

    office = make_office()
    draft = office.draft()
    office.runner.open()
    assert draft.secret is not None

    office.clock.shift = SECRET_LIFETIME
    assert wiping.wait(10)

    office.session.execute(update(Draft).values(ended_at=None))  # waits for the transaction of the sweep
    office.session.refresh(draft)
    assert draft.secret is None
