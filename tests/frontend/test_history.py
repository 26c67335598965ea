"""History: what the server keeps of this browser's pictures, found again, completed, measured and deleted."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from lesion import advice
from lesion.labels import NAMES
from server.record.evaluation import evaluate_cases
from tests.frontend.browsing import Watch, serve
from tests.frontend.conftest import OpenPage
from tests.frontend.faults import BUSY, FAILED, LIMITED, busy, refuse
from tests.frontend.looks import assert_sound, at_both_sizes, in_every_look
from tests.frontend.records import (
    OURS,
    analyse,
    close,
    keep,
    open_history,
    open_record,
    origin,
    photo,
    serve_with_record,
)
from tests.frontend.steps import await_result, choose, choose_operating_point, click_sample, hand_over
from tests.server.record.test_evaluation import abstained, cases

pytestmark = pytest.mark.browser

EVALUATION = "**/api/history/evaluation*"
SHEET = "**/api/history.csv*"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_with_record(tmp_path_factory.mktemp("record")) as address:
        yield address


def save_diagnosis(page: Page, dx: str) -> None:
    dialogue = open_record(page)
    dialogue.get_by_label("Confirmed diagnosis").select_option(dx)
    dialogue.get_by_role("button", name="Save").click()
    expect(dialogue.get_by_role("status")).to_have_text("Saved.")
    close(page)


def test_without_a_database_there_is_no_history_and_no_cookie(
    open_page: OpenPage, tmp_path: Path, drawing_bytes: bytes, watch: Watch
) -> None:
    with serve(tmp_path / "cache") as at:
        page = open_page(at=at)
        expect(page.get_by_text("analysed in the server's memory and not kept")).to_be_visible()
        choose(page, drawing_bytes)
        await_result(page)
        expect(page.get_by_role("link", name="History")).to_have_count(0)
        expect(page.locator(".kept")).to_have_count(0)
        page.goto(f"{at}/#history")
        page.reload()
        expect(page.locator(".intake")).to_be_visible()
        assert page.context.cookies() == []
        watch.requests.clear()  # of another address than this module's


def test_the_page_says_what_is_kept_before_it_is(page: Page) -> None:
    expect(page.locator(".steps")).to_contain_text(
        "The picture and the answer are kept on the server for 90 days. "
        "Whoever uses this browser, or runs the server, can see them."
    )


def test_before_anything_was_analysed_it_says_so_and_leads_there(page: Page) -> None:
    open_history(page)
    expect(page).to_have_title(re.compile("^History"))
    expect(page.locator(".nothing")).to_contain_text("Nothing is kept yet")
    expect(page.get_by_role("button", name="Delete all")).to_have_count(0)
    page.get_by_role("link", name="Analyse a picture").click()
    expect(page.locator(".intake")).to_be_visible()


def test_a_picture_that_was_analysed_is_found_again_with_all_that_was_said(page: Page) -> None:
    answer = analyse(page)
    words, model = page.locator("#verdict").text_content() or "", answer["model"]
    page.get_by_role("link", name="Kept in the history").click()
    dialogue = page.get_by_role("dialog")
    expect(dialogue.locator(".verdict")).to_have_text(words)
    expect(dialogue).to_contain_text("160 × 120 pixels")
    expect(dialogue).to_contain_text(f"{model['name']} {model['version']}, SHA-256 {model['sha256'][:12]}")
    expect(dialogue).to_contain_text(f"flagged from {100 * answer['operating_point']['threshold']:.1f}% on")
    image = dialogue.get_by_role("img", name="The analysed picture")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") == 160
    close(page)
    expect(page.locator("#verdict")).to_be_visible()  # back where it was opened


@pytest.mark.parametrize(("threshold", "prediction"), [("0.999", "benign"), ("0.0001", "malignant")])
def test_a_verdict_that_was_kept_is_no_all_clear(page: Page, threshold: str, prediction: str) -> None:
    file = {"name": "picture", "mimeType": "image/jpeg", "buffer": photo()}
    form: dict[str, Any] = {"file": file, "threshold": threshold}
    answer = page.request.post(f"{origin(page)}/api/classify", multipart=form, headers=OURS).json()
    assert answer["prediction"] == prediction
    open_history(page)
    expect(page.locator(".no-all-clear")).to_contain_text(advice.SEE_A_DOCTOR)
    expect(open_record(page).locator(".record-advice")).to_have_text(advice.VERDICTS[prediction])


def test_a_record_says_what_its_setting_misses(page: Page) -> None:
    analyse(page)
    told = page.locator(".operating-points .plain-meaning").text_content() or ""
    page.get_by_role("link", name="Kept in the history").click()
    expect(page.get_by_role("dialog").locator(".record-advice")).to_contain_text(told)


def test_the_result_stays_while_the_history_is_looked_at(page: Page) -> None:
    analyse(page)
    words = page.locator("#verdict").text_content() or ""
    open_history(page)
    page.go_back()
    expect(page.locator("#verdict")).to_have_text(words)


def test_one_picture_looked_at_in_several_ways_is_one_record(page: Page) -> None:
    analyse(page)
    for name in ("specific", "sensitive"):
        choose_operating_point(page, name)
    expect(open_history(page)).to_have_count(1)


def test_a_sample_is_nobodys_case(page: Page) -> None:
    click_sample(page)
    await_result(page)
    expect(page.locator(".kept")).to_have_count(0)
    expect(open_history(page)).to_have_count(0)


def test_filters_find_what_fits_and_are_cleared(page: Page) -> None:
    keep(page, 1, 2)
    keep(page, 3, confirmed_dx="nv")
    rows = open_history(page)
    expect(rows).to_have_count(3)
    page.get_by_label("Diagnosis").select_option("true")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(NAMES["nv"])
    page.get_by_label("Diagnosis").select_option("false")
    expect(rows).to_have_count(2)
    today = page.evaluate("new Date().toLocaleDateString('sv')")  # as in 2026-11-21
    page.get_by_label("To", exact=True).fill(today)
    expect(rows).to_have_count(2)
    page.get_by_label("To", exact=True).fill("2020-01-01")
    expect(page.locator(".nothing")).to_contain_text("No record fits these filters.")
    page.locator(".nothing").get_by_role("button", name="Clear the filters").click()
    expect(rows).to_have_count(3)


def test_the_verdict_filter_is_the_servers(page: Page) -> None:
    keep(page, 1, 2, 3)
    rows = open_history(page)
    found = 0
    for verdict, words in (("malignant", "Flagged as"), ("benign", "Not flagged as")):
        with page.expect_response(f"**/api/history?*verdict={verdict}*") as response:
            page.get_by_label("Verdict").select_option(verdict)
        expect(rows).to_have_count(response.value.json()["total"])
        found += rows.count()
        assert all(words in row for row in rows.all_text_contents())
    assert found == 3


def test_a_year_has_four_digits(page: Page) -> None:
    keep(page, 1)
    rows = open_history(page)
    for label, times in (("From", 1), ("To", 2)):
        field = page.get_by_label(label, exact=True)
        field.focus()
        page.keyboard.type("11212025")
        expect(field).to_have_value("2025-11-21")
        page.keyboard.type("5" * times)
        assert len(field.input_value()) == len("2025-11-21")
        field.fill("")
    expect(rows).to_have_count(1)


def test_a_day_that_is_none_is_refused_in_words(page: Page, watch: Watch) -> None:
    keep(page, 1)
    open_history(page)
    page.get_by_label("From", exact=True).fill("20255-11-21")  # as some browsers let one type
    expect(page.get_by_role("alert")).to_contain_text("a date such as 2026-11-21")
    watch.forgive(FAILED)


def test_many_records_come_page_by_page(page: Page) -> None:
    keep(page, *range(22))
    rows = open_history(page)
    expect(rows).to_have_count(20)
    expect(page.locator(".paging")).to_contain_text("1–20 of 22")
    expect(page.get_by_role("button", name="Newer")).to_be_disabled()
    page.get_by_role("button", name="Older").click()
    expect(rows).to_have_count(2)
    expect(page.locator(".paging")).to_contain_text("21–22 of 22")
    expect(page.locator("[role=status][aria-live=polite]")).to_have_text("Records 21 to 22 of 22.")
    for _ in range(2):  # of a page that is left empty, the one before is shown
        dialogue = open_record(page)
        dialogue.get_by_role("button", name="Delete this record").click()
        dialogue.get_by_role("button", name="Delete", exact=True).click()
        expect(dialogue).to_have_count(0)
    expect(page.locator(".paging")).to_contain_text("1–20 of 20")


def test_one_record_is_deleted_after_a_question(page: Page, watch: Watch) -> None:
    [older, newer] = keep(page, 1, 2)
    rows = open_history(page)
    dialogue = open_record(page)
    dialogue.get_by_role("button", name="Delete this record").click()
    expect(dialogue.get_by_role("button", name="Keep it")).to_be_focused()
    dialogue.get_by_role("button", name="Keep it").click()
    dialogue.get_by_role("button", name="Delete this record").click()
    dialogue.get_by_role("button", name="Delete", exact=True).click()
    expect(dialogue).to_have_count(0)
    expect(rows).to_have_count(1)
    expect(rows.get_by_role("link")).to_have_attribute("href", f"#history/{older}")
    page.goto(f"{origin(page)}/#history/{newer}")
    expect(page.get_by_role("alert")).to_contain_text("This record is gone")
    watch.forgive(FAILED)


def test_all_are_deleted_after_a_question(page: Page) -> None:
    keep(page, 1, 2)
    rows = open_history(page)
    page.get_by_role("button", name="Delete all").click()
    dialogue = page.get_by_role("dialog")
    expect(dialogue).to_contain_text("All 2 records of this browser will be deleted")
    dialogue.get_by_role("button", name="Keep it").click()
    expect(dialogue).to_have_count(0)
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Delete all").click()
    dialogue.get_by_role("button", name="Delete everything").click()
    expect(page.locator(".nothing")).to_contain_text("Nothing is kept yet")
    expect(dialogue).to_have_count(0)


def refused_deletions(page: Page, address: str) -> list[str]:
    """Have every deletion asked to wait; return what grows by one with each."""
    asked: list[str] = []

    def deletion(route: Route) -> None:
        if route.request.method != "DELETE":
            return route.fallback()
        asked.append(route.request.url)
        return busy(route)

    page.route(address, deletion)
    return asked


def test_what_is_kept_after_all_is_not_deleted_once_the_server_can(page: Page, watch: Watch) -> None:
    keep(page, 1, 2)
    rows = open_history(page)
    asked = refused_deletions(page, "**/api/history")
    page.get_by_role("button", name="Delete all").click()
    dialogue = page.get_by_role("dialog")
    dialogue.get_by_role("button", name="Delete everything").click()
    expect(dialogue.locator(".waiting")).to_be_visible()
    dialogue.get_by_role("button", name="Keep it").click()
    expect(dialogue).to_have_count(0)
    page.wait_for_timeout(2_000)  # more than the server asked to wait
    assert len(asked) == 1
    page.unroute("**/api/history")
    page.reload()
    expect(rows).to_have_count(2)
    watch.forgive(FAILED)


def test_one_that_is_kept_after_all_is_not_deleted_once_the_server_can(page: Page, watch: Watch) -> None:
    keep(page, 1)
    rows = open_history(page)
    asked = refused_deletions(page, "**/api/history/*")
    dialogue = open_record(page)
    dialogue.get_by_role("button", name="Delete this record").click()
    dialogue.get_by_role("button", name="Delete", exact=True).click()
    expect(dialogue.locator(".waiting")).to_be_visible()
    dialogue.get_by_role("button", name="Keep it").click()
    expect(dialogue.locator(".waiting")).to_have_count(0)
    page.wait_for_timeout(2_000)
    assert len(asked) == 1
    close(page)
    expect(rows).to_have_count(1)
    watch.forgive(FAILED)


def test_what_is_being_deleted_cannot_be_promised_to_be_kept(page: Page) -> None:
    keep(page, 1)
    open_history(page)
    held: list[Route] = []
    page.route("**/api/history", lambda route: held.append(route), times=1)
    page.get_by_role("button", name="Delete all").click()
    dialogue = page.get_by_role("dialog")
    dialogue.get_by_role("button", name="Delete everything").click()
    expect(dialogue.get_by_role("button", name="Keep it")).to_be_disabled()
    dialogue.get_by_role("button", name="Close").click()
    expect(dialogue).to_contain_text("Deleting…")
    held.pop().continue_()
    expect(page.locator(".nothing")).to_contain_text("Nothing is kept yet")
    expect(dialogue).to_have_count(0)


def test_of_filters_that_were_changed_while_the_server_refused_only_the_last_is_asked_about(
    page: Page, watch: Watch
) -> None:
    keep(page, 1)
    open_history(page)
    held: list[Route] = []
    page.route("**/api/history?*verdict=benign*", lambda route: held.append(route))
    page.get_by_label("Verdict").select_option("benign")
    expect(page.locator(".is-loading")).to_be_visible()
    page.wait_for_timeout(600)  # the typing has ended
    page.get_by_label("Verdict").select_option("")
    refuse(held.pop(), LIMITED)
    page.wait_for_timeout(2_000)
    assert held == []
    watch.forgive(FAILED)


def test_all_records_are_saved_as_csv(page: Page, tmp_path: Path) -> None:
    kept = keep(page, 1, 2, confirmed_dx="bcc")
    open_history(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    download.value.save_as(tmp_path / "history.csv")
    with (tmp_path / "history.csv").open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["id"] for row in rows} == set(kept)
    assert {row["confirmed_dx"] for row in rows} == {"bcc"}


def test_a_file_waits_for_a_busy_server_and_comes(page: Page, watch: Watch) -> None:
    keep(page, 1)
    open_history(page)
    page.route(SHEET, lambda route: refuse(route, LIMITED, wait=2))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
        expect(page.locator(".everything .waiting")).to_contain_text("It limits how much may be asked")
        page.unroute(SHEET)
    assert download.value.suggested_filename.endswith(".csv")
    expect(page.locator(".waiting")).to_have_count(0)
    watch.forgive(FAILED)


def test_a_file_that_could_not_be_had_is_tried_again(page: Page, watch: Watch) -> None:
    keep(page, 1)
    open_history(page)
    page.route(SHEET, lambda route: route.abort())
    page.get_by_role("button", name="Save as CSV").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("What was kept lies on the server")
    assert_sound(page, "no file")
    page.unroute(SHEET)
    with page.expect_download():
        alert.get_by_role("button", name="Try again").click()
    expect(alert).to_have_count(0)
    watch.forgive(FAILED)


def test_with_few_confirmed_cases_it_says_how_many_are_missing(page: Page) -> None:
    keep(page, 1, 2, confirmed_dx="nv")
    open_history(page)
    expect(page.locator(".own-cases")).to_contain_text("2 of 30")


def test_the_measuring_waits_for_the_server_and_says_so(page: Page, watch: Watch) -> None:
    keep(page, 1, confirmed_dx="nv")
    page.route(EVALUATION, lambda route: refuse(route, LIMITED, wait=2))
    expect(open_history(page)).to_have_count(1)
    cases = page.locator(".own-cases")
    expect(cases.locator(".waiting")).to_contain_text("It limits how much may be asked")
    assert_sound(page, "measuring waits")
    page.unroute(EVALUATION)
    expect(cases).to_contain_text("1 of 30")
    expect(cases.locator(".waiting")).to_have_count(0)
    watch.forgive(FAILED)


def test_a_measuring_that_failed_says_so_beside_the_old_and_is_tried_again(page: Page, watch: Watch) -> None:
    keep(page, 1)
    open_history(page)
    cases = page.locator(".own-cases")
    expect(cases).to_contain_text("0 of 30")
    page.route(EVALUATION, lambda route: refuse(route, {**BUSY, "detail": "Come back."}, wait=600))
    save_diagnosis(page, "nv")
    expect(cases.get_by_role("alert")).to_contain_text("Come back.")
    expect(cases).to_contain_text("0 of 30")
    assert_sound(page, "not measured")
    page.unroute(EVALUATION)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(cases).to_contain_text("1 of 30")
    expect(page.get_by_role("alert")).to_have_count(0)
    watch.forgive(FAILED)


def test_only_what_changes_the_measuring_has_it_done_again(page: Page, watch: Watch) -> None:
    keep(page, 1, 2)
    open_history(page)
    cases = page.locator(".own-cases")
    expect(cases).to_contain_text("0 of 30")
    watch.requests.clear()
    dialogue = open_record(page)
    dialogue.get_by_label("Note").fill("Left forearm")
    dialogue.get_by_role("button", name="Save").click()
    expect(dialogue.get_by_role("status")).to_have_text("Saved.")
    close(page)
    expect(page.locator(".records li").first).to_contain_text("Left forearm")
    save_diagnosis(page, "nv")
    expect(cases).to_contain_text("1 of 30")
    assert len([url for url in watch.requests if "/evaluation" in url]) == 1


def test_with_thirty_confirmed_cases_the_model_is_measured_on_them(page: Page) -> None:
    keep(page, *range(15), confirmed_dx="nv")
    keep(page, *range(15, 30), confirmed_dx="mel")
    with page.expect_response("**/api/history/evaluation*") as response:
        open_history(page)
    found = response.value.json()
    measured = found["evaluation"]
    assert found["n"] == 30
    cases = page.locator(".own-cases")
    expect(cases).to_contain_text("On the 30 of your pictures whose diagnosis is confirmed")
    shown = " ".join((cases.text_content() or "").split())
    assert f"AUROC{measured['auroc']:.3f}" in shown
    for point in ("verdict", "operating_point.balanced"):
        for rate in ("sensitivity", "specificity"):
            key = f"{point}.{rate}"
            assert f"{100 * measured[key]:.1f}%" in shown
            assert f"{measured[f'{key}_k']} of {measured[f'{key}_n']}" in shown
    assert_sound(page, "measured")


def test_cases_that_were_not_judged_are_told_apart(page: Page) -> None:
    keep(page, 1, confirmed_dx="nv")
    measured = evaluate_cases([*cases(), *abstained()])
    page.route(
        EVALUATION,
        lambda route: route.fulfill(json={**route.fetch().json(), "n": 70, "evaluation": measured}),
    )
    open_history(page)
    own = page.locator(".own-cases")
    expect(own).to_contain_text("10 of them, 5 malignant, were not judged")
    expect(own).to_contain_text("They are left out of “As judged”; all other numbers hold them too.")
    sides = measured["verdict.sensitivity_n"], measured["verdict.specificity_n"]
    assert sides == (20, 40)
    for n in sides:
        expect(own.get_by_role("row", name="As judged")).to_contain_text(f"of {n}")
    assert_sound(page, "abstained")


def test_a_model_that_was_calibrated_anew_is_chosen_apart(page: Page) -> None:
    keep(page, 1, confirmed_dx="nv")
    asked: list[list[str]] = []

    def with_another(route: Route) -> None:
        asked.append(parse_qs(urlsplit(route.request.url).query).get("model", []))
        found = route.fetch().json()
        [model] = found["models"]
        before = {**model, "version": "2026.01.01+00000000"}  # of the same file
        route.fulfill(json={**found, "models": [model, before]})

    page.route(EVALUATION, with_another)
    open_history(page)
    choice = page.locator("#measured-model")
    expect(choice.locator("option")).to_have_count(2)
    shown, [model] = "mobilenet_v2 2026.01.01+00000000", found_models(page)
    before = f"{shown} {model['sha256']}"
    choice.select_option(before)
    expect(choice).to_have_value(before)
    expect(choice.locator("option").last).to_have_text(f"{shown} (1 confirmed)")
    expect(page.locator(".own-cases")).to_contain_text("0 of 30")
    assert asked == [[], [before]]


def found_models(page: Page) -> list[dict[str, Any]]:
    models: list[dict[str, Any]] = page.request.get(f"{origin(page)}/api/history/evaluation").json()["models"]
    return models


def test_two_files_of_one_bundle_are_chosen_apart(page: Page) -> None:
    keep(page, 1, confirmed_dx="nv")
    [model] = found_models(page)
    models = [model, {**model, "sha256": "cd" * 32}]
    page.route(EVALUATION, lambda route: route.fulfill(json={**route.fetch().json(), "models": models}))
    open_history(page)
    choice = page.locator("#measured-model")
    expect(choice.locator("option").last).to_contain_text("SHA-256 cdcdcdcd (1 confirmed)")
    # Its answer too, since it must not come when the page is gone.
    with page.expect_response(lambda response: response.url.endswith("cd" * 32)):
        choice.select_option(index=1)
    expect(choice.locator("option:checked")).to_contain_text("cdcdcdcd")


@pytest.mark.parametrize("by", ["all", "last"])
def test_the_choice_of_a_model_ends_with_its_last_case(page: Page, by: str) -> None:
    keep(page, 1, confirmed_dx="nv")
    [model] = found_models(page)
    other = {**model, "name": "densenet161"}
    models = [model, other]

    def measured(route: Route) -> None:
        asked = parse_qs(urlsplit(route.request.url).query).get("model")
        known = asked is None or models == [model, other]
        route.fulfill(json={"n": int(known), "needed": 30, "evaluation": None, "models": models})

    page.route(EVALUATION, measured)
    open_history(page)
    page.locator("#measured-model").select_option(index=1)
    expect(page.locator("#measured-model option:checked")).to_contain_text("densenet161")
    models.remove(other)
    if by == "last":
        save_diagnosis(page, "mel")
    else:
        page.get_by_role("button", name="Delete all").click()
        with page.expect_request(EVALUATION) as request:
            page.get_by_role("button", name="Delete everything").click()
        assert "model=" not in request.value.url
    expect(page.locator("#measured-model")).to_have_count(0)
    expect(page.locator(".own-cases")).to_contain_text("1 of 30")


def test_another_browser_sees_none_of_it(page: Page, open_page: OpenPage, watch: Watch) -> None:
    [record] = keep(page, 1)
    other = open_page()
    expect(open_history(other)).to_have_count(0)
    other.goto(f"{origin(other)}/#history/{record}")
    expect(other.get_by_role("alert")).to_contain_text("This record is gone")
    other.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(other.get_by_role("dialog")).to_have_count(0)
    watch.forgive(FAILED)


def test_a_picture_dropped_on_the_history_is_analysed(page: Page, drawing_bytes: bytes) -> None:
    open_history(page)
    hand_over(page, "drop", drawing_bytes)
    await_result(page)


def test_a_history_that_cannot_be_had_says_why_and_is_tried_again(page: Page, watch: Watch) -> None:
    keep(page, 1)
    page.route("**/api/history?*", lambda route: route.abort())
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("What was kept lies on the server")
    page.unroute("**/api/history?*")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".records li")).to_have_count(1)
    watch.forgive(FAILED)


def test_a_history_waits_for_a_busy_server(page: Page, watch: Watch) -> None:
    keep(page, 1)
    page.route("**/api/history?*", busy)
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator(".history .waiting")).to_be_visible()
    page.unroute("**/api/history?*")
    expect(page.locator(".records li")).to_have_count(1)
    watch.forgive(FAILED)


def test_offline_the_history_says_what_it_needs(open_page: OpenPage, watch: Watch) -> None:
    page = open_page(service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    keep(page, 1)
    page.context.set_offline(True)
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    assert_sound(page, "offline")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".records li")).to_have_count(1)
    watch.forgive("net::ERR_INTERNET_DISCONNECTED")


def test_the_whole_way_by_keyboard(page: Page) -> None:
    keep(page, 1)
    page.get_by_role("link", name="History", exact=True).focus()
    page.keyboard.press("Enter")
    row = page.locator(".records a").first
    expect(row).to_be_visible()
    row.focus()
    page.keyboard.press("Enter")
    dialogue = page.get_by_role("dialog")
    expect(dialogue.locator(".facts")).to_be_visible()
    assert page.locator("#root").evaluate("root => root.inert")
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('[role=dialog]').contains(document.activeElement)")
    close(page)
    expect(row).to_be_focused()
    assert not page.locator("#root").evaluate("root => root.inert")


@in_every_look
def test_axe_finds_nothing_and_nothing_overflows(
    open_page: OpenPage, viewport: dict[str, int], scheme: str
) -> None:
    page = open_page(viewport, color_scheme=scheme)
    open_history(page)
    assert_sound(page, "nothing kept")
    keep(page, 1, 2)
    keep(page, 3, confirmed_dx="seborrheic_keratosis")
    page.reload()
    expect(page.locator(".records li")).to_have_count(3)
    assert_sound(page, "list")
    dialogue = open_record(page)
    expect(page.locator(".modal")).to_have_css("opacity", "1")
    dialogue.get_by_label("Note").fill("A long word: " + "unbreakable" * 20)
    dialogue.get_by_role("button", name="Delete this record").click()
    assert_sound(page, "record")
    dialogue.get_by_role("button", name="Save").click()
    expect(dialogue.get_by_role("status")).to_have_text("Saved.")
    close(page)
    assert_sound(page, "long note")
    page.get_by_role("button", name="Delete all").click()
    expect(page.locator(".modal")).to_have_css("opacity", "1")
    assert_sound(page, "delete all")


@at_both_sizes
def test_both_parts_of_the_page_are_one_click_away(open_page: OpenPage, viewport: dict[str, int]) -> None:
    page = open_page(viewport)
    open_history(page)
    for name, current in (("Analyse", "History"), ("History", "Analyse")):
        links = page.get_by_role("navigation", name="Parts of the page").get_by_role("link")
        expect(links).to_have_text(["Analyse", "History"])
        expect(links.and_(page.locator("[aria-current=page]"))).to_have_text(current)
        links.get_by_text(name).click()
        expect(page.locator("#main")).to_be_focused()


def test_printing_leaves_the_controls_out(page: Page) -> None:
    keep(page, 1)
    open_history(page)
    page.emulate_media(media="print")
    expect(page.locator(".records")).to_be_visible()
    for name in (".filters", ".everything", ".parts"):
        expect(page.locator(name)).to_be_hidden()
