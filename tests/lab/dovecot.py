"""An own Dovecot 2.3: IMAP, POP3, delivery by LMTP, and the passwords for Postfix."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.lab.addresses import LabNetwork
from tests.lab.domain_table import CYRILLIC
from tests.lab.domains import Certificate, Domain, MailHost, login_name, mailboxes_of

PROGRAM = Path("/usr/sbin/dovecot")

INCOMING = {143: ("imap-login", "imap", "no"), 993: ("imap-login", "imaps", "yes")}
INCOMING |= {110: ("pop3-login", "pop3", "no"), 995: ("pop3-login", "pop3s", "yes")}
"""Port -> login service, name of the listener, TLS from the first byte."""

GENERAL = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
auth_verbose = yes
protocols = imap pop3 lmtp
listen = {refusing}

ssl = required
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
auth_username_format =
auth_username_chars =
recipient_delimiter = +

mail_location = maildir:~/Maildir
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 0

passdb {{
  driver = passwd-file
  args = {folder}/passwords
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%d/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
protocol lmtp {{
  ssl = no
  lmtp_save_to_detail_mailbox = yes
}}

# One wrong password in a test must not slow down the next: the penalty counts by address, and all come from one.
# The delay of two seconds after a refusal (auth_failure_delay) stays: it is what people meet.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener postfix-auth {{
    mode = 0666
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


def write_config(folder: Path, network: LabNetwork, domains: Sequence[Domain], pems: Mapping[str, Path]) -> Path:
    """Write configuration and passwords of a Dovecot that lives in `folder`; return the configuration."""
    hosts = [host for domain in domains for host in domain.hosts if set(host.ports) & set(INCOMING)]
    (folder / "mail").mkdir(mode=0o777)
    (folder / "mail").chmod(0o777)  # mkdir alone obeys the umask
    (folder / "passwords").write_text("".join(password_lines(domains)))
    parts = [GENERAL.format(folder=folder, refusing=network.refusing)]
    parts += [login_service(name, network, hosts) for name in ("imap-login", "pop3-login")]
    parts += [host_section(host, network, pems) for host in hosts]
    config = folder / "dovecot.conf"
    config.write_text("\n".join(parts))
    return config


def password_lines(domains: Sequence[Domain]) -> list[str]:
    """Return the password file: who may log in under which name, and whose mailbox that is."""
    lines = []
    for domain in domains:
        for mailbox in mailboxes_of(domain):
            names = [login_name(domain, mailbox)]
            if domain.name == CYRILLIC:
                names.append(mailbox.address.replace(domain.name, domain.name.encode().decode("idna")))
            lines += [f"{name}:{{PLAIN}}{mailbox.password}::::::user={mailbox.address}\n" for name in names]
    return lines


def login_service(name: str, network: LabNetwork, hosts: Sequence[MailHost]) -> str:
    """Return the section of one login service: where it listens."""
    listeners = []
    for port, (service, listener, tls) in INCOMING.items():
        addresses = " ".join(network.of(host.name) for host in hosts if port in host.ports)
        if service == name:
            listeners.append(
                f"  inet_listener {listener} {{\n    address = {addresses}\n    port = {port}\n    ssl = {tls}\n  }}\n"
            )
    return f"service {name} {{\n  service_count = 0\n  process_min_avail = 1\n{''.join(listeners)}}}\n"


def host_section(host: MailHost, network: LabNetwork, pems: Mapping[str, Path]) -> str:
    """Return what is particular to one host: its certificate, or that it has none."""
    if host.certificate is Certificate.ABSENT:
        lines = "  ssl = no\n  disable_plaintext_auth = no\n"
    else:
        lines = f"  ssl_cert = <{pems[host.name]}\n  ssl_key = <{pems[host.name]}\n"
    return f"local {network.of(host.name)} {{\n{lines}}}\n"
