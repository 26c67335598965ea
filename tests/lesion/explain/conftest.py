from __future__ import annotations

import pytest
from PIL import Image

from lesion.classifier import Classifier, open_classifier
from lesion.drawings import drawing
from tests import golden


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return open_classifier(golden.MODEL, threads=1)


@pytest.fixture(scope="session")
def picture() -> Image.Image:
    return drawing("irregular", seed=3, size=(400, 300))
