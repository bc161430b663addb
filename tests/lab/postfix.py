"""An own Postfix: takes letters on 25, 465 and 587, asks Dovecot for passwords, delivers to Dovecot."""

import grp
import os
import pwd
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.lab.addresses import LabNetwork
from tests.lab.domains import FULL, JUNKED, LOST, MAY_SEND_AS, Certificate, Domain, MailHost, login_name, mailboxes_of

MASTER = Path("/usr/lib/postfix/sbin/master")
OUTGOING_PORTS = (25, 465, 587)
LONG_AGO = 1_600_000_000

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}

myhostname = lab.test
mydestination =
mynetworks =
alias_maps =
local_recipient_maps =
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
recipient_delimiter = +

virtual_mailbox_domains = {domains}
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_alias_maps = texthash:{folder}/aliases
transport_maps = texthash:{folder}/transports
virtual_transport = lmtp:unix:{dovecot}/lmtp

smtpd_sasl_type = dovecot
smtpd_sasl_path = {dovecot}/postfix-auth
smtpd_sasl_auth_enable = yes
smtpd_tls_auth_only = yes
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_sender_login_maps = texthash:{folder}/senders
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions =
    reject_unauth_destination, check_recipient_access texthash:{folder}/refusals
"""

SERVICES = """\
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
"""

QUEUE_FOLDERS = "active bounce corrupt defer deferred flush hold incoming private saved trace".split()


def write_config(
    folder: Path, dovecot: Path, network: LabNetwork, domains: Sequence[Domain], pems: Mapping[str, Path]
) -> Path:
    """Write configuration and queue of a Postfix that lives in `folder`; return the folder for `master -c`."""
    folder.mkdir()
    make_queue(folder)
    names = " ".join(domain.name for domain in domains)
    main = MAIN.format(folder=folder, daemons=MASTER.parent, domains=names, dovecot=dovecot)
    (folder / "main.cf").write_text(main)
    hosts = [host for domain in domains for host in domain.hosts]
    (folder / "master.cf").write_text(SERVICES + "".join(smtp_services(hosts, network, pems)))
    write_tables(folder, domains)
    make_settled(folder)
    return folder


def make_settled(folder: Path) -> None:
    """Date the files back: a fresh one Postfix reads again and again, 0.3 s apart, until it is a second old."""
    for path in folder.iterdir():
        if path.is_file():
            os.utime(path, (LONG_AGO, LONG_AGO))


def write_tables(folder: Path, domains: Sequence[Domain]) -> None:
    """Write who receives, and the three mailboxes with a fate of their own."""
    addresses = [mailbox.address for domain in domains for mailbox in mailboxes_of(domain)]
    (folder / "mailboxes").write_text("".join(f"{address} x\n" for address in addresses))
    junked, lost, full = (f"{name}@uspeh.test" for name in (JUNKED, LOST, FULL))
    in_junk_folder = f"{JUNKED}+Junk@uspeh.test"  # its own alias, so that the expansion ends
    (folder / "aliases").write_text(f"{junked} {in_junk_folder}\n{in_junk_folder} {in_junk_folder}\n")
    (folder / "transports").write_text(f"{lost} discard:\n")
    (folder / "senders").write_text("".join(sender_lines(domains)))
    (folder / "refusals").write_text(f"{full} 452 4.2.2 Mailbox full\n")


def sender_lines(domains: Sequence[Domain]) -> Iterator[str]:
    """Return whose login may send as an address, for the hosts that ask (`own_senders_only`)."""
    for domain in domains:
        for mailbox in mailboxes_of(domain):
            person = mailbox.address.partition("@")[0]
            others = [f"{name}@{domain.name}" for name, allowed in MAY_SEND_AS.items() if person in allowed]
            yield f"{mailbox.address} {','.join((login_name(domain, mailbox), *others))}\n"


def smtp_services(hosts: Sequence[MailHost], network: LabNetwork, pems: Mapping[str, Path]) -> Iterator[str]:
    """Return one line of master.cf for every host and port."""
    for host in hosts:
        for port in OUTGOING_PORTS:
            if port in host.ports:
                options = "".join(f" -o {option}" for option in smtp_options(host, port, pems))
                yield f"{network.of(host.name)}:{port} inet n - n - - smtpd{options}\n"


def smtp_options(host: MailHost, port: int, pems: Mapping[str, Path]) -> Iterator[str]:
    """Return what is particular to one host and port; a submission port serves nobody without a login (RFC 6409)."""
    yield f"myhostname={host.name}"
    if host.certificate is Certificate.ABSENT:
        yield "smtpd_tls_security_level=none"
        yield "smtpd_tls_auth_only=no"
    else:
        yield f"smtpd_tls_chain_files={pems[host.name]}"
    if port == 465:
        yield "smtpd_tls_wrappermode=yes"
    if port == 587 and host.certificate is not Certificate.ABSENT:
        yield "smtpd_tls_security_level=encrypt"
    if port != 25:
        yield "smtpd_client_restrictions=permit_sasl_authenticated,reject"
    if host.own_senders_only:
        yield "smtpd_sender_restrictions=reject_sender_login_mismatch"
    if not host.login:
        yield "smtpd_sasl_auth_enable=no"


def make_queue(folder: Path) -> None:
    """Make the queue as Postfix wants it: its own user, and the two folders of the postdrop group."""
    owner, group = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
    queue = folder / "queue"
    for path in (queue, queue / "pid"):
        path.mkdir(mode=0o755)
    for path in (folder / "data", *(queue / name for name in QUEUE_FOLDERS)):
        path.mkdir(mode=0o700)
        os.chown(path, owner, -1)
    for name, mode in (("maildrop", 0o1730), ("public", 0o2710)):
        path = queue / name
        path.mkdir()
        os.chown(path, owner, group)
        path.chmod(mode)
