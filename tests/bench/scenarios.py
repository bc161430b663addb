"""The eight scenarios measured, as domains of the lab, and the servers a search must come up with."""

from dataclasses import dataclass

from webapp.mail.settings import Endpoint, Protocol, Security

PERSON = "anna"


@dataclass(frozen=True)
class Scenario:
    """One domain: what it publishes, and the best server of each direction."""

    name: str
    domain: str
    incoming: Endpoint
    outgoing: Endpoint

    @property
    def address(self) -> str:
        """Return the address that is searched for."""
        return f"{PERSON}@{self.domain}"

    @property
    def endpoints(self) -> tuple[Endpoint, Endpoint]:
        """Return both servers."""
        return self.incoming, self.outgoing


def imap(host: str) -> Endpoint:
    """Return an IMAP server with TLS."""
    return Endpoint(Protocol.IMAP, host, 993, Security.TLS)


def smtp(host: str) -> Endpoint:
    """Return an SMTP server with TLS."""
    return Endpoint(Protocol.SMTP, host, 465, Security.TLS)


SCENARIOS = (
    Scenario("autoconfig", "uspeh.test", imap("korob-17.uspeh.test"), smtp("gonec-42.uspeh.test")),
    Scenario("wellknown", "wellknown.test", imap("korob-18.wellknown.test"), smtp("gonec-43.wellknown.test")),
    Scenario("srv", "srv.test", imap("korob-20.srv.test"), smtp("gonec-45.srv.test")),
    Scenario("guess", "guess.test", imap("imap.guess.test"), smtp("smtp.guess.test")),
    Scenario("blackhole", "blackhole.test", imap("imap.blackhole.test"), smtp("smtp.blackhole.test")),
    Scenario("mx", "mx.test", imap("korob-21.hoster.test"), smtp("gonec-46.hoster.test")),
    Scenario("ispdb", "listed.test", imap("korob-19.listed.test"), smtp("gonec-44.listed.test")),
    Scenario(
        "pop",
        "old.test",
        Endpoint(Protocol.POP3, "pop.old.test", 995, Security.TLS),
        Endpoint(Protocol.SMTP, "smtp.old.test", 25, Security.STARTTLS),
    ),
)

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
