"""A number on the page is the one that was measured: no other, and none typed by hand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.frontend.steps import await_result, choose, choose_operating_point, click_sample, open_about

pytestmark = pytest.mark.browser

TO = "\N{EN DASH}"


def percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def text_of(page: Page, selector: str) -> str:
    return " ".join((page.locator(selector).text_content() or "").split())


def of_hundred(share: float) -> str:
    count = int(100 * share + 0.5)
    return str(count) if count else "fewer than 1"


@pytest.mark.parametrize("name", ["sensitive", "balanced", "specific"])
def test_operating_point_shows_what_was_measured(page: Page, metrics: dict[str, Any], name: str) -> None:
    measured = {key.removeprefix(f"operating_point.{name}."): value for key, value in metrics.items()}
    click_sample(page)
    await_result(page)
    choose_operating_point(page, name)
    shown = text_of(page, ".operating-points dl")
    for kind in ("sensitivity", "specificity"):
        low, high = 100 * measured[f"{kind}_low"], 100 * measured[f"{kind}_high"]
        assert percent(measured[kind]) in shown
        assert f"95% interval {low:.1f}{TO}{high:.1f}%" in shown
        assert f"{measured[f'{kind}_k']} of {measured[f'{kind}_n']} " in shown
    missed, flagged = of_hundred(1 - measured["sensitivity"]), of_hundred(1 - measured["specificity"])
    assert text_of(page, ".operating-points .plain-meaning") == (
        f"In its test the model missed {missed} of 100 malignant lesions, "
        f"and flagged {flagged} of 100 benign ones."
    )
    expect(page.locator(".threshold-label")).to_have_text(f"flagged from {percent(measured['threshold'])}")


def test_operating_points_of_ones_own_say_what_they_aim_at(page: Page) -> None:
    def with_wishes(route: Route) -> None:
        response = route.fetch()
        config = response.json()
        for model in config["models"]:
            first = model["operating_points"][0]
            names = ("sensitivity-97_5", "specificity-95")
            model["operating_points"] += [{**first, "name": name} for name in names]
        route.fulfill(response=response, json=config)

    page.route("**/api/config", with_wishes)
    page.set_viewport_size({"width": 320, "height": 740})
    page.reload()
    click_sample(page)
    await_result(page)
    wishes = {"sensitivity-97_5": "Sensitivityaims at 97.5%", "specificity-95": "Specificityaims at 95%"}
    for name, words in wishes.items():
        expect(page.locator(f"label[for='operating-point-{name}']")).to_have_text(words)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_result_shows_the_servers_answer(page: Page, drawing_bytes: bytes, manifest: dict[str, Any]) -> None:
    with page.expect_response("**/api/classify") as response:
        choose(page, drawing_bytes)
    answer = response.value.json()
    result = await_result(page)
    probability = answer["probability"]
    written = (
        "under 0.1%" if probability < 0.001 else "over 99.9%" if probability > 0.999 else percent(probability)
    )
    expect(page.locator(".probability-line strong")).to_have_text(written)
    expect(result).to_contain_text(answer["triage"]["message"])
    expect(result).to_contain_text(f"{manifest['name']} {manifest['version']}")
    expect(page.locator(".disclaimer")).to_have_text(answer["disclaimer"])
    names = [row.split("  ")[0] for row in page.locator(".diagnosis-name").all_text_contents()]
    assert len(names) == len(answer["diagnoses"])
    for shown, diagnosis in zip(names, answer["diagnoses"], strict=True):
        assert shown.strip().startswith(diagnosis["name"])
        assert ("malignant" in shown) is diagnosis["malignant"]
    expect(result).to_contain_text("Pre-malignant or in situ, counted as malignant")


def test_verdict_follows_the_threshold_as_the_server_decides_it(page: Page) -> None:
    click_sample(page, 1)
    await_result(page)
    for name in ("sensitive", "specific"):
        with page.expect_response("**/api/classify") as response:
            choose_operating_point(page, name)
        flagged = response.value.json()["prediction"] == "malignant"
        expect(page.locator("#verdict")).to_have_text(
            "Flagged as malignant" if flagged else "Not flagged as malignant"
        )
        expect(page.locator(".triage p")).to_have_text(response.value.json()["triage"]["message"])


def test_about_shows_the_measured_table(
    page: Page, metrics: dict[str, Any], manifest: dict[str, Any]
) -> None:
    open_about(page)
    shown = text_of(page, ".modal-body")
    assert f"Measured on {metrics['n_lesions']} held-out lesions, {metrics['n_malignant']} of them" in shown
    for key in ("auroc", "auprc"):
        assert f"{metrics[key]:.3f}{metrics[f'{key}_low']:.3f}{TO}{metrics[f'{key}_high']:.3f}" in shown
    for key in ("ece_after", "brier_after"):
        assert f"{metrics[key]:.3f}" in shown
    for point in manifest["operating_points"]:
        prefix = f"operating_point.{point['name']}"
        assert percent(metrics[f"{prefix}.threshold"]) in shown
        for kind in ("sensitivity", "specificity"):
            count = f"{metrics[f'{prefix}.{kind}_k']} of {metrics[f'{prefix}.{kind}_n']}"
            assert percent(metrics[f"{prefix}.{kind}"]) in shown
            assert count in shown
    for source in [key.split(".")[1] for key in metrics if re.fullmatch(r"external\.[^.]+\.trained_on", key)]:
        assert f"{source}{metrics[f'external.{source}.n']} lesions" in shown
        if f"external.{source}.auroc" in metrics:
            assert f"{metrics[f'external.{source}.auroc']:.3f}" in shown
    for dx in manifest["classes"]:
        assert f"{metrics[f'dx.n.{dx}']}{percent(metrics[f'dx.recall.{dx}'])}" in shown
