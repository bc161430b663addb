"""The SMTP conversation: submission of letters (RFC 5321, RFC 6409, RFC 4954, RFC 3207)."""

from webapp.mail.abilities import mechanism_names
from webapp.mail.addresses import addr_spec
from webapp.mail.causes import Step
from webapp.mail.dialogue import Verdict, converse
from webapp.mail.envelope import body_bytes, mail_parameters
from webapp.mail.session import MailSession
from webapp.mail.settings import AuthMethod
from webapp.mail.smtp_replies import Reply, ReplyLine, extensions, judged, read_line
from webapp.net.network import Observe
from webapp.net.problems import ProblemKind, Trouble

EHLO_NAME = "[127.0.0.1]"  # an address literal is always valid (RFC 5321, 4.1.3) and tells nothing about the office
LONGEST_COMMAND = 512  # RFC 5321, 4.5.3.1.4, with its line end
SENDER_MEANT = "sender address rejected"  # Postfix, whatever the reason behind the colon
UNKNOWN_COMMAND = frozenset({500, 501, 502, 503, 504, 530})  # 530: vsftpd, to everybody who has not logged in
STEP_OF_REFUSAL = {
    ProblemKind.SENDER_REFUSED: Step.SENDER,
    ProblemKind.RECIPIENT_REFUSED: Step.RECIPIENT,
    ProblemKind.LETTER_REFUSED: Step.LETTER,
}
DELIVERY_LIMIT_S = 60.0  # content filters look at the whole letter before the last reply (RFC 5321, 4.5.3.2.6)


class SmtpSession(MailSession):
    """An SMTP submission conversation."""

    ehlo_name = EHLO_NAME
    _extensions: dict[str, tuple[bytes, ...]] | None = None  # None: EHLO not said in this state of the connection

    @property
    def auth_methods(self) -> tuple[AuthMethod, ...]:
        """Return the offered authentication methods, best first; NONE if the server has no AUTH."""
        if self._extensions is not None and "AUTH" not in self._extensions:
            return (AuthMethod.NONE,)
        return super().auth_methods

    @property
    def offers(self) -> dict[str, tuple[bytes, ...]]:
        """Return the extensions the server listed, by keyword, with their parameters."""
        return self._extensions or {}

    async def greet(self) -> None:
        """Read and check the greeting (RFC 5321, section 3.1)."""
        async with self._answering():
            line = await self.stream.read_line()
            first = read_line(line)
            if first is None or (first.code != 220 and first.code < 400):
                raise self.trouble(ProblemKind.WRONG_PROTOCOL, line)
            greeting = await self._rest_of_reply(line)
        if greeting.code != 220:
            raise self.trouble(ProblemKind.SERVICE_UNAVAILABLE, greeting.said)

    async def ask_for_tls(self) -> None:
        """Have the server agree to STARTTLS."""
        await self.read_abilities()
        if "STARTTLS" not in (self._extensions or {}):
            raise self.trouble(ProblemKind.STARTTLS_NOT_OFFERED)
        self.step = Step.STARTTLS
        reply = await self._command(b"STARTTLS")
        if reply.code != 220:
            raise self.trouble(ProblemKind.STARTTLS_REFUSED, reply.said)

    async def read_abilities(self) -> None:
        """Say EHLO and learn the extensions; an old server that refuses it gets HELO and has none."""
        self.step = Step.ABILITIES
        name = self.ehlo_name.encode("ascii")
        reply = await self._command(b"EHLO " + name)
        if reply.code in UNKNOWN_COMMAND:
            reply = await self._command(b"HELO " + name)
            reply = Reply(reply.code, reply.texts[:1])
        if reply.code in UNKNOWN_COMMAND:
            raise self.trouble(ProblemKind.WRONG_PROTOCOL, reply.said)  # FTP greets with 220, too
        if reply.code != 250:
            kind = ProblemKind.SERVICE_UNAVAILABLE if reply.code >= 400 else ProblemKind.UNEXPECTED_ANSWER
            raise self.trouble(kind, reply.said)
        self._extensions = extensions(reply.texts)
        self.mechanisms = mechanism_names(self._extensions.get("AUTH", ()))

    async def send(self, sender: str, recipient: str, letter: bytes, observe: Observe) -> None:
        """Hand one letter over.

        `observe` hears `sender` and `recipient` when the server has taken them,
        and `handed-over` when the letter may arrive from now on, even if we are
        stopped. Raises SENDER_REFUSED, RECIPIENT_REFUSED or LETTER_REFUSED with
        the server's words.
        """
        body = body_bytes(letter)
        mail, rcpt = self._envelope(sender, recipient, body)
        await self._expect(ProblemKind.SENDER_REFUSED, mail, 250)
        observe("sender")
        await self._name_recipient(rcpt)
        observe("recipient")
        await self._expect(ProblemKind.LETTER_REFUSED, b"DATA", 354)
        observe("handed-over")
        self._recorder.note(f"letter={len(letter)}")
        self.stream.timeout_s = max(self.stream.timeout_s, DELIVERY_LIMIT_S)
        async with self._answering(DELIVERY_LIMIT_S):
            with self._recorder.aside():
                await self.stream.write(body + b".\r\n")
            reply = await self._reply()
        self._judge(ProblemKind.LETTER_REFUSED, reply, 250)

    async def try_envelope(self, sender: str, recipient: str) -> None:
        """Ask whether a letter with this envelope would be taken, and take the question back; nothing is sent.

        Raises SENDER_REFUSED or RECIPIENT_REFUSED with the server's words; the
        session stays fit for the next envelope.
        """
        mail, rcpt = self._envelope(sender, recipient, b"")
        try:
            await self._expect(ProblemKind.SENDER_REFUSED, mail, 250)
            await self._name_recipient(rcpt)
        except Trouble as trouble:
            if trouble.problem.kind in (ProblemKind.SENDER_REFUSED, ProblemKind.RECIPIENT_REFUSED):
                await self._forget_envelope()
            raise
        await self._forget_envelope()

    async def begin_sasl(self, mechanism: str, initial: bytes | None) -> bool:
        """Send AUTH, with the initial response if the line stays within bounds (RFC 4954, section 4)."""
        line = b"AUTH " + mechanism.encode()
        fits = initial is not None and len(line) + len(initial) + len(" \r\n") <= LONGEST_COMMAND
        return await self._begin_auth(line, initial if fits else None)

    async def hear_sasl(self, mechanism: str) -> bytes | Verdict:
        """Return the next challenge, or the verdict."""
        reply = await self._reply()
        # Stalwart asks for a second factor in words where a challenge belongs, which is base64 (RFC 4954, section 4).
        if reply.code == 334 and reply.enhanced is None:
            return reply.texts[0]
        return Verdict(mechanism, judged(reply.code, mechanism), reply.said)

    def _clear_ways(self, *, ascii_only: bool) -> list[str]:
        return [name for name in ("PLAIN", "LOGIN") if name in self.mechanisms]

    async def _attempt(self, way: str, username: str, secret: str) -> Verdict:
        return await converse(self, way, username, secret)

    async def _prove_without_login(self) -> None:
        await self._expect(ProblemKind.UNEXPECTED_ANSWER, b"NOOP", 250)

    async def _farewell(self) -> None:
        await self._command(b"QUIT")

    async def _forget_envelope(self) -> None:
        await self._expect(ProblemKind.UNEXPECTED_ANSWER, b"RSET", 250)

    def _envelope(self, sender: str, recipient: str, body: bytes) -> tuple[bytes, bytes]:
        """Return the two commands that name sender and recipient; raises `Trouble` where this server takes neither."""
        parameters = mail_parameters(self._extensions or {}, sender, recipient, body)
        if isinstance(parameters, ProblemKind):
            raise self.trouble(parameters)
        mail = b"MAIL FROM:<%s>" % addr_spec(sender).encode() + parameters
        return mail, b"RCPT TO:<%s>" % addr_spec(recipient).encode()

    async def _name_recipient(self, rcpt: bytes) -> None:
        try:
            await self._expect(ProblemKind.RECIPIENT_REFUSED, rcpt, 250, 251)
        except Trouble as trouble:
            # Postfix refuses a sender only now (smtpd_delay_reject), and its words tell which of the two it means.
            said = trouble.problem.server_said or ""
            if trouble.problem.kind is ProblemKind.RECIPIENT_REFUSED and SENDER_MEANT in said.casefold():
                raise self.trouble(ProblemKind.SENDER_REFUSED, said) from None
            raise

    async def _expect(self, refusal: ProblemKind, line: bytes, *codes: int) -> None:
        self.step = STEP_OF_REFUSAL.get(refusal, self.step)
        self._judge(refusal, await self._command(line), *codes)

    def _judge(self, refusal: ProblemKind, reply: Reply, *codes: int) -> None:
        if reply.code not in codes:
            raise self.trouble(ProblemKind.SERVICE_UNAVAILABLE if reply.code == 421 else refusal, reply.said)

    async def _command(self, line: bytes) -> Reply:
        async with self._answering():
            await self.stream.write(line + b"\r\n")
            return await self._reply()

    async def _reply(self) -> Reply:
        return await self._rest_of_reply(await self.stream.read_line())

    async def _rest_of_reply(self, line: bytes) -> Reply:
        """Return the reply that a line begins."""
        first = last = self._checked(line)
        texts = [first.text]
        while last.more:
            line = await self.stream.read_line()
            last = self._checked(line)
            if last.code != first.code:
                raise self.trouble(ProblemKind.UNEXPECTED_ANSWER, line)
            texts.append(last.text)
        return Reply(first.code, tuple(texts))

    def _checked(self, line: bytes) -> ReplyLine:
        read = read_line(line)
        if read is None:
            raise self.trouble(ProblemKind.UNEXPECTED_ANSWER, line)
        return read
