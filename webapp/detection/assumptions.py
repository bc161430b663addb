"""Recommended values for setting up by hand: nothing is asked, nothing is proved."""

from webapp.detection.candidates import Candidate, candidates
from webapp.detection.providers import ProviderTable
from webapp.detection.types import Entered, Findings, MailConfig, ProvedServer, Source
from webapp.mail.settings import STANDARD_PORTS, Direction, Protocol, Security, ServerSettings
from webapp.net.domains import registrable_domain


def recommended(entered: Entered, providers: ProviderTable) -> Findings:
    """Fill the form by the provider table, else by what most providers do (source ASSUMPTION).

    What the person fixed already stays as it is. Nobody proved these servers,
    so they are never trusted.
    """
    if entered.incoming.only_typed:
        return Findings(incoming=_news(entered))
    provider = providers.by_domain(entered.domain)
    if provider is not None and provider.servers:
        config = provider.config(entered.address, Source.ASSUMPTION, trusted=False)
    else:
        config = _usual(entered)
    chosen = {direction: _first(config, direction, entered) for direction in entered.wanted()}
    return Findings(
        incoming=chosen.get(Direction.INCOMING, ()),
        outgoing=chosen.get(Direction.OUTGOING, ()),
        provider_name=config.provider_name,
        hints=provider.hints if provider else (),
    )


def _news(entered: Entered) -> tuple[ProvedServer, ...]:
    """Return the news server as far as it was typed; there is no usual name for one."""
    if entered.incoming.host is None:
        return ()
    server = _server(Protocol.NNTP, entered.incoming.host, entered)
    config = MailConfig(incoming=(server,), outgoing=(), source=Source.ASSUMPTION, trusted=False)
    return _first(config, Direction.INCOMING, entered)


def _usual(entered: Entered) -> MailConfig:
    incoming = entered.incoming.protocol or Protocol.IMAP
    name = {Protocol.IMAP: "imap", Protocol.POP3: "pop"}[incoming]
    return MailConfig(
        incoming=(_server(incoming, f"{name}.{entered.domain}", entered),),
        outgoing=(_server(Protocol.SMTP, f"smtp.{entered.domain}", entered),),
        source=Source.ASSUMPTION,
        trusted=False,
    )


def _server(protocol: Protocol, host: str, entered: Entered) -> ServerSettings:
    return ServerSettings(protocol, host, STANDARD_PORTS[protocol, Security.TLS], Security.TLS, entered.address)


def _first(config: MailConfig, direction: Direction, entered: Entered) -> tuple[ProvedServer, ...]:
    found = candidates(config, direction, entered, rank=())
    return tuple(_assumed(candidate) for candidate in found[:1])


def _assumed(candidate: Candidate) -> ProvedServer:
    settings = candidate.settings
    return ProvedServer(settings, Source.ASSUMPTION, False, registrable_domain(settings.host), username_fixed=False)
