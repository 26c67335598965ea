from __future__ import annotations

import json
import logging

import pytest
from gunicorn.http import errors as unreadable

from server.errors import KINDS
from server.headers import SECURITY_HEADERS
from server.lanes import PICTURES
from server.metrics import Metrics
from server.refusals import refusal, refusal_of


@pytest.mark.parametrize(
    ("status", "slug"),
    [
        (400, "not-http"),
        (408, "request-timeout"),
        (413, "too-many-bytes"),
        (414, "address-too-long"),
        (431, "head-too-large"),
        (501, "unknown-coding"),
        (503, "busy"),
    ],
)
@pytest.mark.parametrize("path", [b"/predict", b"/api/classify", b"/Mustermann", b""])
def test_a_refusal_is_a_whole_answer_with_its_line_and_its_count(
    status: int, slug: str, path: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    with caplog.at_level(logging.INFO, "server.access"):
        head, _, body = refusal(metrics, status, path).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert first.startswith(f"HTTP/1.1 {status} ")
    assert int(headers["Content-Length"]) == len(body)
    assert headers["Connection"] == "close"
    assert SECURITY_HEADERS.items() < headers.items()
    assert ("Retry-After" in headers) is (status == 503)
    told = json.loads(body)
    if path == b"/predict":
        assert told["success"] is False
        assert told["error"].endswith(".")
    else:
        assert (told["type"], told["status"]) == (f"/problems/{slug}", status)
        assert told["instance"] == headers["X-Request-ID"]
    assert KINDS[slug].status == status
    assert metrics.registry.get_sample_value("lesion_refusals_total", {"reason": slug}) == 1
    (record,) = caplog.records
    assert (record.request_id, record.status) == (headers["X-Request-ID"], status)
    assert getattr(record, "route", None) == (path.decode() if path in PICTURES else None)
    assert not hasattr(record, "address")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (unreadable.InvalidRequestLine("GET"), 400),
        (unreadable.InvalidHTTPVersion("Mustermann.jpg HTTP/1.1"), 400),
        (unreadable.InvalidHeader("Authorization Bearer Mustermann"), 400),
        (unreadable.ExpectationFailed("Mustermann"), 400),
        (unreadable.LimitRequestLine(5000, 4094), 414),
        (unreadable.LimitRequestHeaders("Mustermann"), 431),
        (unreadable.UnsupportedTransferCoding("Mustermann"), 501),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_what_the_parser_refuses_is_told_without_the_words_that_it_repeats(
    error: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    with caplog.at_level(logging.DEBUG):
        answer = refusal_of(metrics, error)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Mustermann" not in answer
    (record,) = caplog.records
    assert (record.levelname, record.cause) == ("INFO", type(error).__name__)
    assert "Mustermann" not in str(vars(record))
    told = [
        sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
        if sample.name == "lesion_refusals_total"
    ]
    assert sum(told) == 1


@pytest.mark.parametrize("error", [ValueError("why"), unreadable.InvalidResponseHeader("X")])
def test_what_failed_here_is_an_error_with_its_traceback(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    with caplog.at_level(logging.DEBUG):
        answer = refusal_of(metrics, error)
    assert answer.startswith(b"HTTP/1.1 500 ")
    assert b"why" not in answer
    assert [record.exc_info[1] for record in caplog.records if record.exc_info] == [error]
    assert metrics.registry.get_sample_value("lesion_refusals_total", {"reason": "internal"}) == 1
