"""Outgoing servers: the dialog that adds and changes one, and the list of all."""
