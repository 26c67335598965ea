"""Write the parts of the documentation that the code knows best.

    python -m tools.generate_docs

A page holds blocks that begin with ``<!-- generated:NAME -->`` and end with ``<!-- end generated -->``; what
stands between is replaced. ``app.json`` and the Grafana dashboard are written whole, and of ``compose.yaml``
the settings that are passed on.
"""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from lesion.bundle import find_bundles
from lesion.classifier import open_classifier
from lesion.drawings import drawing
from lesion.registry import DEFAULT_MODEL, model_path, models_dir
from server.app import create_app
from server.config import Config, markdown_table
from server.errors import KINDS
from server.services import services_of
from tools.dashboard import dashboard_json
from tools.markdown import table

if TYPE_CHECKING:
    from training.sweeping.record import SweepRecord

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"(?<=<!-- generated:)([a-z-]+)( -->\n).*?(?=<!-- end generated -->)", re.DOTALL)
SETTINGS = re.compile(r"(?<= # generated:settings\n)(?: +- \w+\n)*")
DASHBOARD = ROOT / "deploy/grafana/dashboards/lesion.json"
ADD_ON = "Optional, as is the add-on that sets it: `heroku addons:create heroku-postgresql:essential-0`."
WIDTH = 100
FIXED_IN_CONTAINER = {
    *("HOST", "PORT", "LESION_ENGINE", "API_KEYS_FILE"),
    *("LESION_MODELS_DIR", "LESION_SAMPLES_DIR", "LESION_CACHE_DIR"),
}


def pages(root: Path = ROOT) -> list[Path]:
    """Return the documentation's pages."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def fresh(text: str) -> str:
    """Return a page with each of its blocks written anew; raises KeyError for a block of unknown name."""
    return BLOCK.sub(lambda match: f"{match[1]}{match[2]}{BLOCKS[match[1]]()}\n", text)


def help_pages(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    """Yield the full name and the help text of a command and of every command below it."""
    # Click keeps the help option of a command's first call, which may have been one without its parent.
    command = copy.copy(command)
    command._help_option = None
    # With its parent, since a command inherits settings such as the names of the help option.
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, parent, info_name=name, **settings)
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            below = command.get_command(context, child)
            if below is not None:
                yield from help_pages(below, child, context)


def help_block(command: click.Command, name: str) -> str:
    """Return the help of a command and of all below it as Markdown."""
    return "\n\n".join(f"## `{full}`\n\n```text\n{text}\n```" for full, text in help_pages(command, name))


def lesion_help() -> str:
    """Return the help of `lesion` and its commands."""
    from lesion.cli import main

    return help_block(main, "lesion")


def training_help() -> str:
    """Return the help of `python -m training` and its commands."""
    from training.__main__ import main

    return help_block(main, "python -m training")


def configuration() -> str:
    """Return the table of environment variables."""
    return markdown_table().rstrip()


def routes() -> str:
    """Return the table of the server's routes, each with the first line that its view says of itself."""
    app = create_app(Config())
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    rows = [
        (f"`{method} {rule.rule}`", (app.view_functions[rule.endpoint].__doc__ or "").splitlines()[0])
        for rule in rules
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return table(("route", "what it does"), rows)


def metrics() -> str:
    """Return the table of what Prometheus is told."""
    suffixes = {"counter": "_total", "info": "_info"}
    rows = [
        (f"`{family.name}{suffixes.get(family.type, '')}`", family.type, family.documentation)
        for family in services_of(create_app(Config())).exposition.collect()
        if family.name.startswith("lesion_")
    ]
    return table(("metric", "kind", "meaning"), sorted(rows))


def problems() -> str:
    """Return the table of errors that a client can meet."""
    kinds = sorted(KINDS.values(), key=lambda kind: (kind.status, kind.slug))
    rows = [(str(kind.status), f"`{kind.slug}`", kind.meaning, kind.remedy) for kind in kinds]
    return table(("status", "slug", "meaning", "what to do"), rows)


def answer_excerpt() -> str:
    """Return part of the bundled model's answer for a drawing, as JSON.

    Numbers are rounded, since their last digits depend on the processor.
    """
    buffer = io.BytesIO()
    drawing("irregular", seed=1).save(buffer, "JPEG", quality=92)
    classifier = open_classifier(model_path(DEFAULT_MODEL, models_dir()), threads=1)
    answer = msgspec.to_builtins(classifier.classify(buffer.getvalue(), explain=False))
    excerpt = {
        name: rounded(answer[name]) for name in ("prediction", "probability", "operating_point", "quality")
    }
    return f"```json\n{json.dumps(excerpt, indent=2)}\n```"


def rounded(value: Any) -> Any:
    """Return a value of JSON with every number in it rounded to three decimals."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def targets() -> str:
    """Return what the project set out to reach, and what the bundles did."""
    from training.report.targets import targets_table

    return targets_table(find_bundles(models_dir()))


def missed_targets() -> str:
    """Return how many of its targets each bundle reached, and which it missed."""
    from training.report.targets import missed_list

    return missed_list(find_bundles(models_dir()))


def perturbations() -> str:
    """Return the table of what ``evaluate --robustness`` does to photos."""
    from training.evidence.perturb import PERTURBATIONS

    kinds: dict[str, list[str]] = {}
    for one in PERTURBATIONS:
        kinds.setdefault(one.kind.replace("_", " "), []).append(one.meaning)
    rows = [f"| {kind} | {'; '.join(meanings)} |" for kind, meanings in kinds.items()]
    return "\n".join(["| kind | levels |", "|---|---|", *rows])


def benchmarks() -> str:
    """Return the table of what benchmarks wrote, each page with the command that did."""
    rows = []
    for page in sorted((ROOT / "docs" / "benchmarks").glob("*.md")):
        written = re.match(r"# (.+)\n\n<!-- Generated by `(.+?)`", page.read_text())
        if written:
            rows.append((f"[{written[1]}]({page.name})", f"`{written[2]}`"))
    return table(("report", "written by"), rows)


def sweep_records() -> dict[str, SweepRecord]:
    """Return the sweeps that were published among the documentation, by the names of their pages."""
    from training.sweeping.record import SweepRecord, read_record

    fields = {field.name for field in msgspec.structs.fields(SweepRecord)}
    files = sorted((ROOT / "docs").glob("*.json"))
    return {path.stem: read_record(path) for path in files if fields == json.loads(path.read_bytes()).keys()}


def sweeps() -> str:
    """Return links to the reports of the sweeps that were published."""
    from training.sweeping.report import title_of

    links = [
        f"- [{title_of(record)}]({name}.md): {len(record.runs)} runs"
        for name, record in sweep_records().items()
    ]
    return "\n".join(links or ["None has been published yet."])


def left_out() -> str:
    """Return the table of what networks do on a source that they never saw, as the README shows it."""
    from training.sweeping.report import base_sentence, left_out_table

    records = sweep_records()
    tables = {name: left_out_table(record) for name, record in records.items()}
    shown = [
        f"{table(tuple(found.columns), [tuple(row) for row in found.rows])}\n\n"
        "Each row is a network that learned from the other sources alone, made for this: none is a bundle. "
        f"{base_sentence(records[name])} More: [docs/{name}.md](docs/{name}.md)."
        for name, found in tables.items()
        if found
    ]
    return "\n\n".join(shown or ["Not measured yet for this release."])


def app_json() -> str:
    """Return Heroku's description of the application, its settings explained as in the configuration.

    It has no ``addons``, which Heroku would attach to every application, and charge for.
    """
    settings: dict[str, dict[str, Any]] = {
        field.encode_name: {"description": description(field), "required": False}
        for field in msgspec.structs.fields(Config)
        if field.encode_name not in FIXED_IN_CONTAINER
    }
    settings["DATABASE_URL"]["description"] += f" {ADD_ON}"
    # Heroku's router is the one proxy in front.
    settings["TRUSTED_PROXIES"]["value"] = "1"
    app = {
        "name": "lesion",
        "description": "A calibrated skin-lesion classifier with its evidence. Not medical advice.",
        "keywords": ["dermoscopy", "onnx", "flask"],
        "stack": "container",
        "formation": {"web": {"quantity": 1, "size": "basic"}},
        "env": settings,
    }
    return json.dumps(app, indent=2, ensure_ascii=False) + "\n"


def compose(text: str) -> str:
    """Return ``compose.yaml`` with every setting that is passed on from the shell or from ``.env``.

    What is not set there is not set in the container, and what stands above the list is.
    """
    names = [field.encode_name for field in msgspec.structs.fields(Config)]
    given = [name for name in names if name not in FIXED_IN_CONTAINER and f"- {name}=" not in text]
    return SETTINGS.sub("".join(f"      - {name}\n" for name in given), text)


def description(field: msgspec.structs.FieldInfo) -> str:
    """Return what a field of the configuration says of itself."""
    told = [item.description for item in field.type.__metadata__ if item.description]
    return str(told[-1])


BLOCKS: dict[str, Callable[[], str]] = {
    "answer-excerpt": answer_excerpt,
    "benchmarks": benchmarks,
    "configuration": configuration,
    "left-out": left_out,
    "lesion-help": lesion_help,
    "metrics": metrics,
    "perturbations": perturbations,
    "targets": targets,
    "missed-targets": missed_targets,
    "problems": problems,
    "routes": routes,
    "sweeps": sweeps,
    "training-help": training_help,
}

if __name__ == "__main__":
    for page in pages():
        page.write_text(fresh(page.read_text()))
    (ROOT / "app.json").write_text(app_json())
    (ROOT / "compose.yaml").write_text(compose((ROOT / "compose.yaml").read_text()))
    DASHBOARD.write_text(dashboard_json())
