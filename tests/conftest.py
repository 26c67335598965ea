"""Fixtures that tests of every package use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import images
from tools.postgres import Postgres, running


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photos beside the repository; where it is absent, the test is skipped."""
    folder = Path(__file__).parents[1] / "../shared/data"
    if not folder.is_dir():
        pytest.skip("no real photos beside the repository")
    return folder.resolve()


@pytest.fixture(scope="session")
def drawing_bytes() -> bytes:
    """An ordinary upload: the drawing of a lesion as a JPEG."""
    return images.lesion_jpeg()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, which a test that stops it must start again."""
    with running() as server:
        yield server
