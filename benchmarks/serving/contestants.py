"""Who takes part in `benchmarks.serve`: each way to serve, what it loads, and the environment it needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Literal

import msgspec

from benchmarks.asking import posting
from benchmarks.running import OURS, ROOT, Kind, Shares
from benchmarks.servers.gradio_client import asking_gradio
from lesion.bundle import INT8, MANIFEST, MODEL, PICKLE, WEIGHTS, Bundle
from lesion.cpus import available_cpus
from lesion.manifest import write_manifest
from server.config import Config
from tools.within import cache_folder, ensure

Graph = Literal["model.onnx", "model.int8.onnx"]

NETWORK = "network.pt"
GPU = re.compile(
    r"(?:nvidia|triton|cuda)|(?:torch|torchvision)[./].*(?:cuda|nvrtc|nvshmem|nvjpeg)[^/]*\.so[.\d]*$"
)
"""What torch brings for graphics cards: packages of their own, and libraries among those of torch itself."""
TOOLS = ("pip", "uv", "setuptools", "wheel", "_distutils_hack", "distutils-precedence")
"""What an environment holds to install others."""


class Contestant(msgspec.Struct, frozen=True, kw_only=True):
    """A way to serve, and what is needed for it.

    ``about`` says in a sentence how it is run, ``loads`` which files of the material or the bundle it
    reads, ``requirements`` what its environment is made of, ``packages`` whose versions are told, ``code``
    which folders of the project. This server's ways have a ``graph`` of the bundle; the answers of the others
    are not calibrated.
    """

    kind: Kind
    about: str
    loads: tuple[str, ...]
    requirements: str
    packages: tuple[str, ...]
    code: tuple[str, ...] = ()
    graph: Graph | None = None

    @property
    def ours(self) -> bool:
        """Whether it is this server."""
        return self.graph is not None

    @property
    def name(self) -> str:
        """What the report calls it."""
        return self.kind.name

    def source(self, bundle: Bundle, material: Path) -> Path:
        """Return what the server is started with: a bundle, or the one file of the material."""
        return material / self.loads[0] if self.graph is None else serving(bundle, self.graph, material)


def _threads() -> dict[str, str]:
    """Return what makes torch take as many threads as this server, which reckons with a container's quota."""
    return {"OMP_NUM_THREADS": str(available_cpus())}


def _uploads(name: str, module: str, path: str) -> Kind:
    return Kind(
        name=name,
        arguments=lambda source, port: ["-m", f"benchmarks.servers.{module}", str(source), str(port)],
        settings=lambda source, port: _threads(),
        asking=lambda base, files: posting(f"{base}{path}", files),
        shares=_shares,
    )


def _shares(body: bytes) -> Shares:
    return msgspec.json.decode(body, type=Shares)


def _own(graph: Graph, arithmetic: str) -> Contestant:
    return Contestant(
        kind=msgspec.structs.replace(OURS, name=f"{OURS.name}, {arithmetic}"),
        about=f"gunicorn, one process, {Config().parallel} images at once while {Config().lesion_queue} wait "
        f"and others are told when to come again, ONNX Runtime, {graph}",
        loads=(graph, WEIGHTS, "distribution.npz", MANIFEST, "metrics.json"),
        requirements="requirements-server.txt",
        packages=("flask", "gunicorn", "numpy", "onnxruntime", "pillow"),
        code=("lesion", "server", "frontend"),
        graph=graph,
    )


FLOAT32, EIGHT_BITS = _own(MODEL, "float32"), _own(INT8, "int8")
PLAIN = Contestant(
    kind=_uploads("plain fastai", "plain_flask", "/predict"),
    about="Flask's own server, `load_learner` at import, `learn.predict` for each request, one at a time, "
    "since a learner fails that is asked twice at once",
    loads=(PICKLE,),
    requirements="benchmarks/servers/plain_flask.txt",
    packages=("fastai", "flask", "torch"),
)
LITSERVE = Contestant(
    kind=_uploads("LitServe", "litserve_torch", "/predict"),
    about="torch in a worker process of its own, one image at a time, with LitServe's defaults but for the "
    "processor as device and no limit to the time of a request, under which some would fail here",
    loads=(NETWORK,),
    requirements="benchmarks/servers/litserve_torch.txt",
    packages=("litserve", "torch"),
)
BENTOML = Contestant(
    kind=Kind(
        name="BentoML",
        arguments=lambda source, port: [
            *("-m", "bentoml", "serve", "benchmarks.servers.bentoml_torch:Classifier"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
        settings=lambda source, port: {
            **_threads(),
            "NETWORK": str(source),
            "BENTOML_HOME": str(source.parent / "bentoml"),
            "BENTOML_DO_NOT_TRACK": "True",
        },
        asking=lambda base, files: posting(f"{base}/predict", files),
        shares=_shares,
    ),
    about="torch in a service, one image at a time, with BentoML's defaults but for ten minutes as the limit "
    "to the time of a request, since some would fail here under that of one",
    loads=(NETWORK,),
    requirements="benchmarks/servers/bentoml_torch.txt",
    packages=("bentoml", "torch"),
)
GRADIO = Contestant(
    kind=Kind(
        name="Gradio",
        arguments=lambda source, port: ["-m", "benchmarks.servers.gradio_torch", str(source), str(port)],
        settings=lambda source, port: {
            **_threads(),
            "GRADIO_ANALYTICS_ENABLED": "False",
            "GRADIO_TEMP_DIR": str(source.parent / "gradio"),
        },
        asking=asking_gradio,
        shares=_shares,
    ),
    about="torch in an interface, one image at a time, with Gradio's defaults, asked by its HTTP API, three "
    "requests an image",
    loads=(NETWORK,),
    requirements="benchmarks/servers/gradio_torch.txt",
    packages=("gradio", "torch"),
)


def contestants(bundle: Bundle) -> tuple[Contestant, ...]:
    """Return all that can serve a bundle, first this server by the graph that the bundle prefers."""
    own = [each for each in (FLOAT32, EIGHT_BITS) if each.graph in bundle.manifest.files]
    own.sort(key=lambda each: each.graph != bundle.manifest.graph)
    return (*own, PLAIN, LITSERVE, BENTOML, GRADIO)


def serving(bundle: Bundle, graph: Graph, folder: Path) -> Path:
    """Return the folder of the bundle, or, where it serves another graph, of a copy that serves this one."""
    if bundle.manifest.graph == graph:
        return bundle.path
    copy = folder / Path(graph).stem
    for name in bundle.manifest.files:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if not (copy / name).exists():
            shutil.copyfile(bundle.path / name, copy / name)
    (copy / MANIFEST).write_bytes(write_manifest(bundle.serving(graph).manifest))
    return copy


def interpreter(contestant: Contestant, here: bool) -> str:
    """Return the interpreter of a contestant's environment, which is made on first use; or this one."""
    if here:
        return sys.executable
    return str(ensure(ROOT / contestant.requirements, cache_folder(os.environ)) / "bin" / "python")


def material(bundle: Bundle, folder: Path) -> None:
    """Write what the others load into a folder, unless it is there. Raises CalledProcessError."""
    if not (folder / NETWORK).exists():
        # A process of its own: torch's threads and memory have no business beside the measurement.
        command = [sys.executable, "-m", "benchmarks.servers.material", str(bundle.path), str(folder)]
        subprocess.run(command, cwd=ROOT, check=True)


class Installed(msgspec.Struct, frozen=True, kw_only=True):
    """What a contestant takes on disk, in bytes, and the versions of what it is made of.

    That of torch says which build it is: ``2.14.0+cu130`` for CUDA, ``2.14.0+cpu`` for processors alone.
    """

    everything: int
    without_gpu: int
    versions: dict[str, str]


def installed(contestant: Contestant, python: str, source: Path) -> Installed:
    """Measure a contestant's environment, its own code, and the files that it serves from."""
    command = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    folder = source if source.is_dir() else source.parent
    own = sum(_bytes(folder / name) for name in contestant.loads)
    own += sum(_bytes(ROOT / name) for name in contestant.code)
    files = {path.relative_to(packages).as_posix(): path.lstat().st_size for path in _files(packages)}
    brought = {name: size for name, size in files.items() if not name.startswith(TOOLS)}
    gpu = sum(size for name, size in brought.items() if GPU.match(name))
    everything = own + sum(brought.values())
    return Installed(
        everything=everything, without_gpu=everything - gpu, versions=_versions(contestant, packages)
    )


def _versions(contestant: Contestant, packages: Path) -> dict[str, str]:
    found = {each.metadata["Name"].lower(): each.version for each in distributions(path=[str(packages)])}
    build = packages / "torch" / "version.py"
    told = re.search(r"^__version__ = '(.+)'", build.read_text(), re.MULTILINE) if build.is_file() else None
    if told:
        found["torch"] = told[1]
    return {name: found[name] for name in contestant.packages if name in found}


def _bytes(path: Path) -> int:
    return sum(each.lstat().st_size for each in _files(path))


def _files(path: Path) -> Iterator[Path]:
    """Yield a file, or all in a folder but compiled ones, which come and go."""
    if path.is_file():
        yield path
    for folder, _, names in os.walk(path):
        yield from (Path(folder, name) for name in names if not name.endswith(".pyc"))
