"""A record in each kind of database, and records to put into it."""

from __future__ import annotations

import itertools
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from lesion.classifier import ModelInfo
from lesion.quality import Quality
from server.record.answers import Record
from server.record.database import Database, parse_url
from server.record.keeper import Keeper
from server.record.migrate import migrate
from server.record.store import Entry, Store
from tests.server.asking import until
from tools.postgres import Postgres

NOW = datetime(2026, 11, 20, 12, 30, 15, 123456, UTC)

RECORD = Record(
    id="",
    time=NOW,
    image_sha256="ab" * 32,
    width=600,
    height=450,
    quality=Quality(ok=True, sharpness=212.5, contrast=0.41, advice=None),
    probability=0.8333333333333334,
    prediction="malignant",
    operating_point="balanced",
    threshold=0.21,
    model=ModelInfo(name="mobilenet_v2", version="1.0", sha256="cd" * 32),
    triage="consult",
    note=None,
    confirmed_dx=None,
    image=None,
)
_names = itertools.count()


def make_record(**changes: object) -> Record:
    """A record of its own id."""
    return msgspec.structs.replace(RECORD, **{"id": str(uuid.uuid4()), **changes})


def entry(owner: str, image: bytes | None = None, **changes: object) -> Entry:
    record = make_record(**changes)
    return Entry(record=record, owner=owner, image=(image, "image/jpeg") if image else None)


def some(owner: str, count: int, **changes: object) -> list[Entry]:
    """Records a minute apart, the oldest first."""
    start = NOW - timedelta(minutes=count)
    return [entry(owner, **{"time": start + timedelta(minutes=i), **changes}) for i in range(count)]


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('record')}/record.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.make_database(f"record{next(_names)}")


@pytest.fixture(scope="module")
def database(address: str) -> Iterator[Database]:
    opened = Database(parse_url(address))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def store(database: Database) -> Store:
    migrate(database)
    return Store(database)


@pytest.fixture
def owner() -> str:
    """Somebody without records."""
    return f"key:test-{uuid.uuid4()}"


@pytest.fixture
def sqlite_address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/record.db"


class Tally(Counter[str]):
    """What a keeper told."""

    def __call__(self, outcome: str, count: int) -> None:
        if outcome == "waiting":
            self[outcome] = count
        else:
            self[outcome] += count


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
def keeper(store: Store, tally: Tally) -> Iterator[Keeper]:
    made = Keeper(store, tally)
    until(lambda: made._prompt)
    yield made
    made.close()
