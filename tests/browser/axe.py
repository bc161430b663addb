"""What axe-core finds wrong with a page, in light and dark, wide and narrow."""

from typing import Any
from zlib import crc32

from axe_core_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

# What is folded up has no place on the page, so that axe takes its colours for those of what stands there.
FOLDED = "details:not([open]) > :not(summary)"
# Of what is right, axe would describe every element; the number of rules that found something is enough.
LOOK = """([folded, rules]) => {
    const options = {resultTypes: ["violations"], ...(rules && {runOnly: rules})};
    return axe.run({exclude: [[folded]]}, options).then(report => [
        report.passes.length, report.violations.map(found => [found.id, found.nodes.map(node => node.target)])
    ]);
}"""
LOOKS = (("light", 360), ("dark", 1440))
COLOURS = ["color-contrast"]
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"

Wrong = dict[tuple[str, str, int], list[tuple[str, Any]]]


def findings(page: Page, rules: list[str] | None = None) -> list[tuple[str, Any]]:
    """Return what axe finds wrong, as rule and elements; by all of its rules unless some are named."""
    if not page.evaluate("typeof axe === 'object'"):  # a picture in another light is the same document
        page.evaluate(Axe().axe_script)
    looked_at, wrong = page.evaluate(LOOK, [FOLDED, rules])
    assert rules or looked_at > 10, "axe did not look"
    return [(rule, elements) for rule, elements in wrong]


def wrong_with(page: Page, name: str) -> Wrong:
    """Return what is wrong with a page as it is now, by its name and look.

    All rules are tried in one look, half of the pages in each; in the other
    those of colours, and in both the page must not be wider than its window.
    """
    found: Wrong = {}
    for number, (scheme, width) in enumerate(LOOKS):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 800})
        too_wide = [("wider than its window", None)] if page.evaluate(TOO_WIDE) else []
        rules = None if crc32(name.encode()) % len(LOOKS) == number else COLOURS
        found[name, scheme, width] = findings(page, rules) + too_wide
    return {picture: wrong for picture, wrong in found.items() if wrong}
