"""Which packages may know which, asked of a fresh interpreter that looks at what it has loaded."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAB = {
    "torch",
    "torchvision",
    "fastai",
    "pandas",
    "sklearn",
    "skimage",
    "scipy",
    "matplotlib",
    "onnx",
    "training",
}
WEB = {"flask", "flask_cors", "gunicorn", "werkzeug", "server"}
NETWORK = {"httpx", "httpcore", "requests", "aiohttp", "urllib3"}
RUNTIME = {"onnxruntime"}
RECORD = {"sqlalchemy", "alembic", "psycopg"}

FORBIDDEN = [
    ("lesion", LAB | WEB | NETWORK | RUNTIME | {"numpy", "PIL", "msgspec", "click"}),
    ("lesion.classifier", LAB | WEB | NETWORK | RUNTIME),
    ("lesion.batch", LAB | WEB | NETWORK | RUNTIME),
    ("lesion.samples", LAB | WEB | NETWORK | RUNTIME),
    ("lesion.explain", LAB | WEB | NETWORK | RUNTIME | {"lime", "captum"}),
    ("lesion.measures.blocks", LAB | WEB | NETWORK | RUNTIME),
    ("lesion.drawings", LAB | WEB | NETWORK | RUNTIME),
    ("lesion.cli", LAB | WEB | NETWORK | RUNTIME | {"numpy", "PIL"}),
    ("lesion.commands.classify", LAB | WEB | NETWORK | RUNTIME),
    ("lesion.commands.serve", LAB | WEB | NETWORK | RUNTIME),
    ("lesion.archive", LAB | WEB | RUNTIME),
    ("server", LAB | NETWORK),
    ("server.app", LAB | NETWORK | RECORD),
    ("server.record.commands", LAB | WEB - {"server"} | NETWORK | RUNTIME | RECORD),
    ("training", WEB | RUNTIME),
    ("training.__main__", LAB - {"training"} | WEB | RUNTIME),
    ("training.dataset.download", LAB - {"training"} | WEB | RUNTIME),
]


def python(program: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    return run.stdout


@pytest.mark.parametrize(("module", "forbidden"), FORBIDDEN, ids=[module for module, _ in FORBIDDEN])
def test_importing_a_module_does_not_load(module: str, forbidden: set[str]) -> None:
    loaded = python(
        f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    ).split()
    assert set(loaded) & forbidden == set()


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("module", modules("lesion"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_core_names_neither_server_nor_lab(module: Path) -> None:
    lines = [line.strip() for line in module.read_text(encoding="utf-8").splitlines()]
    above = ("import server", "from server", "import training", "from training")
    assert not [line for line in lines if line.startswith(above)]


@pytest.mark.parametrize("module", modules("server"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_server_does_not_name_the_lab(module: Path) -> None:
    lines = module.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.strip().startswith(("import training", "from training"))]


LAYERS = (
    "dataset",
    "nets",
    "evidence",
    "auditing",
    "report",
    "explaining",
    "learning",
    "bundling",
    "comparison",
    "sweeping",
)
"""The packages of the lab: each may use those before it."""


@pytest.mark.parametrize("package", LAYERS)
def test_a_package_of_the_lab_uses_those_before_it_alone(package: str) -> None:
    later = LAYERS[LAYERS.index(package) + 1 :]
    named = {
        name
        for module in modules(f"training/{package}")
        for name in re.findall(r"^\s*(?:from|import) training\.(\w+)", module.read_text("utf-8"), re.M)
    }
    assert named.isdisjoint(later)


def test_every_package_of_the_lab_has_its_layer() -> None:
    assert {path.parent.name for path in (ROOT / "training").glob("*/__init__.py")} == set(LAYERS)


def test_one_module_opens_connections() -> None:
    users = [
        module.relative_to(ROOT).as_posix()
        for package in ("lesion", "server", "training")
        for module in modules(package)
        if "import httpx" in module.read_text(encoding="utf-8")
    ]
    assert users == ["lesion/archive.py", "lesion/patience.py"]


@pytest.mark.parametrize("module", ["lesion", "lesion.classifier"])
def test_importing_the_core_takes_less_than_half_a_second(module: str) -> None:
    program = f"import time; start = time.process_time(); import {module}; print(time.process_time() - start)"
    assert min(float(python(program)) for _ in range(3)) < 0.5
