"""A server that asks to wait: the page does, says why and how long, and goes on by itself."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from server.errors import TryLater
from tests.frontend.browsing import Watch
from tests.frontend.faults import BUSY, FAILED, LIMITED, busy, limited, refuse
from tests.frontend.looks import assert_sound
from tests.frontend.steps import await_result, choose, choose_operating_point, click_sample

pytestmark = pytest.mark.browser

CLASSIFY = "**/api/classify"
STATUS = "[role=status][aria-live=polite]"


class Asked:
    """When a route was asked; refuses as `refuse` does the first `times`, and then lets through."""

    def __init__(self, page: Page, url: str, refuse: Callable[[Route], None], times: int) -> None:
        self.at: list[float] = []
        self._refuse, self._times = refuse, times
        page.route(url, self._answer)

    def _answer(self, route: Route) -> None:
        self.at.append(time.monotonic())
        if len(self.at) <= self._times:
            self._refuse(route)
        else:
            route.continue_()

    @property
    def waits(self) -> list[float]:
        return [later - earlier for earlier, later in zip(self.at, self.at[1:], strict=False)]


@pytest.mark.parametrize(
    ("refuse", "reason"),
    [(busy, "More came at the same time than it can do."), (limited, "It limits how much may be asked")],
)
def test_it_waits_as_long_as_it_is_asked_to_and_goes_on(
    page: Page, watch: Watch, drawing_bytes: bytes, refuse: Callable[[Route], None], reason: str
) -> None:
    asked = Asked(page, CLASSIFY, refuse, times=2)
    choose(page, drawing_bytes)
    working = page.locator(".working")
    expect(working).to_contain_text("Waiting for the server")
    expect(working).to_contain_text(reason)
    expect(working).to_contain_text("Trying again in 1 second")
    await_result(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert asked.waits[0] >= 1
    assert asked.waits[1] >= 1.5, "the second wait is longer than the first"
    watch.forgive(FAILED)


def test_every_reason_to_wait_has_its_words(page: Page) -> None:
    module = "import('/static/components/waiting.js')"
    reasons = page.evaluate(f"{module}.then(({{ REASONS }}) => Object.keys(REASONS))")
    assert sorted(reasons) == sorted(kind.slug for kind in TryLater.__subclasses__())


def test_a_wait_is_announced_and_looks_right(page: Page, watch: Watch) -> None:
    page.route(CLASSIFY, lambda route: refuse(route, BUSY, wait=60))
    click_sample(page)
    expect(page.locator(STATUS)).to_have_text(
        "The server asks to wait. More came at the same time than it can do. Trying again soon."
    )
    assert_sound(page, "waiting")
    watch.forgive(FAILED)


def test_a_wait_can_be_cancelled(page: Page, watch: Watch) -> None:
    asked = Asked(page, CLASSIFY, busy, times=9)
    click_sample(page)
    expect(page.locator(".waiting")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The analysis was cancelled.")).to_be_visible()
    page.wait_for_timeout(1500)
    assert len(asked.at) == 1
    watch.forgive(FAILED)


def test_of_a_long_wait_a_person_decides(page: Page, watch: Watch) -> None:
    page.route(CLASSIFY, lambda route: refuse(route, LIMITED, wait=600))
    click_sample(page)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Ask less often. The server asks to wait 10 minutes.")
    expect(alert.get_by_role("button")).to_be_disabled()
    expect(alert.get_by_role("button")).to_have_text("Try againin 10 minutes")
    assert_sound(page, "long wait")
    watch.forgive(FAILED)


def test_a_result_stays_while_another_setting_waits(page: Page, watch: Watch) -> None:
    click_sample(page)
    await_result(page)
    Asked(page, CLASSIFY, busy, times=1)
    page.locator("label[for=operating-point-sensitive]").click()
    expect(page.locator(".waiting")).to_be_visible()
    expect(page.locator(".result .triage")).to_contain_text("Updating")
    await_result(page)
    expect(page.locator(".waiting")).to_have_count(0)
    choose_operating_point(page, "balanced")
    watch.forgive(FAILED)


def test_a_page_waits_for_a_server_that_has_just_started(page: Page, watch: Watch) -> None:
    Asked(page, "**/api/config", busy, times=1)
    page.reload()
    expect(page.locator(".boot .waiting")).to_be_visible()
    expect(page.locator(".intake")).to_be_visible()
    watch.forgive(FAILED)
