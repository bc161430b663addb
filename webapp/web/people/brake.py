"""The brake on guessing sign-in passwords: by client, by name from one network, and by name from everywhere."""

from ipaddress import ip_address, ip_network

from flask import request
from flask_babel import ngettext

from webapp.storage.throttle import take
from webapp.storage.users import folded
from webapp.web.extensions import db

# Tries in a row, and seconds until the next one is free again.
TRIES_PER_CLIENT = (30, 10)
TRIES_PER_NAME_AND_CLIENT = (8, 30)
# Wins tries back faster than one network may use them up, so that no single stranger shuts a colleague out.
TRIES_PER_NAME = (60, 12)


def seconds_to_wait(name: str) -> int:
    """Take a try with this name from this client; return 0, or the seconds until the next one. Commits.

    A try one bucket refuses costs nothing of the next. Nothing here asks
    whether anybody has the name.
    """
    known, client = folded(name), client_network()
    buckets = (
        (f"sign-in:client:{client}", TRIES_PER_CLIENT),
        (f"sign-in:name-and-client:{client}:{known}", TRIES_PER_NAME_AND_CLIENT),
        (f"sign-in:name:{known}", TRIES_PER_NAME),
    )
    session = db.session()
    wait_s = next((wait_s for key, tries in buckets if (wait_s := take(session, key, *tries))), 0)
    session.commit()
    return wait_s


def too_many_tries(wait_s: int) -> str:
    """Return the sentence for somebody who must wait."""
    return ngettext(
        "Too many tries. Try again in %(num)s second.", "Too many tries. Try again in %(num)s seconds.", wait_s
    )


def client_network() -> str:
    """Return the client's address; of IPv6 the /64, for everybody has many addresses in one."""
    try:
        client = ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if client.version == 6 and client.ipv4_mapped is not None:  # a server listening on [::] sees IPv4 clients so
        client = client.ipv4_mapped
    return str(client) if client.version == 4 else str(ip_network(f"{client}/64", strict=False))
