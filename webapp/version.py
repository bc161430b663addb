"""Which version of Mailroom this is."""

from importlib.metadata import PackageNotFoundError, version

NOT_INSTALLED = "–"  # run from a folder that was never installed


def own_version() -> str:
    """Return the version of the installed program."""
    try:
        return version("mailroom")
    except PackageNotFoundError:
        return NOT_INSTALLED
