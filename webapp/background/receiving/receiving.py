"""The door of receiving: one account's new letters come in, by whichever protocol its server speaks."""

from webapp.background.receiving.errand import read_errand
from webapp.background.receiving.imap import receive_imap
from webapp.background.receiving.pop3 import receive_pop3
from webapp.background.receiving.suspects import Suspects
from webapp.background.work import Work, WorkStopped
from webapp.mail.settings import Protocol
from webapp.net.problems import Trouble

RECEIVE_BY = {Protocol.IMAP: receive_imap, Protocol.POP3: receive_pop3}


def receive(work: Work) -> None:
    """Bring an account's letters up to what its server has; raises `Trouble`, `WorkStopped`, `NeedsPassword`.

    Whatever was stored stays. When a letter seems to have broken the connection,
    all begins anew, which costs only a login: what is here is not loaded again.
    One that is left for later is a trouble once all the others have come.
    """
    errand = read_errand(work)
    receive_by = RECEIVE_BY.get(errand.access.settings.protocol) if errand else None
    if errand is None or receive_by is None:
        return
    suspects = Suspects()
    while True:
        try:
            receive_by(work, errand, suspects)
            break
        except Trouble:
            if work.stopped or work.connections.closed:
                raise WorkStopped from None
            if not suspects.worth_another_start():
                raise
    if suspects.trouble is not None:
        raise suspects.trouble
