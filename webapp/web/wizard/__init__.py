"""Setting an account up: the first form, editing by hand, consent, the check that saves."""
