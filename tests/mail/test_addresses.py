"""An address stays one address wherever it is written."""

from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.mail.addresses import addr_spec
from webapp.mail.letters import trial_letter
from webapp.net.problems import ProblemKind, Trouble


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("anna@uspeh.example", "anna@uspeh.example"),
        ("a.b+c=d@Uspeh.Example", "a.b+c=d@uspeh.example"),
        ("анна@почта.рф", "анна@xn--80a1acny.xn--p1ai"),
        ('"a, b"@x.example', '"a, b"@x.example'),
        ("a,b@x.example", '"a,b"@x.example'),
        ("a..b@x.example", '"a..b"@x.example'),
        ('a>"\\@x.example', '"a>\\"\\\\"@x.example'),
        ("a@b@x.example", '"a@b"@x.example'),
    ],
)
def test_an_unusual_local_part_is_quoted_and_a_domain_written_in_a_labels(address: str, expected: str) -> None:
    assert addr_spec(address) == expected


@pytest.mark.parametrize(
    "address",
    ["nobody", "@x.example", "a@", "a\r\nDATA@x.example", "a\0@x.example", "a\u2028@x.example", "a@x>\r\nDATA"],
)
def test_a_text_that_is_no_address_is_trouble(address: str) -> None:
    with pytest.raises(Trouble) as raised:
        addr_spec(address)

    assert raised.value.problem.kind is ProblemKind.NAME_INVALID


@given(st.text(st.characters(codec="ascii"), min_size=1))
def test_no_local_part_becomes_a_second_address(local_part: str) -> None:
    try:
        data = trial_letter(f"{local_part}@uspeh.example", "Anna", "en").data
    except Trouble:
        return

    header = data.partition(b"\r\n\r\n")[0].decode()
    recipients = header.partition("\r\nTo: ")[2].partition("\r\n")[0]
    assert len(getaddresses([recipients])) == 1
    assert header.count("\r\n") == 10
