"""The lab as a whole: start it, look into it, stop it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from tests.lab import announced, autoconfig, dovecot, news, postfix
from tests.lab.addresses import LabNetwork
from tests.lab.certificates import CertificateAuthority
from tests.lab.dns_server import DnsServer
from tests.lab.domain_table import DOMAINS, ISPDB_HOST, ISPDB_PATH
from tests.lab.domains import Certificate, Mailbox, mailboxes_of
from tests.lab.logins import RefusedLogin, refused_logins
from tests.lab.mail_folders import MailFolders
from tests.lab.processes import Daemon
from tests.lab.silence import Silence
from tests.lab.watcher import Watcher
from tests.lab.web_server import Page, WebServer
from tests.lab.zone import Zone


class Lab:
    """A small mail world in a temporary folder and on one /24 of loopback.

    Several labs run side by side on one machine, each on its own network.
    """

    def __init__(self, network: LabNetwork | None = None) -> None:
        self.network = network or LabNetwork.take_free()
        self.folder = Path(tempfile.mkdtemp(prefix="mailroom-lab-"))
        self.folder.chmod(0o755)  # Dovecot and Postfix drop root and still must pass
        self.ca = CertificateAuthority(self.folder / "certificates")
        self.web = WebServer(self.network.web)
        self.dns = DnsServer(self.network.dns, Zone())
        self.silence = Silence(self.network)
        self.mail = MailFolders(self.folder / "mail", self.folder / "run" / "lmtp")
        self.watcher = Watcher(self.folder)
        self.daemons: tuple[Daemon, ...] = ()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything; returns when every server takes connections."""
        try:
            self._publish()
            self._prepare_mail_servers()
            for part in (self.silence, self.dns, self.web):
                part.start()
            for daemon in self.daemons:
                self.watcher.watch(daemon.start())
            for daemon, port in zip(self.daemons, (143, 587, 119, 563), strict=False):
                daemon.wait_until_listening(self.network.of(host_with(port)), port)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything and remove the folder; safe to call twice."""
        for daemon in self.daemons:
            daemon.stop()
        for part in (self.web, self.dns, self.silence):
            part.stop()
        self.watcher.dismiss()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.network.release()

    def reset(self) -> None:
        """Forget what a test scripted and what was counted; letters and logs stay."""
        self.dns.reset()
        self.web.reset()

    def environment(self) -> dict[str, str]:
        """Return the settings by which a Mailroom meets the lab."""
        return {
            "MAILROOM_DNS_SERVERS": f"{self.dns.address}:{self.dns.port}",
            "MAILROOM_CA_FILE": str(self.ca.ca_file),
            "MAILROOM_ALLOWED_NETWORKS": str(self.network.cidr),
            "MAILROOM_ISPDB_URL": f"https://{ISPDB_HOST}{ISPDB_PATH}",
        }

    @property
    def mailboxes(self) -> tuple[Mailbox, ...]:
        """Return every mailbox of every domain."""
        return tuple(mailbox for domain in DOMAINS for mailbox in mailboxes_of(domain))

    @property
    def has_news(self) -> bool:
        """Tell whether INN is there to serve newsgroups."""
        return news.NNRPD.exists()

    def mailbox(self, address: str) -> Mailbox:
        """Return one mailbox by its address."""
        return next(mailbox for mailbox in self.mailboxes if mailbox.address == address)

    def letters(self, address: str, *, junk: bool = False) -> list[bytes]:
        """Return the raw letters of a mailbox."""
        return self.mail.letters(address, junk=junk)

    def empty(self, address: str) -> None:
        """Remove every letter of a mailbox."""
        self.mail.empty(address)

    def log_text(self) -> str:
        """Return what Dovecot and Postfix have logged so far."""
        return self._dovecot_log() + (self.folder / "postfix" / "postfix.log").read_text(errors="replace")

    def mark(self) -> int:
        """Return a point in time to count refused logins from."""
        return len(self._dovecot_log())

    def refused_logins(self, since: int = 0) -> list[RefusedLogin]:
        """Return the logins Dovecot refused since a mark."""
        return refused_logins(self._dovecot_log()[since:])

    @property
    def pids(self) -> tuple[int, ...]:
        """Return the living processes of the lab."""
        return tuple(pid for daemon in self.daemons for pid in daemon.pids)

    def _dovecot_log(self) -> str:
        return (self.folder / "dovecot.log").read_text(errors="replace")

    def _publish(self) -> None:
        """Fill the name server and the web hosts from the table of domains."""
        network, zone = self.network, self.dns.zone
        places = {name: getattr(network, name) for name in ("web", "silent", "hanging", "refusing")}
        zone.add(news.HOST, "A", network.of(news.HOST))
        for domain in DOMAINS:
            values = {**places, "digest": announced.digest(domain)}
            zone.add_lines(domain.name, (line.format(**values) for line in domain.records))
            for host in domain.hosts:
                zone.add(host.name, "A", network.of(host.name))
            for url in domain.published_at:
                self._serve(url, autoconfig.document(domain))
            for url in domain.announced_at:
                self._serve(url, announced.document_at(url, domain))

    def _serve(self, url: str, document: bytes) -> None:
        """Serve a document for good; a host of plain http has no certificate."""
        self.web.publish(url, Page(document), lasting=True)
        parts = urlsplit(url)
        self.dns.zone.add(str(parts.hostname), "A", self.network.web)
        if parts.scheme == "https":
            self.add_web_host(str(parts.hostname), lasting=True)

    def add_web_host(self, host: str, *, lasting: bool = False) -> None:
        """Let the web server prove itself as a host; the name server is another matter."""
        self.web.add_host(host, self.ca.issue(host), lasting=lasting)

    def _prepare_mail_servers(self) -> None:
        hosts = [host for domain in DOMAINS for host in domain.hosts if host.certificate is not Certificate.ABSENT]
        pems = {host.name: self.ca.issue(host.name, host.certificate) for host in hosts}
        incoming = dovecot.write_config(self.folder, self.network, DOMAINS, pems)
        outgoing = postfix.write_config(self.folder / "postfix", self.folder / "run", self.network, DOMAINS, pems)
        self.daemons = (
            Daemon("Dovecot", (str(dovecot.PROGRAM), "-F", "-c", str(incoming)), self.folder / "dovecot.log"),
            Daemon("Postfix", (str(postfix.MASTER), "-d", "-c", str(outgoing)), outgoing / "postfix.log"),
            *self._news_servers(),
        )

    def _news_servers(self) -> Iterator[Daemon]:
        if self.has_news:
            folder, people = self.folder / "news", mailboxes_of(DOMAINS[0])
            news.write_config(folder, self.ca.issue(news.HOST), people)
            for port in (119, 563):
                command = news.server(folder, self.network.of(news.HOST), port)
                yield Daemon(f"INN ({port})", command, self.folder / f"news-{port}.log")


def host_with(port: int) -> str:
    """Return a host that serves a port."""
    hosts = {host.name: host.ports for domain in DOMAINS for host in domain.hosts} | {news.HOST: (119, 563)}
    return next(name for name, ports in hosts.items() if port in ports)
