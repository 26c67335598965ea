"""What is vendored is what its record says, and the page needs nothing else."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.frontend.browsing import ROOT

FRONTEND = ROOT / "frontend"
RECORDS = [FRONTEND / "vendor/VENDORED.json", ROOT / "tests/frontend/vendor/VENDORED.json"]
OWN = [path for path in FRONTEND.rglob("*") if path.suffix in {".js", ".css", ".html", ".webmanifest"}]
OWN = [path for path in OWN if "vendor" not in path.parts]
# A namespace is a name, not an address that anybody asks.
NAMESPACES = ("http://www.w3.org/",)


def packages() -> list[tuple[Path, dict[str, object]]]:
    return [(record.parent, package) for record in RECORDS for package in json.loads(record.read_text())]


@pytest.mark.parametrize(
    ("folder", "package"), packages(), ids=lambda value: getattr(value, "get", str)("package")
)
def test_vendored_files_are_those_recorded(folder: Path, package: dict[str, object]) -> None:
    home = folder / str(package["folder"])
    assert home.name.endswith(f"-{package['version']}"), "a cached file must not outlive its version"
    recorded = {name: entry["sha256"] for name, entry in package["files"].items()}  # type: ignore[attr-defined]
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in home.iterdir()}
    assert found == recorded
    assert any(name.startswith("LICENSE") for name in found)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.parts[-3])
def test_every_vendored_folder_is_recorded(record: Path) -> None:
    folders = {path.name for path in record.parent.iterdir() if path.is_dir()}
    assert folders == {package["folder"] for package in json.loads(record.read_text())}


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_files_name_no_other_origin(path: Path) -> None:
    urls = re.findall(r"(?:https?:)?//[\w.-]+\.\w+/?", path.read_text())
    assert [url for url in urls if not url.startswith(NAMESPACES)] == []


def test_page_has_no_inline_script_or_style() -> None:
    text = (FRONTEND / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text) == []


def test_every_file_that_the_page_names_exists() -> None:
    names = re.findall(r'(?:src|href)="/static/([^"]+)"', (FRONTEND / "index.html").read_text())
    assert [name for name in names if not (FRONTEND / name).is_file()] == []


def test_page_preloads_exactly_the_modules_that_it_imports() -> None:
    preloaded = re.findall(
        r'rel="modulepreload" href="/static/([^"]+)"', (FRONTEND / "index.html").read_text()
    )
    assert sorted(preloaded) == sorted(path.relative_to(FRONTEND).as_posix() for path in imported("app.js"))


def imported(entry: str) -> set[Path]:
    """Return the module `entry` of the page with all that it imports, directly or not."""
    found: set[Path] = set()
    waiting = [FRONTEND / entry]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        if "vendor" not in path.parts:
            names = re.findall(r'from\s+"(\.[^"]+)"', path.read_text())
            waiting += [(path.parent / name).resolve() for name in names]
    return found
