"""One server and one browser for all tests of the page; each test has a page of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from server.config import read_config
from tests.frontend.browsing import DESKTOP, Watch, browse, serve

OpenPage = Callable[..., Page]

expect.set_options(timeout=20_000)  # a busy machine takes more than Playwright's five seconds


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve(tmp_path_factory.mktemp("cache")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        with browse() as browser:
            yield browser
    except Error as error:
        if "Executable doesn't exist" not in str(error):
            raise
        pytest.skip("no Chromium: install it, or run `playwright install chromium`")


@pytest.fixture
def watch(address: str) -> Iterator[Watch]:
    """Fails every test whose page complains in the console, breaks its CSP, or asks another origin."""
    watch = Watch()
    yield watch
    assert watch.complaints == []
    assert watch.foreign(address) == []


@pytest.fixture
def open_page(browser: Browser, address: str, watch: Watch) -> Iterator[OpenPage]:
    contexts = []

    def open_page(viewport: dict[str, int] = DESKTOP, at: str = address, **options: Any) -> Page:
        # What a service worker asks for, a test's own routes would not see.
        options = {"service_workers": "block", **options}
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        watch.attach(page)
        page.goto(at)
        page.wait_for_selector(".intake")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture(scope="session")
def bundle_path() -> Path:
    config = read_config()
    return config.lesion_models_dir / config.lesion_model


@pytest.fixture(scope="session")
def manifest(bundle_path: Path) -> dict[str, Any]:
    return json.loads((bundle_path / "manifest.json").read_text())


@pytest.fixture(scope="session")
def metrics(bundle_path: Path) -> dict[str, Any]:
    return json.loads((bundle_path / "metrics.json").read_text())
