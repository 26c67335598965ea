"""A threshold and a share of malignant lesions of one's own: sliders whose numbers are those of the core."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from lesion.bundle import Bundle
from lesion.manifest import Rates
from lesion.predictive import PredictiveValue, predictive_values, supposition
from lesion.proportions import wilson
from lesion.roc import Roc, roc_of
from tests.frontend.browsing import Watch
from tests.frontend.conftest import OpenPage
from tests.frontend.looks import assert_sound, in_every_look
from tests.frontend.steps import await_result, choose_operating_point, click_sample

pytestmark = pytest.mark.browser

TO = "\N{EN DASH}"

IN_THE_BROWSER = """async ([roc, cuts, counts, prevalences]) => {
  const { predictiveValues, ratesAt, wilson } = await import("/static/predictive.js");
  const rates = counts.map(([tp, n, tn, m]) => ({ sensitivity: wilson(tp, n), specificity: wilson(tn, m) }));
  return {
    rates: cuts.map((cut) => ratesAt(roc, cut)),
    values: rates.flatMap((one) => prevalences.map((prevalence) => predictiveValues(one, prevalence))),
  };
}"""

FOUR_STEPS_UP = """(slider) => {
  slider.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true }));
  for (let step = 0; step < 4; step += 1) {
    slider.stepUp();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""


@pytest.fixture(scope="module")
def roc(bundle_path: Path) -> Roc:
    return roc_of(Bundle.load(bundle_path))


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def asked_of(page: Page) -> list[dict[str, Any]]:
    """The settings that classifications are asked for from now on."""
    asked: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/api/classify"):
            body = json.loads(request.post_data or "{}")
            asked.append({key: body[key] for key in ("operating_point", "threshold") if key in body})

    page.on("request", note)
    return asked


def threshold_slider(page: Page) -> Locator:
    click_sample(page, 1)
    await_result(page)
    page.get_by_text("Any other threshold").click()
    slider = page.get_by_role("slider", name="Threshold")
    expect(slider).to_be_visible()
    return slider


def open_meaning(page: Page) -> Locator:
    click_sample(page, 1)
    await_result(page)
    page.get_by_text("Set the share for where you are").click()
    return page.locator(".meaning")


def flat(value: PredictiveValue | None) -> list[float] | None:
    return value and [value.value, value.low, value.high]


def test_the_browsers_numbers_are_those_of_the_core(page: Page, roc: Roc) -> None:
    cuts = [1e-9, 0.01, 0.0784, *roc.threshold[1:40:7], 0.3, 0.99, 0.9999999]
    counts = [
        (164, 175, 757, 945),
        (175, 175, 0, 945),
        (0, 175, 945, 945),
        (175, 175, 945, 945),
        (1, 3, 0, 2),
    ]
    prevalences = [1e-300, 0.001, 0.02, 0.15625, 0.5, 1 - 1e-12]
    told = {"threshold": roc.threshold, "tp": roc.tp, "fp": roc.fp}
    found = page.evaluate(IN_THE_BROWSER, [told, cuts, counts, prevalences])
    for cut, rates in zip(cuts, found["rates"], strict=True):
        expected = roc.rates_at(cut)
        for name, share in (("sensitivity", expected.sensitivity), ("specificity", expected.specificity)):
            assert (rates[name]["k"], rates[name]["n"]) == (share.k, share.n)
            shown = [rates[name][end] for end in ("value", "low", "high")]
            assert shown == pytest.approx([share.value, share.low, share.high], rel=1e-12, abs=1e-12)
    cases = [(count, prevalence) for count in counts for prevalence in prevalences]
    for ((tp, n, tn, m), prevalence), values in zip(cases, found["values"], strict=True):
        core = predictive_values(Rates(sensitivity=wilson(tp, n), specificity=wilson(tn, m)), prevalence)
        for name, value in (("positive", core.positive), ("negative", core.negative)):
            shown = values[name] and [values[name][end] for end in ("value", "low", "high")]
            assert shown == (value and pytest.approx(flat(value), rel=1e-9)), (name, tp, n, tn, m, prevalence)


def test_numbers_move_with_the_threshold_and_the_server_is_asked_once_it_rests(page: Page, roc: Roc) -> None:
    slider = threshold_slider(page)
    asked = asked_of(page)
    before = int(slider.input_value())
    slider.focus()
    with page.expect_response("**/api/classify") as response:
        slider.evaluate(FOUR_STEPS_UP)  # at once, as a hand does and a busy machine's keys do not
        assert int(slider.input_value()) == before + 4
    await_result(page)
    assert len(asked) == 1
    threshold = asked[0]["threshold"]
    assert threshold in roc.threshold
    rates = roc.rates_at(threshold)
    shown = page.locator(".operating-points dl")
    for share in (rates.sensitivity, rates.specificity):
        expect(shown).to_contain_text(percent(share.value))
        expect(shown).to_contain_text(f"{100 * share.low:.1f}{TO}{percent(share.high)}")
        expect(shown).to_contain_text(f"{share.k} of {share.n}")
    expect(page.locator(".threshold-label")).to_have_text(f"flagged from {percent(threshold)}")
    expect(page.locator(".triage p")).to_have_text(response.value.json()["triage"]["message"])
    expect(page.locator("input[name=operating-point]:checked")).to_have_count(0)
    expect(slider).to_be_focused()


def test_the_verdict_moves_live_from_one_end_to_the_other(page: Page, roc: Roc) -> None:
    slider = threshold_slider(page)
    page.route("**/api/classify", lambda _: None)  # the server has yet to answer
    slider.press("End")
    expect(page.locator("#verdict")).to_have_text("Not flagged as malignant")
    slider.press("Home")
    expect(page.locator("#verdict")).to_have_text("Flagged as malignant")
    expect(page.locator(".operating-points dl")).to_contain_text("100.0%")
    expect(page.locator(".triage")).to_have_text("Updating the advice…")
    assert "sensitivity 100.0%, specificity" in (slider.get_attribute("aria-valuetext") or "")


def test_a_pointer_snaps_to_the_named_points_and_keys_pass_them(page: Page) -> None:
    slider = threshold_slider(page)
    choose_operating_point(page, "sensitive")
    at_sensitive = int(slider.input_value())
    slider.press("ArrowRight")
    expect(page.get_by_role("radio", name="Sensitive")).not_to_be_checked()
    assert int(slider.input_value()) == at_sensitive + 1
    slider.press("ArrowLeft")
    expect(page.get_by_role("radio", name="Sensitive")).to_be_checked()
    await_result(page)
    choose_operating_point(page, "specific")
    mark, track = page.locator(".slider-mark.is-last").bounding_box(), slider.bounding_box()
    choose_operating_point(page, "balanced")
    assert mark
    assert track
    asked = asked_of(page)
    page.mouse.click(mark["x"] + 3, track["y"] + track["height"] / 2)
    expect(page.get_by_role("radio", name="Specific")).to_be_checked()
    assert asked == []  # it was asked for before


def test_another_picture_is_judged_at_the_same_threshold_and_another_model_at_its_own(page: Page) -> None:
    threshold_slider(page).press("Home")
    await_result(page)
    asked = asked_of(page)
    click_sample(page, 2)
    await_result(page)
    assert "threshold" in asked[-1]
    expect(page.get_by_role("slider", name="Threshold")).to_be_visible()
    page.get_by_label("Model", exact=True).select_option("densenet161")
    await_result(page)
    assert asked[-1] == {"operating_point": "balanced"}


def test_a_curve_that_does_not_come_is_said_and_asked_for_again(page: Page, watch: Watch) -> None:
    page.route("**/roc", lambda route: route.abort())
    click_sample(page, 1)
    await_result(page)
    summary = page.get_by_text("Any other threshold")
    summary.click()
    expect(page.locator(".own-threshold")).to_contain_text("The server cannot be reached")
    page.unroute("**/roc")
    summary.click()
    summary.click()
    expect(page.get_by_role("slider", name="Threshold")).to_be_visible()
    watch.forgive("Failed to load resource")


def test_it_starts_at_the_held_out_share_and_its_counts_add_up_to_a_hundred(
    page: Page, metrics: dict[str, Any]
) -> None:
    meaning = open_meaning(page)
    n, malignant = metrics["n_lesions"], metrics["n_malignant"]
    expect(meaning).to_contain_text(f"the held-out lesions, {malignant} of {n}")
    expect(meaning.locator("output")).to_contain_text(
        f"{percent(malignant / n)}, about 1 in {round(n / malignant)}"
    )
    words = meaning.locator(".frequencies").text_content() or ""
    flagged, missed, alarms = (
        int(count) for count in re.findall(r"(\d+) (?:of those|are missed|is missed|benign)", words)
    )
    count = meaning.locator(".people-square .person").count
    assert count() == 100
    square = {
        name: meaning.locator(f".people-square .person{selector}").count()
        for name, selector in (
            ("flagged", ".is-malignant.is-flagged"),
            ("missed", ".is-malignant:not(.is-flagged)"),
            ("alarms", ".is-flagged:not(.is-malignant)"),
        )
    }
    assert square == {"flagged": flagged, "missed": missed, "alarms": alarms}
    assert f"about {flagged + missed} are malignant" in words
    assert meaning.locator("li").count() == 4


def test_what_it_supposes_is_said_with_how_that_held_elsewhere(page: Page, bundle_path: Path) -> None:
    meaning = open_meaning(page)
    expect(meaning.locator(".plain-meaning")).to_contain_text("and the model does there as in its test, ")
    bundle = Bundle.load(bundle_path)
    told = supposition(bundle.manifest, bundle.metrics())
    assert " on isic2017" in told
    assert "Other images of isic2017 were learned from" in told
    expect(meaning).to_contain_text(told)


def test_the_share_of_ones_own_is_worked_out_at_once_without_the_server(
    page: Page, manifest: dict[str, Any]
) -> None:
    meaning = open_meaning(page)
    asked = asked_of(page)
    slider = page.get_by_role("slider", name="Share of malignant lesions")
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0.1%, about 1 in 1,000")
    expect(meaning.locator(".frequencies")).to_contain_text("fewer than 1 is malignant; ")
    expect(meaning).to_contain_text("Of 10,000 lesions like these, about 10 are malignant; ")
    slider.fill("65")
    rates = Bundle.load(Path("models") / manifest["name"]).manifest.operating_points[1].rates
    expected = predictive_values(rates, 0.02)
    for name, value in (("Positive", expected.positive), ("Negative", expected.negative)):
        assert value is not None
        shown = meaning.locator(".measured", has_text=f"{name} predictive value")
        expect(shown).to_contain_text(percent(value.value))
        expect(shown).to_contain_text(f"{100 * value.low:.1f}{TO}{percent(value.high)}")
    expect(meaning.locator(".plain-meaning")).to_contain_text("If 2% of lesions are malignant, as you set, ")
    page.get_by_role("button", name="Back to").click()
    expect(meaning.locator(".plain-meaning")).to_contain_text("as among the held-out ones")
    expect(page.get_by_role("button", name="Back to")).to_have_count(0)
    assert asked == []


def test_a_verdict_that_nobody_got_is_said_to_be_unknown(page: Page) -> None:
    threshold_slider(page).press("Home")
    expect(page.locator("#verdict")).to_have_text("Flagged as malignant")
    page.get_by_text("Set the share for where you are").click()
    expect(page.locator(".meaning .measured").last).to_contain_text("not known: no held-out lesion")


def test_where_no_lesion_was_missed_the_page_says_at_most_how_many(page: Page, roc: Roc) -> None:
    """A share of 0 was measured on finitely many lesions: it is no all-clear."""
    cut = max(cut for cut, found in zip(roc.threshold, roc.tp, strict=True) if found == max(roc.tp))
    rates = roc.rates_at(cut)
    assert rates.sensitivity.value == 1
    assert rates.specificity.value > 0
    share = rates.sensitivity.n / (rates.sensitivity.n + rates.specificity.n)
    negative = predictive_values(rates, share).negative
    assert negative is not None

    def without_misses(route: Route) -> None:
        response = route.fetch()
        config = response.json()
        for model in config["models"]:
            for point in model["operating_points"]:
                point |= msgspec.to_builtins(rates)
        route.fulfill(response=response, json=config)

    def not_flagged(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, json={**response.json(), "prediction": "benign"})

    page.route("**/api/config", without_misses)
    page.route("**/api/classify", not_flagged)
    page.reload()
    meaning = open_meaning(page)
    words = f"at most {percent(1 - negative.low)} of those not flagged are malignant"
    expect(meaning.locator(".plain-meaning")).to_contain_text(words)
    shown = meaning.locator(".measured", has_text="Negative predictive value")
    expect(shown.locator("strong")).to_have_text(f"at least {percent(negative.low)}")


@in_every_look
def test_axe_finds_nothing_and_nothing_overflows(
    open_page: OpenPage, viewport: dict[str, int], scheme: str
) -> None:
    page = open_page(viewport, color_scheme=scheme)
    threshold_slider(page).press("ArrowRight")
    page.get_by_text("Set the share for where you are").click()
    page.get_by_role("slider", name="Share of malignant lesions").press("Home")
    await_result(page)
    assert_sound(page, "open")
