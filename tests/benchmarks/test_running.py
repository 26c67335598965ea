from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import psutil
import pytest

from benchmarks.environment import environment
from benchmarks.load import closed_loop
from benchmarks.photographs import photographs
from benchmarks.running import OURS, Peak, most_resident, running

MOBILE = Path(__file__).parents[2] / "models/mobilenet_v2"


def test_a_server_is_started_asked_and_stopped() -> None:
    images = photographs()
    with running(OURS, MOBILE, images[0]) as (server, seconds):
        assert 0 < seconds < 60
        with Peak(server) as peak:
            load = closed_loop(server.asking(images), clients=2, seconds=0.5)
        found = server.judge(images[:2])
        idle = server.proportional()
        assert 0 < server.processor_seconds() < 60
    assert load.outcomes == {"200": len(load.replies)}
    assert [sum(shares.values()) for shares in found] == pytest.approx([1, 1], abs=1e-3)
    assert 20e6 < idle <= peak.highest < 2e9
    assert not server.process.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="no other system counts it so")
def test_memory_that_was_given_back_counts_for_the_peak() -> None:
    program = "data = bytearray(100_000_000); del data; print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        looked_at = psutil.Process(process.pid)
        now, most = looked_at.memory_info().rss, most_resident(looked_at)
        process.communicate(b"\n")
    assert now < 100_000_000 < most


def test_why_a_server_did_not_start_is_said() -> None:
    broken = msgspec.structs.replace(
        OURS, name="broken", arguments=lambda source, port: ["-c", "raise SystemExit('no such model')"]
    )
    with (
        pytest.raises(RuntimeError, match=r"broken ended with status 1:\nno such model"),
        running(broken, MOBILE, b"", sys.executable),
    ):
        pass


def test_an_answer_that_is_none_ends_the_start() -> None:
    lost = msgspec.structs.replace(
        OURS, arguments=lambda source, port: ["-m", "http.server", str(port), "--bind", "127.0.0.1"]
    )
    with pytest.raises(RuntimeError, match="cannot answer: 501"), running(lost, MOBILE, b"a"):
        pass


def test_what_the_shell_is_set_up_for_reaches_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "LESION_THREADS", "WEB_WORKERS", "DATABASE_URL"):
        monkeypatch.setenv(name, "1")
    told = msgspec.structs.replace(
        OURS,
        arguments=lambda source, port: ["-c", "import os; print(sorted(os.environ)); raise SystemExit(1)"],
        settings=lambda source, port: {"OURS": "1"},
    )
    with pytest.raises(RuntimeError, match="'OURS'") as failure, running(told, MOBILE, b""):
        pass
    assert not any(name in str(failure.value) for name in ("THREADS", "WEB_WORKERS", "DATABASE_URL"))
    assert environment({"PATH": "/nowhere"})["PATH"] == "/nowhere"
