"""From an HTTP request to what is asked: the image's bytes and the options, or a named error.

Uploads are held in memory only, within the limits of the configuration, and are gone with the request.
"""

from __future__ import annotations

import binascii
import io
import re
from typing import IO, Annotated, Literal, TypeVar, cast

import msgspec
from flask import Request
from msgspec import Meta
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser

from lesion.clinical import Clinical
from lesion.errors import InvalidOption, MalformedRequest, MissingImage
from lesion.proportions import Inside
from server.errors import UnsupportedMediaType

__all__ = [
    "ClassifyBody",
    "ExplanationBody",
    "MemoryRequest",
    "PredictBody",
    "Question",
    "body_kind",
    "decode_base64",
    "read_form",
    "read_json",
    "read_query",
]

_DATA_URL = re.compile(r"data:[\w.+/-]{0,64}(;[\w.+=-]{1,64})*;base64,", re.ASCII)
_SPACE = dict.fromkeys(map(ord, " \t\r\n"))

_NUMBERS = {"age", "prevalence", "threshold"}
"""Options that an empty field of a form leaves out."""

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Word = Annotated[str, Meta(max_length=100)]
T = TypeVar("T")


class MemoryRequest(Request):
    """A request that never writes an upload to disk, and that calls a broken form broken.

    Werkzeug moves larger files to the temporary folder; here ``max_content_length`` bounds them instead.
    """

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return io.BytesIO()

    def make_form_data_parser(self) -> FormDataParser:
        """Return Werkzeug's parser, made to raise ValueError where it would see an empty form."""
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is asked about: ``image`` (base64 or a data URL) or ``sample`` (an id), to a model of /api/config.

    A form has a file instead of both. ``age`` in years, ``sex`` and ``localization`` are for models that take
    them; empty is not known.
    """

    image: str | None = None
    sample: Name | None = None
    model: Name | None = None
    age: float | None = None
    sex: Word | None = None
    localization: Word | None = None

    @property
    def clinical(self) -> Clinical:
        """What is told of the person. Raises InvalidOption for an impossible age and for unknown words."""
        return Clinical.of(self.age, self.sex, self.localization)


class ClassifyBody(Question, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """For /api/classify: one of the model's operating points, and whether to draw the evidence map.

    ``threshold`` takes the place of an operating point; at ``prevalence`` predictive values are told.
    ``record`` is whether the answer is to be kept, where a record is.
    """

    operating_point: Name | None = None
    threshold: Inside | None = None
    prevalence: Inside | None = None
    explain: bool = True
    record: bool = True


class ExplanationBody(Question, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """For /api/explanations: how to explain, and what; each a choice of /api/config.

    ``precision`` is for methods that have a choice of it, and changes nothing for others.
    """

    method: Name = "cam"
    target: Name = "malignant"
    precision: Name = "low"


class PredictBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """JSON for /predict: ``explain`` asks for LIME's picture, ``precision`` its number of samples."""

    image: str | None = None
    explain: bool = False
    precision: Literal["Low", "Medium", "High"] = "Low"


def read_json(request: Request, kind: type[T]) -> T:
    """Parse a JSON body. Raises MalformedRequest, or InvalidOption where only an option is wrong."""
    try:
        return msgspec.json.decode(request.get_data(cache=False), type=kind)
    except msgspec.ValidationError as error:
        raise _named(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedRequest("The body is not valid JSON; please send one JSON object.") from error


def read_form(request: Request, kind: type[T]) -> tuple[bytes, T]:
    """Return the file of a multipart form, and its other fields.

    Raises MalformedRequest, MissingImage, InvalidOption; werkzeug's RequestEntityTooLarge passes through.
    """
    try:
        form, files = request.form, request.files
    except ValueError as error:
        raise MalformedRequest("The form is incomplete or damaged; please send it again.") from error
    if set(files) - {"file"} or len(files.getlist("file")) > 1:
        raise MalformedRequest("Send exactly one file, in the field named `file`.")
    if not files:
        raise MissingImage("There is no file in the form; send the image in the field named `file`.")
    stream = cast("io.BytesIO", files["file"].stream)
    return stream.getvalue(), _options(_each_once(form), kind)


def read_query(request: Request, kind: type[T]) -> T:
    """Return what is asked behind the address. Raises InvalidOption, MalformedRequest."""
    told = _each_once(request.args)
    # Of which msgspec would take some for None, and none is what the specification allows.
    if any(value.strip() in ("", "null") for value in told.values()):
        raise InvalidOption("Leave out the options that have no value.")
    try:
        return msgspec.convert(told, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _named(error) from error


def _each_once(given: MultiDict[str, str]) -> dict[str, str]:
    """Return options by name. Raises InvalidOption where one is given twice: which was meant?"""
    if twice := [name for name, values in given.lists() if len(values) > 1]:
        raise InvalidOption(f"The option `{twice[0][:100]}` is given twice; please send it once.")
    return given.to_dict()


def _options(values: dict[str, str], kind: type[T]) -> T:
    if values.keys() & {"image", "sample"}:
        raise MalformedRequest("Send the image as the file of the form, in the field named `file`, alone.")
    told = {key: value for key, value in values.items() if key not in _NUMBERS or value.strip()}
    try:
        return msgspec.convert(told, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _named(error) from error


def _named(error: msgspec.ValidationError) -> MalformedRequest | InvalidOption:
    """Turn msgspec's message, which names the place as ``$.field``, into the error that it means."""
    message, _, place = str(error).partition(" - at `$.")
    field = place.rstrip("`")[:100]
    if message.startswith("Object contains unknown field"):
        unknown = message.removeprefix("Object contains unknown field ")[:100]
        return InvalidOption(f"There is no option {unknown}; /api/docs lists those that there are.")
    if not field or field in {"image", "sample"}:
        where = f"`{field}` in the body" if field else "the body"
        return MalformedRequest(f"Please mend {where}: {message[:200]}.")
    return InvalidOption(f"The option `{field}` cannot be used: {message[:200]}.")


def decode_base64(text: str) -> bytes:
    """Decode base64 or a base64 data URL, with or without line breaks. Raises MalformedRequest."""
    prefix = _DATA_URL.match(text)
    body = text[prefix.end() :] if prefix else text
    try:
        return binascii.a2b_base64(body.translate(_SPACE), strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedRequest("`image` is not valid base64; please encode the image file itself.") from error


def body_kind(request: Request) -> Literal["form", "json"]:
    """Return which of the two kinds of body this is. Raises UnsupportedMediaType."""
    if request.mimetype == "multipart/form-data":
        return "form"
    if request.mimetype == "application/json":
        return "json"
    raise UnsupportedMediaType("Send multipart/form-data with a field `file`, or application/json.")
