"""``lesion keys`` as people use it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lesion.cli import main
from lesion.keys import holder_of, parse_keys


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["keys", *arguments])


def test_a_key_is_added_listed_and_removed(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    added = run("add", "clinic", "--file", str(file), "--limit", "600/minute")
    assert added.exit_code == 0, added.output
    assert run("add", "lab", "--file", str(file)).exit_code == 0
    secret = added.stdout.strip()
    keys = parse_keys(file.read_text())
    assert [key.name for key in keys] == ["clinic", "lab"]
    found = holder_of(secret, keys)
    assert found
    assert found.limit == "600/minute"
    assert secret not in file.read_text()
    listed = run("list", "--file", str(file)).stdout.split()
    assert listed == ["clinic", "600/minute", "lab", "RATE_LIMIT"]
    assert run("remove", "clinic", "--file", str(file)).exit_code == 0
    assert holder_of(secret, parse_keys(file.read_text())) is None


def test_the_file_is_nobody_else_s_to_read(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    run("add", "clinic", "--file", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_without_a_file_the_entry_is_told_beside_the_key() -> None:
    added = run("add", "clinic")
    secret = added.stdout.strip()
    entry = next(line for line in added.stderr.splitlines() if line.startswith("clinic:"))
    assert holder_of(secret, parse_keys(entry))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "Clinic"), "cannot name a key"),
        (("add", "clinic", "--limit", "often"), "not a limit"),
        (("add", "clinic", "--limit", ""), "not a limit"),
        (("remove", "nobody"), "no key named nobody"),
        (("add", "first"), "named first already"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    file = tmp_path / "keys.txt"
    run("add", "first", "--file", str(file))
    before = file.read_text()
    answer = run(*arguments, "--file", str(file))
    assert answer.exit_code == 1
    assert told in answer.stderr
    assert file.read_text() == before


def test_a_file_that_is_no_list_of_keys_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear colleague")
    assert run("add", "clinic", "--file", str(file)).exit_code == 1
    assert file.read_text() == "Dear colleague"
