"""The server needs nothing but temporary files to write to: a read-only container is enough for it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from lesion.drawings import KINDS
from lesion.explain import METHODS
from tests.server.asking import until
from tests.server.running import Server, serving

WITNESS = """
import os, sys

def witness(event, arguments):
    by_name = event == "open" and not isinstance(arguments[0], int)
    flags = arguments[2] or 0 if by_name else 0
    writes = by_name and set(str(arguments[1] or "")) & set("wax+")
    if writes or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or event in WATCHED:
        os.write(log, f"{event} {arguments[-1] if event == 'socket.connect' else arguments[0]}\\n".encode())

WATCHED = {"os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "socket.connect"}
log = os.open(os.environ["WITNESS_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
sys.addaudithook(witness)
"""
TEMPORARY = ("/dev/", "/tmp/", "/var/tmp/")
WITHOUT_TORCH = [name for name, method in METHODS.items() if not method.needs_torch]


def explained(server: Server, method: str) -> str:
    """The events of an explanation from the process that makes it, to its end."""
    asked = {"sample": f"drawing-{KINDS[0]}", "method": method}
    answer = httpx.post(
        f"{server.url}/api/explanations", json=asked, headers={"Accept": "text/event-stream"}, timeout=120
    )
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_nothing_is_written_and_nobody_is_called(
    bundle_path: Path, photo: bytes, tmp_path: Path, workers: int
) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITNESS)
    log = tmp_path / "witness.log"
    settings = {"PYTHONPATH": str(tmp_path), "WITNESS_LOG": str(log), "PYTHONDONTWRITEBYTECODE": "1"}
    settings |= {"WEB_WORKERS": str(workers)}
    with serving(bundle_path, tmp_path / "", **settings) as server:
        until(lambda: len(server.ready()) == workers)
        assert server.post(photo).status_code == 200
        for method in WITHOUT_TORCH:
            assert "event: done" in explained(server, method)
        for path in ("/", "/metrics", "/api/config", "/api/docs"):
            assert httpx.get(server.url + path).status_code == 200
    events = [line.split(" ", 1) for line in log.read_text().splitlines()]
    assert events, "the witness slept"
    assert [what for event, what in events if not what.startswith(TEMPORARY)] == []
    assert [what for event, what in events if event == "socket.connect"] == []
