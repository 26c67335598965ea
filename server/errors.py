"""The errors that only a server has, and what every kind of error means to those who meet it.

The kinds are those of `lesion.errors` that a request can cause, and the few below.
"""

# ruff: noqa: N818 (the names say what is wrong, as in lesion.errors)

from __future__ import annotations

import msgspec

from lesion import errors
from lesion.errors import InputError, LesionError

__all__ = [
    "KINDS",
    "AddressTooLong",
    "Busy",
    "ClientGone",
    "Deadline",
    "ForbiddenOrigin",
    "HeadTooLarge",
    "JobCancelled",
    "JobTimeout",
    "Kind",
    "MethodNotAllowed",
    "NotFound",
    "NotHttp",
    "NotReady",
    "RangeNotSatisfiable",
    "RateLimited",
    "RecordUnavailable",
    "RequestTimeout",
    "TryLater",
    "Unauthorised",
    "UnknownCoding",
    "UnknownHost",
    "UnknownJob",
    "UnknownRecord",
    "UnsupportedMediaType",
]


class TryLater(LesionError):
    """Nothing is wrong that waiting will not mend; ``retry_after`` is in seconds."""

    status = 503
    retry_after: int

    def __init__(self, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        if retry_after is not None:
            self.retry_after = retry_after


class NotReady(TryLater):
    """The model is still loading: the server has just started, or nobody had asked for this model before."""

    slug = "not-ready"
    title = "Not ready yet"
    retry_after = 2


class Busy(TryLater):
    """The queue is full: too many images came at the same time."""

    slug = "busy"
    title = "Busy"
    retry_after = 5


class RateLimited(TryLater):
    """More requests came from one address, or with one key, than this server allows it in that time."""

    slug = "rate-limited"
    status = 429
    title = "Too many requests"
    retry_after = 60


class Unauthorised(InputError):
    """The request's API key is unknown here, or it has none where one is needed."""

    slug = "unauthorised"
    status = 401
    title = "API key needed"


class ForbiddenOrigin(InputError):
    """What the browser's cookie allows was asked for by something else than this server's own page."""

    slug = "forbidden-origin"
    status = 403
    title = "Not asked for by this page"


class UnknownHost(InputError):
    """The request names a host under which this server is not known."""

    slug = "unknown-host"
    status = 400
    title = "Unknown host"


class Deadline(TryLater):
    """The request waited for as long as one may take here, and was given up."""

    slug = "deadline"
    title = "Not answered in time"
    retry_after = 5


class RequestTimeout(InputError):
    """The client fell silent in the middle of its request, or took too long to send all of it."""

    slug = "request-timeout"
    status = 408
    title = "Request not complete in time"


class NotHttp(InputError):
    """The request is not HTTP as it is written down, or says two things about where it ends."""

    slug = "not-http"
    status = 400
    title = "Not well-formed HTTP"


class AddressTooLong(InputError):
    """The first line of the request, with its address, is too long."""

    slug = "address-too-long"
    status = 414
    title = "Address too long"


class UnknownCoding(InputError):
    """The request comes in a transfer coding that this server does not read."""

    slug = "unknown-coding"
    status = 501
    title = "Unknown transfer coding"


class HeadTooLarge(InputError):
    """Address and headers of the request are too long together."""

    slug = "head-too-large"
    status = 431
    title = "Headers too large"


class ClientGone(LesionError):
    """The client closed its connection while its request was waiting, which was then dropped."""

    slug = "client-gone"
    status = 499
    title = "Client gone"


class RecordUnavailable(TryLater):
    """The database that the record of predictions is kept in does not answer."""

    slug = "record-unavailable"
    title = "Record unavailable"
    retry_after = 5


class JobTimeout(LesionError):
    """A job took longer than this server allows, and was stopped."""

    slug = "job-timeout"
    status = 504
    title = "Took too long"


class JobCancelled(LesionError):
    """A job was ended before it was done: by whoever asked for it, or because the server stops."""

    slug = "job-cancelled"
    status = 409
    title = "Cancelled"


class UnknownJob(InputError):
    """No job has that id and key: it never was, is somebody else's, or was forgotten."""

    slug = "unknown-job"
    status = 404
    title = "Unknown job"


class UnknownRecord(InputError):
    """No record of the one who asks has that id: it never was, is somebody else's, or is deleted."""

    slug = "unknown-record"
    status = 404
    title = "Unknown record"


class UnsupportedMediaType(InputError):
    """The request's content type is one that this address does not read."""

    slug = "unsupported-media-type"
    status = 415
    title = "Unsupported content type"


class NotFound(InputError):
    """There is nothing at this address."""

    slug = "not-found"
    status = 404
    title = "Not found"


class MethodNotAllowed(InputError):
    """The address exists, but not for this HTTP method."""

    slug = "method-not-allowed"
    status = 405
    title = "Method not allowed"


class RangeNotSatisfiable(InputError):
    """The part that was asked for lies outside the file."""

    slug = "range-not-satisfiable"
    status = 416
    title = "Range not satisfiable"


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of problem: what it means, and what to do about it."""

    slug: str
    title: str
    status: int
    meaning: str
    remedy: str


_REMEDIES: dict[type[LesionError], str] = {
    LesionError: "Try again. If it happens again, give the id to whoever runs this server.",
    errors.EmptyInput: "Choose the file again; it may not have been saved or transferred completely.",
    errors.NotAnImage: "Send a photograph in one of the formats listed by /api/config under limits.",
    errors.CorruptImage: "Transfer the file again, or open it in a picture viewer and save a fresh copy.",
    errors.PolyglotImage: "Open the picture in a viewer and save a fresh copy without the hidden part.",
    errors.UnsupportedFormat: "Save the picture as JPEG or PNG and send that.",
    errors.TooManyBytes: "Send a smaller file, such as a JPEG. /api/config tells the limit.",
    errors.TooManyPixels: "Reduce the picture, or crop it to the lesion. /api/config tells the limit.",
    errors.ImageTooSmall: "Send a larger picture: move closer or use a higher resolution.",
    errors.MalformedRequest: "Compare the request with the examples at /api/docs.",
    errors.MissingImage: "Send a multipart field `file`, or JSON with `image` (base64) or `sample` (an id).",
    errors.InvalidOption: "Use one of the values that the answer names; /api/docs lists every option.",
    errors.UnknownModel: "Use one of the models listed by /api/config.",
    errors.UnknownSample: "Use one of the samples listed by /api/config.",
    errors.BundleError: "Whoever runs this server must mend the bundle; `lesion models verify` says how.",
    errors.MissingDependency: "Whoever runs this server must install what the answer names.",
    Busy: "Wait for as long as the Retry-After header says, then send the request again.",
    NotReady: "Wait for as long as the Retry-After header says, then send the request again.",
    RateLimited: "Wait for as long as the Retry-After header says, and send fewer requests at a time.",
    Unauthorised: "Send a key that whoever runs this server gave out, as `Authorization: Bearer <key>`.",
    ForbiddenOrigin: "Do it on the server's own page, or send an API key instead of the cookie.",
    UnknownHost: "Use the server's own name; whoever runs it lists its names in ALLOWED_HOSTS.",
    Deadline: "Wait for as long as the Retry-After header says, then send the request again.",
    ClientGone: "Keep the connection open in both directions until the answer has come.",
    RequestTimeout: "Send the request again, all of it at once, or from where the network is faster.",
    NotHttp: "Send it with an HTTP library: spaces in an address are escaped, and there is one length.",
    AddressTooLong: "Send a shorter address; what is long belongs into the body.",
    UnknownCoding: "Send the request with a Content-Length, or in chunks.",
    HeadTooLarge: "Send a shorter address, and fewer or shorter headers and cookies.",
    JobTimeout: "Choose a lower precision or another method, or try again when fewer people do.",
    JobCancelled: "Ask for it again, where it is wanted after all; the answer says who ended it.",
    UnknownJob: "Send the id and, as X-Job-Key, the key that the job was created with; or create it again.",
    UnknownRecord: "Ask for the list at /api/history; it holds every record of the one who asks.",
    RecordUnavailable: "Wait for as long as the Retry-After header says. Pictures are judged meanwhile.",
    UnsupportedMediaType: "Send multipart/form-data or application/json.",
    NotFound: "Check the address; /api/docs lists every one.",
    MethodNotAllowed: "Use one of the methods in the answer's Allow header.",
    RangeNotSatisfiable: "Ask for the whole file.",
}

KINDS = {
    error.slug: Kind(
        slug=error.slug,
        title=error.title,
        status=error.status,
        meaning="The server failed." if error is LesionError else (error.__doc__ or error.title),
        remedy=remedy,
    )
    for error, remedy in _REMEDIES.items()
}
