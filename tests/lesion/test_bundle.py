from __future__ import annotations

from pathlib import Path

import pytest

from lesion.bundle import Bundle, find_bundles, save
from lesion.errors import BundleNotFound, HashMismatch
from tests.lesion.manifests import manifest


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    folder = tmp_path / "small"
    (folder / "report").mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"weights")
    (folder / "metrics.json").write_text('{"auroc": 0.9}')
    (folder / "report" / "roc.svg").write_text("<svg/>")
    return save(Bundle(folder, manifest()))


def test_saving_hashes_every_file_but_the_manifest(bundle: Bundle) -> None:
    assert sorted(bundle.manifest.files) == ["metrics.json", "model.onnx", "report/roc.svg"]
    assert Bundle.load(bundle.path) == bundle
    assert bundle.verify() == []


def test_a_file_is_handed_out_after_its_hash_was_compared(bundle: Bundle) -> None:
    assert bundle.file("model.onnx").read_bytes() == b"weights"
    assert bundle.metrics() == {"auroc": 0.9}


def test_a_file_altered_by_one_byte_is_refused(bundle: Bundle) -> None:
    (bundle.path / "model.onnx").write_bytes(b"weightz")
    with pytest.raises(HashMismatch, match=r"model\.onnx"):
        bundle.file("model.onnx")
    assert len(bundle.verify()) == 1


def test_a_missing_and_an_unlisted_file_are_refused(bundle: Bundle) -> None:
    (bundle.path / "model.onnx").unlink()
    with pytest.raises(HashMismatch, match="missing"):
        bundle.file("model.onnx")
    with pytest.raises(HashMismatch, match="not listed"):
        bundle.file("../../etc/passwd")


def test_no_bundle_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFound, match=r"manifest\.json"):
        Bundle.load(tmp_path / "nothing")


def test_bundles_are_found_by_folder_name(bundle: Bundle) -> None:
    assert find_bundles(bundle.path.parent) == {"small": bundle}
