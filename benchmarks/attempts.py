"""What is tried against a server, and by which answers it is seen to hold. `benchmarks.security` does it."""

from __future__ import annotations

import base64
import json
import pickle
import time
from collections.abc import Callable, Sequence

import msgspec

from benchmarks.exchange import Maker, Reply, Target, exchange, flood, request
from benchmarks.photographs import photographs
from lesion.drawings import KINDS

__all__ = ["KEY_LIMIT", "Attempt", "attempts"]

KEY_LIMIT = 3
"""Images a minute that the target's key may send."""

PATIENT_TRIES = 50

Run = Callable[[Target], Reply]
Held = Callable[[Reply], bool]
Owned = tuple[str, str]

FOREIGN = "Origin: https://elsewhere.example"
PREFLIGHT = (FOREIGN, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type")
JSON = "Content-Type: application/json"
FORM = "Content-Type: multipart/form-data; boundary=b"
CHUNKED = "Transfer-Encoding: chunked"
CLASSIFY = "POST /api/classify"
MEGABYTE = 1_000_000


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Something tried: its kind, what it is, how it is done, and the replies at which it came to nothing."""

    kind: str
    what: str
    run: Run
    held: Held

    def came_to_nothing(self, target: Target, reply: Reply) -> bool:
        """Whether the server held: a reply as it should be that tells no secret and did not keep it busy."""
        return self.held(reply) and not reply.hung and not target.is_betrayed_by(reply)


def sent(maker: Maker, times: int = 1, address: str = "127.0.0.1") -> Run:
    """Return what sends a request, perhaps several times, and returns the last reply."""
    return lambda target: [exchange(target.port, maker(target), address) for _ in range(times)][-1]


def others(
    question: Maker, own: Callable[[Reply], Owned], line: str, *headers: str, body: bytes = b""
) -> Run:
    """Return what asks for something as somebody else, once it is seen to be there for whom it belongs to.

    ``question`` makes it, and ``own`` reads from the answer its id, for ``{id}`` in ``line``, and the header
    that opens it. Running it raises RuntimeError where its owner does not get it: there is nothing to try.
    """

    def run(target: Target) -> Reply:
        made = exchange(target.port, question(target))
        name, opens = own(made)
        address = line.replace("{id}", name)
        for _ in range(PATIENT_TRIES):
            seen = exchange(target.port, request(f"GET {address.split()[1]}", opens)(target))
            if seen.status == 200:
                return exchange(target.port, request(address, *headers, body=body)(target))
            time.sleep(0.1)  # it is about to be written
        raise RuntimeError(
            f"{address} is not there for its owner: {seen.told()} (it was made with {made.told()})"
        )

    return run


def asked(value: object, path: str = "/api/classify", *headers: str) -> Maker:
    """Return what makes a JSON request."""
    return request(f"POST {path}", JSON, *headers, body=json.dumps(value).encode())


def image(data: bytes) -> Maker:
    """Return what makes a request to classify a file."""
    return asked({"image": _base64(data)})


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _fields(count: int, size: int = 1) -> bytes:
    """Return the body of a form."""
    part = b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n%b\r\n'
    return b"".join(part % (number, b"1" * size) for number in range(count)) + b"--b--\r\n"


class _Runs:
    """Unpickled, it would run a command."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("1/0",)


def told(kind: str) -> Held:
    """One answer came: this status and problem, which says what was looked at."""
    return lambda reply: len(reply.statuses) == 1 and reply.told() == kind


def status(*expected: int) -> Held:
    """One answer came, with one of these statuses."""
    return lambda reply: reply.statuses in [[one] for one in expected]


def refused(reply: Reply) -> bool:
    """All that was asked was called wrong or unheard of (501), or the connection was closed."""
    return all(400 <= one < 500 or one == 501 for one in reply.statuses)


def refused_once(reply: Reply) -> bool:
    """As `refused`, and nothing behind it was answered."""
    return refused(reply) and len(reply.statuses) <= 1


def without(*headers: str) -> Held:
    """An answer came that has none of these headers."""
    return lambda reply: reply.status is not None and not set(headers) & set(reply.headers)


def has(header: str, *parts: str, never: str = "\0") -> Held:
    """The answer's header holds all of these parts, and never one."""
    return lambda reply: (
        all(part in reply.headers.get(header, "") for part in parts)
        and (never not in reply.headers.get(header, ""))
    )


def _nothing_kept(reply: Reply) -> bool:
    return reply.status == 200 and b'"total":0' in reply.body


PICTURE = base64.b64encode(photographs(kinds=KINDS[:1])[0]).decode()

Row = tuple[str, Run, Held]


def attempts(bad_images: dict[str, bytes]) -> Sequence[Attempt]:
    """Return all attempts; ``bad_images`` are files that no server should take, by name."""
    files: list[Row] = [
        (name.replace("-", " "), sent(image(data)), refused) for name, data in bad_images.items()
    ]
    groups = {**GROUPS, "hostile files": files}
    return [
        Attempt(kind=kind, what=what, run=run, held=held)
        for kind, rows in groups.items()
        for what, run, held in rows
    ]


def _everywhere(header: str, *parts: str, never: str = "\0") -> list[Row]:
    """The same header of answers of every kind."""
    lines = (
        "GET /",
        "GET /api/config",
        "GET /static/app.js",
        "GET /nowhere",
        "GET /no HTTP",
        CLASSIFY,
        "TRACE /",
    )
    return [
        (f"`{header}` of {line}", sent(request(line)), has(header, *parts, never=never)) for line in lines
    ]


HEADERS: list[Row] = [
    *_everywhere("content-security-policy", "default-src 'none'", "frame-ancestors 'none'", never="unsafe"),
    *_everywhere("x-content-type-options", "nosniff"),
    *_everywhere("referrer-policy", "no-referrer"),
    *_everywhere("permissions-policy", "camera=(self)", "microphone=()"),
    *_everywhere("cross-origin-opener-policy", "same-origin"),
    (
        "an answer of classification may be kept",
        sent(asked({"image": PICTURE})),
        lambda reply: reply.status == 200 and has("cache-control", "no-store")(reply),
    ),
    (
        "HTTPS claimed by a client that is no proxy",
        sent(request("GET /", "X-Forwarded-Proto: https")),
        without("strict-transport-security"),
    ),
    (
        "a request id that would end the header",
        sent(request("GET /", "X-Request-ID: abcdefgh\tSet-Cookie: a=b")),
        without("set-cookie"),
    ),
    ("a line break in an address", sent(request("GET /%0d%0aSet-Cookie:%20a=b")), without("set-cookie")),
    ("TRACE, which would repeat secrets", sent(request("TRACE /", "Cookie: secret=1")), status(405)),
]

ORIGINS: list[Row] = [
    (f"{what} from another origin", sent(request(line, *headers)), without("access-control-allow-origin"))
    for what, line, headers in (
        ("leave to classify", "OPTIONS /api/classify", PREFLIGHT),
        ("leave to predict", "OPTIONS /predict", PREFLIGHT),
        ("the configuration", "GET /api/config", (FOREIGN,)),
        ("metrics", "GET /metrics", (FOREIGN,)),
        ("a picture as a form", CLASSIFY, (FOREIGN, FORM)),
        ("the configuration, from a sandbox", "GET /api/config", ("Origin: null",)),
    )
]

HOSTS: list[Row] = [
    (
        "another name, as by DNS rebinding",
        sent(request("GET /api/config", host="elsewhere.example")),
        status(400),
    ),
    ("no name", sent(lambda _: b"GET /api/config HTTP/1.1\r\n\r\n"), status(400)),
    ("two names", sent(request("GET /api/config", "Host: elsewhere.example")), status(400)),
    (
        "another name in the address",
        sent(request("GET http://elsewhere.example/api/config", host="elsewhere.example")),
        status(400),
    ),
    (
        "another name as if from a proxy",
        sent(request("GET /api/docs", "X-Forwarded-Host: elsewhere.example")),
        lambda reply: reply.status == 200 and b"elsewhere.example" not in reply.body,
    ),
]

JOBS = "/api/explanations"


def _job(reply: Reply) -> Owned:
    """Return the id of a job, and the header with its key."""
    job = json.loads(reply.body)
    return str(job.get("id")), f"X-Job-Key: {job.get('key')}"


KEYS: list[Row] = [
    (what, sent(request("GET /api/config", f"Authorization: Bearer {secret}")), status(401))
    for what, secret in (
        ("a key that nobody has", "lesion_" + "A" * 43),
        ("no key after all", ""),
        ("a key and one letter more", "{key}A"),
        ("the entry that the server holds", "{entry}"),
        ("the longest header that there is", "A" * 8_000),
    )
] + [
    ("a key behind the address", sent(asked({}, "/api/classify?key={key}")), status(422)),
    (
        "keys or hashes among the metrics",
        sent(request("GET /metrics", "Authorization: Bearer {key}")),
        lambda reply: reply.status == 200 and b'key="tester"' in reply.body,
    ),
    *(
        (what, others(asked({"image": PICTURE}, JOBS), _job, line, *headers), told("404 unknown-job"))
        for what, line, headers in (
            ("another's job without its key", f"GET {JOBS}/{{id}}", ()),
            ("another's job with another key", f"GET {JOBS}/{{id}}", ("X-Job-Key: " + "A" * 22,)),
            ("to follow it", f"GET {JOBS}/{{id}}/events", ()),
            ("to cancel it", f"DELETE {JOBS}/{{id}}", ()),
        )
    ),
]

BROWSER = "Cookie: lesion_browser=" + "A" * 22
OWN_PAGE = "X-Requested-With: lesion"
ID = "00000000-0000-4000-8000-000000000000"


def _record(reply: Reply) -> Owned:
    """Return the id of a record, and the cookie of the browser whose it is."""
    cookie = reply.headers.get("set-cookie", "").partition(";")[0]
    return str(json.loads(reply.body).get("record")), f"Cookie: {cookie}"


COOKIES: list[Row] = [
    *(
        (f"{what}, by another site's page", sent(request(line, BROWSER, *headers)), status(403))
        for what, line, headers in (
            ("to delete a browser's record", "DELETE /api/history", (FOREIGN,)),
            ("to delete it, with the header", "DELETE /api/history", (FOREIGN, OWN_PAGE)),
            (
                "to delete it, from the site beside",
                "DELETE /api/history",
                (OWN_PAGE, "Sec-Fetch-Site: same-site"),
            ),
            ("to delete an entry", f"DELETE /api/history/{ID}", (FOREIGN, "Sec-Fetch-Site: cross-site")),
            ("to change an entry", f"PATCH /api/history/{ID}", (FOREIGN, JSON)),
        )
    ),
    *(
        (
            what,
            others(asked({"image": PICTURE}, "/api/classify", OWN_PAGE), _record, line, *headers, body=body),
            told("404 unknown-record"),
        )
        for what, line, headers, body in (
            ("an entry that is somebody else's", "GET /api/history/{id}", (BROWSER,), b""),
            ("the same without a cookie", "GET /api/history/{id}", (), b""),
            ("the same with an API key", "GET /api/history/{id}", ("Authorization: Bearer {key}",), b""),
            ("its picture", "GET /api/history/{id}/image", (BROWSER,), b""),
            (
                "to change it from the own page",
                "PATCH /api/history/{id}",
                (BROWSER, OWN_PAGE, JSON),
                b'{"note": "x"}',
            ),
            ("to delete it from the own page", "DELETE /api/history/{id}", (BROWSER, OWN_PAGE), b""),
        )
    ),
    (
        "a cookie that is no id",
        sent(request("GET /api/history", "Cookie: lesion_browser=../../etc")),
        _nothing_kept,
    ),
    (
        "to give the browser another cookie, by another site's form",
        sent(asked({"image": PICTURE}, "/api/classify", FOREIGN)),
        lambda reply: reply.status == 200 and "set-cookie" not in reply.headers,
    ),
    (
        "a script that reads the cookie, a site that sends it",
        sent(asked({"image": PICTURE}, "/api/classify", OWN_PAGE)),
        has("set-cookie", "HttpOnly", "SameSite=Strict"),
    ),
]

LIMITS: list[Row] = [
    (
        f"{KEY_LIMIT + 1} images with a key that may send {KEY_LIMIT} a minute",
        sent(request(CLASSIFY, "Authorization: Bearer {key}"), times=KEY_LIMIT + 1),
        lambda reply: reply.status == 429 and reply.headers.get("retry-after", "").isdigit(),
    ),
    (
        "the same key from another address",
        sent(request(CLASSIFY, "Authorization: Bearer {key}"), address="127.0.0.2"),
        status(429),
    ),
    ("a gigabyte announced", sent(request(CLASSIFY, JSON, "Content-Length: 1000000000")), status(413)),
    (
        "a body without end, in pieces",
        lambda target: flood(
            target.port,
            request(CLASSIFY, JSON, CHUNKED)(target),
            b"f4240\r\n" + b"A" * MEGABYTE + b"\r\n",
            200 * MEGABYTE,
        ),
        lambda reply: reply.taken < 60 * MEGABYTE,
    ),
    (
        "a header without end",
        lambda target: flood(target.port, b"GET / HTTP/1.1\r\nX: ", b"A" * 65_536, 50 * MEGABYTE),
        lambda reply: reply.taken < 20 * MEGABYTE and refused(reply),
    ),
    ("a long address", sent(request("GET /" + "a" * 10_000)), refused),
    ("200 headers", sent(request("GET /", *(f"X-{n}: 1" for n in range(200)))), refused),
    ("a header of 20 kB", sent(request("GET /", "X: " + "a" * 20_000)), refused),
    ("a form of 50 fields", sent(request(CLASSIFY, FORM, body=_fields(50))), status(413)),
    ("a form field of 600 kB", sent(request(CLASSIFY, FORM, body=_fields(1, 600_000))), status(413)),
]

PATHS: list[Row] = [
    (f"`{path}`", sent(request(f"GET {path}")), refused)
    for path in (
        "/static/../server/config.py",
        "/static/..%2fserver/config.py",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/%252e%252e/server/config.py",
        "/static//etc/passwd",
        "/static/..%5c..%5cserver%5cconfig.py",
        "/static/app.js%00.png",
        "/static/vendor/../../pyproject.toml",
        "//etc/passwd",
        "/api/samples/..%2f..%2fetc%2fpasswd",
        "/api/samples/..%2f..%2fetc%2fpasswd/thumbnail",
        "/api/models/..%2f..%2fserver",
        "/api/models/mobilenet_v2/report/..%2fmodel.pkl",
        "/api/models/mobilenet_v2/report/%2e%2e%2fmanifest.json",
        "/.git/config",
        "/.env",
    )
] + [
    (
        "a model that is a path",
        sent(asked({"image": PICTURE, "model": "../../etc"})),
        told("404 unknown-model"),
    ),
    ("a sample that is a path", sent(asked({"sample": "../../../etc/passwd"})), told("404 unknown-sample")),
]

HIDDEN = b"GET /api/config HTTP/1.1\r\nHost: x\r\n\r\n"
"""A request inside another's body: it must never be answered."""

SMUGGLING: list[Row] = [
    (what, sent(request("POST /ping", *headers, body=body)), refused_once)
    for what, headers, body in (
        ("a length and pieces", ("Content-Length: 5", CHUNKED), b"0\r\n\r\n" + HIDDEN),
        ("pieces and a length", (CHUNKED, "Content-Length: 5"), b"0\r\n\r\n" + HIDDEN),
        ("two lengths", ("Content-Length: 0", f"Content-Length: {len(HIDDEN)}"), HIDDEN),
        ("a list of lengths", (f"Content-Length: 0, {len(HIDDEN)}",), HIDDEN),
        ("a length with a sign", (f"Content-Length: +{len(HIDDEN)}",), HIDDEN),
        ("a length below zero", ("Content-Length: -1",), HIDDEN),
        ("a length in other digits", ("Content-Length: \xb2",), HIDDEN),
        ("an unknown coding", ("Transfer-Encoding: xchunked",), HIDDEN),
        ("pieces twice", (CHUNKED, CHUNKED), b"0\r\n\r\n" + HIDDEN),
        (
            "pieces that are not the last coding",
            ("Transfer-Encoding: chunked, identity",),
            b"0\r\n\r\n" + HIDDEN,
        ),
        ("a coding behind a tab", ("Transfer-Encoding:\tchunked\t,", "Content-Length: 5"), b"0\r\n\r\n"),
        ("a space before the colon", ("Transfer-Encoding : chunked",), b"0\r\n\r\n" + HIDDEN),
        ("a folded header", ("X: a\r\n Transfer-Encoding: chunked", "Content-Length: 5"), b"0\r\n\r\n"),
        ("a header without a name", (": chunked", "Content-Length: 5"), b"0\r\n\r\n"),
        (
            "a line break within a line",
            ("X: a\nTransfer-Encoding: chunked", "Content-Length: 5"),
            b"0\r\n\r\n",
        ),
        ("a piece with a wrong length", (CHUNKED,), b"zz\r\n" + HIDDEN),
        ("a piece with a length below zero", (CHUNKED,), b"-1\r\n" + HIDDEN),
        ("a piece with a length and more", (CHUNKED,), b"2g\r\nxx\r\n0\r\n\r\n" + HIDDEN),
        ("a piece without its end", (CHUNKED,), b"2\r\nxxxx0\r\n\r\n" + HIDDEN),
        ("a line break in what is said of a piece", (CHUNKED,), b"2;\nxx\r\n43\r\n0\r\n\r\n" + HIDDEN),
    )
] + [
    (
        "a request within a body that is refused unread",
        sent(request(CLASSIFY, "Content-Type: text/plain", body=HIDDEN)),
        status(415),
    ),
    (
        "TLS on the plain port",
        sent(lambda _: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 no\r\n\r\n"),
        refused,
    ),
    ("HTTP/0.9", sent(lambda _: b"GET /\r\n\r\n"), refused),
    ("HTTP/2 without asking", sent(lambda _: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), refused),
]

BODIES: list[Row] = [
    ("JSON 100,000 levels deep", sent(request(CLASSIFY, JSON, body=b"[" * 100_000)), status(400)),
    ("a number of 1 MB", sent(request(CLASSIFY, JSON, body=b'{"age": ' + b"9" * MEGABYTE + b"}")), refused),
    (
        "a packed body",
        sent(request(CLASSIFY, JSON, "Content-Encoding: gzip", body=b"\x1f\x8b" + bytes(99))),
        status(400),
    ),
    ("a form with a boundary of 4 kB", sent(request(CLASSIFY, FORM + "b" * 4_000, body=b"--b")), refused),
    ("a form without end", sent(request(CLASSIFY, FORM, body=b"\r\n" * 200_000)), refused),
    ("a pickle that runs a command", sent(image(pickle.dumps(_Runs()))), status(400)),
    (
        "a model to load",
        sent(asked({"image": PICTURE, "model": "x", "pickle": "AAAA"})),
        told("422 invalid-option"),
    ),
    ("surrogates and zeros", sent(asked({"image": "\udc80\0"})), status(400)),
]

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:{canary}/a.jpg"/></svg>'
"""A picture that names another one, at the port where nobody should call."""


def _calling(make: Callable[[str], Maker], text: str) -> Run:
    """Return what sends a text in which ``{canary}`` is that port, even where it is packed afterwards."""
    return sent(lambda target: make(text.replace("{canary}", str(target.canary)))(target))


def _field(name: str) -> Callable[[str], Maker]:
    return lambda text: asked({name: text})


def _packed(name: str) -> Callable[[str], Maker]:
    return lambda text: asked({name: f"data:image/svg+xml;base64,{_base64(text.encode())}"})


FETCHING: list[Row] = [
    *(
        (f"`{field}`: `{address}`", _calling(_field(field), address), refused)
        for field in ("image", "sample")
        for address in (
            "http://127.0.0.1:{canary}/a.jpg",
            "//127.0.0.1:{canary}/a.jpg",
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
        )
    ),
    *(
        (
            f"`{field}`: `data:image/svg+xml;base64,…`, a drawing that names a picture elsewhere",
            _calling(_packed(field), DRAWING),
            refused,
        )
        for field in ("image", "sample")
    ),
    (
        "a drawing that names a picture elsewhere",
        _calling(lambda text: image(text.encode()), DRAWING),
        status(415),
    ),
]

GROUPS: dict[str, list[Row]] = {
    "headers": HEADERS,
    "other origins": ORIGINS,
    "host names": HOSTS,
    "API keys": KEYS,
    "cookies": COOKIES,
    "limits": LIMITS,
    "paths": PATHS,
    "request smuggling": SMUGGLING,
    "bodies": BODIES,
    "fetching for others": FETCHING,
}
