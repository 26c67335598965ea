from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from lesion.bundle import HISTORY
from lesion.errors import DataError
from tests.training.learning.small import CONFIG
from training.dataset import split
from training.learning import progress
from training.learning.config import load_config
from training.learning.fit import interrupted, train
from training.learning.record import describe
from training.nets.network import LesionNet, NormaliseUnderWhiteLight

pytestmark = [pytest.mark.training, pytest.mark.slow]


def history(run: Path) -> pd.DataFrame:
    return pd.read_csv(run / HISTORY)


def test_a_step_that_fails_leaves_the_arithmetic_as_it_was(
    frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what learns next in this process, as in a sweep, computes with the weights of its first step."""
    config = msgspec.structs.replace(
        CONFIG, arch="plain_cnn", precision="bfloat16", frozen_epochs=0, epochs=1
    )

    def exhausted(net: LesionNet, *inputs: torch.Tensor) -> torch.Tensor:
        if torch.is_autocast_enabled("cpu"):
            raise torch.OutOfMemoryError("out of memory")
        return net.outputs(*inputs)[0]

    with monkeypatch.context() as patch:
        patch.setattr(LesionNet, "forward", exhausted)
        with pytest.raises(DataError, match="Memory ran out"):
            train(frame, config, tmp_path / "run", tmp_path / "cache")
    assert not torch.is_autocast_enabled("cpu")
    weight = torch.nn.Parameter(torch.ones(1, 1))
    answers = []
    for _ in range(2):
        with torch.autocast("cpu", torch.bfloat16):
            answers.append(torch.nn.functional.linear(torch.ones(1, 1), weight).item())
        with torch.no_grad():
            weight.add_(1)
    assert answers == [1, 2]


def test_a_run_leaves_weights_history_and_curves(frame: pd.DataFrame, tmp_path: Path) -> None:
    run = tmp_path / "run"
    describe(frame, CONFIG, split.DEFAULT, run)
    learner = train(frame, CONFIG, run, tmp_path / "cache")
    assert history(run)["phase"].tolist() == ["head", "all", "all", "all"]
    assert (run / "curves.png").stat().st_size > 1000
    record = json.loads((run / "run.json").read_text())
    assert record["config"]["seed"] == 0
    assert record["libraries"]["fastai"]
    best = load_file(run / progress.BEST)
    assert all(torch.equal(best[key], value) for key, value in learner.model.state_dict().items())


@pytest.mark.parametrize(
    ("interrupted_after", "options"),
    [
        pytest.param(1, {}, id="the last frozen epoch"),
        pytest.param(2, {}, id="a later epoch"),
        pytest.param(2, {"freeze": "gradual", "arch": "plain_cnn"}, id="between thaws"),
        pytest.param(2, {"ema": 0.9, "sampling": "weighted", "schedule": "cosine"}, id="with an average"),
    ],
)
def test_an_interrupted_run_ends_as_if_it_had_not_been(
    interrupted_after: int,
    options: dict[str, object],
    frame: pd.DataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = msgspec.structs.replace(CONFIG, **options)
    whole, broken, cache = tmp_path / "whole", tmp_path / "broken", tmp_path / "cache"
    for run in (whole, broken):
        describe(frame, config, split.DEFAULT, run)
    train(frame, config, whole, cache)

    save, saved = progress.RunKeeper._save_state, 0

    def save_then_fail(keeper: progress.RunKeeper) -> None:
        nonlocal saved
        save(keeper)
        saved += 1
        if saved == interrupted_after:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(progress.RunKeeper, "_save_state", save_then_fail)
        with pytest.raises(KeyboardInterrupt):
            train(frame, config, broken, cache)
    behind, of = interrupted(broken, config) or (0, 0)
    assert (behind, of) == (interrupted_after, len(history(whole)))
    train(frame, config, broken, cache)
    assert interrupted(broken, config) is None
    # The training loss is a running mean that starts anew; what was learned must be the same.
    columns = ["phase", "epoch", "valid_loss", "auroc"]
    pd.testing.assert_frame_equal(history(whole)[columns], history(broken)[columns], rtol=1e-4)
    first, second = load_file(whole / progress.BEST), load_file(broken / progress.BEST)
    assert all(torch.allclose(first[key], second[key], atol=1e-4) for key in first)
    train(frame, config, broken, cache)
    assert len(history(broken)) == len(history(whole)), "a finished run has nothing left to do"


def test_a_state_that_would_run_code_is_refused_before_anything_is_read(
    frame: pd.DataFrame, tmp_path: Path
) -> None:
    class Malicious:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "ran",)  # type: ignore[return-value]

    for content in (Malicious(), None):
        torch.save({"phase": content}, tmp_path / progress.LAST)
        if content is None:
            (tmp_path / progress.LAST).write_bytes((tmp_path / progress.LAST).read_bytes()[:-100])
        with pytest.raises(DataError, match="--weights"):
            train(frame, CONFIG, tmp_path, tmp_path / "cache")
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "cache").exists()


def test_a_run_stops_early_and_stays_stopped(frame: pd.DataFrame, tmp_path: Path) -> None:
    config = load_config(
        None, {**{f: getattr(CONFIG, f) for f in CONFIG.__struct_fields__}, "patience": 1, "epochs": 9}
    )
    describe(frame, config, split.DEFAULT, tmp_path / "run")
    for _ in range(2):
        train(frame, config, tmp_path / "run", tmp_path / "cache")
        assert len(history(tmp_path / "run")) < 10
        assert interrupted(tmp_path / "run", config) is None, "it ended by itself"


def test_the_head_alone_learns_stops_early_and_stays_stopped(frame: pd.DataFrame, tmp_path: Path) -> None:
    config = msgspec.structs.replace(
        CONFIG, arch="plain_cnn", epochs=0, frozen_epochs=9, patience=1, lr=1e-9, ema=0.0
    )
    run = tmp_path / "run"
    describe(frame, config, split.DEFAULT, run)
    for _ in range(2):
        learner = train(frame, config, run, tmp_path / "cache")
    assert set(history(run)["phase"]) == {"head"}
    assert len(history(run)) < 9
    learning = [
        module.weight.requires_grad
        for module in learner.model.modules()
        if isinstance(module, torch.nn.Conv2d)
    ]
    assert not any(learning)


def test_the_learning_rate_is_found_once_and_drawn(frame: pd.DataFrame, tmp_path: Path) -> None:
    config = load_config(
        None, {"arch": "mobilenet_v2", "weights": "none", "size": 32, "epochs": 1, "batch_size": 8}
    )
    describe(frame, config, split.DEFAULT, tmp_path / "run")
    train(frame, config, tmp_path / "run", tmp_path / "cache")
    assert 1e-7 < json.loads((tmp_path / "run" / "lr_find.json").read_text())["lr"] < 10
    assert (tmp_path / "run" / "lr_find.png").stat().st_size > 1000


def test_layers_thaw_one_group_after_another(
    frame: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = msgspec.structs.replace(
        CONFIG, arch="plain_cnn", freeze="gradual", epochs=1, constancy="shades_of_grey"
    )
    learning: dict[str, list[bool]] = {}
    save = progress.RunKeeper._save_state

    def note_what_learns(keeper: progress.RunKeeper) -> None:
        save(keeper)
        convolutions = [module for module in keeper.model.modules() if isinstance(module, torch.nn.Conv2d)]
        learning[keeper.phase.name] = [module.weight.requires_grad for module in convolutions]

    monkeypatch.setattr(progress.RunKeeper, "_save_state", note_what_learns)
    describe(frame, config, split.DEFAULT, tmp_path / "run")
    learner = train(frame, config, tmp_path / "run", tmp_path / "cache")
    assert learning == {
        "head": [False, False, False, False],
        "last-2": [False, False, False, True],
        "last-3": [False, True, True, True],
        "all": [True, True, True, True],
    }
    assert history(tmp_path / "run")["phase"].tolist() == list(learning)
    assert isinstance(learner.model.normalise, NormaliseUnderWhiteLight)
