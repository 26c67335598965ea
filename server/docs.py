"""The specification, and a page to read it that needs no script and nothing from elsewhere."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, send_from_directory

from server.config import ROOT
from server.errors import KINDS
from server.openapi import Json, specification
from server.services import json_response

__all__ = ["blueprint"]

blueprint = Blueprint("docs", __name__, url_prefix="/api")


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Send the specification."""
    return json_response(specification())


@blueprint.get("/docs")
def docs() -> Response:
    """Send the specification as a page."""
    spec = specification()
    groups = [(tag, _operations(spec, tag["name"])) for tag in spec["tags"]]
    html = render_template("docs.html", spec=spec, groups=groups, kinds=KINDS.values(), kind_of=kind_of)
    return Response(html, mimetype="text/html")


@blueprint.get("/docs/style.css")
def style() -> Response:
    """Send the style of the pages that this package makes."""
    return send_from_directory(ROOT / "server" / "static", "style.css", mimetype="text/css")


def _operations(spec: Json, tag: str) -> list[tuple[str, str, Json]]:
    return [
        (method.upper(), path, operation)
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
        if tag in operation["tags"]
    ]


def kind_of(schema: Json) -> str:
    """Say in a few words what a JSON Schema allows; names of other schemas stand in brackets ``<Name>``."""
    if "$ref" in schema:
        return f"<{schema['$ref'].rpartition('/')[2]}>"
    if "anyOf" in schema:
        return " or ".join(kind_of(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        items = schema.get("items") or next(iter(schema.get("prefixItems", [])), None)
        return f"list of {kind_of(items)}" if items else "list"
    if schema.get("type") == "object" and schema.get("additionalProperties"):
        return f"names with {kind_of(schema['additionalProperties'])}"
    return str(schema.get("type", "anything"))
