"""What every conversation has: a server, a stream, the step it stands at, and words for what went wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from webapp.mail.causes import LONGEST_JUDGED, Finding, Reply, Step, finding_of
from webapp.mail.recorder import Recorder
from webapp.mail.scrub import Scrubber
from webapp.mail.settings import Endpoint
from webapp.mail.transcript import Hear, hear_nothing
from webapp.net.problems import Field, Problem, ProblemKind, Trouble
from webapp.net.stream import LineStream


class Talk:
    """One conversation, as far as troubles go and who hears of it."""

    step = Step.GREETING  # the same words mean other things at other steps
    proving = False  # who we are, while the step is the login
    answer_limit_s = 30.0  # for a whole answer; the stream limits each line, and a server could send lines for ever

    def __init__(self, endpoint: Endpoint, stream: LineStream) -> None:
        self.endpoint = endpoint
        self.stream = stream
        self._scrubber = Scrubber()
        self._recorder = Recorder(self._scrubber, self._confidential)

    @property
    def over_tls(self) -> bool:
        """Tell whether what we send now is encrypted, to a server that proved its name or was pinned."""
        return self.stream.secure

    def listen(self, hear: Hear) -> None:
        """Tell `hear` what both sides say from now on; a session kept for later is heard by another step then."""
        self._recorder.hear = hear
        self.stream.listener = None if hear is hear_nothing else self._recorder

    def hide(self, secret: str) -> None:
        """Keep a secret out of all words from now on: the server may know it from an earlier conversation."""
        self._scrubber.hide(secret)

    def trouble(self, kind: ProblemKind, said: bytes | str = b"", field: Field | None = None) -> Trouble:
        """Return a problem of this server with its words, any secret masked, and why it said them at this step."""
        words = self._scrubber.words(said)
        problem = Problem(kind, self.endpoint.host, self.endpoint.port, server_said=words, field=field)
        if words is None:
            return Trouble(problem)
        finding = self._finding(said)
        return Trouble(replace(problem, cause=finding.cause, password_judged=finding.password_judged))

    def _confidential(self) -> bool:
        """Tell whether what is said now may prove who we are."""
        return self.step is Step.LOGIN and self.proving

    def _finding(self, said: bytes | str) -> Finding:
        """Return what a reply means at this step."""
        # Masked: a password made of a server's words must not speak for it.
        text = self._scrubber.words(said, LONGEST_JUDGED) or ""
        return finding_of(Reply(self.endpoint.protocol, self.step, text))

    @asynccontextmanager
    async def _answering(self, limit_s: float | None = None) -> AsyncIterator[None]:
        """Limit the time of a whole answer, and give every trouble in it the server's name and masked words."""
        try:
            async with asyncio.timeout(limit_s or self.answer_limit_s):
                yield
        except TimeoutError:
            raise self.trouble(ProblemKind.SILENT) from None
        except Trouble as trouble:
            raise self._completed(trouble.problem) from None

    def _completed(self, problem: Problem) -> Trouble:
        said = self._scrubber.words(problem.server_said) if problem.server_said else None
        return Trouble(replace(problem, host=self.endpoint.host, port=self.endpoint.port, server_said=said))
