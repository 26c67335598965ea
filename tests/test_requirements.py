"""pyproject.toml, the pinned requirements, what the code imports and docs/dependencies.md agree."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.compile_requirements import TARGETS, compile_all

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OTHERS = ROOT / "benchmarks/servers"
OWN = {"lesion", "server", "training", "benchmarks", "tools", "tests"}
DECLARED = {
    "server": PROJECT["dependencies"],
    **PROJECT["optional-dependencies"],
}
NOT_IMPORTED = {
    "onnxscript",  # torch's exporter imports it
    "python-json-logger",  # the logging configuration names its class
    "redis",  # limits imports it where an address asks for it
    "cyclonedx-bom",  # tools.sbom calls its command
    *("pandas-stubs", "types-psutil", "types-tqdm"),
    *("mypy", "pre-commit", "pytest-timeout", "ruff", "uv"),
}


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def pins(path: Path) -> dict[str, str]:
    lines = [line.split("#")[0].strip(" \\") for line in path.read_text().splitlines()]
    lines = [line for line in lines if not line.startswith("--hash=")]
    parsed = [Requirement(line) for line in lines if line]
    return {canonicalize_name(item.name): str(item.specifier).removeprefix("==") for item in parsed}


@cache
def distributions() -> dict[str, str]:
    """The installed distribution that each importable module comes from."""
    return {module: canonicalize_name(found[0]) for module, found in packages_distributions().items()}


def imported(*folders: str) -> set[str]:
    """Distributions that these folders import; the servers of others have environments of their own."""
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return imported_by(*(path for path in paths if path.parent != OTHERS))


def imported_by(*paths: Path) -> set[str]:
    """Distributions that these modules import."""
    modules = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
                modules.add(ast.literal_eval(node.args[0]).split(".")[0])
    outside = modules - OWN - set(sys.stdlib_module_names) - {"conftest"}
    return {distributions().get(module, canonicalize_name(module)) for module in outside}


@pytest.mark.parametrize(
    ("target", "groups"),
    [
        ("requirements-server.txt", ("server", "record", "redis")),
        ("requirements.txt", ("server", "record", "redis", "training")),
        ("requirements-dev.txt", ("server", "record", "redis", "training", "dev")),
    ],
)
def test_each_dependency_is_pinned_within_its_bounds(target: str, groups: tuple[str, ...]) -> None:
    pinned = pins(ROOT / target)
    for line in (line for group in groups for line in DECLARED[group]):
        requirement = Requirement(line)
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), line


def test_a_package_has_one_version_in_all_files() -> None:
    everything = pins(ROOT / "requirements-dev.txt")
    for target in TARGETS:
        assert pins(ROOT / target).items() <= everything.items()


@pytest.mark.parametrize("target", TARGETS)
def test_every_file_to_install_is_known_by_its_hash(target: str) -> None:
    text = (ROOT / target).read_text()
    entries = re.findall(r"^[a-z0-9][^\n]*(?:\n    --hash=[^\n]*)*", text, re.MULTILINE)
    assert len(entries) == len(pins(ROOT / target))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)


def test_the_container_installs_neither_torch_nor_fastai() -> None:
    assert (
        not {"torch", "torchvision", "fastai", "captum", "pandas"}
        & pins(ROOT / "requirements-server.txt").keys()
    )


def test_requirements_are_what_pyproject_compiles_to(tmp_path: Path) -> None:
    for name in ("pyproject.toml", *TARGETS):
        shutil.copy(ROOT / name, tmp_path)
    try:
        compile_all(tmp_path)
    except subprocess.CalledProcessError:
        pytest.skip("the index of packages cannot be reached")
    for name in TARGETS:
        assert (tmp_path / name).read_text() == (ROOT / name).read_text(), "run `make requirements`"


def test_what_serving_imports_is_declared_for_serving() -> None:
    assert imported("lesion", "server") <= names(DECLARED["server"]) | names(DECLARED["record"]) | {
        "captum",
        "fastai",
        "onnx",
        "torch",
        "torchvision",
    }


def test_what_training_imports_is_declared() -> None:
    assert imported("training") <= names(DECLARED["server"]) | names(DECLARED["training"])


def test_what_tests_import_is_declared() -> None:
    everything = set().union(*(names(lines) for lines in DECLARED.values()))
    assert imported("tests", "benchmarks", "tools") <= everything | {"packaging", "openvino"}


@pytest.mark.parametrize("path", sorted(OTHERS.glob("*.txt")), ids=lambda path: path.stem)
def test_what_a_server_of_others_imports_is_in_its_requirements(path: Path) -> None:
    modules = [path.with_suffix(".py")]
    if "Network" in modules[0].read_text():
        modules.append(OTHERS / "network.py")
    assert imported_by(*modules) <= pins(path).keys()


def test_what_is_declared_is_used() -> None:
    everything = set().union(*(names(lines) for lines in DECLARED.values()))
    assert (
        everything - imported("lesion", "server", "training", "tests", "benchmarks", "tools") <= NOT_IMPORTED
    )


@pytest.mark.parametrize(
    ("heading", "group"),
    [
        ("Serving", "server"),
        ("Record", "record"),
        ("Shared limits", "redis"),
        ("Training", "training"),
        ("Development", "dev"),
    ],
)
def test_each_dependency_has_its_reason(heading: str, group: str) -> None:
    page = (ROOT / "docs/dependencies.md").read_text()
    section = page.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([a-z0-9-]+) \| .{6,}\|$", section, re.MULTILINE)
    assert {canonicalize_name(name) for name in rows if name != "package"} == names(DECLARED[group])
