"""What a person enters about a record stays until it is saved, and is that record's alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from lesion.labels import NAMES
from server.record.answers import LONGEST_NOTE
from tests.frontend.browsing import Watch
from tests.frontend.faults import FAILED
from tests.frontend.looks import assert_sound
from tests.frontend.records import (
    analyse,
    close,
    keep,
    open_history,
    open_record,
    serve_with_record,
)

pytestmark = pytest.mark.browser

RECORD = re.compile(r"/api/history/[0-9a-f-]{36}$")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_with_record(tmp_path_factory.mktemp("record")) as address:
        yield address


class Held:
    """The next request that changes a record, held up until the test lets it go or drops it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route(RECORD, lambda route: self._routes.append(route), times=1)

    def _route(self) -> Route:
        while not self._routes:
            self._page.wait_for_timeout(20)
        return self._routes.pop()

    def release(self) -> None:
        self._route().continue_()

    def drop(self) -> None:
        self._route().abort()


def note(dialogue: Locator) -> Locator:
    return dialogue.get_by_label("Note")


def save(dialogue: Locator) -> None:
    dialogue.get_by_role("button", name="Save").click()


def expect_saved(dialogue: Locator) -> None:
    expect(dialogue.get_by_role("status")).to_have_text("Saved.")


def test_what_came_of_a_lesion_is_entered_and_stays(page: Page) -> None:
    analyse(page)
    open_history(page)
    dialogue = open_record(page)
    dialogue.get_by_label("Confirmed diagnosis").select_option("mel")
    dialogue.get_by_label("Note").fill("Left forearm, biopsy in May")
    dialogue.get_by_role("button", name="Save").click()
    expect(dialogue.get_by_role("status")).to_have_text("Saved.")
    close(page)
    row = page.locator(".records li").first
    expect(row).to_contain_text(f"Confirmed: {NAMES['mel']}. The verdict")
    expect(row).to_contain_text("Left forearm")
    page.reload()
    expect(row).to_contain_text("Left forearm")
    dialogue = open_record(page)
    expect(dialogue.get_by_label("Confirmed diagnosis")).to_have_value("mel")
    dialogue.get_by_label("Confirmed diagnosis").select_option("")
    dialogue.get_by_label("Note").fill("")
    dialogue.get_by_role("button", name="Save").click()
    close(page)
    expect(row).to_contain_text("Not confirmed yet")
    expect(row.locator(".record-note")).to_have_count(0)


def test_the_verdict_is_held_against_what_it_was(page: Page) -> None:
    flagged = analyse(page)["prediction"] == "malignant"
    page.get_by_role("link", name="Kept in the history").click()
    dialogue = page.get_by_role("dialog")
    for dx, malignant in (("malignant", True), ("nv", False)):
        dialogue.get_by_label("Confirmed diagnosis").select_option(dx)
        agrees = "the verdict agrees" if malignant == flagged else "the verdict disagrees"
        expect(dialogue.locator(".comparison")).to_contain_text(agrees)


def test_what_is_not_saved_is_asked_about_and_kept_when_one_goes_back(page: Page) -> None:
    keep(page, 1)
    open_history(page)
    dialogue = open_record(page)
    dialogue.get_by_label("Note").fill("half a thought")
    page.keyboard.press("Escape")
    expect(dialogue).to_contain_text("What you entered is not saved.")
    dialogue.get_by_role("button", name="Go on with it").click()
    expect(dialogue.get_by_label("Note")).to_have_value("half a thought")
    page.go_back()
    expect(dialogue).to_have_count(0)
    dialogue = open_record(page)
    expect(dialogue.get_by_label("Note")).to_have_value("half a thought")
    page.keyboard.press("Escape")
    dialogue.get_by_role("button", name="Close without saving").click()
    expect(dialogue).to_have_count(0)
    expect(open_record(page).get_by_label("Note")).to_have_value("")


def test_what_could_not_be_saved_stands_until_it_is(page: Page, watch: Watch) -> None:
    keep(page, 1)
    open_history(page)
    dialogue = open_record(page)
    page.route(RECORD, lambda route: route.abort())
    dialogue.get_by_label("Note").fill("to be saved")
    dialogue.get_by_role("button", name="Save").click()
    expect(dialogue.get_by_role("alert")).to_contain_text("What was kept lies on the server")
    page.unroute(RECORD)
    dialogue.get_by_role("button", name="Try again").click()
    expect(dialogue.get_by_role("status")).to_have_text("Saved.")
    expect(dialogue.get_by_role("alert")).to_have_count(0)
    watch.forgive(FAILED)


def test_what_is_typed_while_saving_stays(page: Page) -> None:
    keep(page, 1)
    open_history(page)
    dialogue = open_record(page)
    held = Held(page)
    note(dialogue).fill("Left forearm")
    save(dialogue)
    expect(dialogue.get_by_role("button", name="Saving")).to_be_visible()
    note(dialogue).press_sequentially(", biopsy in May")
    held.release()
    expect(dialogue.get_by_role("button", name="Save")).to_have_attribute("aria-disabled", "false")
    expect(note(dialogue)).to_have_value("Left forearm, biopsy in May")
    expect(dialogue.get_by_role("status")).to_have_text("")
    page.keyboard.press("Escape")
    expect(dialogue).to_contain_text("What you entered is not saved.")
    dialogue.get_by_role("button", name="Go on with it").click()
    save(dialogue)
    expect_saved(dialogue)
    close(page)
    expect(page.locator(".record-note")).to_have_text("Left forearm, biopsy in May")


def test_a_record_closed_while_it_is_saved_closes_once_it_is(page: Page) -> None:
    keep(page, 1)
    open_history(page)
    dialogue = open_record(page)
    held = Held(page)
    note(dialogue).fill("Left forearm")
    save(dialogue)
    page.keyboard.press("Escape")
    expect(dialogue).to_contain_text("Saving; then it closes")
    held.release()
    expect(dialogue).to_have_count(0)
    expect(page.locator(".record-note")).to_have_text("Left forearm")


def test_what_was_left_unsaved_stays_whatever_else_is_opened(page: Page) -> None:
    keep(page, 1, 2)
    rows = open_history(page)
    dialogue = open_record(page, 0)
    note(dialogue).fill("of the first")
    page.go_back()
    expect(dialogue).to_have_count(0)
    expect(rows.nth(0)).to_contain_text("Not saved yet")
    assert_sound(page, "unsaved")
    expect(note(open_record(page, 1))).to_have_value("")
    note(dialogue).fill("of the second")
    save(dialogue)
    expect_saved(dialogue)
    close(page)
    expect(note(open_record(page, 0))).to_have_value("of the first")
    save(dialogue)
    expect_saved(dialogue)
    close(page)
    expect(rows.locator(".record-note")).to_have_text(["of the first", "of the second"])
    expect(page.locator(".record-work")).to_have_count(0)


def test_what_becomes_of_one_record_is_not_said_of_another(page: Page, watch: Watch) -> None:
    keep(page, 1, 2)
    rows = open_history(page)
    dialogue = open_record(page, 0)
    held = Held(page)
    note(dialogue).fill("of the first")
    save(dialogue)
    expect(dialogue.get_by_role("button", name="Saving")).to_be_visible()
    page.go_back()
    expect(rows.nth(0)).to_contain_text("Saving")
    expect(note(open_record(page, 1))).to_have_value("")
    expect(dialogue.get_by_role("button", name="Save")).to_have_text("Save")
    note(dialogue).fill("of the second")
    held.drop()
    expect(rows.nth(0)).to_contain_text("Could not be saved yet")
    expect(dialogue.get_by_role("alert")).to_have_count(0)
    save(dialogue)
    expect_saved(dialogue)
    close(page)
    expect(note(open_record(page, 0))).to_have_value("of the first")
    save(dialogue)
    expect_saved(dialogue)
    close(page)
    expect(rows.locator(".record-note")).to_have_text(["of the first", "of the second"])
    watch.forgive(FAILED)


def test_a_note_is_as_long_as_the_server_takes(page: Page) -> None:
    keep(page, 1)
    open_history(page)
    expect(note(open_record(page))).to_have_js_property("maxLength", LONGEST_NOTE)
