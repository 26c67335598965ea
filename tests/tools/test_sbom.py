from __future__ import annotations

import json
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from lesion.bundle import find_bundles
from tests.test_requirements import ROOT, pins
from tools.sbom import bill


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return bill()


def of_kind(document: dict[str, Any], kind: str, prefix: str = "") -> dict[str, dict[str, Any]]:
    return {
        one["name"]: one
        for one in document["components"]
        if one["type"] == kind and one.get("purl", "").startswith(prefix)
    }


def test_it_is_valid_cyclonedx(document: dict[str, Any]) -> None:
    version = SchemaVersion.from_version(document["specVersion"])
    assert JsonStrictValidator(version).validate_str(json.dumps(document)) is None


def test_every_package_of_the_container_is_listed_with_its_hashes(document: dict[str, Any]) -> None:
    packages = of_kind(document, "library", "pkg:pypi/")
    assert {name: one["version"] for name, one in packages.items()} == pins(ROOT / "requirements-server.txt")
    assert all(one["externalReferences"][0]["hashes"] for one in packages.values())


def test_every_library_of_the_page_is_listed_with_its_files(document: dict[str, Any]) -> None:
    libraries = of_kind(document, "library", "pkg:npm/")
    folders = {path.name for path in (ROOT / "frontend/vendor").iterdir() if path.is_dir()}
    files = [file["name"] for one in libraries.values() for file in one["components"]]
    assert {name.split("/")[0] for name in files} == folders
    assert all((ROOT / "frontend/vendor" / name).is_file() for name in files)


def test_every_model_is_listed_with_all_its_files(document: dict[str, Any]) -> None:
    models = of_kind(document, "machine-learning-model")
    bundles = find_bundles(ROOT / "models")
    assert set(models) == set(bundles)
    for name, bundle in bundles.items():
        listed = {file["name"]: file["hashes"][0]["content"] for file in models[name]["components"]}
        copied = {file: digest for file, digest in bundle.manifest.files.items() if file != "model.pkl"}
        assert listed == {f"{name}/{file}": digest for file, digest in copied.items()}
        assert models[name]["hashes"] == [{"alg": "SHA-256", "content": copied[bundle.manifest.graph]}]
    assert "densenet161/weights.safetensors" in str(models["densenet161"]["components"])


def test_the_same_tree_gives_the_same_document(document: dict[str, Any]) -> None:
    assert bill() == document
