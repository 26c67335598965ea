"""Pictures of the page as it is: ``python -m tests.frontend.screenshot --to docs``.

Writes ``screenshot.png`` (a drawing and its result, no photo of anybody) for the README. With ``--all``
every state is taken at two sizes, light and dark, to be looked at.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from playwright.sync_api import Browser, Page

from tests.frontend.browsing import DESKTOP, PHONE, browse, serve
from tests.frontend.steps import await_result, click_sample, open_about

SAMPLE = 1


@click.command()
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--all", "everything", is_flag=True, help="Every state, at two sizes, light and dark.")
def main(folder: Path, everything: bool) -> None:
    """Take screenshots of the page, served with the bundled model."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as cache, serve(Path(cache)) as address, browse() as browser:
        if everything:
            for scheme in ("light", "dark"):
                for name, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
                    _take_all(browser, address, folder, scheme, name, viewport)
        else:
            page = _open(browser, address, "light", DESKTOP)
            _show_result(page)
            page.screenshot(path=folder / "screenshot.png")


def _open(browser: Browser, address: str, scheme: str, viewport: dict[str, int]) -> Page:
    touch = viewport is PHONE
    page = browser.new_page(
        viewport=viewport, color_scheme=scheme, reduced_motion="reduce", has_touch=touch, is_mobile=touch
    )
    page.goto(address)
    page.wait_for_selector(".intake")
    page.wait_for_load_state("networkidle")
    return page


def _show_result(page: Page) -> None:
    click_sample(page, SAMPLE)
    await_result(page)
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")


def _take_all(
    browser: Browser, address: str, folder: Path, scheme: str, name: str, viewport: dict[str, int]
) -> None:
    page = _open(browser, address, scheme, viewport)
    page.screenshot(path=folder / f"{name}-{scheme}-empty.png")
    _show_result(page)
    page.screenshot(path=folder / f"{name}-{scheme}-result.png")
    page.screenshot(path=folder / f"{name}-{scheme}-result-whole.png", full_page=True)
    for closed in page.locator(".result summary").all():
        closed.click()
    page.wait_for_selector("#threshold")
    page.screenshot(path=folder / f"{name}-{scheme}-result-opened.png", full_page=True)
    open_about(page)
    page.wait_for_timeout(500)
    page.screenshot(path=folder / f"{name}-{scheme}-about.png")
    page.close()


if __name__ == "__main__":
    main()
