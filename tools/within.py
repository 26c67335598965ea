"""Run a command in the virtual environment that a pinned requirements file describes.

    python3 tools/within.py requirements-server.txt python -m lesion serve

Needs nothing but Python 3.11 or later. The environment is made on first use, outside the checkout, in a
folder named after the hash of the requirements and of the interpreter: checkouts with equal requirements
share it, and a change of either makes another. A stamp is written last, so what an interruption left behind
is made again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STAMP = "complete"


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder that holds the environments: below `$XDG_CACHE_HOME`, or `~/.cache`."""
    base = environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "lesion"


def environment_path(requirements: Path, cache: Path) -> Path:
    """Return where the environment for these requirements and this interpreter belongs."""
    interpreter = f"{sys.version}\n{sysconfig.get_platform()}\n{sys.base_prefix}\n"
    digest = hashlib.sha256(interpreter.encode() + requirements.read_bytes()).hexdigest()
    return cache / f"venv-{digest[:16]}"


def release(name: str, requirements: Path) -> str:
    """Return `name==version` as pinned in a requirements file; raises LookupError where it is not."""
    found = re.search(rf"^{re.escape(name)}==[^\s;]+", requirements.read_text(), re.MULTILINE)
    if found is None:
        raise LookupError(f"{requirements.name} pins no {name}")
    return found.group()


def pinned(name: str, requirements: Path) -> str:
    """Return the lines that pin a package in a requirements file: its version, and the hashes of its files.

    Raises LookupError where it is not pinned so.
    """
    lines = rf"^{re.escape(name)}==.*\\\n(?:    --hash=.*\n)+"
    found = re.search(lines, requirements.read_text(), re.MULTILINE)
    if found is None:
        raise LookupError(f"{requirements.name} pins no {name}")
    return found.group()


def ensure(requirements: Path, cache: Path) -> Path:
    """Return the environment's folder, made first if it is missing, incomplete or broken."""
    venv = environment_path(requirements, cache)
    cache.mkdir(parents=True, exist_ok=True)
    with locked(venv.with_suffix(".lock")):
        if not usable(venv):
            build(venv, requirements)
            (venv / STAMP).touch()
    return venv


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock, so that two commands started together make one environment."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def usable(venv: Path) -> bool:
    """Say whether the environment was finished and its interpreter still starts."""
    if not (venv / STAMP).exists():
        return False
    try:
        return subprocess.run([venv / "bin/python", "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def build(venv: Path, requirements: Path) -> None:
    """Make the environment: with uv, several times as fast, or with pip where uv cannot install.

    pip is the fallback because it finds mirrors in a configuration of its own, which uv does not read. Raises
    CalledProcessError when neither succeeds.
    """
    print(f"Installing {requirements.name} into {venv} (once) …", file=sys.stderr, flush=True)
    shutil.rmtree(venv, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    python = str(venv / "bin/python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    uv = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as installer:
        installer.write(pinned("uv", ROOT / "requirements-dev.txt"))
        installer.flush()
        has_uv = succeeds([*pip, "--require-hashes", "-r", installer.name])
    if has_uv and succeeds([*uv, "-r", str(requirements)]):
        return
    print("uv could not install them; trying pip …", file=sys.stderr, flush=True)
    subprocess.run([*pip, "-r", str(requirements)], check=True, stdout=sys.stderr)


def succeeds(command: Sequence[str]) -> bool:
    """Run a command with its output on standard error, and say whether it succeeded."""
    return subprocess.run(command, check=False, stdout=sys.stderr).returncode == 0


def activated(venv: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables under which commands are found in `venv` first."""
    kept = {key: value for key, value in environ.items() if key != "PYTHONHOME"}
    path = os.pathsep.join([str(venv / "bin"), environ.get("PATH", os.defpath)])
    return {**kept, "VIRTUAL_ENV": str(venv), "PATH": path}


def main(arguments: Sequence[str]) -> None:
    """Make the environment if needed, then become the command."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older interpreter can get as far as this line
        sys.exit("Python 3.11 or later is needed: name one, as in `make serve PYTHON=python3.12`.")
    if len(arguments) < 2:
        sys.exit("usage: within.py REQUIREMENTS COMMAND [ARGUMENT…]")
    requirements, *command = arguments
    try:
        venv = ensure(ROOT / requirements, cache_folder(os.environ))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{requirements} could not be installed: {error}")
    environ = activated(venv, os.environ)
    found = shutil.which(command[0], path=environ["PATH"])
    if found is None:
        sys.exit(f"{command[0]}: no such command")
    os.execve(found, command, environ)


if __name__ == "__main__":
    main(sys.argv[1:])
