"""Questions to a name server: every kind of answer, every kind of failure, each question once in a session."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from tests.net.loopback import open_sockets, other_tasks, trouble
from tests.net.nameserver import SERVFAIL, SILENCE, ScriptedNameServer, Zone
from webapp.net.problems import ProblemKind
from webapp.net.resolver import Mx, NameServer, Resolver, Srv

Result = TypeVar("Result")


def ask(zone: Zone, question: Callable[[Resolver], Awaitable[Result]], *, truncate: bool = False) -> Result:
    """Ask a name server that has this zone."""

    async def asking() -> Result:
        return await question(Resolver((server.nameserver,), limit_s=0.5))

    with ScriptedNameServer(zone, truncate=truncate) as server:
        return asyncio.run(asking())


def test_addresses_of_both_families_come_in_turns() -> None:
    zone = {
        ("mail.example", "A"): ["192.0.2.1", "192.0.2.2"],
        ("mail.example", "AAAA"): ["2001:db8::1"],
    }

    addresses = ask(zone, lambda resolver: resolver.addresses("Mail.Example."))

    assert addresses[0] == "2001:db8::1"
    assert set(addresses[1:]) == {"192.0.2.1", "192.0.2.2"}


@pytest.mark.parametrize("other", [SILENCE, SERVFAIL, []])
@pytest.mark.parametrize(("kind", "other_kind", "address"), [("A", "AAAA", "192.0.2.1"), ("AAAA", "A", "2001:db8::1")])
def test_one_family_is_enough(other: str | list[str], kind: str, other_kind: str, address: str) -> None:
    zone: Zone = {("mail.example", kind): [address], ("mail.example", other_kind): other}

    assert ask(zone, lambda resolver: resolver.addresses("mail.example")) == (address,)


def test_a_literal_and_localhost_are_never_asked_about() -> None:
    async def asking() -> list[tuple[str, ...]]:
        resolver = Resolver((server.nameserver,))
        hosts = ("192.0.2.7", "2001:DB8::7", "localhost", "imap.localhost")
        return [await resolver.addresses(host) for host in hosts]

    with ScriptedNameServer({}) as server:
        answers = asyncio.run(asking())

    loopback = ("::1", "127.0.0.1")
    assert answers == [("192.0.2.7",), ("2001:db8::7",), loopback, loopback]
    assert not server.asked


def test_a_zone_with_a_thousand_addresses_gives_eight() -> None:
    zone = {("mail.example", "A"): [f"192.0.2.{number}" for number in range(100)]}

    assert len(ask(zone, lambda resolver: resolver.addresses("mail.example"))) == 8


def test_mail_exchangers_come_best_first_in_lower_case() -> None:
    zone = {("example.org", "MX"): ["20 b.example.org.", "10 MX.Example.org.", "20 a.example.org."]}

    exchangers = ask(zone, lambda resolver: resolver.mx("example.org"))

    assert exchangers == (Mx(10, "mx.example.org"), Mx(20, "a.example.org"), Mx(20, "b.example.org"))


def test_a_domain_that_takes_no_mail_has_no_exchanger() -> None:
    with trouble() as problems:
        ask({("example.org", "MX"): ["0 ."]}, lambda resolver: resolver.mx("example.org"))

    assert problems[0].kind is ProblemKind.NO_RECORD


def test_services_come_by_priority_then_weight_and_say_when_they_are_not_offered() -> None:
    name = "_imaps._tcp.example.org"
    zone = {(name, "SRV"): ["10 5 993 b.example.org.", "0 1 993 .", "10 50 994 a.example.org."]}

    services = ask(zone, lambda resolver: resolver.srv(name))

    assert services == (
        Srv(0, 1, 993, "."),
        Srv(10, 50, 994, "a.example.org"),
        Srv(10, 5, 993, "b.example.org"),
    )


def test_the_strings_of_a_text_are_joined() -> None:
    zone = {("example.org", "TXT"): ['"v=1; " "a=b"', '"caf\\233"']}

    assert set(ask(zone, lambda resolver: resolver.txt("example.org"))) == {"v=1; a=b", "caf\N{REPLACEMENT CHARACTER}"}


def test_a_truncated_answer_is_asked_for_again_over_tcp() -> None:
    zone = {("example.org", "TXT"): ['"long"']}

    assert ask(zone, lambda resolver: resolver.txt("example.org"), truncate=True) == ("long",)


@pytest.mark.parametrize(
    ("zone", "kind"),
    [
        ({}, ProblemKind.NAME_NOT_FOUND),
        ({("mail.example", "TXT"): ['"x"']}, ProblemKind.NO_RECORD),
        ({("mail.example", "A"): SERVFAIL, ("mail.example", "AAAA"): SERVFAIL}, ProblemKind.NAME_LOOKUP_FAILED),
        ({("mail.example", "A"): SILENCE, ("mail.example", "AAAA"): SILENCE}, ProblemKind.NAME_LOOKUP_FAILED),
        ({("mail.example", "A"): SERVFAIL, ("mail.example", "AAAA"): []}, ProblemKind.NAME_LOOKUP_FAILED),
    ],
)
def test_every_failure_has_its_kind(zone: Zone, kind: ProblemKind) -> None:
    with trouble() as problems:
        ask(zone, lambda resolver: resolver.addresses("mail.example"))

    assert (problems[0].kind, problems[0].host) == (kind, "mail.example")


def test_a_name_that_is_none_is_a_problem_before_anybody_is_asked() -> None:
    with trouble() as problems:
        ask({}, lambda resolver: resolver.mx("exa mple.org"))

    assert problems[0].kind is ProblemKind.NAME_INVALID


def test_an_unreachable_name_server_is_a_failed_lookup() -> None:
    with trouble() as problems:
        asyncio.run(Resolver((NameServer("127.0.0.1", 9),), limit_s=0.3).mx("example.org"))

    assert problems[0].kind is ProblemKind.NAME_LOOKUP_FAILED


def test_a_session_asks_each_question_once_also_when_many_ask_at_a_time() -> None:
    async def asking() -> set[tuple[str, ...]]:
        session = Resolver((server.nameserver,)).session()
        together = await asyncio.gather(*(session.addresses("mail.example") for _ in range(10)))
        return {*together, await session.addresses("mail.example")}

    zone = {("mail.example", "A"): ["192.0.2.1"], ("mail.example", "AAAA"): ["2001:db8::1"]}
    with ScriptedNameServer(zone) as server:
        answers = asyncio.run(asking())

    assert answers == {("2001:db8::1", "192.0.2.1")}
    assert set(server.asked.values()) == {1}


def test_a_session_keeps_failures_too_and_another_session_asks_again() -> None:
    async def asking() -> None:
        resolver = Resolver((server.nameserver,))
        for session in (resolver.session(), resolver.session()):
            for _ in range(3):
                with trouble():
                    await session.mx("example.org")

    with ScriptedNameServer({}) as server:
        asyncio.run(asking())

    assert server.asked == {("example.org", "MX"): 2}


def test_one_asker_who_leaves_does_not_take_the_answer_from_the_others() -> None:
    async def asking() -> tuple[Mx, ...]:
        session = Resolver((server.nameserver,)).session()
        first = asyncio.create_task(session.mx("example.org"))
        second = asyncio.create_task(session.mx("example.org"))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    with ScriptedNameServer({("example.org", "MX"): ["10 mx.example.org."]}) as server:
        assert asyncio.run(asking()) == (Mx(10, "mx.example.org"),)


@pytest.mark.parametrize("in_session", [True, False])
def test_a_question_nobody_waits_for_any_more_leaves_no_task_and_no_socket(in_session: bool) -> None:
    async def asking() -> None:
        resolver = Resolver((server.nameserver,))
        resolver = resolver.session() if in_session else resolver
        before = open_sockets()
        askers = [asyncio.create_task(resolver.addresses("mail.example")) for _ in range(5)]
        await asyncio.to_thread(server.was_asked.wait)

        for asker in askers:
            asker.cancel()
        await asyncio.gather(*askers, return_exceptions=True)

        assert not other_tasks()
        await asyncio.sleep(0)  # asyncio closes a datagram socket in the next turn of the loop
        assert open_sockets() == before
        assert max(server.asked.values()) <= (1 if in_session else 5)  # given up, not asked again

    zone: Zone = {("mail.example", "A"): SILENCE, ("mail.example", "AAAA"): SILENCE}
    with ScriptedNameServer(zone) as server:
        asyncio.run(asking())


def test_a_given_up_question_is_over_when_its_asker_is() -> None:
    async def asking() -> None:
        session = Resolver((server.nameserver,)).session()
        asker = asyncio.create_task(session.mx("silent.example"))
        await asyncio.to_thread(server.was_asked.wait)

        asker.cancel()
        await asyncio.wait({asker})

        assert not other_tasks()

    with ScriptedNameServer({("silent.example", "MX"): SILENCE}) as server:
        asyncio.run(asking())


def test_a_family_that_does_not_answer_gets_only_a_grace() -> None:
    zone: Zone = {("mail.example", "A"): ["192.0.2.1"], ("mail.example", "AAAA"): SILENCE}
    with ScriptedNameServer(zone) as server:
        addresses = asyncio.run(Resolver((server.nameserver,), limit_s=2).addresses("mail.example"))

        assert addresses == ("192.0.2.1",)
        assert server.asked[("mail.example", "AAAA")] == 1  # waiting longer would have asked again
