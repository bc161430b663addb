"""smtplib over a connection that has logged in: one letter to many recipients, each with its own answer."""

import re
import smtplib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import NoReturn, Self

from webapp.mail.addresses import addr_spec
from webapp.mail.causes import Step
from webapp.mail.clients.access import TIMEOUT_S, Access, Connections, log_in
from webapp.mail.clients.troubles import GOODBYE, smtp_trouble, told_as_trouble, trouble
from webapp.mail.envelope import body_bytes, mail_parameters
from webapp.mail.smtp import EHLO_NAME, SmtpSession
from webapp.mail.smtp_replies import read_line
from webapp.net.blocking import BlockingSocket
from webapp.net.cause import Cause
from webapp.net.network import Network
from webapp.net.problems import Problem, ProblemKind, Trouble

ENVELOPE_LIMIT_S = 300.0  # RFC 5321, 4.5.3.2: some ask the recipient's server before they answer
DELIVERY_LIMIT_S = 600.0  # 4.5.3.2.6: giving up earlier means sending twice
TAKEN, GO_ON = 2, 3  # the first digit of a reply, which alone decides (RFC 5321, 4.2)
TRANSIENT = re.compile(r"4[0-9]{2}(?![0-9])")


class Smtp(smtplib.SMTP):
    """A server that takes our letters, as smtplib shows it, from the login on.

    Leaving the `with` block says goodbye without waiting for the answer.
    """

    def __init__(self, connected: BlockingSocket, access: Access, offers: dict[str, tuple[bytes, ...]]) -> None:
        super().__init__(local_hostname=EHLO_NAME, timeout=connected.timeout_s)
        self.connected = connected
        self.sock = connected  # type: ignore[assignment]  # all that the library asks of it is there
        self.offers = offers
        self.esmtp_features = {name.lower(): b" ".join(words).decode("latin-1") for name, words in offers.items()}
        self.does_esmtp = bool(offers)
        self.ehlo_resp = self.helo_resp = b""  # it was said before, so the library need not
        self.command_encoding = "utf-8"
        self._access = access

    def deliver(
        self, sender: str, recipients: Sequence[str], letter: bytes, on_handed_over: Callable[[], None]
    ) -> dict[str, Problem]:
        """Hand one letter over, and return why which recipients were refused; all others have it.

        Where every recipient is refused nothing is sent. `on_handed_over` is
        called before the last bytes go: from then on the letter may arrive,
        whatever happens; if it raises, the letter does not leave. Raises
        `Trouble`: SENDER_REFUSED, LETTER_REFUSED, or whatever befell the connection.
        """
        refused = self._unreachable(recipients)
        named = [recipient for recipient in dict.fromkeys(recipients) if recipient not in refused]
        if not named:
            return refused
        body = body_bytes(letter)
        with self.connected.patient(ENVELOPE_LIMIT_S):
            with told_as_trouble(self._access, Step.LETTER):
                parameters = self._parameters(sender, named, letter, body)
                self._ask(Step.SENDER, f"MAIL FROM:<{addr_spec(sender)}>{parameters}")
                refused |= self._name_recipients(named)
                if refused.keys() >= set(named):
                    self._forget_envelope()
                    return refused
                self._ask(Step.LETTER, "DATA", GO_ON)
            self._hand_over(body, on_handed_over)
        return refused

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.connected.part(b"QUIT\r\n")
        self.close()

    def close(self) -> None:
        """Close the connection at once; safe twice."""
        self.connected.close()

    def getreply(self) -> tuple[int, bytes]:
        """Return code and lines of a reply; a line that belongs to none ends the conversation."""
        texts: list[bytes] = []
        code = None
        while True:
            line = self.connected.readline().rstrip(b"\r\n")
            read = read_line(line)
            if read is None or code not in (None, read.code):
                self.close()
                raise trouble(ProblemKind.UNEXPECTED_ANSWER, line, self._access, Step.ABILITIES)
            code = read.code
            texts.append(read.text)
            if not read.more:
                return code, b"\n".join(texts)

    def connect(self, *_: object, **__: object) -> NoReturn:
        """Refuse: connections come from `webapp.net`."""
        raise RuntimeError("this client has the one connection it was given")

    def _unreachable(self, recipients: Iterable[str]) -> dict[str, Problem]:
        """Return the recipients whose addresses this server would not even understand."""
        refused = {}
        for recipient in recipients:
            try:
                addr_spec(recipient)
                if _international(recipient) and "SMTPUTF8" not in self.offers:
                    raise trouble(ProblemKind.RECIPIENT_REFUSED, b"", self._access, Step.RECIPIENT)
            except Trouble as refusal:
                refused[recipient] = refusal.problem
        return refused

    def _parameters(self, sender: str, recipients: Sequence[str], letter: bytes, body: bytes) -> str:
        """Return what MAIL FROM says about the letter; raises `Trouble` for one this server does not take."""
        international = [address for address in recipients if _international(address)]
        parameters = mail_parameters(self.offers, sender, (international or recipients)[0], body)
        if parameters is ProblemKind.LETTER_REFUSED:
            too_big = trouble(parameters, b"", self._access, Step.LETTER).problem
            raise Trouble(replace(too_big, cause=Cause.LETTER_TOO_BIG))
        if isinstance(parameters, ProblemKind):
            raise trouble(parameters, b"", self._access, Step.SENDER)
        if letter[: letter.find(b"\r\n\r\n")].isascii() or b"SMTPUTF8" in parameters:
            return parameters.decode()
        if "SMTPUTF8" not in self.offers:
            raise trouble(ProblemKind.LETTER_REFUSED, b"", self._access, Step.LETTER)
        return parameters.decode() + " SMTPUTF8"

    def _name_recipients(self, recipients: Iterable[str]) -> dict[str, Problem]:
        """Name those the letter is for, and return why which of them were refused."""
        refused = {}
        for recipient in recipients:
            code, words = self.docmd(f"RCPT TO:<{addr_spec(recipient)}>")
            if code // 100 != TAKEN:
                refusal = self._refusal(code, words, Step.RECIPIENT)
                if refusal.problem.kind is ProblemKind.SENDER_REFUSED:
                    self._forget_envelope()
                    raise refusal
                refused[recipient] = refusal.problem
        return refused

    def _hand_over(self, body: bytes, on_handed_over: Callable[[], None]) -> None:
        with told_as_trouble(self._access, Step.LETTER):
            self.connected.sendall(body)
        try:
            on_handed_over()
        except BaseException:
            self.close()  # before the end of the letter: the server forgets it
            raise
        with told_as_trouble(self._access, Step.LETTER), self.connected.patient(DELIVERY_LIMIT_S):
            self._ask(Step.LETTER, ".")

    def _ask(self, step: Step, command: str, wanted: int = TAKEN) -> None:
        code, words = self.docmd(command)
        if code // 100 != wanted:
            refusal = self._refusal(code, words, step)
            self._forget_envelope()
            raise refusal

    def _refusal(self, code: int, words: bytes, step: Step) -> Trouble:
        """Return what a refusal means; raises it where it ends the conversation."""
        refusal = smtp_trouble(code, words, self._access, step)
        if code == GOODBYE:
            self.close()
            raise refusal
        return refusal

    def _forget_envelope(self) -> None:
        with suppress(Trouble):  # the refusal before is what there is to tell
            code, _ = self.docmd("RSET")
            if code // 100 != TAKEN:
                self.close()  # who knows what the next recipient would get


def open_smtp(network: Network, access: Access, connections: Connections, timeout_s: float = TIMEOUT_S) -> Smtp:
    """Return a server that let us in; raises `Trouble`."""
    session, connected = log_in(network, access, connections, SmtpSession, timeout_s)
    return Smtp(connected, access, session.offers)


def refused_for_now(problem: Problem) -> bool:
    """Tell whether a server asked to be tried again later (RFC 5321, section 4.2.1: a reply 4yz)."""
    return TRANSIENT.match(problem.server_said or "") is not None


def _international(address: str) -> bool:
    return not address.rpartition("@")[0].isascii()
