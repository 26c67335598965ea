"""Records that a server keeps of a browser's pictures: how tests of the page make, find and open them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.frontend.browsing import serve
from tests.frontend.steps import await_result, choose
from tests.images import encode, lesion_image

OURS = {"X-Requested-With": "lesion"}


@contextmanager
def serve_with_record(folder: Path) -> Iterator[str]:
    """Run the server with a record, images too, in an empty folder; yield its address."""
    record = {
        "DATABASE_URL": f"sqlite:///{folder / 'record.db'}",
        "STORE_IMAGES": "true",
        "RETENTION_DAYS": "90",
    }
    with serve(folder / "cache", **record) as address:
        yield address


def photo(number: int = 0) -> bytes:
    """Return a picture that no other number gives."""
    return encode(lesion_image((160 + number, 120)), "JPEG")


def analyse(page: Page, number: int = 0) -> dict[str, Any]:
    with page.expect_response("**/api/classify") as response:
        choose(page, photo(number))
    await_result(page)
    answer: dict[str, Any] = response.value.json()
    return answer


def keep(page: Page, *numbers: int, confirmed_dx: str | None = None) -> list[str]:
    """Have pictures kept for the page's browser without the page; return their records' ids."""
    kept = []
    for number in numbers:
        form = {"file": {"name": "picture", "mimeType": "image/jpeg", "buffer": photo(number)}}
        answer = page.request.post(f"{origin(page)}/api/classify", multipart=form, headers=OURS)
        kept.append(answer.json()["record"])
        if confirmed_dx:
            change = {"confirmed_dx": confirmed_dx}
            found = page.request.patch(f"{origin(page)}/api/history/{kept[-1]}", data=change, headers=OURS)
            assert found.ok, found.text()
    return kept


def origin(page: Page) -> str:
    return page.url.partition("/#")[0].rstrip("/")


def open_history(page: Page) -> Locator:
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator(".records, .nothing").first).to_be_visible()
    return page.locator(".records li")


def open_record(page: Page, number: int = 0) -> Locator:
    page.locator(".records li").nth(number).get_by_role("link").click()
    dialogue = page.get_by_role("dialog")
    expect(dialogue.locator(".facts")).to_be_visible()
    return dialogue


def close(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
