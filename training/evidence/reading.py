"""``metrics.json`` read back: groups out of its flat keys, and sentences about them."""

from __future__ import annotations

from lesion.measures.reading import Metrics, estimate, learned_relatives, relatives, share

EXAMPLES = "explanations"
"""Folder of a bundle that holds example maps: a PNG for each method, named after it."""

FEW = 10
"""Lesions of a class below which a group's numbers are marked as resting on few."""

LEFT_OUT = {
    "n_left_out": "that the model had seen, or of whose lesion it had seen another",
    "n_left_out_training_part": "besides that the source keeps for training",
    "n_left_out_copies": "of which it had seen a copy under another id",
    "n_left_out_shared": "measured as part of another source",
}
"""Counts of photos that were not measured, and why."""

COLUMN_NAMES = {
    "sex": "Sex",
    "age": "Age in years",
    "localization": "Body site",
    "dx_type": "Confirmation",
    "source": "Image source",
    "pixels": "Pixels across the short side",
}
VALUE_NAMES = {
    "histo": "histopathology",
    "follow_up": "follow-up",
    "consensus": "expert consensus",
    "confocal": "confocal microscopy",
}


def groups(metrics: Metrics, column: str) -> dict[str, str]:
    """Return the values of a subgroup column, each with the prefix of its keys.

    Ages and pixels come in rising order, other values by falling number of lesions; ``unknown`` is last.
    """
    start, end = f"subgroup.{column}.", ".n"
    values = [key[len(start) : -len(end)] for key in metrics if key.startswith(start) and key.endswith(end)]
    by_size = {value: -metrics[f"{start}{value}{end}"] for value in values}

    def place(value: str) -> tuple[bool, int, str]:
        digits = "".join(filter(str.isdigit, value.split("-")[0]))
        return value == "unknown", int(digits) if digits else by_size[value], value

    return {VALUE_NAMES.get(value, value): f"{start}{value}." for value in sorted(values, key=place)}


def disturbances(metrics: Metrics) -> dict[str, dict[str, str]]:
    """Return for each kind of disturbance its levels, each with the prefix of its keys, as measured."""
    found: dict[str, dict[str, str]] = {}
    for key in metrics:
        match key.split("."):
            case ["robustness", kind, level, "flips"]:
                words = kind.replace("_", " ")
                found.setdefault(words, {})[level.replace("_", " ")] = f"robustness.{kind}.{level}."
    return found


def left_out(metrics: Metrics, prefix: str = "") -> list[str]:
    """Return what of a source was not measured and why, a phrase for each reason that occurred."""
    return [
        f"{count} {'photo' if count == 1 else 'photos'} {words}"
        for key, words in LEFT_OUT.items()
        if (count := metrics.get(f"{prefix}{key}"))
    ]


def strangers(metrics: Metrics) -> dict[str, str]:
    """Return the kinds of pictures without a lesion that were measured, each with the prefix of its keys."""
    kinds = [
        parts[1]
        for key in metrics
        if (parts := key.split("."))[0] == "distribution" and parts[2:] == ["auroc"]
    ]
    return {kind: f"distribution.{kind}." for kind in kinds}


def is_few(metrics: Metrics, prefix: str) -> bool:
    """Whether a set holds fewer than :data:`FEW` malignant or benign lesions."""
    return bool(min(metrics[f"{prefix}n_malignant"], metrics[f"{prefix}n_benign"]) < FEW)


def gap_sentence(metrics: Metrics, source: str, point: str) -> str:
    """Return what the numbers of another source say about carrying those of the test part over to it."""
    key = f"external.{source}."
    here, there = estimate(metrics, "auroc"), estimate(metrics, f"{key}auroc")
    caught = share(metrics, f"{key}operating_point.{point}.sensitivity")
    if here is None or there is None or caught is None:
        return f"{source} holds too few lesions to tell anything."
    if there.high < here.low:
        verdict = "clearly worse than on the test part, whose numbers do not carry over to images like these"
    elif there.value < here.value:
        verdict = "lower than on the test part, by a difference that so few lesions cannot prove or rule out"
    else:
        verdict = "not lower than on the test part"
    return (
        f"{source}: AUROC {there.value:.3f} against {here.value:.3f}, {verdict}. At “{point}” it would miss "
        f"about {round(100 * (1 - caught.value))} of 100 malignant lesions there. "
        f"{kinship_sentence(metrics, source)}"
    )


def kinship_sentence(metrics: Metrics, source: str) -> str:
    """Return how the images of another source are related to those that were learned from."""
    told = ["None of these images was learned from."]
    for other, count in relatives(metrics, source).items():
        told.append(f"{count} of them are also in {other}, in a part of it that is not measured here.")
    if learned := learned_relatives(metrics, source):
        told.append(f"Other images of {' and '.join(learned)} were: expect worse from a source never seen.")
    return " ".join(told)
