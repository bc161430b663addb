"""Write an address where a grammar waits for it: in an envelope, in a header."""

import re

from webapp.net.domains import to_a_label
from webapp.net.problems import Problem, ProblemKind, Trouble

DOT_ATOM = re.compile(r"[^\s\x00-\x20\"(),:;<>@\[\\\]\x7f.]+(\.[^\s\x00-\x20\"(),:;<>@\[\\\]\x7f.]+)*")
QUOTED = re.compile(r'"([^"\\]|\\.)*"')


def addr_spec(address: str) -> str:
    """Return an address as RFC 5321 and 5322 write it: the domain in A-labels, an unusual local part in quotes.

    Raises `Trouble` (NAME_INVALID) for a text that is no address; nothing that
    passes can end the command or the header it is written into.
    """
    local_part, _, domain = address.rpartition("@")
    if not local_part or not local_part.isprintable():
        raise Trouble(Problem(ProblemKind.NAME_INVALID))
    if not (DOT_ATOM.fullmatch(local_part) or QUOTED.fullmatch(local_part)):
        escaped = local_part.replace("\\", "\\\\").replace('"', '\\"')
        local_part = f'"{escaped}"'
    return f"{local_part}@{to_a_label(domain)}"
