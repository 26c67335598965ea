"""What is known of the data sources, and sentences that follow from them and from what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lesion.manifest import TrainingData
from lesion.measures.reading import Metrics, estimate, share, show_estimate
from training.dataset.files import named
from training.evidence.reading import disturbances, groups
from training.report.evidence import Evidence


class Source(NamedTuple):
    """A data folder that this project knows: licence and citation, its patients, how they were diagnosed."""

    citation: str
    patients: str
    labels: str
    light_skin: bool


SOURCES = {
    "ham10000": Source(
        "HAM10000, CC BY-NC 4.0. P. Tschandl, C. Rosendahl, H. Kittler, The HAM10000 dataset, a large "
        "collection of multi-source dermatoscopic images of common pigmented skin lesions, Sci. Data 5, "
        "180161 (2018), doi:10.1038/sdata.2018.161; data: doi:10.7910/DVN/DBW86T.",
        "patients of a department in Vienna, Austria, and of a practice in Queensland, Australia, over "
        "some 20 years",
        "histopathology, follow-up, expert consensus or confocal microscopy, as `dx_type` says of each",
        light_skin=True,
    ),
    "isic2017": Source(
        "ISIC 2017, CC0, ISIC Archive. N. Codella et al., Skin lesion analysis toward melanoma "
        "detection, arXiv:1710.05006 (2017). Its training part alone was learned from.",
        "patients of several clinics that give to the ISIC Archive",
        "as the challenge published them; how each was confirmed is not in its table",
        light_skin=False,
    ),
    "uda": Source(
        "36 full-size photographs of the ISIC Archive, CC0.",
        "patients of clinics that give to the ISIC Archive, in 36 full-size photographs (CC0); 30 of these "
        "are also in ISIC 2017's training part, five in `isic-extra`, and training leaves them out there",
        "as the archive states them",
        light_skin=False,
    ),
    "isic-extra": Source(
        "Further images of the ISIC Archive, each under the licence that the archive states for it; "
        "used for training only.",
        "patients of clinics that give to the ISIC Archive",
        "as the archive states them",
        light_skin=False,
    ),
}

PRACTISED_BY = {
    "blur": {"blur"},
    "brightness": {"lighting"},
    "colour cast": {"cast"},
    "rotation": {"rotate"},
    "crop": {"zoom", "crop"},
    "ink": {"marks"},
    "ruler": {"marks"},
    "hair": {"marks"},
    "vignette": {"vignette"},
}
"""Kinds of disturbance, and the options of a training that show the network much the same."""
DRAWN = {"ink", "ruler", "hair"}


def practice_sentence(training: TrainingData, metrics: Metrics) -> str | None:
    """Say which of the disturbances measured the network had practised; ``None`` where none was measured."""
    kinds = list(disturbances(metrics))
    known = [kind for kind in kinds if PRACTISED_BY.get(kind, set()) & training.augmentation.keys()]
    new = [kind for kind in kinds if kind not in known]
    told = []
    if known:
        told.append(f"Practised in training, by images varied in much the same way: {named(known)}.")
    if DRAWN & {*known}:
        told.append("The same code drew hair, ink and rulers there as here: real ones may cost more.")
    if new:
        told.append(f"Not practised, and so new to it: {named(new)}.")
    return " ".join(told) or None


def skin_sentence(names: Iterable[str], metrics: Metrics) -> str:
    """Say whose skin the sources show, and whether the model was measured by skin type."""
    known = {name: SOURCES[name] for name in names if name in SOURCES}
    light = [name for name, source in known.items() if source.light_skin]
    if groups(metrics, "skin_type"):
        return "Skin type was recorded, and the subgroups show how the model does on each."
    told = [f"Skin type (Fitzpatrick's scale) is recorded in none of its sources: {', '.join(names)}."]
    if light:
        where = "; ".join(known[name].patients for name in light)
        told.append(f"{', '.join(light)} shows {where}: nearly all of light skin (types I to III).")
    told.append("How the model does on darker skin was not measured; expect worse.")
    return " ".join(told)


def easy_sentence(evidence: Evidence) -> str | None:
    """Say how much of the result is owed to benign lesions that nobody had reason to cut out."""
    metrics, point = evidence.metrics, evidence.manifest.default_operating_point
    key = "subgroup.dx_type.{}.operating_point." + f"{point}.specificity"
    followed, cut = share(metrics, key.format("follow_up")), share(metrics, key.format("histo"))
    hard = estimate(metrics, "subgroup.dx_type.histo.auroc")
    if not (followed and cut and hard):
        return None
    part = followed.n / metrics["n_benign"]
    return (
        f"{followed.n} of the {metrics['n_benign']} benign lesions ({part:.0%}) were confirmed by "
        f"follow-up alone: nevi that nobody had reason to cut out, and easy ones. At “{point}” it passes "
        f"{followed.value:.1%} of them, but {cut.value:.1%} of the {cut.n} benign lesions that were "
        "suspicious enough for histopathology. Among lesions confirmed by histopathology, AUROC is "
        f"{show_estimate(hard)} instead of {show_estimate(estimate(metrics, 'auroc'))}: the harder and "
        "the fairer figure."
    )
