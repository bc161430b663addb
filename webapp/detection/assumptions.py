"""Recommended values for setting up by hand: nothing is asked, nothing is proved."""

from webapp.detection.providers import ProviderTable
from webapp.detection.types import Entered, Findings


def recommended(entered: Entered, providers: ProviderTable) -> Findings:
    """Fill the form by the provider table, else by what most providers do (source ASSUMPTION)."""
    raise NotImplementedError
