"""Counts what schemathesis asks in a test run, and what it was answered.

    python -m pytest -p benchmarks.specification tests/server/test_specification.py --told=FILE

writes to FILE, as JSON, each operation with its answers by status, and whether its test passed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec
import pytest
import schemathesis

from benchmarks.security_report import Asked, Operation

__all__ = ["Tally"]


class Tally:
    """A plug-in of pytest that counts, and writes when all tests are over."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._failed: set[str] = set()

    def count(self, operation: str, status: int) -> None:
        """Count an answer of an operation."""
        self._answers[operation][str(status)] += 1

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Note the operation whose test failed."""
        if call.excinfo:
            self._failed.add(getattr(item, "operation_label", None) or item.name)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write what was counted."""
        modules = {module.obj for item in session.items if (module := item.getparent(pytest.Module))}
        without = sorted({check.__name__ for module in modules for check in module.WITHOUT})
        operations = [
            Operation(name=name, answers=dict(self._answers[name]), held=name not in self._failed)
            for name in sorted(self._answers.keys() | self._failed)
        ]
        self._out.write_bytes(msgspec.json.encode(Asked(operations=operations, without=without)))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the file be named."""
    parser.addoption("--told", type=Path, required=True, help="File to write what was counted to.")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count."""
    tally = Tally(config.getoption("--told"))
    config.pluginmanager.register(tally)

    @schemathesis.hook("after_call")
    def count(context: Any, case: Any, response: Any) -> None:
        tally.count(case.operation.label, response.status_code)
