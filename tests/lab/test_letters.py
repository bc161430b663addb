"""Letters in the lab arrive, or meet the fate their mailbox is there for."""

import smtplib

import pytest

from tests.lab.clients import letter, signed_in, tls_context
from tests.lab.domains import FULL, JUNKED, LOST
from tests.lab.lab import Lab

POST = "gonec-42.uspeh.test"


@pytest.mark.parametrize("recipient", ["boris@uspeh.test", "vera@pop.test", "anna@local.test", "anna@mx.test"])
def test_a_letter_arrives_in_its_own_and_in_any_other_domain(lab: Lab, recipient: str) -> None:
    lab.empty(recipient)
    anna = lab.mailbox("anna@uspeh.test")

    with signed_in(lab, POST, anna) as smtp:
        smtp.send_message(letter(anna.address, recipient, "Дошло"))

    [arrived] = lab.mail.wait_for_letters(recipient)
    assert b"with ESMTPSA" in arrived
    lab.empty(recipient)
    assert lab.letters(recipient) == []


def test_letters_to_the_junked_mailbox_land_in_its_junk_folder(lab: Lab) -> None:
    recipient = f"{JUNKED}@uspeh.test"
    with signed_in(lab, POST, lab.mailbox(recipient)) as smtp:
        smtp.send_message(letter(recipient, recipient))

    assert len(lab.mail.wait_for_letters(recipient, junk=True)) == 1
    assert lab.letters(recipient) == []
    lab.empty(recipient)


def test_letters_to_the_lost_mailbox_are_taken_and_vanish(lab: Lab) -> None:
    anna, recipient = lab.mailbox("anna@uspeh.test"), f"{LOST}@uspeh.test"
    lab.empty(anna.address)

    with signed_in(lab, POST, anna) as smtp:
        smtp.send_message(letter(anna.address, recipient))
        smtp.send_message(letter(anna.address, anna.address))

    lab.mail.wait_for_letters(anna.address)
    assert lab.letters(recipient) == []
    lab.empty(anna.address)


def test_the_full_mailbox_and_unknown_ones_are_refused_by_name(lab: Lab) -> None:
    anna = lab.mailbox("anna@uspeh.test")
    with signed_in(lab, POST, anna) as smtp:
        smtp.mail(anna.address)

        assert smtp.rcpt(f"{FULL}@uspeh.test")[0] == 452
        assert smtp.rcpt("nobody@uspeh.test")[0] == 550


def test_nobody_relays_to_the_world_not_even_signed_in(lab: Lab) -> None:
    anna = lab.mailbox("anna@uspeh.test")
    with signed_in(lab, POST, anna) as smtp:
        smtp.mail(anna.address)

        assert smtp.rcpt("somebody@example.org")[0] == 554


def test_a_submission_port_takes_no_letter_without_a_login(lab: Lab) -> None:
    with smtplib.SMTP_SSL(lab.network.of(POST), 465, context=tls_context(lab, POST), timeout=30) as smtp:
        smtp.ehlo()
        smtp.mail("anna@uspeh.test")

        assert smtp.rcpt("boris@uspeh.test")[0] == 554


def test_an_mx_takes_letters_from_strangers_for_its_own_domains_only(lab: Lab) -> None:
    with smtplib.SMTP(lab.network.of("mx1.hoster.test"), 25, timeout=30) as smtp:
        smtp.starttls(context=tls_context(lab, "mx1.hoster.test"))
        smtp.ehlo()
        smtp.mail("stranger@example.org")

        assert not smtp.has_extn("auth")
        assert smtp.rcpt("anna@mx.test")[0] == 250
        assert smtp.rcpt("somebody@example.org")[0] == 554
