"""Role × route × ownership × method: every address of the application answers as `matrix.txt` says."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.web.compiled import compiled_app
from tests.web.matrix import ARGUMENTS, Cell, Request, rows
from tests.web.matrix_world import World
from tests.web.test_access import PUBLIC
from webapp.instance import open_instance
from webapp.settings import load
from webapp.web.extensions import db, runner

ROWS = list(rows())
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
OUTSIDE = ("nobody", "ended")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, empty_instance: Path, silent_names: str) -> Iterator[World]:
    """Return the office of the matrix; each request finds it as new."""
    folder = tmp_path_factory.mktemp("matrix") / "instance"
    shutil.copytree(empty_instance, folder)
    environment = {"MAILROOM_INSTANCE": str(folder), "MAILROOM_ISPDB_URL": "", "MAILROOM_DNS_SERVERS": silent_names}
    app = compiled_app(open_instance(load(environment)))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    office = World(app)
    yield office
    office.close()
    with app.app_context():
        runner().shutdown()
        db.engine.dispose()


def rules(app: Flask) -> list[Rule]:
    """Return every route but that of the static files."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def path_of(world: World, request: Request, whose: str) -> str:
    """Return the address of a request about somebody's thing."""
    names = ARGUMENTS[request.kind]
    letters = whose if len(names) > 1 else [whose] * len(names)
    values = {name: world.things[name.removesuffix("_id")][letter] for name, letter in zip(names, letters, strict=True)}
    return world.app.url_map.bind("localhost").build(request.endpoint, values)


def fields_of(world: World, request: Request) -> dict[str, str]:
    """Return the fields a request sends; `{account_E}` stands for the number of everyone's account."""
    known = {f"{kind}_{letter}": value for kind, things in world.things.items() for letter, value in things.items()}
    return dict(field.format(**known).split("=", 1) for field in request.fields)


def test_every_route_and_method_has_a_row(world: World) -> None:
    served = {(rule.endpoint, method) for rule in rules(world.app) for method in rule.methods or ()}
    told = {(request.endpoint, request.method) for request, _ in ROWS}

    assert {pair for pair in served if pair[1] not in ("HEAD", "OPTIONS")} == told


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_everybody_is_answered_as_the_table_says(world: World, row: tuple[Request, list[Cell]]) -> None:
    request, cells = row
    fields = fields_of(world, request)

    wrong = []
    for cell in cells:
        answer, wrote = world.ask(cell.who, request.method, path_of(world, request, cell.whose), fields)
        if (answer.status_code, wrote) != (cell.status, cell.writes):
            wrong.append(f"{cell.who}, {cell.whose}: {answer.status_code}{'!' * wrote} instead of {cell.status}")

    assert wrong == []


def test_reading_writes_nothing_and_refusing_neither() -> None:
    writing = [cell for _, cells in ROWS for cell in cells if cell.writes]

    assert {cell.request.method for cell in writing} == {"POST"}
    assert {cell.status for cell in writing} <= {200, 201, 303}, "shown once, made, or done"


@pytest.mark.parametrize("who", OUTSIDE)
def test_without_a_living_session_everything_leads_to_the_door(world: World, who: str) -> None:
    for request, cells in ROWS:
        if request.endpoint in PUBLIC:
            continue
        path = path_of(world, request, cells[0].whose)
        answer, wrote = world.ask(who, request.method, path, fields_of(world, request))
        expected = (303, f"/sign-in?next={path}") if request.method == "GET" else (401, None)
        assert ((answer.status_code, answer.location), wrote) == (expected, False), f"{request} of {who}"


def test_no_change_happens_without_the_token_of_its_form(world: World) -> None:
    for request, cells in ROWS:
        if request.method != "POST" or request.endpoint == "sign_in.enter":  # who is inside is led away from the door
            continue
        for cell in cells:
            path = path_of(world, request, cell.whose)
            answer, wrote = world.ask(cell.who, "POST", path, fields_of(world, request), token=False)
            assert not wrote, f"{request}: {cell}"
            refused = {400, 422} if cell.writes else {400, 422, cell.status}
            assert answer.status_code in refused, f"{request}: {cell}"


def test_other_methods_are_refused_and_head_is_a_get_without_its_page(world: World) -> None:
    for path, endpoints, methods in places(world):
        for method in METHODS - methods:
            answer, wrote = world.ask("anna", method, path)
            assert (answer.status_code, wrote) == (405, False), f"{method} {path}"
        if "GET" in methods:
            head, wrote = world.ask("anna", "HEAD", path)
            got, _ = world.ask("anna", "GET", path)
            assert (head.status_code, head.data, wrote) == (got.status_code, b"", False), f"HEAD {endpoints} {path}"


def places(world: World) -> Iterator[tuple[str, set[str], set[str]]]:
    """Return each address once, with the endpoints that share it and the methods they take."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for request, cells in ROWS:
        endpoints, methods = found.setdefault(path_of(world, request, cells[0].whose), (set(), set()))
        endpoints.add(request.endpoint)
        methods |= {request.method} | ({"HEAD"} if request.method == "GET" else set())
    for path, (endpoints, methods) in found.items():
        yield path, endpoints, methods
