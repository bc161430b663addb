"""The door to a mail server: connect, greet, start TLS, learn what it offers."""

import asyncio
from dataclasses import replace

from webapp.mail.imap import ImapSession
from webapp.mail.nntp import NntpSession
from webapp.mail.pop3 import Pop3Session
from webapp.mail.session import MailSession
from webapp.mail.settings import Endpoint, Protocol, Security
from webapp.mail.smtp import SmtpSession
from webapp.mail.transcript import Hear, hear_nothing
from webapp.net.network import Network, Observe, ignore
from webapp.net.problems import CERTIFICATE_PROBLEMS, CertificateFacts, Trouble

__all__ = [
    "AnySession",
    "Endpoint",
    "ImapSession",
    "MailSession",
    "NntpSession",
    "Pop3Session",
    "SmtpSession",
    "abilities_of",
    "facts_of",
    "open_session",
]

INSPECTION_LIMIT_S = 3.0

AnySession = ImapSession | Pop3Session | SmtpSession | NntpSession

SESSION_OF: dict[Protocol, type[AnySession]] = {
    Protocol.IMAP: ImapSession,
    Protocol.POP3: Pop3Session,
    Protocol.SMTP: SmtpSession,
    Protocol.NNTP: NntpSession,
}


async def open_session(
    network: Network,
    endpoint: Endpoint,
    *,
    pin: str | None = None,
    observe: Observe = ignore,
    hear: Hear = hear_nothing,
    secret: str = "",
    timeout_s: float = 10,
) -> AnySession:
    """Return a session that has proved everything but the login; raises `Trouble`.

    `observe` hears the facts as they become true: `name`,
    `address=192.0.2.1,192.0.2.2` (all that may be tried), `port`, `tls=TLSv1.3`,
    `greeting`, `abilities=PLAIN LOGIN`; `hear` is told what both sides say. A
    `secret` is kept out of all words from the greeting on: the server may
    know it already. A problem with the certificate comes with the certificate's facts.
    """
    try:
        stream = await network.connect(endpoint.host, endpoint.port, timeout_s=timeout_s, observe=observe)
        session = SESSION_OF[endpoint.protocol](endpoint, stream)
        session.listen(hear)
        if secret:
            session.hide(secret)
        await _prepare(session, pin, observe)
        return session
    except Trouble as trouble:
        problem = trouble.problem
        if problem.kind not in CERTIFICATE_PROBLEMS or problem.certificate is not None:
            raise
    # After the `except`: no socket and no traceback of the first connection is held while we look again.
    raise Trouble(replace(problem, certificate=await _certificate(network, endpoint)))


def facts_of(session: AnySession) -> tuple[str, ...]:
    """Return what `observe` heard when a session was opened."""
    tls = (f"tls={session.stream.tls_version}",) if session.stream.tls_version else ()
    return "name", f"address={session.stream.address}", "port", *tls, "greeting", abilities_of(session)


def abilities_of(session: AnySession) -> str:
    """Return the last of these facts: what a server offers for logging in."""
    return "abilities=" + " ".join(session.abilities)


async def _prepare(session: AnySession, pin: str | None, observe: Observe) -> None:
    """Bring a session to where a login is possible; whatever goes wrong closes it."""
    stream, security = session.stream, session.endpoint.security
    try:
        if security is Security.TLS:
            await stream.start_tls(pin=pin)
            observe(f"tls={stream.tls_version}")
        await session.greet()
        observe("greeting")
        if security is Security.STARTTLS:
            await session.ask_for_tls()
            await stream.start_tls(pin=pin)
            observe(f"tls={stream.tls_version}")
        await session.read_abilities()
        observe(abilities_of(session))
    except BaseException:
        await session.close()
        raise


async def _certificate(network: Network, endpoint: Endpoint) -> CertificateFacts | None:
    """Look at the certificate over a connection of its own that says nothing but what leads to STARTTLS."""
    try:
        async with asyncio.timeout(INSPECTION_LIMIT_S):
            async with await network.connect(endpoint.host, endpoint.port, timeout_s=INSPECTION_LIMIT_S) as stream:
                if endpoint.security is Security.STARTTLS:
                    session = SESSION_OF[endpoint.protocol](endpoint, stream)
                    await session.greet()
                    await session.ask_for_tls()
                await stream.start_tls(inspect_only=True)
                return stream.certificate
    except (Trouble, TimeoutError):
        return None  # the problem itself is known; it stays without facts
