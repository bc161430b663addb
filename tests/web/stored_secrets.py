"""An office whose mail servers are recorders: what is stored opens at home, and four traps wait around it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy.orm import sessionmaker

from tests.net.nameserver import ScriptedNameServer
from tests.scripted import network_to
from tests.web.desk import ADDRESS, SECRET, Desk, database, proved
from tests.web.recorder import Login, Recorder
from webapp.background.runner import Runner
from webapp.detection.providers import ProviderTable
from webapp.detection.surroundings import KnownAccount, Surroundings
from webapp.detection.types import Findings, ProvedServer, Source
from webapp.mail.settings import AuthMethod, Protocol, Security
from webapp.storage.base import utc_now
from webapp.storage.models import Account, OutgoingServer
from webapp.web.extensions import NAME, box, db

# An address of loopback for this process alone, and the one port above 1023 that mail may use; 993 and 465 want root.
NETWORK = f"127.{100 + os.getpid() // 256 % 100}.{os.getpid() % 256}"
PORT = 2525
OTHER_PORTS = {Protocol.IMAP: 993, Protocol.SMTP: 465}
EVIL = {Protocol.IMAP: "imap.evil.test", Protocol.SMTP: "smtp.evil.test"}
HOME = {Protocol.IMAP: "imap.uspeh.test", Protocol.SMTP: "smtp.uspeh.test"}
CHANGES = ("host", "port", "security", "username")


class Recorders:
    """The servers: at home, on the same port of other hosts, on another port of the same host."""

    def __init__(self, ends: ExitStack) -> None:
        self.names: dict[tuple[str, str], list[str]] = {}
        self.home = {protocol: self._recorder(ends, protocol, name) for protocol, name in HOME.items()}
        self.other_host = {protocol: self._recorder(ends, protocol, name) for protocol, name in EVIL.items()}
        self.other_port: dict[Protocol, Recorder] = {}
        if os.geteuid() == 0:
            for protocol, port in OTHER_PORTS.items():
                self.other_port[protocol] = self._recorder(ends, protocol, HOME[protocol], port)

    def _recorder(self, ends: ExitStack, protocol: Protocol, name: str, port: int = PORT) -> Recorder:
        [address] = self.names.setdefault((name, "A"), [f"{NETWORK}.{len(self.names) + 1}"])
        server: Recorder = ends.enter_context(Recorder(protocol, address, port))
        return server

    def all(self) -> list[Recorder]:
        """Return every server."""
        return [server for kind in (self.home, self.other_host, self.other_port) for server in kind.values()]

    def logins(self) -> list[Login]:
        """Return everything that was heard."""
        return [login for server in self.all() for login in server.logins]

    def out_of_place(self) -> list[Login]:
        """Return the logins that are not exactly those of the stored settings."""
        right = [Login(one.host, PORT, Security.TLS, ADDRESS, SECRET) for one in self.home.values()]
        return [login for login in self.logins() if login not in right]

    def changed(self, change: str) -> dict[str, str]:
        """Return the fields of both servers' forms with one thing changed."""
        fields: dict[str, str] = {}
        for direction, protocol in (("incoming", Protocol.IMAP), ("outgoing", Protocol.SMTP)):
            value = {
                "host": EVIL[protocol],
                "port": str(OTHER_PORTS[protocol]),
                "security": Security.STARTTLS.value,
                "username": "mallory",
            }[change]
            fields[f"{direction}_{change}"] = value
        return fields


class RecordedOffice:
    """The application, met by recorders: accounts of boris and of everyone with secrets that open at home only."""

    def __init__(self, app: Flask, recorders: Recorders, desk: Desk) -> None:
        self.app, self.recorders, self.desk = app, recorders, desk
        self.home = Findings(
            incoming=(proved(Protocol.IMAP, HOME[Protocol.IMAP], PORT),),
            outgoing=(proved(Protocol.SMTP, HOME[Protocol.SMTP], PORT),),
        )

    @property
    def evil(self) -> Findings:
        """Return the home servers moved to the other host, as somebody's word."""
        return Findings((_moved(self.home.incoming[0]),), (_moved(self.home.outgoing[0]),))

    def account(self, owner: int | None, **columns: Any) -> int:
        """Lay down an account at home; owner None = for everyone."""
        return self.desk.account(
            for_everyone=owner is None,
            owner=owner,
            incoming=self.home.incoming[0],
            outgoing=self.home.outgoing[0],
            **columns,
        )

    def trap_server(self, account_id: int) -> int:
        """Add an outgoing server at the other host to those the account's owner can choose; it has no secret."""
        with database(self.app) as session:
            settings = self.evil.outgoing[0].settings
            row = OutgoingServer(owner_id=session.get_one(Account, account_id).owner_id, proved_at=utc_now())
            row.protocol, row.host, row.port, row.security = (
                Protocol.SMTP,
                settings.host,
                settings.port,
                settings.security,
            )
            row.auth_method, row.username = AuthMethod.PASSWORD_CLEARTEXT, ADDRESS
            session.add(row)
            session.commit()
            return row.id


def _moved(server: ProvedServer) -> ProvedServer:
    settings = server.settings
    return replace(server, settings=replace(settings, host=EVIL[settings.protocol]), source=Source.ENTERED)


@contextmanager
def recorded_office(app: Flask, desk: Desk) -> Iterator[RecordedOffice]:
    """Let the application's runs meet recorders instead of the world."""
    with ExitStack() as ends:
        recorders = Recorders(ends)
        names = ends.enter_context(ScriptedNameServer(recorders.names))
        network = network_to(*recorders.all(), nameserver=names.nameserver)

        def surroundings(known: tuple[KnownAccount, ...]) -> Surroundings:
            return Surroundings(network, ProviderTable.load(), known)

        with app.app_context():
            parts = app.extensions[NAME]
            factory = sessionmaker(db.engine, expire_on_commit=False)
            app.extensions[NAME] = replace(parts, runner=Runner(factory, box(), surroundings))
        yield RecordedOffice(app, recorders, desk)
        app.extensions[NAME].runner.shutdown()
