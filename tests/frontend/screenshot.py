"""Pictures of the page as it is: ``python -m tests.frontend.screenshot --to docs``.

Writes ``screenshot.png`` (a drawing and its result, no photo of anybody) for the README. With ``--all``
every state is taken at two sizes, light and dark, to be looked at, on a server that keeps a record.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from playwright.sync_api import Browser, Page

from lesion.drawings import drawing
from tests.frontend.browsing import DESKTOP, PHONE, browse, serve
from tests.frontend.steps import await_result, click_sample, open_about
from tests.images import encode

SAMPLE = 1


@click.command()
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--all", "everything", is_flag=True, help="Every state, at two sizes, light and dark.")
def main(folder: Path, everything: bool) -> None:
    """Take screenshots of the page, served with the bundled model."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as cache, browse() as browser:
        record = (
            {"DATABASE_URL": f"sqlite:///{cache}/record.db", "STORE_IMAGES": "true"} if everything else {}
        )
        with serve(Path(cache), **record) as address:
            _take(browser, address, folder, everything)


def _take(browser: Browser, address: str, folder: Path, everything: bool) -> None:
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
    page.keyboard.press("Escape")
    _take_history(page, folder, f"{name}-{scheme}")
    page.close()


def _take_history(page: Page, folder: Path, name: str) -> None:
    page.get_by_role("link", name="History", exact=True).click()
    page.wait_for_selector(".nothing")
    page.screenshot(path=folder / f"{name}-history-empty.png", full_page=True)
    for number in range(34):
        _keep(page, number)
    page.reload()
    page.wait_for_selector(".own-cases table")
    page.screenshot(path=folder / f"{name}-history.png", full_page=True)
    page.locator(".records a").nth(1).click()
    page.wait_for_selector(".facts")
    page.wait_for_timeout(500)
    page.screenshot(path=folder / f"{name}-history-record.png")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete all").click()
    page.wait_for_timeout(500)
    page.screenshot(path=folder / f"{name}-history-delete.png")


def _keep(page: Page, number: int) -> None:
    """Have a drawing kept for the page's browser, most with a diagnosis."""
    image = drawing(("irregular", "regular")[number % 2], number, (640, 480))
    form = {"file": {"name": "picture", "mimeType": "image/jpeg", "buffer": encode(image, "JPEG")}}
    at, ours = page.url.partition("#")[0], {"X-Requested-With": "lesion"}
    record = page.request.post(f"{at}api/classify", multipart=form, headers=ours).json()["record"]
    change = {"confirmed_dx": ("mel", "nv")[number % 2], "note": f"Case {number}, left forearm"}
    if number < 32:
        page.request.patch(f"{at}api/history/{record}", data=change, headers=ours)


if __name__ == "__main__":
    main()
