"""``lesion serve``: the page and the API on this machine."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from lesion.bundle import Bundle
from lesion.errors import BundleNotReady, MissingDependency
from lesion.registry import DEFAULT_MODEL, model_path, models_dir

__all__ = ["serve"]

ROOT = Path(__file__).resolve().parents[2]


@click.command(short_help="Start the page and the API.")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    envvar="PORT",
    type=click.IntRange(1, 65535),
    default=5000,
    show_default=True,
    help="Port to listen on.",
)
@click.option(
    "--model",
    envvar="LESION_MODEL",
    default=DEFAULT_MODEL,
    show_default=True,
    help="A model's name, or a bundle's folder.",
)
@click.option(
    "--engine",
    envvar="LESION_ENGINE",
    type=click.Choice(["onnx", "fastai"]),
    default="onnx",
    show_default=True,
    help="fastai loads model.pkl and needs the training packages.",
)
@click.option(
    "--samples-dir",
    envvar="LESION_SAMPLES_DIR",
    type=click.Path(exists=True, file_okay=False, resolve_path=True),
    help="Folder of photos that the page offers to try with.",
)
@click.option(
    "--models-dir",
    envvar="LESION_MODELS_DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True),
    help="Folder of the models on offer  [default: those that come with the program].",
)
def serve(
    host: str, port: int, model: str, engine: str, samples_dir: str | None, models_dir: Path | None
) -> None:
    """Start the page and the API on this machine; Ctrl+C stops them.

    Every option can be given as a variable of the environment instead; docs/configuration.md lists these
    variables and the further ones that the server reads.

    \b
    Example, for a phone in the same network:
      lesion serve --host 0.0.0.0 --port 8080
    """
    _check(model, models_dir)
    given = {
        "HOST": host,
        "PORT": str(port),
        "LESION_MODEL": model,
        "LESION_ENGINE": engine,
        "LESION_SAMPLES_DIR": samples_dir,
        "LESION_MODELS_DIR": models_dir and str(models_dir),
    }
    for name, value in given.items():
        if value:
            os.putenv(name, value)
    click.echo(f"The page is at {_url(host, port)} (Ctrl+C stops the server).")
    sys.stdout.flush()
    config = ROOT / "server" / "gunicorn_conf.py"
    command = [sys.executable, "-m", "gunicorn", "--config", str(config), "server.wsgi:app"]
    os.execv(sys.executable, [*command, "--pythonpath", str(ROOT)])


def _check(model: str, root: Path | None) -> None:
    """Find out before the start what would end it. Raises BundleError, UnknownModel or MissingDependency."""
    bundle = Bundle.load(model_path(model, root or models_dir()))
    if not bundle.manifest.evaluated:
        raise BundleNotReady(
            f"The model {model} was not measured yet: run `python -m training evaluate` on it."
        )
    for library in ("gunicorn", "flask"):
        if find_spec(library) is None:
            raise MissingDependency(f"The server needs {library}: install requirements-server.txt.")


def _url(host: str, port: int) -> str:
    """Return the address to open on this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
