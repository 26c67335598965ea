"""The page: static files as they lie in ``frontend/``, and a page for every kind of problem."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import IO

from flask import Blueprint, Response, render_template, request, send_from_directory
from werkzeug.wsgi import FileWrapper

from server.config import ROOT
from server.errors import KINDS, NotFound
from server.services import json_response

__all__ = ["blueprint"]

FRONTEND = ROOT / "frontend"

# Written down, because what a system's own table says differs from one to the next.
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_VERSIONED = re.compile(r"vendor/[^/]+-\d+(\.\d+)+/")
_YEAR = 31_536_000
_PIECE = 131_072
_SERVICE_WORKER = "service-worker.js"

blueprint = Blueprint("page", __name__)


class _LargePieces(FileWrapper):
    """A file in pieces that a socket takes at once: Werkzeug's are 8 kB, and each is a call of the system."""

    def __init__(self, file: IO[bytes], _: int = 0) -> None:
        super().__init__(file, _PIECE)


@blueprint.get("/")
def index() -> Response:
    """Send the page."""
    return _send("index.html")


@blueprint.get("/static/<path:path>")
def static_file(path: str) -> Response:
    """Send a file of the page."""
    return _send(path)


@blueprint.get("/problems/<slug>")
def problem(slug: str) -> Response:
    """Explain a kind of problem, to people as a page and to programs as JSON."""
    kind = KINDS.get(slug)
    if kind is None:
        raise NotFound("There is no such kind of problem; /api/docs lists them.")
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
        return Response(render_template("problem.html", kind=kind), mimetype="text/html")
    return json_response(kind)


def _send(path: str) -> Response:
    """Send a file with an ETag; only a folder that names its version may be kept without asking again."""
    mime = _TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
    request.environ["wsgi.file_wrapper"] = _LargePieces
    response = send_from_directory(FRONTEND, path, mimetype=mime)
    if _VERSIONED.match(path):
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    if path == _SERVICE_WORKER:
        response.headers["Service-Worker-Allowed"] = "/"  # else it would see no more than its own folder
    return response
