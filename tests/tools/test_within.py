from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import within

ROOT = Path(__file__).parents[2]


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text("# nothing\n")
    return path


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Make environments that hold nothing but an interpreter, and note each."""
    made: list[Path] = []

    def build(venv: Path, _requirements: Path) -> None:
        made.append(venv)
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "bin/python").symlink_to(sys.executable)

    monkeypatch.setattr(within, "build", build)
    return made


def test_environment_is_made_once(requirements: Path, tmp_path: Path, builds: list[Path]) -> None:
    first = within.ensure(requirements, tmp_path / "cache")
    assert within.ensure(requirements, tmp_path / "cache") == first
    assert builds == [first]


def test_other_requirements_make_another_environment(
    requirements: Path, tmp_path: Path, builds: list[Path]
) -> None:
    first = within.ensure(requirements, tmp_path / "cache")
    requirements.write_text("click==8.5.1\n")
    second = within.ensure(requirements, tmp_path / "cache")
    assert builds == [first, second]
    assert first != second


def test_what_an_interruption_left_behind_is_not_used(
    requirements: Path, tmp_path: Path, builds: list[Path]
) -> None:
    venv = within.ensure(requirements, tmp_path / "cache")
    (venv / within.STAMP).unlink()
    (venv / "bin/python").unlink()
    within.ensure(requirements, tmp_path / "cache")
    assert builds == [venv, venv]


def test_environment_whose_interpreter_is_gone_is_made_again(
    requirements: Path, tmp_path: Path, builds: list[Path]
) -> None:
    venv = within.ensure(requirements, tmp_path / "cache")
    (venv / "bin/python").unlink()
    within.ensure(requirements, tmp_path / "cache")
    assert builds == [venv, venv]


def test_build_clears_what_was_there(
    requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv = tmp_path / "venv"
    venv.mkdir()
    (venv / "half-written").touch()
    monkeypatch.setattr(within, "succeeds", lambda command: True)
    within.build(venv, requirements)
    assert not (venv / "half-written").exists()
    assert (venv / "bin/pip").exists()


def test_pip_installs_where_uv_cannot(
    requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(within, "succeeds", lambda command: False)
    monkeypatch.setattr(within.subprocess, "run", lambda command, **_: ran.append([str(c) for c in command]))
    within.build(tmp_path / "venv", requirements)
    assert ran[-1][1:3] == ["-m", "pip"]
    assert ran[-1][-2:] == ["-r", str(requirements)]


def test_commands_of_the_environment_are_found_first(tmp_path: Path) -> None:
    environ = within.activated(tmp_path, {"PATH": "/usr/bin", "PYTHONHOME": "/elsewhere", "LANG": "C"})
    assert environ == {"PATH": f"{tmp_path}/bin:/usr/bin", "LANG": "C", "VIRTUAL_ENV": str(tmp_path)}


def test_cache_folder_follows_the_environment(tmp_path: Path) -> None:
    assert within.cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "lesion"
    assert within.cache_folder({}) == Path.home() / ".cache/lesion"


def test_uv_is_pinned_where_it_is_looked_for() -> None:
    first, *hashes = within.pinned("uv", ROOT / "requirements-dev.txt").splitlines()
    assert first == within.release("uv", ROOT / "requirements-dev.txt") + " \\"
    assert first.startswith("uv==")
    assert hashes
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)


@pytest.mark.parametrize("text", ["", "uv==0.13.8\n", "uvicorn==1.0 \\\n    --hash=sha256:00\n"])
def test_name_that_is_not_pinned_by_hash_is_an_error(requirements: Path, text: str) -> None:
    requirements.write_text(text)
    with pytest.raises(LookupError, match="pins no uv"):
        within.pinned("uv", requirements)


def test_a_uv_with_another_hash_is_not_installed(
    requirements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What checks the hashes of all else is compared with its own."""
    asked: list[tuple[list[str], str]] = []

    def note(command: list[str]) -> bool:
        asked.append((command, Path(command[-1]).read_text()))
        return True

    monkeypatch.setattr(within, "succeeds", note)
    monkeypatch.setattr(within.subprocess, "run", lambda *_, **__: None)
    within.build(tmp_path / "venv", requirements)
    (first, wanted), (second, _) = asked
    assert "--require-hashes" in first
    assert wanted == within.pinned("uv", ROOT / "requirements-dev.txt")
    assert "uv" in second


@pytest.mark.parametrize("arguments", [[], ["requirements.txt"]])
def test_usage_is_shown(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools/within.py", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert done.stderr.startswith("usage:")
