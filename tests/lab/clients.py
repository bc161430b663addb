"""What the standard library's mail programs need to talk to a lab host as they would to a real one."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from tests.lab.domains import Mailbox
from tests.lab.lab import Lab


class HostContext(ssl.SSLContext):
    """Trusts the lab's CA and checks the certificate for a host's name, though the connection goes to its address."""

    host = ""

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        """Check the name we mean."""
        return super().wrap_socket(*args, **{**options, "server_hostname": self.host})


def tls_context(lab: Lab, host: str) -> HostContext:
    """Return the TLS context for one host."""
    context = HostContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(lab.ca.ca_file)
    context.host = host
    return context


@contextmanager
def signed_in(lab: Lab, host: str, mailbox: Mailbox) -> Iterator[smtplib.SMTP]:
    """Return a connection to port 465 of a host that let the mailbox in."""
    with smtplib.SMTP_SSL(lab.network.of(host), 465, context=tls_context(lab, host), timeout=30) as smtp:
        smtp.login(mailbox.address, mailbox.password)
        yield smtp


def letter(sender: str, recipient: str, subject: str = "Проба") -> EmailMessage:
    """Return a small letter."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, subject
    message.set_content("Здравствуйте!\n")
    return message
