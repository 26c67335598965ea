"""What the model declines to judge, and how many diagnoses it names where it is not sure of one."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from lesion.labels import NAMES
from lesion.measures.reading import NOTHING, Metrics, estimate, share, show_estimate, show_share
from training.dataset.files import named
from training.evidence.reading import sources, strangers
from training.report.evidence import Evidence
from training.report.forest import Row, forest
from training.report.style import GREY, Found

REFUSAL_COLUMNS = ["Pictures", "Number", "AUROC against lesions", "refused", "refused, or too poor to judge"]
SET_COLUMNS = ["Lesions", "Validation lesions", "right diagnosis in the set", "diagnoses in the set"]
ALL = "all"


def can_tell(evidence: Evidence) -> bool:
    """Whether it was measured what the model refuses as unlike its data."""
    return bool(strangers(evidence.metrics))


def has_sets(evidence: Evidence) -> bool:
    """Whether diagnosis sets were measured."""
    return evidence.manifest.conformal is not None and "conformal.coverage" in evidence.metrics


def draw_refused(evidence: Evidence) -> Figure:
    """Draw what is refused of lesions and of pictures that show none, and how well the score tells them."""
    metrics = evidence.metrics
    rows = [Row("lesions"), *(Row(*item) for item in _lesions(metrics).items())]
    rows += [Row("strangers"), *(Row(*item) for item in strangers(metrics).items())]
    return forest(
        rows,
        {
            # Without a prefix it would be the AUROC of malignancy.
            "AUROC": lambda prefix: estimate(metrics, f"{prefix}auroc") if prefix else None,
            "share refused": lambda prefix: share(metrics, f"{prefix}refused"),
        },
    )


def draw_sets(evidence: Evidence) -> Figure:
    """Draw how often the set holds the right diagnosis, on the test part and elsewhere, with the level."""
    metrics, manifest = evidence.metrics, evidence.manifest
    rows = []
    for name, prefix in _measured_sets(metrics).items():
        rows += [Row(name), Row(ALL, f"{prefix}coverage")]
        keys = {code: f"{prefix}coverage.{code}" for code in manifest.classes}
        rows += [Row(f"{code} ({metrics[f'{key}_n']})", key) for code, key in keys.items() if key in metrics]
    find: Callable[[str], Found | None] = lambda prefix: share(metrics, prefix)  # noqa: E731
    figure = forest(rows, {"share of sets that hold the right diagnosis": find})
    if manifest.conformal:
        figure.axes[0].axvline(manifest.conformal.level, color=GREY, linestyle=":", linewidth=1.4)
    return figure


def refusal_sentences(evidence: Evidence) -> list[str]:
    """Return what is refused of lesions, and which kinds of strangers mostly are not."""
    spec, metrics = evidence.manifest.distribution, evidence.metrics
    if spec is None or not can_tell(evidence):
        return []
    told = [
        f"A picture is refused as unlike the data where its embedding lies farther than {spec.threshold:.3f} "
        f"off the space of {spec.n_reference} lesions learned from. The threshold was set on validation "
        f"lesions, of which it refuses {show_share(spec.refused)}.",
        "Of lesions that it should judge it refuses "
        + "; ".join(
            f"{show_share(share(metrics, f'{prefix}refused'))} of {name}"
            for name, prefix in _lesions(metrics).items()
        )
        + f"; and of the malignant ones of the test part {_malignant(metrics)}.",
    ]
    passed = [kind for kind, prefix in strangers(metrics).items() if metrics[f"{prefix}refused"] < 0.5]
    if passed:
        told.append(f"Mostly not refused, so that its answer on them looks like any other: {named(passed)}.")
    return told


def refusal_rows(evidence: Evidence) -> list[list[str]]:
    """Return a row for each kind of stranger."""
    metrics = evidence.metrics
    return [
        [
            f"{kind}: {metrics[f'{prefix}meaning']}",
            f"{metrics[f'{prefix}n']}",
            show_estimate(estimate(metrics, f"{prefix}auroc")),
            *(show_share(share(metrics, f"{prefix}{name}")) for name in ("refused", "stopped")),
        ]
        for kind, prefix in strangers(metrics).items()
    ]


def set_sentences(evidence: Evidence) -> list[str]:
    """Return what the sets promise, for whom, and for which diagnoses too few lesions were at hand."""
    spec, metrics = evidence.manifest.conformal, evidence.metrics
    if spec is None or not has_sets(evidence):
        return []
    told = [
        f"The right diagnosis is in the set with a probability of at least {spec.level:.0%}, whichever it "
        "is: each has a threshold of its own, fitted on validation lesions that have it. That holds for "
        "lesions from where these came from; elsewhere it was measured, not promised. "
        f"A set holds {metrics['conformal.size']:.1f} diagnoses in the mean, and one alone for "
        f"{show_share(share(metrics, 'conformal.single'))} of the test lesions."
    ]
    always = [code for code, fitted in spec.classes.items() if not fitted.threshold]
    if always:
        told.append(f"Too few validation lesions for a threshold, and so always in the set: {named(always)}.")
    return told


def set_rows(evidence: Evidence) -> list[list[str]]:
    """Return a row for all lesions and one for each diagnosis, of the test part and of other sources."""
    spec, metrics = evidence.manifest.conformal, evidence.metrics
    if spec is None:
        return []
    rows = []
    for name, prefix in _measured_sets(metrics).items():
        rows.append([f"{name}: {ALL}", "", *_set_cells(metrics, prefix, "")])
        rows += [
            [f"{name}: {NAMES[code]} ({code})", str(fitted.n), *_set_cells(metrics, prefix, f".{code}")]
            for code, fitted in spec.classes.items()
            if f"{prefix}coverage.{code}" in metrics
        ]
    return rows


def _set_cells(metrics: Metrics, prefix: str, code: str) -> list[str]:
    return [show_share(share(metrics, f"{prefix}coverage{code}")), f"{metrics[f'{prefix}size{code}']:.1f}"]


def _lesions(metrics: Metrics) -> dict[str, str]:
    """The sets of lesions of which it was measured how many are refused, with the prefixes of their keys."""
    found = {f"{metrics['data']} (test part)": "distribution."}
    found |= {name: f"{prefix}distribution." for name, prefix in sources(metrics).items()}
    return {name: prefix for name, prefix in found.items() if f"{prefix}refused" in metrics}


def _measured_sets(metrics: Metrics) -> dict[str, str]:
    found = {f"{metrics['data']} (test part)": "conformal."}
    found |= {name: f"{prefix}conformal." for name, prefix in sources(metrics).items()}
    return {name: prefix for name, prefix in found.items() if f"{prefix}coverage" in metrics}


def _malignant(metrics: Metrics) -> str:
    found = share(metrics, "distribution.refused_malignant")
    return show_share(found) if found else NOTHING
