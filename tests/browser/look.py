"""Pictures of a page as people see it: narrow and wide, light and dark. For looking at, not for comparing."""

from pathlib import Path

from playwright.sync_api import Page

WIDTHS = {360: 740, 1440: 900}
SCHEMES = ("light", "dark")


def take(page: Page, folder: Path, name: str) -> list[Path]:
    """Write four pictures of the page as it is now."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    page.emulate_media(reduced_motion="reduce")  # no picture of colours half-way from light to dark
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            picture = folder / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=picture, full_page=True)
            pictures.append(picture)
    return pictures
