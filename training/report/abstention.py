"""What the model declines to judge, and how many diagnoses it names where it is not sure of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matplotlib.figure import Figure

from lesion.labels import NAMES
from lesion.manifest import Conformal, Proportion
from lesion.measures.reading import Metrics, estimate, share, show_estimate, show_share, sources
from training.dataset.files import named
from training.evidence.chance import CHANCE, Asked, at_least
from training.evidence.reading import strangers
from training.evidence.sets import threshold_place
from training.report.evidence import Evidence
from training.report.forest import Row, forest
from training.report.style import GREY, Found

REFUSAL_COLUMNS = ["Pictures", "Number", "AUROC against lesions", "refused", "refused, or too poor to judge"]
SET_COLUMNS = ["Lesions", "Validation lesions", "right diagnosis in the set", "diagnoses in the set"]
ALL = "all"
FALSE_REFUSALS = 0.05
"""Share of real lesions refused from which on a refusal says little of a picture."""
RULE = f"under {CHANCE:.1%} by the beta-binomial distribution, since a sample of lesions set the threshold"


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
    """Return what is refused of lesions, where that is too much, and which strangers mostly are not."""
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
        + ".",
    ]
    shares = {name: share(metrics, f"{prefix}refused") for name, prefix in _lesions(metrics).items()}
    told += false_refusals({name: found for name, found in shares.items() if found}, spec.refused)
    passed = [kind for kind, prefix in strangers(metrics).items() if metrics[f"{prefix}refused"] < 0.5]
    if passed:
        told.append(f"Mostly not refused, so that its answer on them looks like any other: {named(passed)}.")
    if any(_parted(metrics, prefix) for prefix in strangers(metrics).values()):
        told.append(
            "Where pictures are parts of fewer photographs, the intervals of their shares take them as "
            "independent, and so are too narrow; those of AUROC draw whole photographs, and from a handful "
            "are too narrow as well."
        )
    return told


def false_refusals(shares: Mapping[str, Proportion], meant: Proportion) -> list[str]:
    """Return which real lesions are refused clearly more often than was meant, and what follows from it.

    Nothing is corrected for the number of sources.

    Args:
        shares: of real lesions refused, by source.
        meant: that of the lesions which the threshold was set on.
    """
    above = {
        name: found
        for name, found in shares.items()
        if at_least(found.k, [Asked(found.n, meant.k, meant.n)]) < CHANCE
    }
    if not above:
        return []
    told = [
        f"Above the {meant.value:.1%} that the threshold was set for, by more than chance ({RULE}), it "
        f"refuses lesions of {named(above)}."
    ]
    for name, found in above.items():
        if found.value > FALSE_REFUSALS:
            told.append(
                f"Of {name} it refuses {show_share(found)}, and every one of these shows a lesion: there it "
                "goes by how a photograph looks as much as by what it shows. Expect as many false refusals "
                "of other cameras and clinics, and of a refusal no more than that the picture is new to it."
            )
    return told


def refusal_rows(evidence: Evidence) -> list[list[str]]:
    """Return a row for each kind of stranger."""
    metrics = evidence.metrics
    return [
        [
            f"{kind}: {metrics[f'{prefix}meaning']}",
            f"{metrics[f'{prefix}n']}" + _parted(metrics, prefix),
            show_estimate(estimate(metrics, f"{prefix}auroc")),
            *(show_share(share(metrics, f"{prefix}{name}")) for name in ("refused", "stopped")),
        ]
        for kind, prefix in strangers(metrics).items()
    ]


def _parted(metrics: Metrics, prefix: str) -> str:
    """Return of how many photographs the pictures of a kind are parts; nothing where each is one."""
    count = metrics[f"{prefix}n_sources"]
    return f", parts of {count} photographs" if count < metrics[f"{prefix}n"] else ""


def set_sentences(evidence: Evidence) -> list[str]:
    """Return what the sets are made for, where they fall short, and which diagnoses had too few lesions."""
    spec, metrics = evidence.manifest.conformal, evidence.metrics
    if spec is None or not has_sets(evidence):
        return []
    told = [
        f"The right diagnosis is made to be in the set with a probability of at least {spec.level:.0%}, "
        "whichever it is: each has a threshold of its own, fitted on validation lesions that have it. For "
        "lesions from where these came from it would be, had they chosen nothing else; they chose the epoch "
        "and the temperature too, and elsewhere nothing is promised. So what counts is what was measured. "
        f"A set holds {metrics['conformal.size']:.1f} diagnoses in the mean, and one alone for "
        f"{show_share(share(metrics, 'conformal.single'))} of the test lesions."
    ]
    told += _below(metrics, spec)
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


def _below(metrics: Metrics, spec: Conformal) -> list[str]:
    """Return where the right diagnosis is in fewer sets than the level: clearly, and by chance perhaps."""
    clearly: list[str] = []
    perhaps: list[str] = []
    for name, prefix in _measured_sets(metrics).items():
        asked = _asked(metrics, prefix, spec)
        for code in (ALL, *asked):
            found = share(metrics, f"{prefix}coverage" + ("" if code == ALL else f".{code}"))
            those = asked.values() if code == ALL else [asked[code]]
            if found is not None and found.value < spec.level:
                words = f"{code} of {name}, {show_share(found)}"
                (clearly if at_least(found.n - found.k, those) < CHANCE else perhaps).append(words)
    told = [f"Clearly below {spec.level:.0%} ({RULE}): {'; '.join(clearly) or 'none that was measured'}."]
    if perhaps:
        told.append(f"Below it by what chance may have done: {'; '.join(perhaps)}.")
    return told


def _asked(metrics: Metrics, prefix: str, spec: Conformal) -> dict[str, Asked]:
    """The lesions of each diagnosis that its threshold may leave out: without one, none is left out."""
    return {
        code: Asked(
            metrics[f"{prefix}coverage.{code}_n"], threshold_place(fitted.n, spec.level) - 1, fitted.n
        )
        for code, fitted in spec.classes.items()
        if fitted.threshold and f"{prefix}coverage.{code}_n" in metrics
    }


def _lesions(metrics: Metrics) -> dict[str, str]:
    """The sets of lesions of which it was measured how many are refused, with the prefixes of their keys."""
    found = {f"{metrics['data']} (test part)": "distribution."}
    found |= {name: f"{prefix}distribution." for name, prefix in sources(metrics).items()}
    return {name: prefix for name, prefix in found.items() if f"{prefix}refused" in metrics}


def _measured_sets(metrics: Metrics) -> dict[str, str]:
    found = {f"{metrics['data']} (test part)": "conformal."}
    found |= {name: f"{prefix}conformal." for name, prefix in sources(metrics).items()}
    return {name: prefix for name, prefix in found.items() if f"{prefix}coverage" in metrics}
