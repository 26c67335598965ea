"""Age, sex and site on the page: asked for where the model takes them, and nowhere else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.frontend.browsing import Watch, serve
from tests.frontend.conftest import OpenPage
from tests.frontend.looks import assert_sound, in_every_look, violations
from tests.frontend.steps import (
    await_result,
    choose,
    choose_operating_point,
    click_sample,
    gives_up,
    open_about,
)
from tests.lesion.clinical_bundle import clinical_bundle
from tests.server.asking import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(bundle_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("clinical")
    clinical_bundle(folder / "models" / "people")
    shutil.copytree(bundle_path, folder / "models" / "plain")
    models = {"LESION_MODELS_DIR": str(folder / "models"), "LESION_MODEL": "people"}
    with serve(folder / "cache", DATABASE_URL=f"sqlite:///{folder / 'record.db'}", **models) as address:
        yield address


def sent(request: Request) -> dict[str, Any]:
    body = request.post_data_json
    return {name: body[name] for name in ("age", "sex", "localization") if name in body}


def updated(page: Page) -> None:
    expect(page.locator(".result")).to_have_attribute("aria-busy", "false")
    await_result(page)


def test_nothing_known_is_nothing_sent(page: Page) -> None:
    with page.expect_request("**/api/classify") as request:
        click_sample(page)
    assert sent(request.value) == {}
    expect(await_result(page)).to_contain_text(
        "Judged by the picture alone; age, sex and site are not known."
    )


def test_what_is_known_is_sent_with_a_sample_and_with_a_file(page: Page, drawing_bytes: bytes) -> None:
    page.get_by_label("Age in years").fill("71")
    page.get_by_label("Sex").select_option("female")
    page.get_by_label("Site").select_option("lower extremity")
    with page.expect_request("**/api/classify") as request:
        click_sample(page)
    assert sent(request.value) == {"age": 71, "sex": "female", "localization": "lower extremity"}
    used = "Judged with the picture and: age 71, female, lower extremity."
    expect(await_result(page)).to_contain_text(used)
    choose(page, drawing_bytes)
    expect(page.locator(".picture-caption")).to_contain_text("lesion.jpg")
    expect(await_result(page)).to_contain_text(used)


def test_what_was_measured_is_shown_for_as_much_as_is_told(page: Page) -> None:
    click_sample(page)
    await_result(page)
    setting = page.locator(".operating-points")
    expect(setting).to_contain_text("15 of 20 malignant lesions flagged")
    expect(setting).to_contain_text("never saw, without age, sex and site.")
    page.get_by_label("Sex").select_option("male")
    updated(page)
    expect(setting).not_to_contain_text("of 20 malignant")
    expect(setting).to_contain_text("never saw, with age, sex and site where they are known.")


def test_a_change_asks_again_once_and_keeps_the_focus(page: Page) -> None:
    click_sample(page)
    await_result(page)
    before = page.locator(".probability-line strong").text_content()
    asked: list[Request] = []
    page.on("request", lambda request: request.url.endswith("/api/classify") and asked.append(request))
    age = page.get_by_label("Age in years")
    age.press_sequentially("85")
    updated(page)
    expect(page.locator(".clinical-used")).to_contain_text("age 85")
    expect(age).to_be_focused()
    assert [sent(request) for request in asked] == [{"age": 85}]
    assert page.locator(".probability-line strong").text_content() != before
    choose_operating_point(page, "sensitive")
    assert sent(asked[-1]) == {"age": 85}


def test_an_impossible_age_is_marked_and_not_sent(page: Page) -> None:
    age = page.get_by_label("Age in years")
    age.fill("130")
    expect(page.get_by_text("Not used: give 0 to 120 years.")).to_be_visible()
    assert violations(page) == []
    with page.expect_request("**/api/classify") as request:
        click_sample(page)
    assert sent(request.value) == {}
    await_result(page)
    age.fill("12")
    expect(page.get_by_text("Not used")).to_be_hidden()
    updated(page)
    expect(page.locator(".clinical-used")).to_contain_text("age 12")


def test_a_map_that_is_being_made_ends_with_what_it_was_told(page: Page) -> None:
    click_sample(page)
    await_result(page)
    page.locator(".other-maps > summary").click()
    page.get_by_label("Sex").select_option("male")
    updated(page)
    page.get_by_label("Method").select_option("occlusion")
    page.locator("label[for=precision-high]").click()
    given_up = gives_up(page)
    with page.expect_request("**/api/explanations") as asked:
        page.locator("#make-map").click()
    assert sent(asked.value) == {"sex": "male"}
    expect(page.get_by_role("progressbar", name="Making the map")).to_be_visible()
    page.get_by_label("Sex").select_option("female")
    until(given_up)
    updated(page)
    expect(page.locator(".making")).to_have_count(0)


def test_the_newest_answer_fails_without_an_old_one_standing_for_it(page: Page, watch: Watch) -> None:
    click_sample(page)
    await_result(page)
    page.route("**/api/classify", lambda route: route.abort())
    page.get_by_label("Sex").select_option("male")
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    expect(page.locator(".result")).to_have_count(0)
    watch.forgive("Failed to load resource")


def test_a_model_of_the_image_alone_shows_no_fields_and_they_keep_their_values(page: Page) -> None:
    page.get_by_label("Sex").select_option("male")
    click_sample(page)
    await_result(page)
    choice = page.get_by_label("Model", exact=True)
    with page.expect_request("**/api/classify") as request:
        choice.select_option("plain")
    assert sent(request.value) == {}
    await_result(page)
    expect(page.locator(".clinical")).to_have_count(0)
    expect(page.locator(".clinical-used")).to_have_count(0)
    choice.select_option("people")
    expect(page.get_by_label("Sex")).to_have_value("male")
    expect(await_result(page)).to_contain_text("Judged with the picture and: male.")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_label("Sex")).to_have_value("male")


def test_a_case_of_which_more_is_told_stays_one_record(page: Page, drawing_bytes: bytes) -> None:
    choose(page, drawing_bytes)
    await_result(page)
    with page.expect_response(lambda response: response.request.method == "DELETE"):
        page.get_by_label("Sex").select_option("male")
    updated(page)
    page.get_by_role("link", name="Kept in the history").click()
    expect(page.get_by_role("dialog").locator(".facts")).to_be_visible()
    expect(page.locator(".records li")).to_have_count(1)


@in_every_look
def test_axe_finds_nothing_and_nothing_overflows(
    open_page: OpenPage, viewport: dict[str, int], scheme: str
) -> None:
    page = open_page(viewport, color_scheme=scheme)
    page.get_by_label("Age in years").fill("50")
    page.get_by_label("Site").select_option("upper extremity")
    assert_sound(page, "empty")
    click_sample(page)
    await_result(page)
    assert_sound(page, "result")
    form, picture = (page.locator(name).bounding_box() for name in (".clinical", ".picture"))
    assert form is not None
    assert picture is not None
    assert form["y"] >= picture["y"] + picture["height"]


def test_about_says_that_it_knows_them(page: Page) -> None:
    expect(open_about(page)).to_contain_text("of the person no more than age, sex and site")
