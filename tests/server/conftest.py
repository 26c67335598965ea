"""The application with the bundled model, and photos to send to it."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from server.app import create_app
from server.config import Config
from tests import images
from tests.server.asking import ready

ROOT = Path(__file__).parents[2]
_numbers = itertools.count()


@pytest.fixture(scope="session")
def bundle_path() -> Path:
    return ROOT / "models/mobilenet_v2"


@pytest.fixture(scope="session")
def config(bundle_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Config:
    empty = tmp_path_factory.mktemp("cache")
    return Config(
        lesion_model=str(bundle_path),
        lesion_models_dir=bundle_path.parent,
        lesion_cache_dir=empty,
        lesion_threads=1,
        # Tests ask more of one application than people do.
        rate_limit="off",
        rate_limit_reads="off",
    )


@pytest.fixture(scope="session")
def app(config: Config) -> Flask:
    return ready(create_app(config))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def make_client(config: Config) -> Callable[..., FlaskClient]:
    """A client of an application with some settings changed, once its model answers."""

    def make(**changes: object) -> FlaskClient:
        return ready(create_app(msgspec.structs.replace(config, **changes))).test_client()

    return make


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A file as a phone would send it."""
    buffer = io.BytesIO()
    images.lesion_image((640, 480)).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


@pytest.fixture
def new_photo(photo: bytes) -> bytes:
    """One that nobody has sent yet."""
    return images.another(photo, next(_numbers))


@pytest.fixture(scope="session")
def large_photo() -> bytes:
    """Twelve megapixels."""
    buffer = io.BytesIO()
    images.lesion_image((640, 480)).resize((4000, 3000), Image.Resampling.BICUBIC).save(
        buffer, "JPEG", quality=95
    )
    return buffer.getvalue()
