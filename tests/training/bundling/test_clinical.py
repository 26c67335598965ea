"""Age, sex and site learned from beside the image, from the table to the served bundle."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
import torch
from fastai.learner import load_learner
from safetensors.torch import load_file

from lesion.bundle import HISTORY
from lesion.clinical import Clinical, encode
from lesion.errors import DataError
from tests.training.folders import drawn_folder
from training.bundling import export
from training.bundling.models import PARITY_TOLERANCE
from training.dataset import data, split
from training.dataset.clinical import SPEC, clinical_rows
from training.evidence.predict import predict
from training.learning import progress
from training.learning.config import TrainConfig
from training.learning.distil import load_teachers
from training.learning.fit import train
from training.learning.frame import training_frame
from training.learning.loaders import data_loaders
from training.learning.record import describe
from training.nets.building import build
from training.nets.groups import parameter_groups

pytestmark = pytest.mark.training

CONFIG = TrainConfig(
    precision="float32",  # what a learner and its pickle say is compared to four digits
    arch="plain_cnn",
    inputs="image+clinical",
    weights="none",
    size=32,
    epochs=2,
    frozen_epochs=1,
    batch_size=8,
    lr=1e-2,
)
AGES = {"mel": 80.0, "nv": 20.0, "bkl": None}


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    rows = data.read_folder(drawn_folder(tmp_path_factory.mktemp("drawn"), per_class=11))
    rows = split.with_parts(rows, split.make_split(rows).replace({"part": {"test": "val"}}))
    return rows.assign(age=rows["dx"].map(AGES).astype(float), localization="head/neck")


def net(withheld: float = 0.0) -> torch.nn.Module:
    torch.manual_seed(0)
    made = build("plain_cnn", "none", 7, clinical=SPEC, withheld=withheld)
    torch.nn.init.normal_(made.branch.layers[-1].weight)
    return made


def test_rows_are_encoded_as_serving_encodes_them_and_none_is_dropped(frame: pd.DataFrame) -> None:
    rows = clinical_rows(frame, SPEC)
    assert rows.shape == (len(frame), SPEC.size)
    for row, dx in zip(rows, frame["dx"], strict=True):
        assert np.array_equal(row, encode(Clinical(age=AGES[dx], localization="head/neck"), SPEC))
    nothing = clinical_rows(frame[["image_id"]], SPEC)
    assert np.array_equal(nothing, np.tile(encode(Clinical(), SPEC), (len(frame), 1)))


def test_the_label_and_how_it_was_confirmed_are_never_looked_at(frame: pd.DataFrame) -> None:
    other = frame.assign(dx="mel", dx_type="histo")
    assert np.array_equal(clinical_rows(other, SPEC), clinical_rows(frame, SPEC))


@pytest.mark.parametrize(
    ("column", "value", "complaint"), [("localization", "moon", "moon"), ("age", 900.0, "age 900")]
)
def test_what_cannot_be_used_is_named_with_its_image(
    frame: pd.DataFrame, column: str, value: object, complaint: str
) -> None:
    wrong = frame.copy()
    wrong.loc[3, column] = value
    with pytest.raises(DataError, match=f"{frame['image_id'][3]}: .*{complaint}"):
        clinical_rows(wrong, SPEC)


def test_a_wrong_word_is_told_before_anything_is_learned(tmp_path: Path) -> None:
    folder = drawn_folder(tmp_path / "drawn", per_class=11)
    rows = data.read_folder(folder)
    rows.assign(localization="moon")[["image_id", "dx", "localization"]].to_csv(folder / "metadata.csv")
    division = tmp_path / "split.csv"
    split.write_split(split.make_split(rows), division, 0)
    config = msgspec.structs.replace(CONFIG, task="malignancy")
    assert len(training_frame(folder, [], [], division, msgspec.structs.replace(config, inputs="image")))
    with pytest.raises(DataError, match="moon"):
        training_frame(folder, [], [], division, config)


def test_what_is_added_to_the_logits_leaves_the_map_to_the_image() -> None:
    images, vectors = torch.rand(3, 3, 64, 64), torch.from_numpy(encode(Clinical(age=85), SPEC)).expand(3, -1)
    made = net().eval()
    with torch.no_grad():
        told, cam, embedding = made.outputs(images, vectors)
        untold, same_cam, same_embedding = made.outputs(images)
        assert torch.allclose(cam.mean(dim=(2, 3)) + made.linear.bias + made.branch(vectors), told, atol=1e-4)
        assert torch.allclose(made(images, vectors), told, atol=1e-5)
    assert torch.equal(cam, same_cam)
    assert torch.equal(embedding, same_embedding)
    assert not torch.allclose(told, untold)


def test_withheld_vectors_count_as_nothing_known_and_only_while_learning() -> None:
    branch = net(withheld=0.5).branch
    vectors = torch.from_numpy(encode(Clinical(age=85), SPEC)).expand(400, -1)
    with torch.no_grad():
        unknown, known = branch.layers(branch.unknown), branch.layers(vectors[0])
        found = branch(vectors)
        withheld = (found - unknown).abs().amax(dim=1) < 1e-6
        assert 0.4 < withheld.float().mean() < 0.6
        assert torch.allclose(found[~withheld], known, atol=1e-6)
        assert torch.allclose(branch.eval()(vectors), known, atol=1e-6)


def test_the_branch_learns_with_the_head() -> None:
    made = net()
    head = {id(parameter) for parameter in parameter_groups(made)[-1]}
    assert {id(parameter) for parameter in made.branch.parameters()} < head


def test_a_network_starts_from_one_with_other_inputs(tmp_path: Path) -> None:
    with_branch, without = tmp_path / "with.safetensors", tmp_path / "without.safetensors"
    progress.save_weights(net(), with_branch)
    progress.save_weights(build("plain_cnn", "none", 7), without)
    assert build("plain_cnn", str(with_branch), 7).branch is None
    fresh = build("plain_cnn", str(without), 7, clinical=SPEC)
    assert not fresh.branch.layers[-1].weight.any(), "at first the image alone decides"
    kept = build("plain_cnn", str(with_branch), 7, clinical=SPEC)
    assert kept.branch.layers[-1].weight.any()


def test_a_batch_is_images_vectors_and_labels(frame: pd.DataFrame) -> None:
    squares = np.zeros((len(frame), 32, 32, 3), dtype=np.uint8)
    images, vectors, labels = next(iter(data_loaders(frame, squares, CONFIG).valid))
    assert images.shape[1:] == (3, 32, 32)
    held_out = frame[frame["part"] == "val"]
    assert np.array_equal(vectors.numpy(), clinical_rows(held_out, SPEC))
    assert len(labels) == len(held_out)


@pytest.mark.slow
def test_the_whole_way_from_a_run_to_a_served_bundle(frame: pd.DataFrame, tmp_path: Path) -> None:
    run = tmp_path / "run"
    describe(frame, CONFIG, split.DEFAULT, run)
    learner = train(frame, CONFIG, run, tmp_path / "cache")
    assert load_file(run / progress.BEST)["clinical.layers.2.weight"].any()
    bundle, difference = export.export_run(run, tmp_path / "bundle", frame)
    assert difference < PARITY_TOLERANCE
    assert bundle.manifest.clinical == SPEC
    told, untold = (predict(bundle, rows) for rows in (frame, frame.assign(age=np.nan, localization=None)))
    assert np.abs(told - untold)[frame["age"].notna()].max(axis=1).min() > 1e-4
    answers = [
        each.predict(Path(frame["path"][0]))[2] for each in (learner, load_learner(bundle.file("model.pkl")))
    ]
    assert np.allclose(answers[0], np.exp(untold[0]) / np.exp(untold[0]).sum(), atol=1e-3)
    assert np.allclose(answers[0], answers[1], atol=1e-4)


@pytest.mark.slow
def test_it_goes_together_with_what_else_a_run_can_do(frame: pd.DataFrame, tmp_path: Path) -> None:
    teachers = []
    for inputs in ("image", "image+clinical"):
        config = msgspec.structs.replace(CONFIG, inputs=inputs, frozen_epochs=0, epochs=1)
        teachers.append(str(tmp_path / inputs))
        describe(frame, config, split.DEFAULT, Path(teachers[-1]))
        train(frame, config, Path(teachers[-1]), tmp_path / "cache")
    everything = msgspec.structs.replace(
        config,
        teachers=tuple(teachers),
        hint_weight=1.0,
        mixup=0.3,
        ema=0.9,
        accumulate=2,
        precision="bfloat16",
    )
    record = describe(frame, everything, split.DEFAULT, tmp_path / "run")
    train(
        frame,
        everything,
        tmp_path / "run",
        tmp_path / "cache",
        load_teachers(everything, record["split_sha256"]),
    )
    history = pd.read_csv(tmp_path / "run" / HISTORY)
    assert history["auroc"].notna().all()
