"""The page at every size and in every scheme, and what must hold of it there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.frontend.browsing import DESKTOP, PHONE, ROOT

Test = Callable[..., None]

AXE = next((ROOT / "tests/frontend/vendor").glob("axe-core-*/axe.min.js")).read_text()
RULES = {"resultTypes": ["violations"]}


at_both_sizes = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
"""Run a test that takes `viewport` on a desktop and on a phone."""


def in_every_look(test: Test) -> Test:
    """Run a test that takes `viewport` and `scheme` at both sizes, light and dark."""
    looks: Test = pytest.mark.parametrize("scheme", ["light", "dark"])(at_both_sizes(test))
    return looks


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page as it stands."""
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(rules).then(({ violations }) => violations)", RULES
    )
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found]


def assert_sound(page: Page, state: str = "") -> None:
    """Axe finds nothing wrong with the page as it stands, and nothing is wider than the screen."""
    found = violations(page)
    assert found == [], f"{state}: {found}"
    assert page.viewport_size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], state
