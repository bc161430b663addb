"""What a report says of the servers: what was typed, what was found, what was agreed to, and the certificates."""

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext

from webapp.detection.steps import Step
from webapp.detection.types import Consent, EnteredServer, Outcome
from webapp.mail.settings import Direction
from webapp.net.problems import CertificateFacts, Problem
from webapp.storage.models import Run
from webapp.web.moments import day_words
from webapp.web.reports.foreign import harmless
from webapp.web.reports.report import Line, Section
from webapp.web.runs.found_servers import Alternative, alternative, findings_of
from webapp.web.wording import names, problems
from webapp.web.wording.certificates import fingerprint_words


def settings(run: Run) -> Section:
    """Return both halves of the account: what was typed, and what the run knows."""
    findings, lines = findings_of(run), list[Line]()
    for direction in run.entered.wanted():
        servers = findings.incoming if direction is Direction.INCOMING else findings.outgoing
        lines.append(Line(names.server_name(direction, run.entered.server(direction).protocol)))
        lines.append(Line(_typed(run.entered.server(direction)), gettext("Given"), 1))
        found = [alternative(server) for server in servers]
        lines += _found(found[0]) if found else [Line(gettext("not found"), gettext("Found"), 1)]
        lines += [Line(_place(one), gettext("Also possible"), 1) for one in found[1:]]
    return Section(gettext("Settings"), (*lines, *_agreed(run.consent)))


def certificates(run: Run, steps: Sequence[Step]) -> Section | None:
    """Return every certificate that did not pass, each once."""
    shown = {
        (problem.host, problem.port, problem.certificate.sha256): (problem, problem.certificate)
        for problem in (*_problems(run.outcome), *(step.problem for step in steps))
        if problem is not None and problem.certificate is not None
    }
    if not shown:
        return None
    lines = (line for problem, facts in shown.values() for line in _certificate(problem, facts))
    return Section(gettext("Certificates that did not pass"), tuple(lines))


def _typed(server: EnteredServer) -> str:
    parts = (
        names.protocol_name(server.protocol) if server.protocol else None,
        names.host_for_people(server.host) if server.host else None,
        gettext("port %(port)s", port=server.port) if server.port else None,
        names.security_name(server.security) if server.security else None,
        names.auth_name(server.auth_method) if server.auth_method else None,
        _login(server.username) if server.username else None,
    )
    known = [part for part in parts if part]
    if server.blank:
        return gettext("nothing, everything is found out")
    rest = [] if all(parts) else [gettext("the rest is found out")]
    return ", ".join(known + rest)


def _found(one: Alternative) -> Iterator[Line]:
    yield Line(_place(one), gettext("Found"), 1)
    yield Line(f"{one.auth}, {_login(one.username)}", gettext("Login"), 1)
    yield Line(one.source, gettext("Source"), 1)
    yield Line(_trust(one), gettext("Trust"), 1)


def _place(one: Alternative) -> str:
    return f"{one.protocol} {one.host}:{one.port}, {one.security}"


def _login(name: str) -> str:
    return gettext("login name %(name)s", name=harmless(name))


def _trust(one: Alternative) -> str:
    if one.plain:
        return gettext("unprotected")
    if one.pinned:
        return gettext("certificate accepted by you")
    return gettext("trusted source") if one.trusted else gettext("needs your consent")


def _agreed(consent: Consent) -> Iterator[Line]:
    """Return what the person agreed to for this account."""
    if consent.hosts:
        yield Line(_list(consent.hosts), gettext("Agreed to these servers"))
    if plain := consent.plain_hosts | consent.plain_letters:
        yield Line(_list(plain), gettext("Agreed to these without protection"))
    for place, sha256 in sorted(consent.pins.items()):
        yield Line(f"{place}, SHA-256", gettext("Accepted certificate"))
        yield Line(fingerprint_words(sha256), depth=1)


def _list(hosts: Iterable[str]) -> str:
    return ", ".join(sorted(hosts))


def _problems(outcome: Outcome | None) -> tuple[Problem | None, ...]:
    if outcome is None:
        return ()
    found = outcome.findings
    return (outcome.incoming_problem, outcome.outgoing_problem, found.incoming_problem, found.outgoing_problem)


def _certificate(problem: Problem, facts: CertificateFacts) -> Iterator[Line]:
    yield Line(problems.sentence(problem), f"{names.host_for_people(problem.host or '–')}:{problem.port}")
    yield Line(facts.subject or "–", gettext("Issued to"), 1)
    yield Line(", ".join(facts.names) or "–", gettext("Names"), 1)
    yield Line(facts.issuer or "–", gettext("Issued by"), 1)
    yield Line(f"{day_words(facts.not_before)} – {day_words(facts.not_after)}", gettext("Valid"), 1)
    yield Line(gettext("Fingerprint SHA-256"), depth=1)
    yield Line(fingerprint_words(facts.sha256), depth=1)  # 95 letters: a line of its own
