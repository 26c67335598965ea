"""What the model will not judge, and how far it can tell diagnoses apart, as the page says it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from lesion.labels import NAMES
from tests.frontend.looks import assert_sound
from tests.frontend.steps import await_result, choose, click_sample
from tests.images import encode

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def noise() -> bytes:
    """A picture sharp and rich in contrast, of nothing."""
    pixels = np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    return encode(Image.fromarray(pixels), "PNG")


def test_a_picture_unlike_what_the_model_knows_is_not_judged(page: Page, noise: bytes) -> None:
    with page.expect_response("**/api/classify") as response:
        choose(page, noise, "noise.png", "image/png")
    answer = response.value.json()
    assert answer["quality"]["ok"]
    assert not answer["distribution"]["ok"]
    result = await_result(page)
    words = "Not judged: this picture does not look like what the model knows"
    expect(page.locator("#verdict")).to_have_text(words)
    assert answer["triage"]["title"] == "The model is not sure"
    expect(page.locator(".triage h3")).to_have_text(answer["triage"]["title"])
    expect(page.locator(".triage p")).to_have_text(answer["triage"]["message"])
    expect(page.locator(".heatmap")).to_have_count(0)
    expect(page.locator("[role=status][aria-live=polite]")).to_have_text(
        f"{words}. {answer['triage']['message']}"
    )
    expect(result.locator(".probability")).to_be_hidden()
    page.get_by_text("Show the model's numbers anyway").click()
    expect(result.locator(".probability")).to_be_visible()
    assert_sound(page, "not judged")


@pytest.mark.parametrize("sample", [0, 1])
def test_the_diagnoses_that_remain_are_named(page: Page, sample: int) -> None:
    with page.expect_response("**/api/classify") as response:
        click_sample(page, sample)
    await_result(page)
    found = response.value.json()["diagnosis_set"]
    shown = page.locator(".diagnosis-set p").first
    expect(shown).to_contain_text(f"At {round(100 * found['level'])}\N{NO-BREAK SPACE}%, ")
    names = shown.locator("strong").all_text_contents()
    assert names == ([NAMES[dx] for dx in found["dx"]] if len(found["dx"]) < len(NAMES) else [])


def test_a_flag_stands_where_every_diagnosis_that_remains_is_benign(page: Page) -> None:
    def with_benign_set(route: Route) -> None:
        response = route.fetch()
        answer = response.json()
        answer["diagnosis_set"]["dx"] = ["nv"]
        route.fulfill(response=response, json=answer | {"prediction": "malignant"})

    page.route("**/api/classify", with_benign_set)
    click_sample(page)
    await_result(page)
    shown = page.locator(".diagnosis-set")
    expect(shown).to_contain_text("one diagnosis is left: Melanocytic nevus")
    expect(shown).to_contain_text("the flag adds up all malignant diagnoses, and it stands")
