"""What an operator offers: several models to choose from, and photos whose diagnosis is known."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, Route, expect

from lesion.bundle import Bundle, save
from tests.frontend.browsing import Watch, serve
from tests.frontend.conftest import OpenPage
from tests.frontend.steps import await_result, click_sample, open_about
from tests.images import encode, lesion_image

pytestmark = pytest.mark.browser

METADATA = """image_id,dx,title,attribution,licence
one,mel,A melanoma,A. Photographer,CC0
two,nv,A nevus,B. Photographer,CC0
"""


@pytest.fixture(scope="module")
def address(bundle_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("offer")
    for name in ("first", "second"):
        bundle = Bundle.load(shutil.copytree(bundle_path, folder / "models" / name))
        save(Bundle(bundle.path, msgspec.structs.replace(bundle.manifest, name=name)))
    samples = folder / "samples"
    samples.mkdir()
    (samples / "metadata.csv").write_text(METADATA)
    for name in ("one", "two"):
        (samples / f"{name}.jpg").write_bytes(encode(lesion_image((600, 450)), "JPEG"))
    models = {"LESION_MODELS_DIR": str(folder / "models"), "LESION_MODEL": "second"}
    with serve(folder / "cache", LESION_SAMPLES_DIR=str(samples), **models) as address:
        yield address


@pytest.mark.parametrize(
    ("number", "diagnosis"), [(0, "Melanoma (malignant)"), (1, "Melanocytic nevus (benign)")]
)
def test_the_actual_diagnosis_is_held_against_the_verdict(page: Page, number: int, diagnosis: str) -> None:
    with page.expect_response("**/api/classify") as response:
        click_sample(page, number)
    await_result(page)
    right = response.value.json()["prediction"] in diagnosis
    verdict = "The verdict agrees." if right else "The verdict disagrees: the model is wrong here."
    expect(page.locator(".truth")).to_have_text(f"Actual diagnosis: {diagnosis}. {verdict}")


def test_a_photo_is_credited_and_not_called_a_drawing(page: Page) -> None:
    expect(page.locator(".sample-badge")).to_have_count(0)
    click_sample(page)
    await_result(page)
    expect(page.locator(".picture-caption")).to_contain_text("A melanoma · A. Photographer · CC0")


def test_another_model_judges_the_same_picture_again(open_page: OpenPage, watch: Watch) -> None:
    page = open_page()
    choice = page.get_by_label("Model", exact=True)
    expect(choice).to_have_value("second")
    click_sample(page)
    await_result(page)
    with page.expect_request("**/api/classify") as request:
        choice.select_option("first")
    assert request.value.post_data_json["model"] == "first"
    await_result(page)
    expect(open_about(page)).to_contain_text("first: a network")
    assert any(url.endswith("/api/models/first") for url in watch.requests)


def test_whoever_walks_through_the_models_by_keyboard_stays_there(page: Page) -> None:
    click_sample(page)
    await_result(page)
    choice = page.get_by_label("Model", exact=True)
    choice.focus()
    page.keyboard.press("ArrowUp")
    expect(choice).to_have_value("first")
    await_result(page)
    expect(choice).to_be_focused()


def test_a_card_that_comes_late_is_not_shown_for_another_model(page: Page) -> None:
    held: list[Route] = []
    page.route("**/api/models/second", lambda route: held.append(route))
    with page.expect_request("**/api/models/second"):
        page.get_by_role("button", name="About").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Model", exact=True).select_option("first")
    with page.expect_response("**/report/report.json"):
        held[0].continue_()
    expect(open_about(page)).to_contain_text("first: a network")
