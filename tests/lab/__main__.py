"""`python -m tests.lab`: run the lab by hand until Ctrl-C."""

import signal
import sys

from tests.lab import news, requirements
from tests.lab.domain_table import DOMAINS
from tests.lab.domains import mailboxes_of
from tests.lab.lab import Lab


def main() -> int:
    """Start the lab, say what is in it and how to meet it, wait, stop it."""
    lacking = requirements.missing()
    if lacking:
        print(f"{lacking}\n\n    sudo sh -c 'tests/lab/install.sh && {sys.executable} -m tests.lab'")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Lab() as lab:
            print(description(lab), flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("\nThe lab is stopped.")
    return 0


def description(lab: Lab) -> str:
    """Return what a person needs to use the lab."""
    lines = ["Mail domains:", ""]
    for domain in DOMAINS:
        lines.append(f"  {domain.name:<20} {domain.story}")
        lines += [f"      {host.name:<26} {lab.network.of(host.name):<14} {host.ports}" for host in domain.hosts]
    if lab.has_news:
        lines += ["", f"News: {news.HOST} {lab.network.of(news.HOST)} (119, 563), for everybody of {DOMAINS[0].name}"]
    lines += ["", "Mailboxes (address, password), the same people in every domain:", ""]
    lines += [f"  {mailbox.address:<20} {mailbox.password}" for mailbox in mailboxes_of(DOMAINS[0])]
    lines += ["", "Settings of a Mailroom that meets the lab:", ""]
    lines += [f"  export {name}={value}" for name, value in lab.environment().items()]
    lines += ["", f"Logs and mailboxes: {lab.folder}", "Ctrl-C stops the lab."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
