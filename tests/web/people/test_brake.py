"""The brake on guessing: it stops who guesses, and shuts nobody else out."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.web.people.doors import door
from tests.web.visitor import Visitor, shown
from webapp.storage.base import utc_now
from webapp.storage.models import TokenBucket
from webapp.storage.throttle import take
from webapp.web.extensions import db
from webapp.web.people.brake import TRIES_PER_CLIENT, TRIES_PER_NAME, TRIES_PER_NAME_AND_CLIENT, client_network


@pytest.mark.usefixtures("anna")
def test_after_too_many_tries_a_name_has_to_wait_even_with_the_right_password(visitor: Visitor) -> None:
    tries, seconds = TRIES_PER_NAME_AND_CLIENT
    for _ in range(tries):
        assert door(visitor, password="wrong").status_code == 422

    answer = door(visitor)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= seconds
    assert "Слишком много попыток. Попробуйте через" in shown(answer)


@pytest.mark.usefixtures("anna")
def test_a_stranger_elsewhere_cannot_shut_a_known_name_out(app: Flask, visitor: Visitor) -> None:
    stranger = Visitor(app, address="203.0.113.9")
    for _ in range(TRIES_PER_NAME_AND_CLIENT[0] + 5):
        last = door(stranger, password="wrong")

    assert last.status_code == 429
    assert door(visitor).status_code == 303


def test_one_network_uses_a_name_up_more_slowly_than_it_recovers() -> None:
    assert TRIES_PER_NAME_AND_CLIENT[0] < TRIES_PER_NAME[0]
    assert TRIES_PER_NAME_AND_CLIENT[1] > TRIES_PER_NAME[1]


@pytest.mark.usefixtures("anna")
def test_guessing_one_name_from_everywhere_has_an_end(app: Flask, visitor: Visitor) -> None:
    use_up(app, "sign-in:name:anna", TRIES_PER_NAME)

    assert door(visitor).status_code == 429


@pytest.mark.usefixtures("anna")
def test_a_name_nobody_has_waits_as_one_somebody_has(visitor: Visitor) -> None:
    answers = {}
    for name in ("anna", "nobody"):
        codes = [door(visitor, name, "wrong").status_code for _ in range(TRIES_PER_NAME_AND_CLIENT[0] + 1)]
        answers[name] = codes

    assert answers["anna"] == answers["nobody"]


@pytest.mark.usefixtures("anna")
def test_the_brake_is_in_the_database_so_it_survives_a_restart(app: Flask, visitor: Visitor) -> None:
    for _ in range(TRIES_PER_NAME_AND_CLIENT[0] + 1):
        door(visitor, password="wrong")
    with app.app_context():
        buckets = db.session.query(TokenBucket).all()
        assert min(bucket.tokens for bucket in buckets) < 1
        assert not any("anna" in bucket.key_hash for bucket in buckets)
        for bucket in buckets:
            bucket.updated_at = utc_now() - timedelta(seconds=TRIES_PER_NAME_AND_CLIENT[1] + 1)
        db.session.commit()

    assert door(visitor).status_code == 303


@pytest.mark.usefixtures("anna")
def test_one_client_cannot_try_many_names(app: Flask, visitor: Visitor) -> None:
    use_up(app, "sign-in:client:127.0.0.1", TRIES_PER_CLIENT)  # as many tries with names of all kinds would

    assert door(visitor).status_code == 429


def use_up(app: Flask, key: str, tries: tuple[int, int]) -> None:
    """Take every token of a bucket."""
    with app.app_context():
        for _ in range(tries[0]):
            take(db.session(), key, *tries)
        db.session.commit()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", ""),
        ("a pipe", ""),
    ],
)
def test_a_client_is_its_address_or_all_of_its_ipv6_network(app: Flask, address: str, network: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert client_network() == network
