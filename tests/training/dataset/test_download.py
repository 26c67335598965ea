from __future__ import annotations

import csv
import hashlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lesion.archive import Archive
from lesion.errors import ArchiveError, DataError
from tests.isic_server import IsicServer, StoredImage, serving
from training.dataset.download import COLLECTIONS, Outcome, download, fetch

NEVUS = {
    "diagnosis_1": "Benign",
    "diagnosis_2": "Benign melanocytic proliferations",
    "diagnosis_3": "Nevus",
    "diagnosis_confirm_type": "serial imaging showing no change",
    "lesion_id": "IL_0000001",
    "age_approx": 45,
    "sex": "female",
    "anatom_site_general": "posterior torso",
}
IMAGES = [
    StoredImage(
        "ISIC_0024306",
        NEVUS,
        frozenset({66}),
        "CC-BY-NC",
        "ViDIR Group, Department of Dermatology, Medical University of Vienna",
    ),
    StoredImage("ISIC_0024307", {"diagnosis": "pigmented benign keratosis"}, frozenset({66})),
    StoredImage("ISIC_0024308", {"diagnosis_1": "Indeterminate", "diagnosis_3": "Odd"}, frozenset({66})),
    StoredImage("ISIC_0000001", {"diagnosis": "seborrheic keratosis"}, frozenset({60})),
    StoredImage("ISIC_0000002", {"diagnosis_3": "Melanoma, NOS", "diagnosis": "melanoma"}, frozenset({71})),
    StoredImage("ISIC_0000003", {"diagnosis": "nevus", "sex": None}, frozenset({69})),
]


@pytest.fixture
def server() -> Iterator[IsicServer]:
    with serving(IMAGES) as server:
        yield server


def run(server: IsicServer, folder: Path, dataset: str = "ham10000", *options: str) -> Result:
    arguments = [dataset, "--to", str(folder), "--base-url", server.base_url, *options]
    return CliRunner().invoke(download, arguments)


def table(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "metadata.csv").open(newline="", encoding="utf-8") as stream:
        return {row["image_id"]: row for row in csv.DictReader(stream)}


def files_asked_for(server: IsicServer) -> int:
    return sum(path.startswith("/files/") for path in server.requests)


def test_the_whole_data_set_comes_with_its_metadata(server: IsicServer, tmp_path: Path) -> None:
    result = run(server, tmp_path)
    assert result.exit_code == 0, result.output
    assert "3 images (3 new): 1 bkl, 1 nv." in result.output
    row = table(tmp_path)["ISIC_0024306"]
    assert row == {
        "image_id": "ISIC_0024306",
        "lesion_id": "IL_0000001",
        "dx": "nv",
        "dx_type": "follow_up",
        "age": "45",
        "sex": "female",
        "localization": "posterior torso",
        "split": "",
        "diagnosis": "Nevus",
        "licence": "CC-BY-NC",
        "attribution": "ViDIR Group, Department of Dermatology, Medical University of Vienna",
        "sha256": hashlib.sha256(IMAGES[0].data).hexdigest(),
    }
    assert (tmp_path / "images" / "ISIC_0024306.jpg").read_bytes() == IMAGES[0].data


def test_unknown_diagnoses_are_kept_counted_and_have_no_code(server: IsicServer, tmp_path: Path) -> None:
    result = run(server, tmp_path)
    assert "1 images have a diagnosis that is none of the known ones" in result.output
    assert table(tmp_path)["ISIC_0024308"]["dx"] == ""
    assert table(tmp_path)["ISIC_0024308"]["diagnosis"] == "Odd"


def test_isic2017_keeps_its_parts(server: IsicServer, tmp_path: Path) -> None:
    assert run(server, tmp_path, "isic2017").exit_code == 0
    found = {row["image_id"]: (row["split"], row["dx"], row["sex"]) for row in table(tmp_path).values()}
    assert found == {
        "ISIC_0000001": ("train", "seborrheic_keratosis", "unknown"),
        "ISIC_0000002": ("val", "mel", "unknown"),
        "ISIC_0000003": ("test", "nv", "unknown"),
    }


def test_the_folder_is_good_for_training(server: IsicServer, tmp_path: Path) -> None:
    data = pytest.importorskip("training.dataset.data")
    run(server, tmp_path)
    frame = data.read_folders([tmp_path])
    assert sorted(frame["image_id"]) == ["ISIC_0024306", "ISIC_0024307"]
    assert list(frame["lesion_id"]) == ["IL_0000001", "ISIC_0024307"]


def test_limit_and_collections_can_be_chosen(server: IsicServer, tmp_path: Path) -> None:
    run(server, tmp_path, "ham10000", "--collections", "60,71", "--limit", "1")
    assert list(table(tmp_path)) == ["ISIC_0000001"]


def test_a_second_run_fetches_nothing_again(server: IsicServer, tmp_path: Path) -> None:
    run(server, tmp_path)
    before = files_asked_for(server)
    result = run(server, tmp_path)
    assert "(0 new)" in result.output
    assert files_asked_for(server) == before


def test_a_file_that_was_altered_is_fetched_again(server: IsicServer, tmp_path: Path) -> None:
    run(server, tmp_path)
    photo = tmp_path / "images" / "ISIC_0024307.jpg"
    photo.write_bytes(b"damaged")
    assert "(1 new)" in run(server, tmp_path).output
    assert photo.read_bytes() == IMAGES[1].data


def test_a_longer_limit_later_adds_to_what_is_there(server: IsicServer, tmp_path: Path) -> None:
    run(server, tmp_path, "ham10000", "--limit", "1")
    assert "3 images (2 new)" in run(server, tmp_path).output


def heed_interrupts() -> None:
    """A shell makes what it starts in the background deaf to interrupts, and that is inherited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_interrupted_runs_keep_what_they_have(server: IsicServer, tmp_path: Path) -> None:
    many = [StoredImage(f"ISIC_{n:07d}", NEVUS, frozenset({66})) for n in range(40)]
    server.images = {image.isic_id: image for image in many}
    server.troubles.delay = 0.2
    command = [sys.executable, "-m", "training", "download", "ham10000", "--to", str(tmp_path)]
    with subprocess.Popen(
        [*command, "--base-url", server.base_url, "--workers", "1"],
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
        preexec_fn=heed_interrupts,
    ) as process:
        while files_asked_for(server) < 5 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 1
    assert "Traceback" not in errors
    server.troubles.delay = 0
    held = table(tmp_path)
    assert 0 < len(held) < len(many)
    assert run(server, tmp_path).exit_code == 0
    assert len(table(tmp_path)) == len(many)


def test_one_failing_image_does_not_stop_the_others(server: IsicServer, tmp_path: Path) -> None:
    with Archive(server.base_url, attempts=1) as archive:
        server.troubles.cut = 1
        outcome = fetch(archive, COLLECTIONS["ham10000"], tmp_path, workers=1)
    assert list(outcome.failed) == ["ISIC_0024306"]
    assert len(outcome.fetched) == 2
    assert "ISIC_0024306" not in table(tmp_path)


def test_image_after_image_failing_ends_the_run(server: IsicServer, tmp_path: Path) -> None:
    server.images = {
        image.isic_id: image
        for image in (StoredImage(f"ISIC_{n:07d}", NEVUS, frozenset({66})) for n in range(40))
    }
    server.troubles.cut = 1000
    with Archive(server.base_url, attempts=1) as archive, pytest.raises(ArchiveError, match="ISIC_0000007"):
        fetch(archive, COLLECTIONS["ham10000"], tmp_path, workers=1)


def test_failures_are_named_and_change_the_exit_status(
    server: IsicServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> Outcome:
        return Outcome(failed={"ISIC_0024306": "no connection"})

    monkeypatch.setattr("training.dataset.download.fetch", failing)
    result = run(server, tmp_path)
    assert result.exit_code == 1
    assert "ISIC_0024306: no connection" in result.output


def test_a_metadata_file_of_other_origin_is_not_overwritten(server: IsicServer, tmp_path: Path) -> None:
    (tmp_path / "metadata.csv").write_text("image_id,dx\nISIC_1,nv\n")
    with Archive(server.base_url) as archive, pytest.raises(DataError, match="another folder"):
        fetch(archive, COLLECTIONS["ham10000"], tmp_path)
    assert (tmp_path / "metadata.csv").read_text() == "image_id,dx\nISIC_1,nv\n"


def test_a_folder_that_cannot_be_written_is_named(server: IsicServer, tmp_path: Path) -> None:
    (tmp_path / "images").write_text("in the way")
    result = run(server, tmp_path)
    assert result.exit_code == 1
    assert "Choose another with --to" in result.output
    assert "Traceback" not in result.output
