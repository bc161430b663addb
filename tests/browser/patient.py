"""`mailroom` with more patience: a search or a check that a test watches goes on until the test ends it.

The program gives silent servers up after seconds, and letters that do not
come after half a minute. On a slow machine that is before a test has pressed
its button.
"""

from webapp.cli import main
from webapp.detection import logging_in, prove, trial

PATIENCE_S = 120.0

prove.CONNECT_LIMIT_S = prove.PROBE_LIMIT_S = PATIENCE_S
logging_in.CONNECT_LIMIT_S = trial.ARRIVAL_LIMIT_S = PATIENCE_S

if __name__ == "__main__":
    main(prog_name="mailroom")
