"""Whoever uses the page: by keyboard, by ear, on a small screen, in the dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.frontend.conftest import OpenPage
from tests.frontend.looks import assert_sound, in_every_look, violations
from tests.frontend.steps import await_result, choose, click_sample, open_about, open_report, pick
from tests.images import encode, lesion_image

pytestmark = pytest.mark.browser


def tab_to(page: Page, wanted: Locator, most: int = 40) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{wanted} cannot be reached by keyboard")


@in_every_look
def test_axe_finds_nothing_and_nothing_overflows(
    open_page: OpenPage, viewport: dict[str, int], scheme: str
) -> None:
    page = open_page(viewport, color_scheme=scheme)
    assert_sound(page, "empty")
    click_sample(page, 1)
    await_result(page)
    assert_sound(page, "result")
    open_about(page)
    expect(page.locator(".modal")).to_have_css("opacity", "1")
    open_report(page)
    assert_sound(page, "about")


def test_axe_finds_nothing_wrong_with_a_refusal(page: Page) -> None:
    choose(page, encode(lesion_image().resize((8, 6)).resize((640, 480)), "JPEG"))
    expect(await_result(page)).to_contain_text("Not judged")
    page.get_by_text("Show the model's numbers anyway").click()
    assert violations(page) == []


def test_the_whole_way_by_keyboard(page: Page, drawing_bytes: bytes) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Choose a photo"))
    pick(page, lambda: page.keyboard.press("Enter"), drawing_bytes)
    await_result(page)
    expect(page.locator("#verdict")).to_be_focused()

    tab_to(page, page.get_by_role("radio", name="Balanced"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Specific")).to_be_checked()
    tab_to(page, page.locator(".sample").first)
    page.keyboard.press("Space")
    expect(page.locator(".sample").first).to_have_attribute("aria-pressed", "true")
    await_result(page)
    expect(page.locator("#verdict")).to_be_focused()


def test_focus_is_visible(page: Page) -> None:
    button = page.get_by_role("button", name="Choose a photo")
    tab_to(page, button)
    assert button.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def test_about_keeps_the_focus_inside(page: Page) -> None:
    open_about(page)
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('[role=dialog]').contains(document.activeElement)")
    assert page.locator("#root").evaluate("root => root.inert")


def test_progress_and_result_are_announced(page: Page) -> None:
    status = page.locator("[role=status][aria-live=polite]")
    held: list[Any] = []
    page.route("**/api/classify", lambda route: held.append(route))
    click_sample(page)
    expect(status).to_have_text("Analysing the picture.")
    expect(page.get_by_role("progressbar", name="Analysing the picture")).to_be_visible()
    held[0].continue_()
    result = await_result(page)
    expect(status).to_contain_text("Probability of malignancy")
    expect(status).to_contain_text(result.locator(".triage p").text_content() or "nothing")


def test_the_verdict_is_words_and_icon_and_colour(page: Page) -> None:
    click_sample(page)
    await_result(page)
    verdict = page.locator("#verdict")
    assert (verdict.text_content() or "").startswith(("Flagged as malignant", "Not flagged"))
    expect(verdict.locator("svg")).to_be_visible()
    background = verdict.evaluate("element => getComputedStyle(element).backgroundColor")
    assert background not in {
        "rgba(0, 0, 0, 0)",
        page.evaluate("getComputedStyle(document.body).backgroundColor"),
    }
