from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn import functional

from lesion.errors import DataError
from lesion.labels import BINARY, DIAGNOSES
from training.learning.config import TrainConfig
from training.learning.losses import make_loss, read_costs

pytestmark = pytest.mark.training

LABELS = ["benign"] * 9 + ["malignant"]
LOGITS = torch.tensor([[2.0, -1.0], [0.5, 0.5], [-1.0, 3.0]])
TARGETS = torch.tensor([0, 1, 0])
COSTS = "dx,benign,malignant\nbenign,0,1\nmalignant,9,0\n"


def loss(**options: object) -> torch.Tensor:
    config = TrainConfig(label_smoothing=0.0, **options)  # type: ignore[arg-type]
    found: torch.Tensor = make_loss(LABELS, BINARY, config)(LOGITS, TARGETS)
    return found


def test_cross_entropy_is_the_default() -> None:
    assert float(loss()) == pytest.approx(float(functional.cross_entropy(LOGITS, TARGETS)))


def test_class_weights_count_the_rare_class_more() -> None:
    weights = torch.tensor([10 / 18, 10 / 2])
    expected = functional.cross_entropy(LOGITS, TARGETS, weight=weights)
    assert float(loss(loss_power=1.0)) == pytest.approx(float(expected))


def test_focal_loss_without_focus_is_cross_entropy_and_with_it_forgives_the_easy() -> None:
    assert float(loss(loss="focal", focal_gamma=0.0)) == pytest.approx(float(loss()))
    assert float(loss(loss="focal", focal_gamma=2.0)) < float(loss())


def test_focal_loss_focuses_on_the_probability_of_the_truth_whatever_the_class_weighs() -> None:
    """By hand: -w (1 - p)^2 log p, and the mean by weight."""
    weights = torch.tensor([10 / 18, 10 / 2])[TARGETS]
    p = LOGITS.softmax(dim=1)[range(3), TARGETS]
    expected = (-weights * (1 - p) ** 2 * p.log()).sum() / weights.sum()
    assert float(loss(loss="focal", loss_power=1.0)) == pytest.approx(float(expected))
    assert float(loss(loss="focal", loss_power=1.0, focal_gamma=0.0)) == pytest.approx(
        float(loss(loss_power=1.0))
    )


@pytest.mark.parametrize("kind", ["cross_entropy", "focal"])
def test_class_weights_and_costs_go_to_the_device_together(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text(COSTS)
    for costs in ("", str(path)):
        config = TrainConfig(label_smoothing=0.0, loss=kind, loss_power=1.0, costs=costs)  # type: ignore[arg-type]
        made = make_loss(LABELS, BINARY, config)
        made.to(torch.device("meta"))
        assert {buffer.device.type for buffer in made.func.buffers()} == {"meta"}


def test_a_costly_confusion_costs(tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text(COSTS)
    shares = LOGITS.softmax(dim=1)
    expected = (shares[0, 1] + 9 * shares[1, 0] + shares[2, 1]) / 3
    assert float(loss(costs=str(path)) - loss()) == pytest.approx(float(expected), abs=1e-6)


@pytest.mark.parametrize("kind", ["cross_entropy", "focal"])
def test_each_image_has_its_loss_where_mixup_asks_for_it(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text(COSTS)
    config = TrainConfig(costs=str(path), loss=kind, label_smoothing=0.0)  # type: ignore[arg-type]
    made = make_loss(LABELS, BINARY, config)
    mean = made(LOGITS, TARGETS)
    made.reduction = "none"
    assert made(LOGITS, TARGETS).shape == (3,)
    assert torch.allclose(made(LOGITS, TARGETS).mean(), mean)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("dx,benign\nbenign,0\n", "no cost matrix"),
        ("dx,benign,malignant\nbenign,0,x\nmalignant,1,0\n", "no cost matrix"),
        ("dx,benign,malignant\nbenign,0,\nmalignant,1,0\n", "lacks a cost"),
        ("dx,benign,malignant\nbenign,0,-1\nmalignant,1,0\n", "negative"),
        ("", "no cost matrix"),
    ],
)
def test_a_wrong_cost_matrix_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "costs.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=complaint):
        read_costs(path, BINARY)


def test_the_given_cost_matrix_fears_a_missed_melanoma_most() -> None:
    costs = read_costs(Path(__file__).parents[3] / "training/costs/ham10000.csv", DIAGNOSES)
    melanoma, nevus = DIAGNOSES.index("mel"), DIAGNOSES.index("nv")
    assert costs.diagonal().eq(0).all()
    assert costs[melanoma, nevus] == costs.max()
    assert costs[nevus, melanoma] < costs[melanoma, nevus]
