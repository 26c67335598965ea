"""How models and samples are told to clients: from the core's types to the API's."""

from __future__ import annotations

import re
from urllib.parse import quote

from lesion.bundle import Bundle
from lesion.clinical import AGES, ClinicalSpec
from lesion.explain import METHODS, Method, Precision, availability, targets
from lesion.explain.words import sentence
from lesion.labels import NAMES, is_malignant
from lesion.manifest import Manifest
from lesion.measures.reading import Metrics
from lesion.predictive import supposition
from lesion.samples import Sample
from server.answers import (
    Class,
    ClinicalFields,
    Explanations,
    ModelDetails,
    OfferedMethod,
    OfferedModel,
    OfferedPrecision,
    Plot,
    SampleInfo,
)
from server.errors import NotFound

__all__ = ["classes", "diagnoses", "model_details", "model_info", "report_file", "sample_info"]

CARD = "MODEL_CARD.md"

_REPORT_TYPES = {
    "css": "text/css",
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/json",
    "csv": "text/csv",
    "md": "text/markdown",
    "html": "text/html",
}
_PICTURE = re.compile(r"!\[(?P<title>[^\]]*)\]\((?:\./)?report/(?P<file>[^)\s/]+\.(?:svg|png))\)")


def classes(manifest: Manifest) -> list[Class]:
    """Return a model's classes in the order of its outputs."""
    return [
        Class(dx=code, name=NAMES.get(code, code.capitalize()), malignant=code in manifest.malignant)
        for code in manifest.classes
    ]


def diagnoses() -> list[Class]:
    """Return every diagnosis that has a name here, those that no model tells apart included."""
    return [Class(dx=code, name=name, malignant=is_malignant(code)) for code, name in NAMES.items()]


def sample_info(sample: Sample) -> SampleInfo:
    """Describe a sample with the addresses of its image and preview."""
    url = f"/api/samples/{quote(sample.id, safe='')}"
    return SampleInfo(
        id=sample.id,
        kind=sample.kind,
        title=sample.title,
        dx=sample.dx,
        dx_name=NAMES.get(sample.dx, sample.dx) if sample.dx else None,
        malignant=sample.malignant,
        attribution=sample.attribution,
        licence=sample.licence,
        url=url,
        thumbnail=f"{url}/thumbnail",
    )


def model_info(name: str, bundle: Bundle, default: str) -> OfferedModel:
    """Describe a model and its operating points."""
    manifest, metrics = bundle.manifest, bundle.measured()
    return OfferedModel(
        name=name,
        version=manifest.fitted_version,
        architecture=manifest.architecture,
        task=manifest.task,
        input_size=manifest.input.size,
        clinical=_fields(manifest.clinical),
        default=name == default,
        default_operating_point=manifest.default_operating_point,
        operating_points=manifest.operating_points,
        supposition=supposition(manifest, metrics),
        explanations=_explanations(bundle, metrics),
    )


def _explanations(bundle: Bundle, metrics: Metrics) -> Explanations:
    return Explanations(
        targets=targets(bundle.manifest),
        methods=tuple(_method(method, bundle, metrics) for method in METHODS.values()),
    )


def _method(method: Method, bundle: Bundle, metrics: Metrics) -> OfferedMethod:
    return OfferedMethod(
        name=method.name,
        title=method.title,
        kind=method.kind,
        signed=method.signed,
        precisions=tuple(_precision(method, name, metrics) for name in method.precisions),
        unavailable=availability(method.name, bundle),
        sentence=sentence(method.name, metrics),
    )


def _precision(method: Method, name: Precision, metrics: Metrics) -> OfferedPrecision:
    measured = f"explain.{method.name}.{name}."
    return OfferedPrecision(
        name=name,
        samples=method.precisions[name].samples,
        seconds=metrics.get(f"{measured}seconds"),
        stability=metrics.get(f"{measured}stability") if method.random else None,
    )


def _fields(spec: ClinicalSpec | None) -> ClinicalFields | None:
    if spec is None:
        return None
    return ClinicalFields(age_min=AGES[0], age_max=AGES[1], sexes=spec.sexes, sites=spec.sites)


def model_details(name: str, bundle: Bundle) -> ModelDetails:
    """Return all that is known of a model. Raises HashMismatch where a file of the bundle was altered."""
    card = bundle.file(CARD).read_text("utf-8") if CARD in bundle.manifest.files else ""
    return ModelDetails(
        manifest=bundle.manifest, metrics=bundle.metrics(), card=card, plots=_plots(name, bundle, card)
    )


def _plots(name: str, bundle: Bundle, card: str) -> list[Plot]:
    """Return the pictures that the card shows, in its order and by its titles."""
    return [
        Plot(title=match["title"], url=f"/api/models/{quote(name, safe='')}/report/{quote(match['file'])}")
        for match in _PICTURE.finditer(card)
        if f"report/{match['file']}" in bundle.manifest.files
    ]


def report_file(bundle: Bundle, file: str) -> tuple[bytes, str]:
    """Return the content and media type of ``report/<file>``.

    Only what the manifest lists can be had, so no name leads out of the folder. Raises NotFound, or
    HashMismatch where the file was altered.
    """
    kind = _REPORT_TYPES.get(file.rpartition(".")[2])
    if kind is None or f"report/{file}" not in bundle.manifest.files:
        raise NotFound("The report has no such file; /api/models/<name> lists its pictures.")
    return bundle.file(f"report/{file}").read_bytes(), kind
