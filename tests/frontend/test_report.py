"""The bundle's report: whole under About, and as a page of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.browsing import Watch
from tests.frontend.conftest import OpenPage
from tests.frontend.looks import assert_sound, at_both_sizes, in_every_look
from tests.frontend.steps import open_about, open_report

pytestmark = pytest.mark.browser

_COVERED = """report => {
  const box = (element) => element.getBoundingClientRect();
  const scroller = report.closest(".modal-body");
  const figures = [...report.querySelectorAll("figure")];
  const covered = new Set();
  for (scroller.scrollTop = 0; ; scroller.scrollTop += 200) {
    figures.forEach((figure, place) => {
      const [plot, caption] = [...figure.children].map(box);
      const next = figures[place + 1];
      if (plot.bottom > caption.top || (next && caption.bottom > box(next).top)) {
        covered.add(figure.querySelector("strong").textContent);
      }
    });
    if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1) return [...covered];
  }
}"""


@pytest.fixture(scope="module")
def sections(bundle_path: Path) -> list[dict[str, Any]]:
    return json.loads((bundle_path / "report/report.json").read_text())["sections"]


def test_about_holds_the_whole_report(page: Page, sections: list[dict[str, Any]], bundle_path: Path) -> None:
    open_about(page)
    report = open_report(page)
    assert report.locator("summary").all_inner_texts() == [section["title"] for section in sections]
    shown = report.inner_text()
    for section in sections:
        for paragraph in [*section["text"], *(picture["reading"] for picture in section["pictures"])]:
            assert paragraph in shown
        for table in section["tables"]:
            assert "\t".join(table["rows"][0]) in shown
    for picture in [picture for section in sections for picture in section["pictures"]]:
        image = report.get_by_role("img", name=picture["title"])
        image.scroll_into_view_if_needed()
        expect(image).to_have_attribute("src", f"/api/models/{bundle_path.name}/report/{picture['file']}")
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("image => image.naturalWidth") > 0


@at_both_sizes
def test_no_picture_covers_its_words_or_the_next_one(open_page: OpenPage, viewport: dict[str, int]) -> None:
    page = open_page(viewport)
    open_about(page)
    assert open_report(page).evaluate(_COVERED) == []


def test_pictures_keep_their_place_before_they_are_there(page: Page, watch: Watch) -> None:
    page.route("**/report/*.svg", lambda route: route.abort())
    open_about(page)
    image = page.locator(".report img").first
    assert image.evaluate("image => image.getBoundingClientRect().height") > 300
    watch.forgive(".svg")


@in_every_look
def test_report_is_a_page_of_its_own(
    open_page: OpenPage, bundle_path: Path, viewport: dict[str, int], scheme: str
) -> None:
    page = open_page(viewport, color_scheme=scheme)
    open_about(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Read it as one page").click()
    report = opened.value
    report.wait_for_load_state()
    expect(report.get_by_role("heading", level=1)).to_contain_text(bundle_path.name)
    assert_sound(report)
    dark = report.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark is (scheme == "dark")


def test_a_bundle_without_a_report_has_an_about_all_the_same(page: Page) -> None:
    def without_report(route: Any) -> None:
        answer = route.fetch()
        card = answer.json()
        del card["manifest"]["files"]["report/report.json"]
        route.fulfill(response=answer, json=card)

    page.route("**/api/models/*", without_report)
    dialogue = open_about(page)
    expect(dialogue.get_by_role("heading", name="How well it does")).to_be_visible()
    expect(page.locator(".report")).to_have_count(0)
