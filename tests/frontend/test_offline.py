"""The page without its server: it opens, says what is missing, and goes on when the server is back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.browsing import Watch
from tests.frontend.conftest import OpenPage
from tests.frontend.looks import assert_sound
from tests.frontend.steps import await_result, click_sample

pytestmark = pytest.mark.browser

_KEPT = """async () => {
  const requests = await (await caches.open("page")).keys();
  return requests.map(({ url }) => new URL(url).pathname);
}"""


@pytest.fixture
def visited(open_page: OpenPage) -> Page:
    """The page after a first visit."""
    page = open_page(service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    return page


def test_after_one_visit_it_opens_offline_and_says_what_needs_the_server(visited: Page, watch: Watch) -> None:
    visited.context.set_offline(True)
    visited.reload()
    expect(visited.get_by_role("alert")).to_contain_text("The server cannot be reached")
    expect(visited.get_by_role("alert")).to_contain_text("Pictures are judged by the server")
    assert_sound(visited)
    assert visited.evaluate("[...document.fonts].some(({ status }) => status === 'loaded')")
    watch.forgive("/api/config")
    assert watch.complaints == []  # every file of its own was there
    visited.context.set_offline(False)
    visited.evaluate("dispatchEvent(new Event('online'))")  # as a browser says that is not automated
    expect(visited.locator(".intake")).to_be_visible()
    click_sample(visited)
    await_result(visited)


def test_neither_pictures_nor_answers_are_kept(visited: Page) -> None:
    visited.reload()
    click_sample(visited)
    await_result(visited)
    kept = visited.evaluate(_KEPT)
    assert "/" in kept
    assert all(path == "/" or path.startswith("/static/") for path in kept)
