"""The three panes every page of letters has: the tree, a list, and what its template puts beside them."""

from typing import Any

from flask import render_template

from webapp.storage.models import Letter
from webapp.web.mail.empty import empty_of
from webapp.web.mail.letter_pane import letter_pane
from webapp.web.mail.listing import Listing
from webapp.web.mail.rows import list_pane
from webapp.web.mail.tree import tree_of


def drawn(template: str, listing: Listing, narrow: str, current: Letter | None = None, **more: Any) -> str:
    """Return a page with the tree and a list around what the template shows; `narrow` names the pane of a telephone."""
    tree, rows = tree_of(listing, narrow), list_pane(listing, current)
    more |= {"empty": empty_of(rows, tree), "listing": listing, "narrow": narrow}
    if current is not None:
        more["letter"] = letter_pane(current, rows)
    return render_template(template, tree=tree, list=rows, **more)
