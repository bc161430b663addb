"""A shared outgoing server that refuses an address: the page names it, with the server's words and the way out."""

from tests.web.desk import Desk
from tests.web.runs.changing import STORED, lay_change
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Outcome, OutcomeKind, SharingProblem
from webapp.net.problems import Problem, ProblemKind
from webapp.storage.models import DraftAim

OURS = Problem(ProblemKind.SENDER_REFUSED, "smtp.uspeh.test", 465, "553 5.7.1 not yours")


def test_each_refused_address_is_named_with_the_servers_words_and_what_to_do(admin: Visitor, desk: Desk) -> None:
    account = desk.account()
    refused = tuple(SharingProblem(address, OURS) for address in ("boris@uspeh.test", "vera@xn--80akpwk.test"))
    outcome = Outcome(OutcomeKind.NOT_PROVED, STORED, sharing_problems=refused)

    page = admin.open(f"/runs/{lay_change(desk, account, outcome, aim=DraftAim.OUTGOING_SERVER)}")

    text = shown(page)
    assert "Сервер отправляет не для всех адресов, которые им пользуются" in text
    assert "boris@uspeh.test" in text
    assert text.count("553 5.7.1 not yours") == 2
    assert "или сначала дайте этой учётной записи свой сервер" in text
    assert "прежние настройки остаются" in text.lower()
    assert 'name="outgoing_host"' in page.text
    assert 'name="incoming_host"' not in page.text
