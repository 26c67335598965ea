from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lesion.clinical import ClinicalSpec
from lesion.errors import BundleNotReady, InvalidManifest
from lesion.manifest import OperatingPoint, ProbabilityReference, Rates, read_manifest, write_manifest
from lesion.preprocess import RULE
from tests.lesion.manifests import manifest, proportion

PERSON = {"age_low": 0, "age_high": 85, "sexes": ["female"], "sites": ["back"]}


def altered(**changes: Any) -> bytes:
    return json.dumps({**json.loads(write_manifest(manifest())), **changes}).encode()


def test_what_was_written_is_read_again() -> None:
    assert read_manifest(write_manifest(manifest())) == manifest()


@pytest.mark.parametrize("key", list(json.loads(write_manifest(manifest()))))
def test_each_missing_key_is_an_error(key: str) -> None:
    record = json.loads(write_manifest(manifest()))
    del record[key]
    with pytest.raises(InvalidManifest, match=key):
        read_manifest(json.dumps(record).encode())


SHIPPED = Path(__file__).parents[2] / "models/mobilenet_v2/manifest.json"
FREE = {"augmentation", "files"}
"""Maps whose keys are names of other things."""


def inner_keys(part: Any, *way: str | int) -> Iterator[tuple[str | int, ...]]:
    """The ways to all keys below a part of a manifest but those of maps."""
    for step, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(part, dict):
            yield (*way, step)
        if isinstance(value, dict | list) and step not in FREE:
            yield from inner_keys(value, *way, step)


def test_each_missing_key_within_is_an_error() -> None:
    whole = json.loads(SHIPPED.read_bytes())
    ways = [way for way in inner_keys(whole) if len(way) > 1]
    assert len(ways) > 80
    for way in ways:
        record = part = deepcopy(whole)
        for step in way[:-1]:
            part = part[step]
        del part[way[-1]]
        with pytest.raises(InvalidManifest):
            read_manifest(json.dumps(record).encode())


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "not valid"),
        (b"[]", "object"),
        (altered(surprise=1), "surprise"),
        (altered(schema_version=2), "schema_version 2, and this release reads 5: export the bundle again"),
        (altered(temperature=0), "temperature"),
        (altered(task="dermatology"), "task"),
        (altered(malignant=["cat"]), "malignant"),
        (altered(reference={"below": [0.2, 0.1], "counts": [1, 1, 1]}), "reference"),
        (altered(reference={"below": [0.2], "counts": [1]}), "reference"),
        (altered(reference={"below": [1.5], "counts": [1, 1]}), "reference"),
        (altered(malignant=[]), "malignant"),
        (altered(classes=["mel", "mel"], malignant=["mel"]), "repeated"),
        (altered(default_operating_point="none"), "default"),
        (altered(input={"size": 64, "resize": "stretched"}), "resize"),
        (altered(input={"size": 7, "resize": RULE}), "size"),
        (altered(clinical={"age_low": 5, "age_high": 85}), "sexes"),
        (altered(clinical={**PERSON, "age_low": 85}), "ages"),
        (altered(clinical={**PERSON, "iq": 1}), "iq"),
    ],
)
def test_a_wrong_manifest_is_named(data: bytes, complaint: str) -> None:
    with pytest.raises(InvalidManifest, match=complaint):
        read_manifest(data)


def test_a_bundle_that_is_calibrated_anew_is_told_apart_and_one_that_is_measured_anew_is_not() -> None:
    before = manifest()
    assert before.fitted_version.startswith("1+")
    point = before.operating_points[0]
    anew = {
        "temperature": 1.6,
        "operating_points": (msgspec.structs.replace(point, threshold=0.31),),
        "reference": ProbabilityReference(below=(0.5,), counts=(1, 1)),
        "files": {"model.onnx": "ab" * 32},
    }
    found = {manifest(**{name: value}).fitted_version for name, value in anew.items()}
    assert len(found | {before.fitted_version}) == len(anew) + 1
    measured = msgspec.structs.replace(point, sensitivity=proportion(80, 100))
    same = manifest(operating_points=(measured,), files={"MODEL_CARD.md": "cd" * 32})
    assert same.fitted_version == before.fitted_version
    assert read_manifest(write_manifest(before)).fitted_version == before.fitted_version


def test_rates_of_error_come_from_the_measured_shares() -> None:
    point = manifest().operating_points[0]
    assert point.miss_rate == pytest.approx(0.09)
    assert point.false_alarm_rate == pytest.approx(0.2)


def test_an_unmeasured_point_has_no_rates() -> None:
    point = OperatingPoint(
        name="sensitive", threshold=0.1, sensitivity=None, specificity=None, without_clinical=None
    )
    assert not manifest(operating_points=(point,)).evaluated
    with pytest.raises(BundleNotReady, match="evaluate"):
        _ = point.miss_rate


def test_what_was_measured_with_nothing_told_holds_where_nothing_is_told() -> None:
    alone = manifest().operating_points[0]
    assert alone.as_told(False) == alone
    rates = Rates(sensitivity=proportion(80, 100), specificity=proportion(150, 200))
    point = msgspec.structs.replace(alone, without_clinical=rates)
    assert point.as_told(True) == point
    assert point.as_told(False).miss_rate == pytest.approx(0.2)
    assert point.as_told(False).false_alarm_rate == pytest.approx(0.25)


def test_a_bundle_that_takes_age_sex_and_site_is_measured_without_them_too() -> None:
    takes = manifest(clinical=msgspec.convert(PERSON, ClinicalSpec, strict=False))
    assert not takes.evaluated
    point = takes.operating_points[0]
    rates = Rates(sensitivity=proportion(80, 100), specificity=proportion(150, 200))
    whole = msgspec.structs.replace(point, without_clinical=rates)
    assert msgspec.structs.replace(takes, operating_points=(whole,)).evaluated
