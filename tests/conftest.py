"""Fixtures that tests of every package use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import images


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
