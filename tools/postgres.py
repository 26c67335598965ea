"""A PostgreSQL server of one's own, for as long as it is needed.

    with running() as server:
        address = server.make_database("lesion")

It has a folder and a port of its own, listens on this machine alone, and leaves nothing behind. Needs the
programs of PostgreSQL (Debian: ``postgresql``) and psycopg.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tools.ports import free_port

__all__ = ["Postgres", "programs", "running"]

USER = "lesion"
START_S = 60.0


def programs() -> Path:
    """Return the folder of PostgreSQL's programs; raises FileNotFoundError where they are not installed."""
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True
    )
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    raise FileNotFoundError(
        "PostgreSQL is not installed: install the package postgresql, or put it on the PATH"
    )


class Postgres:
    """A server in a folder, which can be stopped and started again; what asks it needs it started."""

    def __init__(self, folder: Path) -> None:
        self._programs, self._data, self._log = programs(), folder / "data", folder / "log"
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        # It refuses to run with a superuser's rights.
        self._as: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if self._as:
            shutil.chown(folder, **self._as)
        self._run(
            "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={USER}"
        )

    def start(self) -> None:
        """Start it and wait until it answers; one that runs goes on."""
        if self._process is not None:
            return
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "shared_buffers": "16MB",
            "fsync": "off",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *options],
                stdout=log,
                stderr=log,
                cwd="/",
                **self._as,
            )
        self._wait()

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it and end its connections: in good order, or ``at_once``, as a failure of power would."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
        self._process.wait(30)
        self._process = None

    def make_database(self, name: str) -> str:
        """Make an empty database and return its address, as DATABASE_URL takes it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)

    def version(self) -> str:
        """Return the server's version."""
        with psycopg.connect(self.url("postgres")) as connection:
            return str(connection.info.parameter_status("server_version")).split()[0]

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *options: str) -> None:
        command = [str(self._programs / program), "-D", str(self._data), *options]
        subprocess.run(command, check=True, capture_output=True, cwd="/", **self._as)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process is None or self._process.poll() is not None:
                    raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}") from None
                time.sleep(0.05)


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a server in a temporary folder; stop it and remove the folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="lesion-postgres-"))
    server = None
    try:
        server = Postgres(folder)
        server.start()
        yield server
    finally:
        if server is not None:
            server.stop(at_once=True)
        shutil.rmtree(folder, ignore_errors=True)
