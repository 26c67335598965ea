from __future__ import annotations

import json
import logging

import pytest

from server.errors import KINDS
from server.headers import SECURITY_HEADERS
from server.metrics import Metrics
from server.refusals import refusal


@pytest.mark.parametrize(
    ("status", "slug"),
    [(408, "request-timeout"), (413, "too-many-bytes"), (431, "head-too-large"), (503, "busy")],
)
@pytest.mark.parametrize("path", [b"/predict", b"/api/classify", b""])
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
