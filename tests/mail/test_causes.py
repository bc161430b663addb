"""Why a server answered as it did: real replies against the rules, and what no reply may do to them.

The quarter marked `held_back` was to measure the rules by replies they were not
written for. First figures: with words that occur in the other three quarters,
58 of the 85 came out right (68 %); with those of the research, which had known
them all, 82 (96 %). Of the 30 marked `unseen`, found when all that stood, 17 were
right (57 %): words are learnt server by server, and the miss is mostly GENERAL
or what the code says. What was missed has been added since: the figures below
tell what the rules know, they are no forecast.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.mail.causes import RULES_FILE, Finding, Reply, Step, finding_of, rules
from webapp.mail.settings import Protocol
from webapp.mail.smtp_replies import Reply as SmtpReply
from webapp.mail.smtp_replies import read_line
from webapp.net.cause import Cause

CORPUS = Path(__file__).parent.parent / "data" / "replies.toml"
MISTAKES_ALLOWED = 0.05
CONFUSED_ELSEWHERE = frozenset(
    {
        Cause.PROTOCOL_SWITCHED_OFF,
        Cause.APPLICATION_PASSWORD_NEEDED,
        Cause.TOO_MANY_TRIES,
        Cause.WRONG_LOGIN_FORM,
        Cause.WRONG_PASSWORD,
        Cause.PASSWORD_OR_SWITCHED_OFF,
    }
)


@dataclass(frozen=True)
class Known:
    """A real reply and what it means."""

    reply: Reply
    cause: Cause
    origin: str
    held_back: bool
    unseen: bool


def known_replies() -> list[Known]:
    entries = tomllib.loads(CORPUS.read_text(encoding="utf-8"))["reply"]
    return [
        Known(
            as_said(Protocol(entry["protocol"]), Step(entry["step"]), entry["text"].split("\n")),
            Cause(entry["class"]),
            entry["origin"],
            entry.get("held_back", False),
            entry.get("unseen", False),
        )
        for entry in entries
    ]


def as_said(protocol: Protocol, step: Step, lines: list[str]) -> Reply:
    """Return a reply as the sessions hand it on: SMTP lines joined, the last IMAP line first and without its tag."""
    if protocol is Protocol.SMTP:
        read = [read_line(line.encode()) for line in lines]
        reply = SmtpReply(int(lines[0][:3]), tuple(line.text for line in read if line is not None))
        return Reply(protocol, step, reply.said.decode())
    if protocol is Protocol.IMAP:
        *before, last = (line.partition(" ")[2] for line in lines)
        return Reply(protocol, step, " ".join((last, *before)))
    return Reply(protocol, step, " ".join(lines))


KNOWN = known_replies()


def test_the_corpus_is_large_and_every_reply_says_where_it_is_from() -> None:
    assert len(KNOWN) >= 120
    assert all(known.origin for known in KNOWN)
    assert len(KNOWN) / 5 < sum(known.held_back for known in KNOWN) < len(KNOWN) / 3


@pytest.mark.parametrize("part", ["all", "held back", "unseen"])
def test_real_replies_get_their_cause(part: str) -> None:
    picked = [known for known in KNOWN if part == "all" or (known.held_back if part == "held back" else known.unseen)]
    found = [(known, finding_of(known.reply).cause) for known in picked]
    wrong = [f"{known.cause}, not {cause}: {known.reply.text}" for known, cause in found if cause is not known.cause]

    assert len(wrong) <= MISTAKES_ALLOWED * len(picked), wrong


@pytest.mark.parametrize("known", [known for known in KNOWN if known.cause in CONFUSED_ELSEWHERE], ids=str)
def test_the_five_that_other_programs_confuse_are_never_mixed_up(known: Known) -> None:
    assert finding_of(known.reply).cause is known.cause


def test_every_cause_has_a_reply() -> None:
    assert {known.cause for known in KNOWN} == set(Cause)


@pytest.mark.parametrize(
    ("protocol", "text"),
    [
        (Protocol.SMTP, "554 5.9.9 the moon is in the wrong house"),
        (Protocol.SMTP, "550 5.7.1 no"),
        (Protocol.SMTP, "hello, too many login attempts"),
        (Protocol.IMAP, "SSH-2.0-OpenSSH_9.2 application-specific password"),
        (Protocol.POP3, "+OK application-specific password"),
        (Protocol.NNTP, "599 what"),
        (Protocol.IMAP, ""),
    ],
)
def test_what_we_do_not_know_is_general(protocol: Protocol, text: str) -> None:
    assert finding_of(Reply(protocol, Step.LETTER, text)).cause is Cause.GENERAL


@pytest.mark.parametrize("step", Step)
def test_words_without_a_code_decide_nothing(step: Step) -> None:
    every_word = " ".join(known.reply.text.partition(" ")[2] for known in KNOWN)

    assert {finding_of(Reply(protocol, step, "well: " + every_word)).cause for protocol in Protocol} == {Cause.GENERAL}


def test_no_rule_goes_by_words_alone_and_each_names_its_source() -> None:
    written = tomllib.loads(RULES_FILE.read_text(encoding="utf-8"))["rule"]

    assert all(rule.codes and rule.steps and rule.protocols for rule in rules())
    assert all(entry["source"] for entry in written)


def test_the_most_exact_code_speaks_first() -> None:
    assert finding_of(Reply(Protocol.SMTP, Step.LOGIN, "535 5.7.13 no")).cause is Cause.ACCOUNT_BLOCKED
    assert finding_of(Reply(Protocol.SMTP, Step.LOGIN, "535 5.9.9 no")).cause is Cause.WRONG_PASSWORD


@pytest.mark.parametrize(
    ("protocol", "text", "finding"),
    [
        (Protocol.SMTP, "535 5.7.8 no", Finding(Cause.WRONG_PASSWORD)),
        (Protocol.SMTP, "535 5.7.0 (#AUTH005) Too many bad auth attempts.", Finding(Cause.TOO_MANY_TRIES)),
        (Protocol.IMAP, "NO [CONTACTADMIN]", Finding(Cause.ACCOUNT_BLOCKED)),
        (Protocol.SMTP, "525 5.7.13 Login disabled for this user", Finding(Cause.ACCOUNT_BLOCKED, False)),
        (Protocol.SMTP, "523 5.7.10 Plaintext authentication disallowed", Finding(Cause.TLS_REQUIRED, False)),
        (Protocol.IMAP, "NO [AUTHORIZATIONFAILED] no", Finding(Cause.NO_PERMISSION, False)),
    ],
)
def test_a_refusal_counts_unless_the_reply_rules_out_a_wrong_password(
    protocol: Protocol, text: str, finding: Finding
) -> None:
    assert finding_of(Reply(protocol, Step.LOGIN, text)) == finding


@given(st.sampled_from(Protocol), st.sampled_from(Step), st.text(), st.sampled_from(KNOWN))
def test_no_reply_breaks_it(protocol: Protocol, step: Step, text: str, known: Known) -> None:
    for said in (text, known.reply.text + text, text + known.reply.text):
        assert finding_of(Reply(protocol, step, said)).cause in Cause


@pytest.mark.parametrize("protocol", Protocol)
@pytest.mark.parametrize("repeated", ["a", " ", "535 5.7.8 ", "NO [", "-ERR [", "too many ", "\n535-5.7.1", "5.7."])
def test_an_endless_reply_is_judged_by_its_beginning(protocol: Protocol, repeated: str) -> None:
    told = finding_of(Reply(protocol, Step.LOGIN, repeated * 1_000_000)).cause

    assert told is finding_of(Reply(protocol, Step.LOGIN, repeated * 10_000)).cause
