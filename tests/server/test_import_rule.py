from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.test_import_rule import LAB, NETWORK, RECORD

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys, time
from server.app import create_app
from server.config import Config
from tests.images import lesion_jpeg
app = create_app(Config(lesion_model=sys.argv[1]))
client = app.test_client()
while client.get("/healthz").status_code != 200:
    time.sleep(0.02)
import io
assert client.post("/api/classify", data={"file": (io.BytesIO(lesion_jpeg()), "a")}).status_code == 200
assert client.get("/api/docs").status_code == 200
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_server_with_the_default_engine_loads_nothing_of_the_lab(bundle_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(bundle_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    assert "onnxruntime" in loaded
    assert loaded & (LAB | NETWORK | RECORD) == set()
