"""Sample images for the page: their bytes and small previews, by id."""

from __future__ import annotations

import io
from functools import lru_cache

from lesion.decode import decode
from lesion.errors import UnknownSample
from lesion.formats import FORMATS, identify
from lesion.samples import Sample, default_cache_dir, find_samples, read_sample
from server.config import Config

__all__ = ["Samples"]

THUMBNAIL_SIZE = (240, 180)
"""Largest width and height of a preview in pixels."""


class Samples:
    """The samples that were there when the server started, in their order."""

    def __init__(self, config: Config) -> None:
        found = find_samples(config.lesion_samples_dir, config.lesion_cache_dir or default_cache_dir())
        self.by_id: dict[str, Sample] = {sample.id: sample for sample in found}
        self.thumbnail = lru_cache(maxsize=256)(self._thumbnail)

    def read(self, sample_id: str) -> bytes:
        """Return the image file of a sample. Raises UnknownSample."""
        try:
            return read_sample(self.by_id[sample_id])
        except (KeyError, OSError):
            raise UnknownSample("There is no such sample; /api/config lists those that there are.") from None

    def _thumbnail(self, sample_id: str) -> bytes:
        """Return a small JPEG of a sample. Raises UnknownSample."""
        image = decode(self.read(sample_id))
        image.thumbnail(THUMBNAIL_SIZE)
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=80, optimize=True)
        return buffer.getvalue()


def mime_type(data: bytes) -> str:
    """Return the media type of an image file by its content. Raises NotAnImage or UnsupportedFormat."""
    return FORMATS[identify(data)].mimes[0]
