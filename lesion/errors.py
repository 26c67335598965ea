"""Every error this project raises on purpose, in one tree.

    LesionError                      500 internal
    ├── InputError                   400 bad-input            the caller can mend it
    │   ├── EmptyInput               400 empty-input
    │   ├── NotAnImage               400 not-an-image
    │   ├── CorruptImage             400 corrupt-image
    │   ├── PolyglotImage            422 polyglot-image
    │   ├── UnsupportedFormat        415 unsupported-format
    │   ├── TooManyBytes             413 too-many-bytes
    │   ├── TooManyPixels            413 too-many-pixels
    │   ├── ImageTooSmall            422 image-too-small
    │   ├── MalformedRequest         400 malformed-request
    │   ├── MissingImage             400 missing-image
    │   ├── InvalidOption            422 invalid-option
    │   ├── UnknownModel             404 unknown-model
    │   └── UnknownSample            404 unknown-sample
    ├── BundleError                  503 bundle-unusable      the installation must be mended
    │   ├── BundleNotFound
    │   ├── InvalidManifest
    │   ├── HashMismatch
    │   └── BundleNotReady           exported, but not yet calibrated and evaluated
    ├── MissingDependency            501 missing-dependency
    ├── UnusableKeys                 500 unusable-keys        API keys, or a file of them, that cannot be used
    ├── DataError                    500 unreadable-data      what training was given cannot be used
    ├── ParityError                  500 parity               an exported graph disagrees with its learner
    └── ArchiveError                 502 archive-unavailable  the ISIC Archive is unreachable or answers oddly

`str(error)` is one sentence for the person who caused it, and says what to do. `slug` is stable: clients
match on it, and `/problems/<slug>` is the `type` of the HTTP answer (RFC 9457).
"""

from __future__ import annotations

# ruff: noqa: N818 (the names say what is wrong with the thing; "Error" would add nothing)
from typing import ClassVar

__all__ = [
    "ArchiveError",
    "BundleError",
    "BundleNotFound",
    "BundleNotReady",
    "CorruptImage",
    "DataError",
    "EmptyInput",
    "HashMismatch",
    "ImageTooSmall",
    "InputError",
    "InvalidManifest",
    "InvalidOption",
    "LesionError",
    "MalformedRequest",
    "MissingDependency",
    "MissingImage",
    "NotAnImage",
    "ParityError",
    "PolyglotImage",
    "TooManyBytes",
    "TooManyPixels",
    "UnknownModel",
    "UnknownSample",
    "UnsupportedFormat",
    "UnusableKeys",
]


class LesionError(Exception):
    """Root of the tree: `slug` names the kind for machines, `title` for people, `status` is that of HTTP."""

    slug: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"


class InputError(LesionError):
    """What the caller sent cannot be used; sending something else helps."""

    slug = "bad-input"
    status = 400
    title = "Input cannot be used"


class EmptyInput(InputError):
    """No bytes at all."""

    slug = "empty-input"
    title = "Empty file"


class NotAnImage(InputError):
    """The content is no image of any known format."""

    slug = "not-an-image"
    title = "Not an image"


class CorruptImage(InputError):
    """The content starts as an accepted format but is truncated or damaged."""

    slug = "corrupt-image"
    title = "Damaged image"


class PolyglotImage(InputError):
    """The content is an image and at the same time a document, archive, page or program."""

    slug = "polyglot-image"
    status = 422
    title = "Image that hides another file"


class UnsupportedFormat(InputError):
    """The content is recognised, but in a format that is not accepted."""

    slug = "unsupported-format"
    status = 415
    title = "Unsupported format"


class TooManyBytes(InputError):
    """The file is larger than the limit."""

    slug = "too-many-bytes"
    status = 413
    title = "File too large"


class TooManyPixels(InputError):
    """The image, once decompressed, would be larger than the limit."""

    slug = "too-many-pixels"
    status = 413
    title = "Too many pixels"


class ImageTooSmall(InputError):
    """The shorter side has too few pixels to judge anything."""

    slug = "image-too-small"
    status = 422
    title = "Image too small"


class MalformedRequest(InputError):
    """The request does not parse, or lacks its form: bad JSON, bad base64, wrong content type."""

    slug = "malformed-request"
    title = "Malformed request"


class MissingImage(InputError):
    """The request parses, but carries neither image nor sample."""

    slug = "missing-image"
    title = "No image sent"


class InvalidOption(InputError):
    """An option has a value that is not on offer."""

    slug = "invalid-option"
    status = 422
    title = "Invalid option"


class UnknownModel(InputError):
    """No model of that name is served here."""

    slug = "unknown-model"
    status = 404
    title = "Unknown model"


class UnknownSample(InputError):
    """No sample has that id."""

    slug = "unknown-sample"
    status = 404
    title = "Unknown sample"


class BundleError(LesionError):
    """A model bundle cannot be used as it is."""

    slug = "bundle-unusable"
    status = 503
    title = "Model cannot be used"


class BundleNotFound(BundleError):
    """There is no bundle at that place."""


class InvalidManifest(BundleError):
    """The manifest does not parse, or has unknown, missing or contradictory keys."""


class HashMismatch(BundleError):
    """A file of the bundle is not the one that its manifest describes."""


class BundleNotReady(BundleError):
    """The bundle has been exported, but not calibrated and evaluated yet."""


class MissingDependency(LesionError):
    """An optional library is needed and absent; the message says what to install."""

    slug = "missing-dependency"
    status = 501
    title = "Not installed here"


class UnusableKeys(LesionError):
    """API keys, or a file of them, that cannot be used."""

    slug = "unusable-keys"
    title = "API keys cannot be used"


class DataError(LesionError):
    """A data folder, split, configuration or machine with which the lab cannot do what it was asked."""

    slug = "unreadable-data"
    title = "Data cannot be read"


class ParityError(LesionError):
    """The exported graph and the learner do not give the same probabilities."""

    slug = "parity"
    title = "The exported model disagrees with the learner"


class ArchiveError(LesionError):
    """The ISIC Archive cannot be reached, or its answer is not understood."""

    slug = "archive-unavailable"
    status = 502
    title = "ISIC Archive unavailable"
