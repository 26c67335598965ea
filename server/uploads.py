"""The image of a request, in whichever of its forms it comes, and what is asked about it."""

from __future__ import annotations

from typing import TypeVar

from flask import request

from lesion.errors import InvalidOption, MalformedRequest, MissingImage
from server.reading import Question, body_kind, decode_base64, read_form, read_json
from server.services import services

__all__ = ["read_upload"]

Q = TypeVar("Q", bound=Question)


def read_upload(kind: type[Q]) -> tuple[bytes, Q]:
    """Return the image file and the question of the current request.

    Raises a LesionError: Busy, before the body is parsed, where the queue is full.
    """
    with services().metrics.stage("read"):
        return _read(kind)


def _read(kind: type[Q]) -> tuple[bytes, Q]:
    if request.args:
        raise InvalidOption("Options belong into the form or the JSON body, not behind the address.")
    form = body_kind(request) == "form"
    services().models.places.check_room()
    if form:
        # A form carries the file as it is: unlike JSON it needs no room for base64.
        request.max_content_length = services().config.max_form_bytes
        return read_form(request, kind)
    asked = read_json(request, kind)
    return _image_of(asked), asked


def _image_of(asked: Question) -> bytes:
    if asked.image is not None and asked.sample is not None:
        raise MalformedRequest("Send either `image` or `sample`, not both.")
    if asked.sample is not None:
        return services().samples.read(asked.sample)
    if asked.image is None:
        raise MissingImage("Send `image`, an image file as base64, or `sample`, the id of a sample.")
    return decode_base64(asked.image)
