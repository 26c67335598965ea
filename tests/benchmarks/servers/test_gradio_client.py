from __future__ import annotations

import json

from benchmarks.servers.gradio_client import _completed


def test_answer_is_what_completes_the_events() -> None:
    events = b'event: heartbeat\ndata: null\n\nevent: complete\ndata: [{"mel": 0.8, "nv": 0.2}]\n\n'
    said = _completed(events)
    assert said.status == 200
    assert json.loads(said.body) == {"mel": 0.8, "nv": 0.2}


def test_events_without_an_answer_are_a_failure() -> None:
    said = _completed(b"event: error\ndata: null\n\n")
    assert said.status == 500
    assert b"error" in said.body
