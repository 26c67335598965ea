"""The way to save the record of Compose's database and the way back, as the documentation tells them."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

from sqlalchemy import text

from server.record.asked import Period
from server.record.database import Database, parse_url
from server.record.migrate import migrate
from server.record.store import Store
from server.record.tables import VERSION_TABLE
from tests.server.record.conftest import entry
from tools.postgres import Postgres, programs

ROOT = Path(__file__).parents[3]


def command(program: str) -> list[str]:
    """What the documentation has the database's container run."""
    page = (ROOT / "docs/deployment.md").read_text()
    line = rf"^docker compose exec -T database ({program} .*) [<>] record\.sql$"
    (found,) = re.findall(line, page, re.MULTILINE)
    _, *arguments = shlex.split(found)
    return [str(programs() / program), *arguments]


def test_what_was_saved_takes_the_place_of_what_is_there(postgres: Postgres, owner: str) -> None:
    environ = {**os.environ, "PGHOST": "127.0.0.1", "PGPORT": str(postgres.port)}
    database = Database(parse_url(postgres.make_database("lesion")))
    store, added = Store(database), entry(owner, b"picture", note="left arm")
    migrate(database)
    store.add([added])
    kept = store.find(owner, added.record.id)
    saved = subprocess.run(command("pg_dump"), env=environ, capture_output=True, check=True).stdout

    def back() -> None:
        subprocess.run(command("psql"), env=environ, input=saved, check=True)
        assert store.find(owner, kept.id) == kept
        assert store.image(owner, kept.id) == (b"picture", "image/jpeg")
        assert store.page(owner, Period(), 1, 1).total == 1

    store.delete_all(owner)
    store.add([entry(owner)])  # since a server that starts makes its tables
    back()
    with database.transaction(writes=True) as connection:
        for table in ("lesion_images", "lesion_predictions", VERSION_TABLE):
            connection.execute(text(f"DROP TABLE {table}"))
    back()
    assert migrate(database)[0] == migrate(database)[1]
    database.close()
