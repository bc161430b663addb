"""What the provider of an address wants done before the first login, told before a password is typed."""

from webapp.net.domains import to_a_label
from webapp.net.problems import Trouble
from webapp.web.runs.found_servers import HintLine, hint_line
from webapp.web.wizard.offers import provider_table


def instructions_for(typed: str) -> tuple[HintLine, ...]:
    """Return the instructions of a domain in our table; for any other, only a search can tell."""
    _, _, domain = typed.strip().rpartition("@")
    try:
        provider = provider_table().by_domain(to_a_label(domain))
    except Trouble:
        return ()
    return tuple(hint_line(hint, provider.name) for hint in provider.hints) if provider else ()
