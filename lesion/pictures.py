"""Pictures of explanations in a folder: the square that was judged, with what was found laid over it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import msgspec
from PIL import Image

from lesion.bundle import Bundle
from lesion.classifier import Classifier
from lesion.clinical import Clinical
from lesion.explain import explain, overlay_png
from lesion.explain.planning import plan
from lesion.explain.target import MALIGNANT
from lesion.preprocess import square

__all__ = ["SIZE", "Pictures", "laid_over"]

SIZE = 448
"""Side of a picture in pixels."""


class Pictures(msgspec.Struct, frozen=True, kw_only=True):
    """What is drawn of each image, and into which existing folder."""

    folder: Path
    method: str = "cam"
    target: str = MALIGNANT
    precision: str = "low"

    def check(self, bundle: Bundle) -> None:
        """Raise now what `plan` refuses, rather than for each image."""
        plan(bundle, self.method, self.target, self.precision)

    def draw(
        self, classifier: Classifier, image: Image.Image, clinical: Clinical | None, number: int, path: Path
    ) -> Path:
        """Explain the image that was read from ``path``, and return the JPEG that was written.

        Its name begins with ``number``, since files of several folders may share theirs.
        """
        explained = explain(
            classifier,
            image,
            method=self.method,
            target=self.target,
            precision=self.precision,
            clinical=clinical,
        )
        stem = re.sub(r"[^A-Za-z0-9_.-]+", "-", path.stem)
        picture = self.folder / f"{number:05d}-{stem}-{self.target}-{self.method}.jpg"
        laid_over(image, overlay_png(explained, SIZE)).save(picture, "JPEG", quality=90)
        return picture


def laid_over(image: Image.Image, overlay: bytes) -> Image.Image:
    """Return the centred square of an upright RGB image with what `overlay_png` drew over it."""
    photo = square(image, SIZE).convert("RGBA")
    drawn = Image.open(io.BytesIO(overlay)).convert("RGBA").resize(photo.size, Image.Resampling.BICUBIC)
    return Image.alpha_composite(photo, drawn).convert("RGB")
