from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from lesion import advice
from lesion.bundle import Bundle
from lesion.cli import COMMANDS, main
from lesion.explain.words import sentence
from lesion.labels import DISCLAIMER
from lesion.manifest import write_manifest
from lesion.samples import listed_samples
from server.config import Config
from tests import golden
from tests.isic_server import StoredImage, serving
from tests.lesion.manifests import manifest

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "mobilenet_v2"
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Call the program as a person does, in an empty folder; an error it does not name fails the test."""
    for field in msgspec.structs.fields(Config):
        monkeypatch.delenv(field.encode_name, raising=False)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def call(*arguments: object) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="lesion")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    return call


@pytest.fixture
def photos(tmp_path: Path, drawing_bytes: bytes) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("one.jpg", "three.jpg"):
        (folder / name).write_bytes(drawing_bytes)
    (folder / "two.jpg").write_bytes(b"no image at all")
    return folder


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder with one bundle that was not evaluated, one that was, and one that is broken."""
    root = tmp_path / "models"
    point = manifest().operating_points[0]
    unmeasured = msgspec.structs.replace(point, sensitivity=None, specificity=None)
    for name, content in {
        "fresh": write_manifest(manifest(name="fresh", operating_points=(unmeasured,))),
        "mobilenet_v2": write_manifest(manifest(name="mobilenet_v2", files={"model.onnx": "0" * 64})),
        "torn": b"{",
    }.items():
        (root / name).mkdir(parents=True)
        (root / name / "manifest.json").write_bytes(content)
    for module in ("classify", "models", "serve"):
        monkeypatch.setattr(f"lesion.commands.{module}.models_dir", lambda: root)
    return root


def every_command(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from every_command(inner, (*path, name))


@pytest.mark.parametrize("path", list(every_command(main, ())), ids=" ".join)
def test_help_of_each_command_shows_an_example(run: Run, path: tuple[str, ...]) -> None:
    result = run(*path, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"lesion {' '.join(path)}".strip() in result.output


def test_the_version_is_told(run: Run) -> None:
    assert "lesion, version 0." in run("--version").output


def test_an_unknown_command_is_wrong_usage(run: Run) -> None:
    assert run("judge").exit_code == 2


# classify


def test_a_table_is_for_people_and_the_disclaimer_goes_to_stderr(run: Run, photos: Path) -> None:
    result = run("classify", photos)
    assert result.exit_code == 0
    header, *rows = result.stdout.splitlines()
    assert header.split() == [
        "path",
        "prediction",
        "probability",
        "threshold",
        "likeliest",
        "quality",
        "triage",
    ]
    assert [Path(row.split("  ")[0]).name for row in rows] == ["one.jpg", "three.jpg", "two.jpg"]
    assert "not an image" in rows[2]
    assert DISCLAIMER in result.stderr
    assert DISCLAIMER not in result.stdout
    assert "Judged 2 of 3 by" in result.stderr
    assert "0 unlike what it knows" in result.stderr


def test_below_a_table_stands_once_what_each_level_means(run: Run, photos: Path) -> None:
    row = json.loads(run("classify", photos / "one.jpg", "--json").stdout)
    told = f"{row['triage']}: {row['message']}\n"
    result = run("classify", photos)
    assert result.stderr.count(told) == 1  # of two pictures that are the same
    assert row["message"] not in result.stdout
    for options in (("--json",), ("--csv", "results.csv")):  # whose rows have it
        assert row["message"] not in run("classify", photos, *options).stderr


def test_the_mildest_row_says_what_is_missed_and_when_to_see_a_doctor(run: Run, photos: Path) -> None:
    options = ("--threshold", 0.999)
    row = json.loads(run("classify", photos / "one.jpg", "--json", *options).stdout)
    assert row["triage"] == "routine"
    assert "of 100 malignant lesions in its test" in row["message"]
    assert row["message"].endswith(advice.SEE_A_DOCTOR)
    assert row["message"] in run("classify", photos / "one.jpg", *options).stderr


def test_csv_has_one_row_an_image_in_order(run: Run, photos: Path) -> None:
    result = run("classify", photos / "two.jpg", photos / "one.jpg", "--csv", "results.csv")
    assert result.exit_code == 0
    assert result.stdout == ""
    with Path("results.csv").open(newline="", encoding="utf-8") as stream:
        bad, good = csv.DictReader(stream)
    assert (bad["path"], good["path"]) == (str(photos / "two.jpg"), str(photos / "one.jpg"))
    assert bad["error"]
    assert not bad["probability"]
    assert good["prediction"] in ("benign", "malignant")
    shares = [float(value) for key, value in good.items() if key.startswith("p_")]
    assert len(shares) == 7
    assert sum(shares) == pytest.approx(1, abs=1e-4)
    assert float(good["probability"]) == pytest.approx(
        sum(float(good[f"p_{dx}"]) for dx in ("akiec", "bcc", "mel")), abs=1e-4
    )


def test_a_picture_of_something_else_is_a_row_that_says_so(run: Run, tmp_path: Path) -> None:
    Image.effect_noise((300, 300), 80).convert("RGB").save(tmp_path / "noise.png")
    result = run("classify", tmp_path / "noise.png", "--csv", "-")
    [row] = csv.DictReader(io.StringIO(result.stdout))
    assert (row["in_distribution"], row["triage"]) == ("false", "unsure")
    assert row["probability"]
    assert row["diagnosis_set"].split()
    assert "1 unlike what it knows" in result.stderr


def test_csv_can_go_to_the_standard_output(run: Run, photos: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("classify", photos, "--csv", "-").stdout)))
    assert len(rows) == 3


def test_json_is_one_object_a_line(run: Run, photos: Path) -> None:
    rows = [json.loads(line) for line in run("classify", photos, "--json").stdout.splitlines()]
    assert [bool(row["error"]) for row in rows] == [False, False, True]
    assert rows[0]["triage"] in ("retake", "unsure", "consult", "routine")
    assert rows[0]["quality_ok"] is True
    assert rows[2]["probability"] is None


def test_csv_and_json_together_give_both(run: Run, photos: Path) -> None:
    result = run("classify", photos, "--json", "--csv", "results.csv")
    assert len(result.stdout.splitlines()) == 3
    assert len(Path("results.csv").read_text().splitlines()) == 4


def test_each_operating_point_gives_its_threshold(run: Run, photos: Path) -> None:
    for point in Bundle.load(MODEL).manifest.operating_points:
        result = run("classify", photos / "one.jpg", "--json", "--operating-point", point.name)
        row = json.loads(result.stdout)
        assert row["threshold"] == pytest.approx(point.threshold, abs=1e-6)
        assert row["prediction"] == ("malignant" if row["probability"] >= point.threshold else "benign")


def test_the_number_of_threads_changes_nothing(run: Run, photos: Path) -> None:
    outputs = {run("classify", photos, "--csv", "-", "--threads", n).stdout for n in (1, 3)}
    assert len(outputs) == 1


def test_explanations_are_written_where_they_are_wanted(run: Run, photos: Path) -> None:
    result = run("classify", photos / "one.jpg", "--json", "--explain", "cam", "--explain-dir", "a/b")
    picture = Path(json.loads(result.stdout)["explanation"])
    assert picture == Path("a/b/00001-one-malignant-cam.jpg")
    assert picture.read_bytes().startswith(b"\xff\xd8")


def test_how_far_a_method_can_be_trusted_is_said_beside_its_pictures(run: Run, photos: Path) -> None:
    result = run("classify", photos / "one.jpg", "--explain", "occlusion", "--explain-dir", "a")
    assert sentence("occlusion", Bundle.load(golden.MODEL).metrics()) in result.stderr


def test_another_method_explains_another_target(run: Run, photos: Path) -> None:
    result = run("classify", photos / "one.jpg", "--csv", "-", "--explain", "occlusion", "--target", "mel")
    assert "explanations/00001-one-mel-occlusion.jpg" in result.stdout
    assert Path("explanations/00001-one-mel-occlusion.jpg").is_file()


def test_without_explain_nothing_is_drawn(run: Run, photos: Path) -> None:
    assert "explanation" not in json.loads(run("classify", photos / "one.jpg", "--json").stdout)
    assert not list(Path.cwd().iterdir())


def test_if_no_image_was_judged_the_status_is_one(run: Run, photos: Path) -> None:
    result = run("classify", photos / "two.jpg", "absent.jpg")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 3
    assert "Judged 0 of 2 by" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["classify"], 2, "Missing argument"),
        (["classify", "{photos}", "--model", "unheard-of"], 2, "There is no model 'unheard-of'"),
        (["classify", "{photos}", "--operating-point", "lucky"], 2, "choose one of"),
        (["classify", "{photos}", "--engine", "abacus"], 2, "abacus"),
        (["classify", "{photos}", "--threads", "0"], 2, "--threads"),
        (["classify", "{photos}", "--explain", "magic"], 2, "magic"),
        (["classify", "{photos}", "--explain", "cam", "--target", "melanoma"], 2, "choose one of malignant"),
        (["classify", "{photos}", "--explain", "lime", "--precision", "utmost"], 2, "utmost"),
        (["classify", "{photos}", "--precision", "high"], 2, "belong to --explain"),
        (["classify", "{photos}", "--csv", "absent/results.csv"], 2, "results.csv"),
        (["classify", "{photos}", "--explain", "cam", "--explain-dir", "{photos}/one.jpg"], 2, "one.jpg"),
        (["classify", "."], 1, "There is no image in ."),
    ],
)
def test_a_wrong_command_says_what_to_do(
    run: Run, photos: Path, arguments: list[str], status: int, message: str
) -> None:
    result = run(*(argument.format(photos=photos) for argument in arguments))
    assert result.exit_code == status
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_a_model_that_was_not_measured_judges_nothing(run: Run, photos: Path, models: Path) -> None:
    result = run("classify", photos, "--model", "fresh")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


def test_a_model_can_be_named_by_its_folder(run: Run, photos: Path) -> None:
    assert run("classify", photos / "one.jpg", "--model", MODEL).exit_code == 0


# models


def test_models_are_listed_with_their_state(run: Run, models: Path) -> None:
    result = run("models", "list")
    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert "ready, default" in lines["mobilenet_v2"]
    assert "not evaluated yet" in lines["fresh"]
    assert "unusable" in lines["torn"]


def test_a_model_is_shown_with_what_was_measured(run: Run) -> None:
    result = run("models", "show")
    point = Bundle.load(MODEL).manifest.operating_points[0]
    assert result.exit_code == 0
    assert point.sensitivity
    assert f"threshold {point.threshold:.3f}, sensitivity {point.sensitivity.value:.1%}" in result.stdout
    assert f"{point.sensitivity.k} of {point.sensitivity.n}" in result.stdout


def test_a_manifest_can_be_shown_as_it_is(run: Run) -> None:
    assert json.loads(run("models", "show", "--json").stdout) == json.loads(
        (MODEL / "manifest.json").read_bytes()
    )


def test_a_model_that_was_not_measured_says_so(run: Run, models: Path) -> None:
    assert "sensitivity not measured" in run("models", "show", "fresh").stdout


def test_the_bundled_model_is_whole(run: Run) -> None:
    result = run("models", "verify", "mobilenet_v2")
    assert result.exit_code == 0
    assert "files are as they should be" in result.stdout


def test_an_altered_model_is_found_out(run: Run, models: Path) -> None:
    (models / "mobilenet_v2" / "model.onnx").write_bytes(b"altered")
    result = run("models", "verify")
    assert result.exit_code == 1
    assert "mobilenet_v2: model.onnx has SHA-256" in result.stderr
    assert "torn: " in result.stderr
    assert "fresh: 0 files are as they should be" in result.stdout


@pytest.mark.parametrize("command", ["list", "verify"])
def test_an_empty_models_folder_says_what_to_do(run: Run, models: Path, command: str) -> None:
    for path in models.rglob("manifest.json"):
        path.unlink()
    result = run("models", command)
    assert result.exit_code == 1
    assert "put a bundle there" in result.stderr


def test_an_unknown_model_is_wrong_usage(run: Run) -> None:
    assert run("models", "show", "unheard-of").exit_code == 2


# samples


def test_samples_are_fetched_into_the_cache(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with serving([StoredImage(listed.id) for listed in listed_samples()]) as server:
        first = run("samples", "--base-url", server.base_url)
        second = run("samples", "--base-url", server.base_url)
    folder = tmp_path / "cache" / "lesion" / "samples"
    assert first.output == f"8 of 8 sample photos in {folder} (8 new).\n"
    assert "(0 new)" in second.output
    assert (first.exit_code, second.exit_code) == (0, 0)


def test_samples_go_where_the_server_was_told_to_look(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LESION_CACHE_DIR", str(tmp_path / "photos"))
    with serving([StoredImage(listed.id) for listed in listed_samples()]) as server:
        run("samples", "--base-url", server.base_url)
    assert len(list((tmp_path / "photos").glob("*.jpg"))) == 8


def test_samples_that_are_refused_are_told_of(run: Run, tmp_path: Path) -> None:
    images = [StoredImage(listed.id) for listed in listed_samples()]
    images[0].licence = "CC-BY"
    with serving(images) as server:
        result = run("samples", "--base-url", server.base_url, "--to", tmp_path / "photos")
    assert result.exit_code == 0
    assert "7 of 8" in result.stdout
    assert "CC-BY" in result.stderr


def test_offline_the_page_will_show_drawings(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    start = time.monotonic()
    result = run("samples", "--base-url", url, "--to", tmp_path / "photos", "--timeout", "2")
    assert time.monotonic() - start < 20
    assert result.exit_code == 1
    assert result.stderr.startswith("offline: the page will show drawings")
    assert len(result.stderr.splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_one_line(run: Run, photos: Path) -> None:
    result = run("samples", "--to", photos / "one.jpg" / "below", "--timeout", "2")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")


# serve


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "unheard-of"], "There is no model 'unheard-of'"),
        (["--model", "fresh"], "was not measured yet"),
        (["--model", "torn"], "manifest is not valid"),
        (["--port", "0"], "--port"),
        (["--samples-dir", "absent"], "absent"),
    ],
)
def test_what_would_end_the_server_is_told_before_it_starts(
    run: Run, models: Path, arguments: list[str], message: str
) -> None:
    result = run("serve", *arguments)
    assert result.exit_code in (1, 2)
    assert message in result.stderr
    assert result.stdout == ""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


@contextmanager
def started(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "lesion", *arguments]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


def answer(url: str, seconds: float = 60) -> str:
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return str(response.read().decode())
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_serve_prints_the_address_and_serves_the_model_and_samples(photos: Path) -> None:
    port = free_port()
    options = ("--port", str(port), "--samples-dir", str(photos))
    with started("serve", *options, LESION_MODEL=str(MODEL)) as process:
        assert process.stdout
        line = process.stdout.readline()
        assert line == f"The page is at http://127.0.0.1:{port} (Ctrl+C stops the server).\n"
        assert answer(f"http://127.0.0.1:{port}/ping").strip() == "pong"
        config = json.loads(answer(f"http://127.0.0.1:{port}/api/config"))
    assert "one" in {sample["id"] for sample in config["samples"]}
    assert process.returncode is not None


# as a program


def program(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lesion", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_program_judges_a_folder(photos: Path) -> None:
    result = program("classify", photos, "--csv", "-")
    assert result.returncode == 0, result.stderr
    assert len(list(csv.DictReader(io.StringIO(result.stdout)))) == 3
    assert DISCLAIMER in result.stderr


def test_a_reader_that_goes_away_is_no_traceback(photos: Path) -> None:
    command = f"{sys.executable} -m lesion classify {photos} {photos} --json --threads 1 | head -n 1"
    result = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert len(result.stdout.splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_every_command_can_be_imported() -> None:
    assert all(main.get_command(click.Context(main), name) for name in COMMANDS)


def test_the_real_photos_are_judged(run: Run, shared_data: Path) -> None:
    result = run("classify", shared_data / "uda", "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 36
    assert not [row["error"] for row in rows if row["error"]]
