"""Keeps every password the office knows out of what a run writes down (DESIGN 5.5).

The conversations hide what they log in with. A server may know more: the
password of an earlier run when it is only searched for now, the one of the
other server, or it may spread one over several lines. All of a step is seen
here, before it is written.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby

from webapp.detection.steps import Step
from webapp.detection.types import Findings, Outcome
from webapp.mail.scrub import MASK, Scrubber
from webapp.mail.transcript import Speaker, Utterance
from webapp.net.problems import Problem

LONGEST = 1000  # characters; what comes here has been capped before
SHORTEST_SPREAD = 6  # characters; fewer come about by chance where words are put together
ABILITIES = "abilities="  # the one fact that holds words of a server
# What a line of a reply begins with: SMTP and NNTP, POP3, IMAP.
CODE = re.compile(
    r"[2-5][0-9]{2}[ -]?(?:[245]\.\d+\.\d+ )?|[+-](?:OK|ERR) ?|(?:\S+ )?(?:OK|NO|BAD|BYE)(?: |$)|[*+] ", re.I
)


class Masking:
    """Masks what one run tells."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._scrubber, self._joined = Scrubber(), Scrubber()
        for secret in secrets:
            self._scrubber.hide(secret)
            if len(secret) >= SHORTEST_SPREAD:
                self._joined.hide(secret)
        self._masked = cache(self._without_secrets)
        self._parts: set[str] = set()  # of passwords that were spread over several lines

    def step(self, step: Step) -> Step:
        """Return a step without any of the passwords."""
        return replace(
            step,
            facts=tuple(map(self._fact, step.facts)),
            problem=self._problem(step.problem),
            transcript=tuple(self._transcript(step.transcript)),
        )

    def findings(self, findings: Findings) -> Findings:
        """Return findings whose problems hold none of the passwords."""
        return replace(
            findings,
            incoming_problem=self._problem(findings.incoming_problem),
            outgoing_problem=self._problem(findings.outgoing_problem),
        )

    def outcome(self, outcome: Outcome) -> Outcome:
        """Return an outcome whose problems hold none of the passwords."""
        sharing = (replace(one, problem=self._problem(one.problem) or one.problem) for one in outcome.sharing_problems)
        return replace(
            outcome,
            findings=self.findings(outcome.findings),
            incoming_problem=self._problem(outcome.incoming_problem),
            outgoing_problem=self._problem(outcome.outgoing_problem),
            letter_problem=self._problem(outcome.letter_problem),
            sharing_problems=tuple(sharing),
        )

    def _problem(self, problem: Problem | None) -> Problem | None:
        if problem is None or problem.server_said is None:
            return problem
        return replace(problem, server_said=self._words(problem.server_said))

    def _transcript(self, lines: Sequence[Utterance]) -> Iterator[Utterance]:
        for speaker, together in groupby(lines, key=lambda one: one.speaker):
            said = tuple(together)
            if speaker is Speaker.NOTE:
                yield from (replace(one, words=self._fact(one.words)) for one in said)
                continue
            spread = self._spread(tuple(one.words for one in said))
            self._parts |= {_without_code(said[place].words) for place in spread}
            yield from (replace(one, words=self._words(one.words)) for one in said)

    def _spread(self, lines: tuple[str, ...]) -> frozenset[int]:
        """Return which lines hold a part of a password that only together are one."""
        if len(lines) < 2:
            return frozenset()
        owners = [place for place, line in enumerate(lines) for _ in _without_code(line)]
        text = "".join(map(_without_code, lines))
        spans = (frozenset(owners[start:end]) for start, end in self._joined.spans(text))
        return frozenset().union(*(span for span in spans if len(span) > 1))

    def _words(self, words: str) -> str:
        part = any(part in words for part in self._parts)
        return _only_code(words) if part else self._masked(words)

    def _without_secrets(self, words: str) -> str:
        masked = self._scrubber.words(words, LONGEST) or ""
        together = "".join(_without_code(masked).split())
        return _only_code(words) if any(self._joined.spans(together)) else masked

    def _fact(self, fact: str) -> str:
        return ABILITIES + self._words(fact.removeprefix(ABILITIES)) if fact.startswith(ABILITIES) else fact


def _without_code(line: str) -> str:
    code = CODE.match(line)
    return line[code.end() :] if code is not None else line


def _only_code(line: str) -> str:
    return line.removesuffix(_without_code(line)) + MASK
