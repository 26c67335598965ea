"""``lesion history`` as a person calls it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lesion.cli import main
from server.record.database import Database, parse_url
from server.record.migrate import migrate
from server.record.sheet import COLUMNS
from server.record.store import Entry, Store
from tests.server.record.conftest import entry, some
from tests.server.record.test_evaluation import cases
from tools.postgres import Postgres

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, sqlite_address: str) -> Run:
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    monkeypatch.delenv("RETENTION_DAYS", raising=False)

    def call(*arguments: object, **options: str) -> Result:
        return CliRunner().invoke(main, ["history", *map(str, arguments)], prog_name="lesion", **options)

    return call


@pytest.fixture
def kept(sqlite_address: str) -> Store:
    database = Database(parse_url(sqlite_address))
    migrate(database)
    return Store(database)


def test_migrate_says_what_it_did(run: Run) -> None:
    assert run("migrate").output == "The tables are made (0001).\n"
    assert run("migrate").output == "The tables are up to date (0001).\n"


def test_an_unusable_address_is_one_sentence(run: Run) -> None:
    result = run("migrate", "--database", "mysql://host/name")
    assert result.exit_code == 1
    assert result.output.startswith("Error: DATABASE_URL cannot be used: ")


@pytest.mark.parametrize("command", [("export", "-"), ("evaluate",), ("purge", "--days", "1", "--yes")])
def test_an_address_without_a_record_is_told_and_nothing_is_made(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    result = run(*command)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: There is no record at {tmp_path}/record.db: ")
    assert not list(tmp_path.iterdir())


def test_a_database_without_tables_is_told_without_its_password(run: Run, postgres: Postgres) -> None:
    address = postgres.make_database("bare").replace("@", ":s3cret@")
    result = run("export", "-", "--database", address)
    assert result.exit_code == 1
    assert result.output.startswith("Error: There is no record at 127.0.0.1/bare: ")
    assert "s3cret" not in result.output


def test_evaluate_tells_and_writes_the_numbers(run: Run, kept: Store, tmp_path: Path) -> None:
    kept.add([Entry(record=case, owner="key:clinic", image=None) for case in cases()])
    result = run("evaluate", "--json", tmp_path / "evaluation.json")
    assert result.exit_code == 0, result.output
    assert "60 confirmed cases" in result.output
    (numbers,) = json.loads((tmp_path / "evaluation.json").read_text())
    assert numbers["n"] == 60
    assert f"AUROC {numbers['auroc']:.3f}" in result.output
    assert "60 confirmed" in run("evaluate", "--key", "clinic", "--model", "mobilenet_v2").output


def test_evaluate_asks_for_more_cases(run: Run, kept: Store) -> None:
    kept.add(some("key:clinic", 3, confirmed_dx="nv"))
    result = run("evaluate")
    assert result.exit_code == 1
    assert "30 are needed" in result.output


def test_one_case_is_told_as_one(run: Run, kept: Store) -> None:
    kept.add([entry("key:clinic", confirmed_dx="nv")])
    assert run("evaluate").output.startswith("Error: 1 confirmed case so far, and 30 are needed")


def test_a_model_without_cases_is_told_with_those_that_have_any(run: Run, kept: Store) -> None:
    kept.add([Entry(record=case, owner="key:clinic", image=None) for case in cases()])
    result = run("evaluate", "--model", "mobilnet_v2")
    assert result.exit_code == 1
    assert result.output == (
        "Error: No confirmed case is of a model mobilnet_v2; there are cases of mobilenet_v2 1.0.\n"
    )


@pytest.mark.parametrize("command", [("evaluate",), ("export", "record.csv")])
def test_a_key_without_records_is_told_with_those_that_have_any(
    run: Run, kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    kept.add([entry("browser:0123"), *some("key:practice", 2), entry("key:clinic")])
    result = run(*command, "--key", "clinc")
    assert result.exit_code == 1
    assert (
        result.output == "Error: There is no record of a key clinc; there are records of clinic, practice.\n"
    )
    assert not (tmp_path / "record.csv").exists()


def test_export_writes_every_record_and_image(run: Run, kept: Store, tmp_path: Path, photo: bytes) -> None:
    pictured = entry("key:clinic", photo, note="=1+1", confirmed_dx="bcc")
    kept.add([*some("key:practice", 3), pictured])
    result = run("export", tmp_path / "record.csv", "--images", tmp_path / "pictures")
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader((tmp_path / "record.csv").open(newline="")))
    assert tuple(rows[0]) == ("owner", *COLUMNS)
    assert len(rows) == 4
    row = next(row for row in rows if row["id"] == pictured.record.id)
    assert (row["owner"], row["note"], row["confirmed_dx"]) == ("key:clinic", "'=1+1", "bcc")
    assert float(row["probability"]) == pictured.record.probability
    assert (tmp_path / f"pictures/{pictured.record.id}.jpg").read_bytes() == photo
    assert len(list(csv.DictReader(run("export", "-", "--key", "practice").stdout.splitlines()))) == 3


def test_purge_deletes_what_is_old_once_it_is_confirmed(run: Run, kept: Store) -> None:
    now = datetime.now(UTC)
    kept.add([entry("key:clinic", time=now - timedelta(days=days)) for days in (1, 50, 400)])
    assert run("purge", "--days", 365, input="n\n").exit_code == 1
    assert "1 record deleted." in run("purge", "--days", 365, input="y\n").output
    assert run("purge", "--days", 30, "--yes").output == "1 record deleted.\n"
    assert run("purge", "--yes").exit_code == 2
    assert run("purge", "--days", 0, "--yes").output == "1 record deleted.\n"
    assert run("purge", "--days", 0, "--yes").output == "0 records deleted.\n"
