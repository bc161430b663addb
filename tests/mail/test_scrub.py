"""A secret does not pass in what a server said."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from webapp.mail.scrub import MASK, Scrubber

SECRETS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zs", "Zl", "Zp")), min_size=6)


@given(SECRETS, st.text(), st.text())
def test_a_secret_in_clear_never_passes(secret: str, before: str, after: str) -> None:
    scrubber = Scrubber()
    scrubber.hide(secret)

    assert secret not in (scrubber.words(before + secret + after) or "")


@given(SECRETS, st.binary(), st.binary())
def test_a_secret_inside_a_longer_base64_message_never_passes(secret: str, before: bytes, after: bytes) -> None:
    scrubber = Scrubber()
    scrubber.hide(secret)
    message = base64.b64encode(before + secret.encode() + after).decode()

    said = scrubber.words("you sent " + message) or ""

    assert MASK in said or len(said) == 300
    assert message not in said or len(message) > 300


def test_a_secret_cut_by_the_cap_does_not_leave_its_beginning() -> None:
    scrubber = Scrubber()
    scrubber.hide("correct-horse")

    said = scrubber.words("x" * 290 + "correct-horse")

    assert said is not None
    assert "corr" not in said


def test_a_secret_that_appears_only_after_cleaning_is_masked_too() -> None:
    scrubber = Scrubber()
    scrubber.hide("correct-horse")

    assert scrubber.words("you said correct\u200b-horse") == f"you said {MASK}"


def test_words_without_a_secret_stay_and_silence_is_none() -> None:
    assert Scrubber().words(b"535 5.7.8 \x1b[31mwrong\r\n password") == "535 5.7.8 [31mwrong password"
    assert Scrubber().words(b"") is None
