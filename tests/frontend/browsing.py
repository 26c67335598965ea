"""A running server and a browser on it, for tests of the page and for its screenshot."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

ROOT = Path(__file__).parents[2]
READY_WITHIN = 60.0
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def serve(cache: Path, **settings: str) -> Iterator[str]:
    """Run the server under gunicorn as an operator would, on a free port; yield its address once it answers.

    `cache` is an empty folder, so that the samples are drawings; `settings` are further variables.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "server/gunicorn_conf.py", "server.wsgi:app"]
    variables = {
        "PORT": str(port),
        "LESION_CACHE_DIR": str(cache),
        "LESION_SAMPLES_DIR": "",
        "LESION_THREADS": "1",
        "RATE_LIMIT": "off",  # a test asks faster than a person
        **settings,
    }
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError("The server did not become ready; run `make serve` to see why.")


def find_chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextmanager
def browse() -> Iterator[Browser]:
    """Run Chromium: the system's, or else the one that Playwright installed."""
    with sync_playwright() as playwright:
        browser = _launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def _launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)


@dataclass
class Watch:
    """What a page complained of, and whom it asked."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "blocked by Playwright" not in message.text:
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def forgive(self, part: str) -> None:
        """Drop the complaints that contain `part`: those that the test itself brought about."""
        self.complaints = [complaint for complaint in self.complaints if part not in complaint]

    def foreign(self, address: str) -> list[str]:
        """Return the addresses asked that are neither of the page's origin nor data it holds itself."""
        origins = {urlsplit(address).netloc, ""}
        return [url for url in self.requests if urlsplit(url).netloc not in origins]
