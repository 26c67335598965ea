from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from lesion.drawings import KINDS, drawing
from lesion.errors import DataError
from tests.training.folders import CLASSES, drawn_folder
from training.__main__ import main
from training.dataset import data, split
from training.learning import progress
from training.learning.config import TrainConfig
from training.sweeping.journal import outcomes, run_sweep
from training.sweeping.record import BASELINE, read_record
from training.sweeping.variants import SweepFile, Variant, base_settings, read_sweep, variants

SWEEPS = Path(split.DEFAULT).parents[1] / "sweeps"
GRID = {"lr": [0.001, 0.01], "dropout": [0.0, 0.2]}
SHARED = ("--data", "--split", "--cache")


def planned(**tables: Any) -> list[Variant]:
    return variants(SweepFile(**tables), {"arch": "mobilenet_v2"})


def test_a_grid_is_every_combination_and_variants_come_after() -> None:
    found = planned(base={"size": 64}, grid=GRID, variant=[{"name": "no weights", "weights": "none"}])
    assert [variant.name for variant in found] == [
        *("lr=0.001_dropout=0.0", "lr=0.001_dropout=0.2", "lr=0.01_dropout=0.0", "lr=0.01_dropout=0.2"),
        "no-weights",
    ]
    assert [variant.config.dropout for variant in found[:4]] == [0.0, 0.2, 0.0, 0.2]
    assert {(variant.config.size, variant.config.arch) for variant in found} == {(64, "mobilenet_v2")}
    assert found[-1].config.weights == "none"


def test_what_all_runs_share_is_told_without_folders() -> None:
    file = SweepFile(base={"size": 64, "weights": "far/away/net.safetensors"}, grid={"lr": [0.1]})
    options = {"size": 96, "limit": None, "teachers": ("home/old", "new")}
    assert base_settings(file, options) == {
        "arch": "densenet161",
        "size": 96,
        "epochs": TrainConfig().epochs,
        "weights": "net.safetensors",
        "teachers": ["old", "new"],
    }


def test_what_all_runs_share_need_not_be_a_run_by_itself() -> None:
    file = SweepFile(base={"class_power": 0.3}, grid={"sampling": ["weighted", "upsample"]})
    assert len(variants(file, {})) == 2
    assert base_settings(file, {})["class_power"] == 0.3


def test_options_change_the_base_and_not_what_a_run_sets() -> None:
    file = SweepFile(base={"size": 64, "seed": 3}, variant=[{"name": "a"}, {"name": "b", "size": 128}])
    found = variants(file, {"size": 96, "seed": None})
    assert [(variant.config.size, variant.config.seed) for variant in found] == [(96, 3), (128, 3)]


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"variant": [{"size": 64}]}, "lacks its name"),
        ({"variant": [{"name": "a"}, {"name": "a"}]}, "several runs"),
        ({"variant": [{"name": "a", "sizes": 64}]}, "run a of the sweep is not valid"),
        ({"variant": [{"name": "a", "sources": "ham10000"}]}, "run a of the sweep is not valid"),
        ({"grid": {"distil_weight": [0.5]}}, "--teachers"),
    ],
)
def test_a_wrong_sweep_is_refused(tables: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        planned(**tables)


def test_a_file_that_names_no_run_is_refused(tmp_path: Path) -> None:
    for text in ("[base]\nsize = 64\n", "size = 64\n", "[[["):
        (tmp_path / "sweep.toml").write_text(text)
        with pytest.raises(DataError, match=r"no run|not a sweep"):
            read_sweep(tmp_path / "sweep.toml")


def test_the_committed_sweeps_are_valid() -> None:
    options = {"teachers": ("models/mobilenet_v2",)}
    found = {path.stem: variants(read_sweep(path), options) for path in sorted(SWEEPS.glob("*.toml"))}
    assert {"ablations", "distillation", "left-out"} <= set(found)
    assert len(found["distillation"]) == 25 + 1
    taught = [variant.name for variant in found["ablations"] if variant.config.teachers]
    assert taught
    assert all("distillation" in name for name in taught)
    for name, runs in found.items():
        assert BASELINE in [variant.name for variant in runs], name
    assert all(variant.leave_out for variant in found["left-out"] if variant.name != BASELINE)


def frame() -> pd.DataFrame:
    rows = [("train", "a"), ("train", "b"), ("train", "c"), ("val", "a")]
    return pd.DataFrame(rows, columns=["part", "source"])


def test_sources_choose_what_is_learned_from_and_nothing_else() -> None:
    only, without, missing, own = planned(
        variant=[
            {"name": "only", "sources": ["a", "c"]},
            {"name": "without", "leave_out": "b"},
            {"name": "missing", "leave_out": "d"},
            {"name": "own", "leave_out": "a"},
        ]
    )
    for variant in (only, without):
        assert variant.rows(frame()).to_numpy().tolist() == [["train", "a"], ["train", "c"], ["val", "a"]]
    with pytest.raises(DataError, match="source d; there are a, b, c"):
        missing.rows(frame())
    with pytest.raises(DataError, match="validation part"):
        own.rows(frame())


def test_a_sweep_goes_on_where_it_stopped(tmp_path: Path) -> None:
    plan, made = planned(grid=GRID), []

    def learn(variant: Variant) -> dict[str, Any]:
        made.append(variant.name)
        if len(made) == 2:
            raise KeyboardInterrupt
        if variant.name == "lr=0.01_dropout=0.0" and len(made) == 4:
            raise DataError("no such luck")
        return {"auroc": 0.5 + variant.config.dropout, "epochs": 3}

    with pytest.raises(KeyboardInterrupt):
        run_sweep(plan, learn, tmp_path)
    found = outcomes(run_sweep(plan, learn, tmp_path), plan)
    names = [variant.name for variant in plan]
    assert made == [names[0], names[1], names[1], names[2], names[3]]
    assert [each.error for each in found] == ["", "", "DataError: no such luck", ""]
    again = outcomes(run_sweep(plan, learn, tmp_path), plan)
    assert made[5:] == [names[2]], "what failed is tried again, what is finished is not"
    assert not any(each.error for each in again)
    assert [each.numbers["auroc"] for each in again] == [0.5, 0.7, 0.5, 0.7]
    assert (again[1].settings, again[1].numbers["epochs"]) == ({"lr": 0.001, "dropout": 0.2}, 3)


def test_a_second_sweep_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    plan = planned(variant=[{"name": "a"}])

    def learn(variant: Variant) -> dict[str, Any]:
        with pytest.raises(DataError, match="Another process is at work"):
            run_sweep(plan, lambda variant: pytest.fail("it is at work"), tmp_path)
        return {"auroc": 0.5}

    for _ in range(2):
        assert not outcomes(run_sweep(plan, learn, tmp_path), plan)[0].error


def test_a_finished_run_with_other_settings_is_refused(tmp_path: Path) -> None:
    first = planned(variant=[{"name": "a"}])
    other = planned(variant=[{"name": "a", "seed": 1}])
    run_sweep(first, lambda variant: {"auroc": 0.5}, tmp_path)
    with pytest.raises(DataError, match="had other settings"):
        run_sweep(other, lambda variant: {"auroc": 0.5}, tmp_path)
    smaller = planned(variant=[{"name": "a", "batch_size": 8}])
    run_sweep(smaller, lambda variant: pytest.fail("it is finished"), tmp_path)


@pytest.fixture
def drawn(tmp_path: Path) -> list[str]:
    """Options that name a folder of drawings, its split, another source, and one to measure on alone."""
    home = drawn_folder(tmp_path / "home", 8)
    split.write_split(split.make_split(data.read_folder(home)), tmp_path / "split.csv", 0)
    for name, (kind, dx) in itertools.product(("clinic", "third"), zip(KINDS, CLASSES, strict=False)):
        (tmp_path / name / dx).mkdir(parents=True)
        for seed in range(6):
            square: Image.Image = drawing(kind, 100 + seed, (90, 90))
            square.save(tmp_path / name / dx / f"{name}-{dx}-{seed}.png")
    paths = {"data": home, "extra": tmp_path / "clinic", "split": tmp_path / "split.csv"}
    paths |= {"runs": tmp_path / "runs", "cache": tmp_path / "cache"}
    paths["external"] = tmp_path / "third"
    return [word for name, path in paths.items() for word in (f"--{name}", str(path))]


SWEEP = """
[base]
arch = "plain_cnn"
task = "malignancy"
weights = "none"
size = 32
epochs = 2
frozen_epochs = 0
batch_size = 8
lr = 0.01

[[variant]]
name = "baseline"

[[variant]]
name = "elsewhere"
leave_out = "clinic"

[[variant]]
name = "broken"
weights = "{torn}"
"""


@pytest.mark.training
@pytest.mark.parametrize(
    ("second", "words"),
    [
        ('weights = "absent.safetensors"', r"absent\.safetensors"),
        ('inputs = "image+clinical"', "700"),
        ('costs = "absent.csv"', r"absent\.csv"),
        ('arch = "no_such_net"', "no backbone"),
        ('teachers = ["no-run"]', "no-run is no teacher"),
    ],
)
def test_a_run_that_cannot_begin_is_told_before_any_other_does(
    second: str, words: str, drawn: list[str], tmp_path: Path
) -> None:
    ages = pd.read_csv(tmp_path / "split.csv")[["image_id", "lesion_id", "dx"]].assign(age=700)
    ages.to_csv(tmp_path / "home" / "metadata.csv", index=False)
    first = SWEEP.partition("[[variant]]")[0] + '[[variant]]\nname = "baseline"\n\n'
    (tmp_path / "sweep.toml").write_text(f'{first}[[variant]]\nname = "second"\n{second}\n')
    result = CliRunner().invoke(main, ["sweep", str(tmp_path / "sweep.toml"), *drawn])
    assert result.exit_code == 1
    assert re.search(words, result.output), result.output
    assert not (tmp_path / "runs").exists()


@pytest.mark.training
@pytest.mark.slow
def test_real_runs_are_made_measured_elsewhere_and_compared(drawn: list[str], tmp_path: Path) -> None:
    torn = tmp_path / "torn.safetensors"
    torn.write_bytes(b"torn")
    (tmp_path / "sweep.toml").write_text(SWEEP.format(torn=torn))

    def call(*args: str) -> Result:
        return CliRunner().invoke(main, list(args))

    result = call("sweep", str(tmp_path / "sweep.toml"), *drawn)
    assert result.exit_code == 1
    assert "1 of 3 runs failed" in result.output
    assert "torn.safetensors holds no weights" in result.output
    runs = tmp_path / "runs"
    record = read_record(runs / "sweep.json")
    found = {each.run: each for each in record.runs}
    assert {name: bool(each.error) for name, each in found.items()} == {
        "baseline": False,
        "elsewhere": False,
        "broken": True,
    }
    both, fewer = found["baseline"].numbers, found["elsewhere"].numbers
    assert both["n_images"] > fewer["n_images"]  # type: ignore[operator]
    assert fewer["left_out.n"] == 6 * len(CLASSES)
    assert both["seconds"] > 0  # type: ignore[operator]
    assert record.about["external.third.n"] == 6 * len(CLASSES)
    for key in ("auroc", "external.third.auroc"):
        assert both[f"{key}_low"] <= both[key] <= both[f"{key}_high"]  # type: ignore[operator]
        better = fewer[key] - both[key]  # type: ignore[operator]
        assert fewer[f"difference.{key}"] == pytest.approx(better)
    assert not [key for key in both if key.startswith("difference")]
    text = (runs / "sweep.md").read_text()
    for words in (
        "On the source left out",
        "Differences from baseline",
        "AUROC on third",
        "torn.safetensors",
    ):
        assert words in text

    (tmp_path / "sweep.toml").write_text(SWEEP.split('\n[[variant]]\nname = "broken"')[0])
    was = (runs / "baseline" / progress.LAST).stat().st_mtime_ns
    again = call("sweep", str(tmp_path / "sweep.toml"), *drawn)
    assert again.exit_code == 0, (again.output, again.exception)
    assert (runs / "baseline" / progress.LAST).stat().st_mtime_ns == was

    shared = [
        word for pair in zip(drawn[::2], drawn[1::2], strict=True) for word in pair if pair[0] in SHARED
    ]
    folders = [str(runs / "baseline"), str(runs / "elsewhere")]
    compared = call("compare", *folders, *shared, "--to", str(tmp_path / "report"))
    assert compared.exit_code == 0, (compared.output, compared.exception)
    assert (tmp_path / "report" / "learning.svg").is_file()
    assert "training time" in (tmp_path / "report" / "REPORT.md").read_text()
