"""Templates, addresses and statements compiled once for all applications of a process: most of what views took."""

from collections.abc import Callable
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from tests.storage.statements import sharing
from webapp import create_app
from webapp.settings import Settings
from webapp.web.extensions import db

Builder = Callable[..., tuple[str, str]]


class CompiledTemplates(BytecodeCache):
    """Keeps code in memory, by template and by the checksum of its source."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what is known."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = CompiledTemplates()
BUILDERS: dict[object, Builder] = {}


class CompiledRule(Rule):
    """A route that builds addresses as the same one of an earlier application does: the rule says it all."""

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        told = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if told not in BUILDERS:
            BUILDERS[told] = super()._compile_builder(append_unknown)
        return BUILDERS[told]


def compiled_app(settings: Settings) -> Flask:
    """Return the application; all but the first of a process take a tenth of the time."""
    Flask.url_rule_class = CompiledRule
    app = create_app(settings)
    app.jinja_env.bytecode_cache = TEMPLATES
    with app.app_context():
        sharing(db.engine)
    return app
