"""The rules of the layout, held: imports point inwards, Flask stays in web/, sockets in net/, files stay short."""

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "webapp"
LAYERS = ("web", "background", "storage", "detection", "mail", "net")  # each may import what stands behind it
FLASK = {"flask", "flask_babel", "flask_login", "flask_sqlalchemy", "flask_wtf", "werkzeug", "wtforms", "jinja2"}
DATABASE = {"sqlalchemy", "alembic", "flask_sqlalchemy"}
SOCKETS = {"socket", "ssl", "http", "urllib.request", "smtplib", "imaplib", "poplib", "httpx2", "httpcore2", "dns"}
MAIL_LIBRARIES = {"smtplib", "imaplib", "poplib"}  # mail/clients hands them connections; they open none
# The house style asks for 200 lines a file and 25 a function; past these somebody must split by idea.
LONGEST_FILE = 260
LONGEST_FUNCTION = 30
MODULES = sorted(file for file in PACKAGE.rglob("*.py") if "versions" not in file.parts)


def layer_of(file: Path) -> str:
    """Return the layer a module belongs to; "" for what composes the layers (settings, command line)."""
    first = file.relative_to(PACKAGE).parts[0]
    return first if first in LAYERS else ""


@cache
def tree_of(file: Path) -> ast.Module:
    """Return what a module says."""
    return ast.parse(file.read_text(encoding="utf-8"))


def imports_of(file: Path) -> Iterator[str]:
    """Return every module a file imports at run time, dotted."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def within(module: str, packages: set[str]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


def imports_that(wrong: Callable[[Path], set[str]]) -> dict[str, set[str]]:
    """Return what is imported against a rule, by module; the rule names what a module must not import."""
    found = {
        str(file.relative_to(ROOT)): {one for one in imports_of(file) if within(one, forbidden)}
        for file in MODULES
        if (forbidden := wrong(file))
    }
    return {file: imported for file, imported in found.items() if imported}


def test_imports_point_inwards() -> None:
    def outside(file: Path) -> set[str]:
        layer = layer_of(file)
        return {f"webapp.{other}" for other in LAYERS[: LAYERS.index(layer)]} | {"webapp.cli"} if layer else set()

    assert imports_that(outside) == {}


def test_flask_stops_at_web_and_sockets_exist_only_in_net() -> None:
    def foreign(file: Path) -> set[str]:
        layer, forbidden = layer_of(file), set[str]()
        if layer != "web" and file not in (PACKAGE / "__init__.py", PACKAGE / "cli" / "serve.py"):
            forbidden |= FLASK
        if layer in ("detection", "mail", "net"):
            forbidden |= DATABASE
        if layer != "net":
            forbidden |= SOCKETS
        return forbidden - MAIL_LIBRARIES if file.parent == PACKAGE / "mail" / "clients" else forbidden

    assert imports_that(foreign) == {}


def test_a_module_says_what_it_is_for_and_stays_short() -> None:
    for file in MODULES:
        tree = tree_of(file)
        long_functions = [
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > LONGEST_FUNCTION
        ]

        assert ast.get_docstring(tree), f"{file}: a module's first line says what it is for"
        assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE, file
        assert long_functions == [], file


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring: contracts may be told at length."""
    docstring = ast.get_docstring(function, clean=False)
    length = (function.end_lineno or 0) - function.lineno + 1
    return length - (len(docstring.splitlines()) if docstring else 0)


def test_templates_have_no_inline_code_or_style() -> None:
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        for forbidden in (
            " style=",
            "<style",
            " onclick=",
            " onsubmit=",
            " onchange=",
            "hx-on",
            "javascript:",
            "//cdn",
        ):
            assert forbidden not in text, f"{file}: {forbidden}"
        assert text.count("<script") == text.count('src="{{ url_for'), f"{file}: a script that is not a file"
