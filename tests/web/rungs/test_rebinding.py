"""A name that leads elsewhere by the time the password is to go out."""

from dataclasses import replace
from urllib.parse import urlsplit

from tests.mail.scripts import IMAP
from tests.turns import silence, starttls
from tests.web.rungs.checking import check_rungs
from tests.web.rungs.expected import check_complaint, words_of
from tests.web.rungs.gate import Gate
from tests.web.rungs.premises import Begun, Premises
from tests.web.rungs.scenery import SERVER
from tests.web.rungs.typing_in import sent, server_fields
from tests.web.rungs.watch import Watch
from tests.web.rungs.ways import INCOMING_HOST, Press, Way
from webapp.detection.stages import Stage, StageState
from webapp.mail.settings import Protocol
from webapp.net.problems import Field, ProblemKind

MOVED = Way(
    "a name that moves into the inner network",
    Protocol.IMAP,
    Stage.ADDRESS,
    ProblemKind.TARGET_REFUSED,
    Field.INCOMING_HOST,
    (starttls, IMAP.greeting, *IMAP.abilities, silence),
    names={INCOMING_HOST: [[SERVER], ["10.1.2.3"]]},
)


def test_a_server_that_was_proved_is_refused_once_its_name_leads_into_the_inner_network(premises: Premises) -> None:
    with premises.failing(MOVED, Gate()):
        proved = premises.begin(MOVED)
        first = Watch(premises, proved, MOVED).until_over().rungs()[MOVED.step]
        form = f"/runs/{proved.run_id}/servers"
        page = sent(premises.person, form, {**server_fields(MOVED, proved.mailbox), "next": "done"})
        log_in, again = replace(MOVED, press=Press.DONE), Begun(urlsplit(page).path.split("/")[2], proved.mailbox)
        last = Watch(premises, again, log_in).until_over()

    assert {state for _, state in first} == {StageState.PASSED}
    check_rungs(last, log_in)
    check_complaint(last, words_of(log_in))
