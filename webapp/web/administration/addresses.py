"""The addresses of the administration of accounts; the views stand beside this file, one noun a module."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from webapp.web.administration import accounts, hand_over, removing, system_account, uses
from webapp.web.notices import testing

bp = Blueprint("administration", __name__)

LIST = "/administration/accounts"
ONE = f"{LIST}/<int(max={2**63 - 1}):account_id>"  # a database takes no longer number
SYSTEM = "/administration/system-account"
READ, FORM, POST = ("GET",), ("GET", "POST"), ("POST",)

VIEWS: tuple[tuple[str, str, Callable[..., Any], tuple[str, ...]], ...] = (
    ("/administration", "index", accounts.index, READ),
    (LIST, "accounts", accounts.accounts, READ),
    (f"{LIST}/uses", "uses", uses.change, FORM),
    (ONE, "account", accounts.account, READ),
    (f"{ONE}/remove", "remove", removing.remove, FORM),
    (f"{ONE}/hand-over", "hand_over", hand_over.hand_over, FORM),
    (SYSTEM, "system_account", system_account.page, READ),
    (f"{SYSTEM}/people", "people_may_send", system_account.people_may_send, FORM),
    (f"{SYSTEM}/test-notice", "test_notice", testing.send_test, POST),
)

for address, name, view, methods in VIEWS:
    bp.add_url_rule(address, name, view, methods=methods)
