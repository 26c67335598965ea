"""Walk through the Dockerfile's steps in a clean folder, run its command, and put it to work.

No container engine is needed: a folder stands for the image's file system and a virtual environment for its
Python. What only an engine can do (another user, another root) is read from the Dockerfile.
"""

from __future__ import annotations

import base64
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from lesion.drawings import drawing
from tests.server.running import Server, free_port, running

ROOT = Path(__file__).parents[1]
MEMORY_LIMIT = 512 * 1024**2

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@dataclass
class Image:
    """What the steps of a Dockerfile leave behind."""

    root: Path
    venv: Path
    workdir: Path = Path("/")
    environ: dict[str, str] = field(default_factory=dict)
    user: str = "root"
    healthcheck: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        """Where a path of the image lies in its folder."""
        return self.root / (self.workdir / path).relative_to("/")

    def variables(self, **settings: str) -> dict[str, str]:
        paths = f"{self.venv / 'bin'}:/usr/bin:/bin"
        return {"PATH": paths, "HOME": str(self.root), "LANG": "C.UTF-8", **self.environ, **settings}

    def run(self, arguments: list[str], **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.located(arguments),
            cwd=self.inside("."),
            env=self.variables(**settings),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def located(self, arguments: list[str]) -> list[str]:
        """The command with its program found where the image has it, not where this process does."""
        found = shutil.which(arguments[0], path=self.variables()["PATH"])
        assert found, f"the image has no {arguments[0]}"
        return [found, *arguments[1:]]


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(word, rest) for line in lines if line.strip() for word, _, rest in [line.partition(" ")]]


def ignored(path: str, patterns: list[str]) -> bool:
    """Whether .dockerignore keeps a path out: the last pattern that matches it or a parent decides."""
    candidates = [path, *(str(parent) for parent in Path(path).parents if parent != Path("."))]
    verdict = False
    for pattern in patterns:
        if any(translated(pattern.removeprefix("!")).fullmatch(candidate) for candidate in candidates):
            verdict = not pattern.startswith("!")
    return verdict


def translated(pattern: str) -> re.Pattern[str]:
    """A pattern of .dockerignore (Go's filepath.Match, and `**` for any depth) as a regular expression."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]*\])", pattern)
    return re.compile(
        "".join(parts.get(p, p if p.startswith("[") else re.escape(p)) for p in pieces if p is not None)
    )


def copy_context(to: Path) -> None:
    """Copy what .dockerignore lets through, as an engine would send it."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]

    def unwanted(folder: str, names: list[str]) -> set[str]:
        below = Path(folder).relative_to(ROOT)
        return {name for name in names if ignored((below / name).as_posix(), patterns)}

    shutil.copytree(ROOT, to, ignore=unwanted)


def build(context: Path, image: Image) -> None:
    """Carry out the Dockerfile's instructions, one by one."""
    for word, rest in instructions():
        match word:
            case "FROM":
                subprocess.run([sys.executable, "-m", "uv", "venv", "-q", "--seed", image.venv], check=True)
            case "ENV":
                image.environ |= dict(item.split("=", 1) for item in shlex.split(rest))
            case "WORKDIR":
                image.workdir /= rest
                image.inside(".").mkdir(parents=True, exist_ok=True)
            case "COPY":
                source, target = rest.split()
                place = image.inside(target)
                if (context / source).is_dir():
                    shutil.copytree(context / source, place)
                else:
                    shutil.copy(context / source, place)
            case "RUN" if rest.startswith("pip install"):
                uv = [
                    sys.executable,
                    "-m",
                    "uv",
                    "pip",
                    "install",
                    "-q",
                    "--python",
                    str(image.venv / "bin/python"),
                ]
                subprocess.run([*uv, *shlex.split(rest)[2:]], cwd=image.inside("."), check=True)
            case "RUN" if rest.startswith("python"):
                done = image.run(shlex.split(rest))
                assert done.returncode == 0, done.stderr
            case "RUN":
                assert rest.startswith("useradd "), f"this test knows no step such as: RUN {rest}"
            case "USER":
                image.user = rest
            case "HEALTHCHECK":
                image.healthcheck = json.loads(rest[rest.index("CMD ") + 4 :])
            case "CMD":
                image.command = json.loads(rest)
            case "EXPOSE":
                assert rest == image.environ["PORT"]
            case _:
                pytest.fail(f"this test knows no instruction {word}")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    folder = tmp_path_factory.mktemp("container")
    built = Image(root=folder / "root", venv=folder / "venv")
    copy_context(folder / "context")
    build(folder / "context", built)
    return built


def peak_memory(server: Server) -> int:
    """Sum of the peaks of resident memory of all its processes, in bytes: no less than the true peak."""
    return sum(peak_resident(process.pid) for process in server.family())


def peak_resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


@pytest.fixture(scope="module")
def server(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "server.log"
    variables = image.variables(PORT=str(free_port()))
    with running(image.located(image.command), image.inside("."), variables, log) as server:
        yield server


def photograph(size: tuple[int, int]) -> bytes:
    """A drawing as a camera would store it."""
    stream = io.BytesIO()
    drawing("irregular", seed=1, size=(600, 450)).resize(size).save(stream, "JPEG", quality=92)
    return stream.getvalue()


def test_nothing_enters_but_what_serving_needs(image: Image) -> None:
    entries = {path.name for path in image.inside(".").iterdir()}
    assert entries == {"LICENSE", "requirements-server.txt", "lesion", "server", "frontend", "models"}
    # Weights belong to the graph of a bundle in half precision; a learner would need torch.
    assert list(image.root.rglob("*.pkl")) == []


def test_neither_torch_nor_fastai_nor_training_is_there(image: Image) -> None:
    question = (
        "import importlib.util as u; print([n for n in ('torch', 'fastai', 'training') if u.find_spec(n)])"
    )
    assert image.run(["python", "-c", question]).stdout.strip() == "[]"


def test_user_has_no_rights(image: Image) -> None:
    assert image.user.isdigit()
    assert int(image.user) >= 1000


def test_command_passes_signals_on(image: Image) -> None:
    # The exec form: the server is process 1 and gets the signal to stop.
    assert image.command[0] not in ("sh", "bash")


def test_healthcheck_agrees_with_a_running_server(image: Image, server: Server) -> None:
    assert image.run(image.healthcheck, PORT=str(server.port)).returncode == 0


def test_healthcheck_notices_that_nothing_listens(image: Image) -> None:
    assert image.run(image.healthcheck, PORT=str(free_port())).returncode != 0


def test_page_is_served(server: Server) -> None:
    answer = httpx.get(server.url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_drawing_is_classified_within_512_megabytes(
    server: Server, record_testsuite_property: Callable[[str, object], None]
) -> None:
    photographs = [photograph((600, 450)), *[photograph((4000, 3000))] * 8]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(server.post, photographs))
    assert [answer.status_code for answer in answers] == [200] * len(answers), answers[0].text
    result = answers[0].json()
    assert result["prediction"] in ("benign", "malignant")
    assert 0 <= result["probability"] <= 1
    assert result["operating_point"]["sensitivity"]["n"] > 0
    record_testsuite_property("peak_memory", peak := peak_memory(server))
    assert peak < MEMORY_LIMIT


def test_a_drawing_is_explained_by_lime_within_512_megabytes(server: Server) -> None:
    image = base64.b64encode(photograph((600, 450))).decode()
    answer = httpx.post(f"{server.url}/predict", json={"image": image, "explain": True}, timeout=200)
    assert answer.status_code == 200, answer.text
    assert answer.json()["explain"].startswith("data:image/png;base64,")
    assert peak_memory(server) < MEMORY_LIMIT


def test_nothing_is_written_beside_the_code(image: Image, server: Server) -> None:
    before = {path: path.stat().st_mtime_ns for path in image.root.rglob("*")}
    assert server.post(photograph((600, 450))).status_code == 200
    after = {path: path.stat().st_mtime_ns for path in image.root.rglob("*")}
    assert after == before


def test_server_stops_when_it_is_told_to(image: Image, server: Server) -> None:
    # Last in the file: it ends the server of this module.
    server.process.terminate()
    assert server.process.wait(30) in (0, -15)
