"""Evidence maps beyond the answer's own: asked for, followed, cancelled, compared and kept."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from lesion.explain import LEGEND, METHODS
from tests.frontend.browsing import PHONE, Watch
from tests.frontend.conftest import OpenPage
from tests.frontend.faults import FAILED, busy
from tests.frontend.looks import assert_sound, in_every_look
from tests.frontend.steps import await_result, choose, choose_operating_point, click_sample, gives_up
from tests.images import lesion_as
from tests.server.asking import until

pytestmark = pytest.mark.browser

CLASSIFY = "**/api/classify"
JOBS = "**/api/explanations"
JOB = re.compile(r"/api/explanations/.+$")
EVENTS = "text/event-stream"


WRITTEN = """() => {
    const own = CanvasRenderingContext2D.prototype.fillText;
    window.written = [];
    CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        window.written.push(text);
        own.call(this, text, ...place);
    };
}"""
"""Has the page keep what is written on a picture, which otherwise could only be read by eye."""


def open_form(page: Page, sample: int = 1) -> None:
    """Judge a sample and unfold what other maps there are."""
    click_sample(page, sample)
    await_result(page)
    page.locator(".other-maps > summary").click()


def ask(page: Page, method: str, target: str = "malignant", precision: str = "low") -> Locator:
    """Ask for a map; return the button, which says when it is shown."""
    page.get_by_label("Method").select_option(method)
    page.get_by_label("Evidence for").select_option(target)
    if METHODS[method].precisions:
        page.locator(f"label[for=precision-{precision}]").click()
    button = page.locator("#make-map")
    button.click()
    return button


def make(page: Page, method: str, target: str = "malignant") -> None:
    expect(ask(page, method, target)).to_have_text("Shown above", timeout=60_000)


def begin(page: Page) -> Callable[[], bool]:
    """Begin what takes long; return what tells whether the server gave it up."""
    given_up = gives_up(page)
    open_form(page)
    ask(page, "occlusion", precision="high")
    expect(page.get_by_role("progressbar", name="Making the map")).to_be_visible()
    return given_up


def test_a_map_is_made_by_another_method_for_a_diagnosis(page: Page, watch: Watch) -> None:
    open_form(page)
    own = page.locator(".heatmap").get_attribute("src")
    with page.expect_response(JOBS) as answered:
        make(page, "occlusion", "mel")
    asked = answered.value.request.post_data_json
    assert (asked["method"], asked["target"], asked["precision"]) == ("occlusion", "mel", "low")
    assert answered.value.headers["content-type"].startswith(EVENTS)
    assert not [url for url in watch.requests if JOB.search(url)]  # this answer alone told of it
    assert page.locator(".heatmap").get_attribute("src") != own
    samples = METHODS["occlusion"].precisions["low"].samples
    words = f"Occlusion · Melanoma · low precision, {samples} samples"
    expect(page.locator(".shown-map strong")).to_have_text(words)
    expect(page.locator(".evidence [role=status]")).to_have_text(f"Shown: {words}.")
    expect(page.locator(".colour-scale-ends")).to_have_text("against “Melanoma” for “Melanoma”")
    page.get_by_label("Method").select_option("cam")
    page.get_by_label("Evidence for").select_option("malignant")
    expect(page.locator(".heatmap")).to_have_attribute("src", own or "")  # what is there needs no button


def test_each_map_says_how_good_its_method_was_found_to_be(page: Page) -> None:
    models = page.request.get(f"{page.url}api/config").json()["models"]
    methods = next(model for model in models if model["default"])["explanations"]["methods"]
    sentences = {
        method["name"]: method["sentence"].removeprefix(f"{method['title']}: ")[1:] for method in methods
    }
    open_form(page)
    expect(page.locator(".shown-map")).to_contain_text(sentences["cam"])
    make(page, "cam", "nv")
    expect(page.locator(".shown-map")).to_contain_text(sentences["cam"])
    make(page, "occlusion")
    expect(page.locator(".shown-map")).to_contain_text(sentences["occlusion"])


def answer_at_once(page: Page) -> None:
    """Have every map look like the answer's own, so that nobody waits for what makes it."""
    heatmap = page.locator(".heatmap").get_attribute("src")

    def answer(route: Route) -> None:
        asked = {"precision": None, **route.request.post_data_json}
        told = {"heatmap": heatmap, "seconds": 0.1, "diagnostics": {}, "sentence": ""}
        status = {"id": "1", "state": "done", "done": 1, "total": 1, "explanation": asked | told}
        event = f"event: done\ndata: {json.dumps(status | {'problem': None})}\n\n"
        route.fulfill(content_type=EVENTS, body=event)

    page.route(JOBS, answer)


@pytest.mark.training  # without torch these methods cannot be asked for
def test_maps_without_sides_are_told_without_for_and_against(page: Page) -> None:
    open_form(page)
    answer_at_once(page)
    make(page, "guided_gradcam")
    ends, meaning = page.locator(".colour-scale-ends"), page.locator("#evidence-meaning")
    expect(ends).to_have_text("matters little matters most for “malignant”, either way")
    expect(page.locator(".colour-scale")).to_have_class(re.compile("is-one-sided"))
    expect(meaning).to_contain_text("The darker the red, the more the answer for “malignant” hangs on single")
    expect(meaning).to_contain_text("Guided Grad-CAM leaves empty what does not speak for “malignant”")
    expect(meaning).not_to_contain_text("blue")
    make(page, "saliency")
    expect(meaning).not_to_contain_text("Grad-CAM")
    page.get_by_label("Side by side with").select_option("Guided Grad-CAM · malignant")
    expect(meaning).to_contain_text("Of Saliency and Guided Grad-CAM: the darker the red")
    page.get_by_label("Side by side with").select_option("Evidence map · malignant")
    page.evaluate(WRITTEN)
    saved(page)
    assert "Red: for “malignant”. Of Saliency: the darker the red" in " ".join(page.evaluate("written"))


def test_each_precision_says_what_it_costs(page: Page, metrics: dict[str, Any]) -> None:
    open_form(page)
    page.get_by_label("Method").select_option("occlusion")
    for name, settings in METHODS["occlusion"].precisions.items():
        hint = page.locator(f"label[for=precision-{name}] small")
        expect(hint).to_contain_text(f"{settings.samples} samples")
        seconds = metrics.get(f"explain.occlusion.{name}.seconds")
        if seconds is not None:
            expect(hint).to_contain_text(f"about {round(seconds)} s" if seconds >= 1 else "under 1 s")
        expect(hint).not_to_contain_text("agreement")  # it draws nothing by chance


def test_each_precision_of_a_method_of_chance_says_how_far_two_runs_agree(
    page: Page, metrics: dict[str, Any]
) -> None:
    open_form(page)
    page.get_by_label("Method").select_option("lime")
    for name in METHODS["lime"].precisions:
        hint = page.locator(f"label[for=precision-{name}] small")
        expect(hint).to_contain_text(f"agreement {metrics[f'explain.lime.{name}.stability']:.2f}")
    expect(page.locator(".evidence-form")).to_contain_text("how alike two maps of one picture come out")
    assert_sound(page, "precisions of chance")


def test_methods_that_are_lacking_are_shown_with_the_reason(page: Page) -> None:
    reason = "Saliency needs torch: install it."

    def without_one(route: Route) -> None:
        response = route.fetch()
        config = response.json()
        for model in config["models"]:
            for method in model["explanations"]["methods"]:
                method["unavailable"] = reason if method["name"] == "saliency" else None
        route.fulfill(response=response, json=config)

    page.route("**/api/config", without_one)
    page.reload()
    open_form(page)
    page.locator(".unavailable summary").click()
    expect(page.get_by_role("option", name="Saliency (not available here)", exact=True)).to_be_disabled()
    expect(page.locator(".unavailable li")).to_have_text(f"Saliency: {reason}")
    expect(page.get_by_role("option", name="Grad-CAM", exact=True)).to_be_enabled()


def test_a_map_can_be_cancelled_and_the_page_is_usable_meanwhile(page: Page) -> None:
    given_up = begin(page)
    bar = page.get_by_role("progressbar", name="Making the map")
    expect(bar).to_have_attribute("aria-valuetext", re.compile(r"^\d+ of \d+$"))
    choose_operating_point(page, "sensitive")
    expect(bar).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(bar).to_have_count(0)
    until(given_up)
    expect(page.locator("#make-map")).to_be_focused()
    expect(page.locator("#make-map")).to_have_text("Make this map")


@pytest.mark.parametrize("change", ["picture", "model"])
def test_what_a_map_would_be_of_changes_and_its_making_ends(page: Page, change: str) -> None:
    given_up = begin(page)
    if change == "picture":
        click_sample(page, 0)
    else:
        page.get_by_label("Model", exact=True).select_option(index=0)
    await_result(page)
    until(given_up)
    expect(page.locator(".making")).to_have_count(0)
    expect(page.get_by_label("Method")).to_have_value("occlusion")  # still what is wanted


def test_nobody_waits_for_a_map_who_left_the_page(page: Page) -> None:
    given_up = begin(page)
    page.goto(f"{page.url}api/docs")
    until(given_up)


@pytest.mark.parametrize("told", [": still here\n\n", 'event: progress\ndata: {"state": "run'])
def test_where_the_stream_does_not_get_through_a_job_is_asked_for(
    page: Page, watch: Watch, told: str
) -> None:
    def cut(route: Route) -> None:
        streamed = route.request.headers["accept"] == EVENTS
        route.fulfill(content_type=EVENTS, body=told) if streamed else route.continue_()

    page.route(JOBS, cut)
    open_form(page)
    make(page, "occlusion")
    assert [url for url in watch.requests if JOB.search(url)]


def test_a_busy_server_is_waited_for_in_place(page: Page, watch: Watch) -> None:
    open_form(page)
    page.route(JOBS, busy)
    ask(page, "cam", "nv")
    making = page.locator(".making")
    expect(making).to_contain_text("Waiting for the server")
    expect(making.locator(".waiting")).to_contain_text("More came at the same time than it can do.")
    page.unroute(JOBS)
    expect(page.locator("#make-map")).to_have_text("Shown above")
    expect(page.locator(".evidence").get_by_role("alert")).to_have_count(0)
    watch.forgive(FAILED)


def test_why_a_map_was_not_made_is_said(page: Page) -> None:
    problem = {
        "type": "/problems/job-timeout",
        "title": "Took too long",
        "status": 504,
        "detail": "Ask for less.",
    }
    status = {"id": "1", "state": "failed", "done": 8, "total": 145, "explanation": None, "problem": problem}
    event = f"event: failed\ndata: {json.dumps(status)}\n\n"
    page.route(JOBS, lambda route: route.fulfill(content_type=EVENTS, body=event))
    open_form(page)
    ask(page, "occlusion")
    alert = page.locator(".evidence").get_by_role("alert")
    expect(alert).to_contain_text("Took too long")
    expect(alert).to_contain_text("Ask for less.")
    expect(alert.get_by_role("button", name="Try again")).to_be_enabled()
    page.get_by_label("Method").select_option("lime")
    expect(alert).to_have_count(0)


def test_who_ended_a_map_that_was_cancelled_is_said(page: Page) -> None:
    problem = {
        "type": "/problems/job-cancelled",
        "title": "Cancelled",
        "status": 409,
        "detail": "The server stopped.",
    }
    status = {"id": "1", "state": "cancelled", "done": 8, "total": 145, "explanation": None} | {
        "problem": problem
    }
    event = f"event: cancelled\ndata: {json.dumps(status)}\n\n"
    page.route(JOBS, lambda route: route.fulfill(content_type=EVENTS, body=event))
    open_form(page)
    ask(page, "occlusion")
    alert = page.locator(".evidence").get_by_role("alert")
    expect(alert).to_contain_text("The server stopped.")
    expect(alert.get_by_role("button", name="Try again")).to_be_enabled()


@in_every_look
def test_two_maps_stand_side_by_side(open_page: OpenPage, viewport: dict[str, int], scheme: str) -> None:
    page = open_page(viewport, color_scheme=scheme)
    open_form(page)
    make(page, "cam", "mel")
    beside = page.get_by_label("Side by side with")
    beside.select_option("Evidence map · malignant")
    first, second = (figure.bounding_box() for figure in page.locator(".pictures figure").all())
    assert first is not None
    assert second is not None
    if viewport is PHONE:
        assert second["y"] >= first["y"] + first["height"]
    else:
        assert second["x"] >= first["x"] + first["width"]
    expect(page.locator("figcaption")).to_have_text(["Evidence map · Melanoma", "Evidence map · malignant"])
    page.locator("#opacity").fill("35")
    for heatmap in page.locator(".heatmap").all():
        expect(heatmap).to_have_css("opacity", "0.35")
    assert_sound(page, "side by side")
    beside.select_option("")
    expect(page.locator(".heatmap")).to_have_count(1)


def saved(page: Page) -> Image.Image:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as PNG").click()
    return Image.open(download.value.path()).convert("RGB")


def test_picture_and_map_can_be_kept(page: Page) -> None:
    click_sample(page, 1)
    await_result(page)
    page.locator("#opacity").fill("0")
    sheet = saved(page)
    source = page.get_by_alt_text("Drawing: irregular spot").get_attribute("src")
    drawing = Image.open(io.BytesIO(page.request.get(page.url + (source or "").lstrip("/")).body()))
    side = min(drawing.size)
    margin = (sheet.width - side) // 2
    middle = drawing.convert("RGB").getpixel((drawing.width // 2, drawing.height // 2))
    kept = sheet.getpixel((margin + side // 2, margin + side // 2))
    assert max(abs(a - b) for a, b in zip(middle, kept, strict=True)) < 12  # type: ignore[arg-type]
    below = sheet.crop((0, margin + side + 1, sheet.width, sheet.height)).convert("L")
    assert below.getextrema()[0] < 60  # something is written there


def test_what_is_kept_says_how_far_to_trust_it_and_of_which_answer_it_is(page: Page) -> None:
    [model] = [one for one in page.request.get(f"{page.url}api/config").json()["models"] if one["default"]]
    told = {one["name"]: one["sentence"] for one in model["explanations"]["methods"]}
    page.evaluate(WRITTEN)
    open_form(page)
    make(page, "occlusion")
    page.get_by_label("Side by side with").select_option("Evidence map · malignant")
    saved(page)
    written = " ".join(page.evaluate("written"))
    assert told["cam"] in written
    assert told["occlusion"] in written
    probability = page.locator(".probability-line .number").inner_text()
    threshold = page.locator(".threshold-label").first.inner_text()
    assert f"Probability of malignancy {probability}; {threshold} on." in written


def test_a_map_of_another_setting_is_not_kept_as_that_of_the_setting_in_use(page: Page, watch: Watch) -> None:
    click_sample(page, 1)
    await_result(page)
    save = page.get_by_role("button", name="Save as PNG")
    expect(save).to_be_enabled()
    page.route(CLASSIFY, busy)
    page.locator("label[for=operating-point-sensitive]").click()
    expect(page.locator(".triage")).to_contain_text("Updating the advice")
    expect(save).to_be_disabled()
    page.unroute(CLASSIFY)
    expect(page.locator(".triage")).not_to_contain_text("Updating")
    expect(save).to_be_enabled()
    watch.forgive(FAILED)


def test_of_a_picture_that_cannot_be_shown_the_map_alone_is_kept(page: Page) -> None:
    choose(page, lesion_as("HEIF"), "lesion.heic", "image/heic")
    await_result(page)
    expect(page.locator(".bare-square .heatmap")).to_be_visible()
    page.locator("#opacity").fill("0")
    sheet = saved(page)
    assert sheet.getpixel((25, 25)) == (227, 234, 233)


def test_the_scale_has_the_colours_of_the_maps(page: Page) -> None:
    for side, (weak, strong) in LEGEND.items():
        for strength, colour in (("weak", weak), ("strong", strong)):
            name = f"--evidence-{side}-{strength}"
            drawn = page.evaluate("name => getComputedStyle(document.body).getPropertyValue(name)", name)
            assert drawn == colour
