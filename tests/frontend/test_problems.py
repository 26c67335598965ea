"""What goes wrong is said in place, with what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.browsing import Watch
from tests.frontend.conftest import OpenPage
from tests.frontend.faults import FAILED
from tests.frontend.steps import await_result, choose, choose_operating_point, click_sample

pytestmark = pytest.mark.browser


def test_a_text_file_is_refused_with_the_servers_words(page: Page, watch: Watch) -> None:
    with page.expect_response("**/api/classify") as response:
        choose(page, b"not a picture", "notes.txt", "text/plain")
    said = response.value.json()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(said["title"])
    expect(alert).to_contain_text(said["detail"])
    expect(alert.get_by_role("button")).to_have_count(0)
    watch.forgive(FAILED)


def test_after_a_problem_the_next_picture_works(page: Page, watch: Watch, drawing_bytes: bytes) -> None:
    choose(page, b"not a picture", "notes.txt", "text/plain")
    expect(page.get_by_role("alert")).to_be_visible()
    choose(page, drawing_bytes)
    await_result(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    watch.forgive(FAILED)


def test_too_large_a_file_is_refused_before_it_is_sent(page: Page, watch: Watch, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    with large.open("wb") as stream:
        stream.truncate(21_300_000)
    choose(page, large)
    expect(page.get_by_role("alert")).to_contain_text("It has 21.3 MB, and at most 15 MB are accepted")
    assert not [url for url in watch.requests if url.endswith("/api/classify")]


def test_an_unreachable_server_is_said_and_can_be_tried_again(page: Page, watch: Watch) -> None:
    page.route("**/api/classify", lambda route: route.abort())
    click_sample(page)
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    page.unroute("**/api/classify")
    page.get_by_role("button", name="Try again").click()
    await_result(page)
    watch.forgive(FAILED)


def test_a_failure_at_another_operating_point_keeps_the_result(page: Page, watch: Watch) -> None:
    click_sample(page)
    await_result(page)
    page.route("**/api/classify", lambda route: route.abort())
    choose_operating_point(page, "sensitive")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(page.locator(".triage")).to_contain_text("No advice at this setting yet")
    page.unroute("**/api/classify")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(await_result(page)).not_to_contain_text("No advice")
    watch.forgive(FAILED)


def test_an_answer_that_is_no_problem_document_is_explained(page: Page, watch: Watch) -> None:
    page.route("**/api/classify", lambda route: route.fulfill(status=502, body="<html>Bad gateway</html>"))
    click_sample(page)
    expect(page.get_by_role("alert")).to_contain_text("It answered with status 502.")
    watch.forgive(FAILED)


def test_a_page_that_cannot_load_its_settings_says_so(open_page: OpenPage, watch: Watch) -> None:
    page = open_page()
    page.route("**/api/config", lambda route: route.fulfill(status=500, body="{}"))
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("It answered with status 500.")
    page.unroute("**/api/config")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".intake")).to_be_visible()
    watch.forgive(FAILED)
