"""`python -m webapp.cli` is `mailroom`."""

from webapp.cli import main

main(prog_name="mailroom")
