"""What a person does on the page, as functions of it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.server.asking import until

VERDICT = "#verdict"

_HOLD_PICKER = """() => addEventListener("click", (event) => {
  if (event.target.type !== "file" || !navigator.userActivation.isActive) return;
  event.preventDefault();
  window.pickerAskedBy = event.target;
}, { capture: true })"""

_HAND_OVER = """([event, transfer, files]) => {
  const data = new DataTransfer();
  for (const { name, type, content } of files) {
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  const init = { [transfer]: data, bubbles: true, cancelable: true };
  const made = event === "paste" ? new ClipboardEvent(event, init) : new DragEvent(event, init);
  document.body.dispatchEvent(made);
}"""


def choose(page: Page, data: bytes | Path, name: str = "lesion.jpg", mime: str = "image/jpeg") -> None:
    """Choose a file by the button: one made of `data`, or one that lies at a path."""
    pick(page, page.get_by_role("button", name="photo").first.click, data, name, mime)


def pick(
    page: Page,
    press: Callable[[], None],
    data: bytes | Path,
    name: str = "lesion.jpg",
    mime: str = "image/jpeg",
) -> None:
    """Do what opens the file picker, and choose a file in it.

    The picker is the browser's own, and automation now and then misses that it opened. What the page has to
    do is to ask for it, in the time that a person's action allows: that is what is waited for.
    """
    page.evaluate(_HOLD_PICKER)
    press()
    asked = page.evaluate_handle("window.pickerAskedBy").as_element()
    assert asked is not None, "no file picker was asked for"
    asked.set_input_files(
        data if isinstance(data, Path) else {"name": name, "mimeType": mime, "buffer": data}
    )


def hand_over(page: Page, event: str, *files: bytes, mime: str = "image/jpeg") -> None:
    """Drop or paste files: `event` is dragover, drop or paste."""
    transfer = "clipboardData" if event == "paste" else "dataTransfer"
    contents = [
        {"name": f"{n}.jpg", "type": mime, "content": base64.b64encode(data).decode()}
        for n, data in enumerate(files)
    ]
    page.evaluate(_HAND_OVER, [event, transfer, contents])


def click_sample(page: Page, number: int = 0) -> None:
    page.locator(".sample").nth(number).click()


def await_result(page: Page) -> Locator:
    """Wait until the result stands with its advice; return its panel."""
    expect(page.locator(VERDICT)).to_be_visible()
    expect(page.locator(".triage")).not_to_contain_text("Updating")
    return page.locator(".result")


def choose_operating_point(page: Page, name: str) -> None:
    page.locator(f"label[for=operating-point-{name}]").click()
    expect(page.locator(".triage")).not_to_contain_text("Updating")


def open_about(page: Page) -> Locator:
    page.get_by_role("button", name="About").click()
    dialogue = page.get_by_role("dialog")
    expect(dialogue.locator(".measures").first).to_be_visible(timeout=20_000)
    return dialogue


def open_report(page: Page) -> Locator:
    """Open every section of the report under About; return it."""
    report = page.locator(".report")
    for closed in report.locator("details:not([open]) summary").all()[::-1]:
        closed.click()
    expect(report.locator("details:not([open])")).to_have_count(0)
    return report


def gives_up(page: Page) -> Callable[[], bool]:
    """Return what tells whether the server has given up a map by occlusion that was asked for since."""
    metrics = f"{page.url}metrics"

    def cancelled() -> float:
        lines = page.request.get(metrics).text().splitlines()
        label = 'lesion_explanations_total{method="occlusion",outcome="cancelled"} '
        return next((float(line.removeprefix(label)) for line in lines if line.startswith(label)), 0.0)

    until(lambda: "lesion_streams 0.0" in page.request.get(metrics).text())  # what tests before this left
    before = cancelled()
    return lambda: cancelled() == before + 1
