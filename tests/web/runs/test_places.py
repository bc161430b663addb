"""Where a run's page stands when it is neither a new account nor a change of one's own: handing over, newsgroups."""

from tests.web.desk import NNTP, Desk
from tests.web.runs.changing import STORED, lay_change
from tests.web.visitor import Visitor, shown
from webapp.detection.types import Entered, Findings, Outcome, OutcomeKind
from webapp.net.problems import Field, Problem, ProblemKind
from webapp.storage.models import AccountKind, DraftDetails, RunPurpose

REFUSED = Problem(ProblemKind.LOGIN_REFUSED, "imap.uspeh.test", 993, field=Field.SECRET)


def test_a_hand_over_speaks_of_handing_over_and_is_not_reconfigured(
    admin: Visitor, colleague: Visitor, desk: Desk
) -> None:
    account = desk.account("office@uspeh.test", for_everyone=True)
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, STORED, incoming_problem=REFUSED)
    run_id = lay_change(desk, account, outcome, owner_id=colleague.user_id, for_everyone=False, secret="wrong")

    page = admin.open(f"/runs/{run_id}")
    by_hand, consent = (admin.open(f"/runs/{run_id}/{path}") for path in ("servers", "consent"))

    assert "Передача учётной записи" in shown(page)
    assert "Настройка вручную" not in shown(page)
    assert f'href="/administration/accounts/{account}"' in page.text
    assert (by_hand.status_code, consent.status_code) == (403, 403)


def test_a_hand_over_is_tried_again_with_another_password(admin: Visitor, colleague: Visitor, desk: Desk) -> None:
    account = desk.account("boris@uspeh.test", owner=colleague.user_id)
    outcome = Outcome(OutcomeKind.LOGIN_REFUSED, STORED, incoming_problem=REFUSED)
    run_id = lay_change(desk, account, outcome, for_everyone=True, secret="wrong")

    admin.send(f"/runs/{run_id}/save", {"secret": "teploe-leto-41", "next": "done"}, page=f"/runs/{run_id}")

    assert desk.runs()[0].purpose is RunPurpose.SAVE
    assert desk.runs()[0].id != run_id


def test_after_a_hand_over_the_administrator_still_sees_how_it_went(
    admin: Visitor, colleague: Visitor, desk: Desk
) -> None:
    account = desk.account("boris@uspeh.test", owner=colleague.user_id)
    run_id = lay_change(desk, account, Outcome(OutcomeKind.SAVED, STORED), owner_id=colleague.user_id)
    desk.mark_saved(run_id, account)

    page = admin.open(f"/runs/{run_id}")

    assert ">Сохранено</h2>" in page.text


def test_a_hand_over_is_no_business_of_somebody_who_administers_no_more(
    admin: Visitor, colleague: Visitor, desk: Desk
) -> None:
    account = desk.account()
    run_id = lay_change(
        desk, account, Outcome(OutcomeKind.STOPPED, STORED), user_id=colleague.user_id, for_everyone=True
    )

    assert colleague.open(f"/runs/{run_id}").status_code == 404


def test_newsgroups_are_added_like_mail_and_lead_back_to_their_own_form(admin: Visitor, desk: Desk) -> None:
    entered = Entered("anna@uspeh.test", for_receiving=True, for_sending=False)
    details = DraftDetails("anna@uspeh.test", "Анна", for_sending=False, kind=AccountKind.NEWS)
    found = Findings(incoming=(NNTP,))
    run_id = desk.run(Outcome(OutcomeKind.FOUND, found), findings=found, entered=entered, details=details)

    page = admin.open(f"/runs/{run_id}")

    assert "/accounts/new/news" in page.text
    assert "NNTP" in shown(page)
