"""The documentation is held to the code: commands, options, routes, variables, links and examples."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from lesion import drift
from lesion.cli import main as lesion_cli
from lesion.measures.blocks import FEWEST_FOR_ECE
from server.config import Config
from server.history import MOST_CASES
from server.job_answers import JobCreated, JobStatus
from server.record import keeper
from server.record.answers import LONGEST_NOTE, Classified, Record
from server.record.evaluation import NEEDED
from tools import generate_docs
from training.__main__ import main as training_cli
from training.evidence.evaluate import evaluate

ROOT = Path(__file__).parents[1]
PAGES = [*generate_docs.pages(), *(ROOT / f"{name}.md" for name in ("CONTRIBUTING", "CHANGELOG", "SECURITY"))]
TEXT = "\n".join(page.read_text() for page in PAGES)
PROGRAMS = {"lesion": lesion_cli, "training": training_cli}
FACTS = {
    "record.md": (
        f"up to {LONGEST_NOTE} characters",
        f"From {NEEDED} confirmed cases on",
        f"(of {FEWEST_FOR_ECE} cases or more)",
        f"newest {MOST_CASES:,} cases",
        "a quarter of a second" if keeper.PATIENCE_S == 0.25 else f"{keeper.PATIENCE_S:g} seconds",
        f"({keeper.MOST_BYTES // 10**6} MB, some {keeper.MOST_BYTES // keeper.ENTRY_BYTES // 10_000}0,000 ",
    ),
    "observability.md": (
        f"| below {drift.SMALL} |",
        f"| {drift.SMALL} to {drift.LARGE} |",
        f"| above {drift.LARGE} |",
        f"told from {drift.LEAST} pictures on",
    ),
    "deployment.md": (f"may send {Config().rate_limit.removesuffix('/minute')} images a minute",),
}
"""What pages say in numbers that are the code's."""
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)


def commands(page: Path) -> Iterator[str]:
    """Commands in the page's shell blocks, with continued lines joined, comments and settings taken off."""
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            command = re.sub(r"^(\w+=\S+ )+", "", line.split(" #")[0].strip())
            if command:
                yield command


def examples(program: str) -> list[str]:
    """Every call of one of our programs in the documentation."""
    calls = re.compile(rf"(?:python3? -m {program}|^{program}) +(.+)$")
    return sorted({match[1] for page in PAGES for line in commands(page) if (match := calls.search(line))})


def parse(program: click.Command, arguments: list[str]) -> None:
    """Parse a command line as the program would; raises UsageError, except for files that are not here."""
    command, context = program, click.Context(program)
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name = arguments.pop(0)
        found = command.get_command(context, name)
        if found is None:
            raise click.NoSuchCommand(name)
        command, context = found, click.Context(found, parent=context)
    try:
        command.make_context(command.name, arguments)
    except click.MissingParameter:
        raise
    except (click.BadParameter, click.exceptions.Exit):
        pass


@pytest.mark.parametrize("page", generate_docs.pages(), ids=lambda page: page.name)
def test_generated_blocks_are_fresh(page: Path) -> None:
    assert page.read_text() == generate_docs.fresh(page.read_text()), "run `make docs`"


def test_heroku_settings_are_fresh() -> None:
    assert (ROOT / "app.json").read_text() == generate_docs.app_json(), "run `make docs`"


def test_settings_that_compose_passes_on_are_fresh() -> None:
    text = (ROOT / "compose.yaml").read_text()
    assert text == generate_docs.compose(text), "run `make docs`"


def test_dashboard_is_fresh() -> None:
    assert generate_docs.DASHBOARD.read_text() == generate_docs.dashboard_json(), "run `make docs`"


@pytest.mark.parametrize("name", generate_docs.BLOCKS)
def test_each_generated_block_is_on_one_page(name: str) -> None:
    assert TEXT.count(f"<!-- generated:{name} -->") == 1


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_and_option_is_documented(program: str) -> None:
    for full_name, text in generate_docs.help_pages(PROGRAMS[program], program):
        assert full_name.removeprefix("training ") in TEXT
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]+", text):
            assert option in TEXT


def test_help_does_not_depend_on_who_asked_before() -> None:
    assert CliRunner().invoke(evaluate, ["--help"]).exit_code == 0
    pages = dict(generate_docs.help_pages(training_cli, "training"))
    assert all("-h, --help" in text for text in pages.values())


@pytest.mark.parametrize(
    ("program", "line"), [(program, line) for program in PROGRAMS for line in examples(program)]
)
def test_examples_parse(program: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Parsing opens the files that a command is to write.
    monkeypatch.chdir(tmp_path)
    parse(PROGRAMS[program], shlex.split(line))


def test_examples_were_found() -> None:
    assert len(examples("lesion")) >= 3
    assert len(examples("training")) >= 6


def test_an_unknown_option_in_an_example_would_be_noticed() -> None:
    with pytest.raises(click.NoSuchOption):
        parse(lesion_cli, ["classify", "photo.jpg", "--no-such-option"])


def test_make_targets_exist() -> None:
    named = {
        target for page in PAGES for line in commands(page) for target in re.findall(r"^make (\w+)", line)
    }
    assert {"serve", "test"} <= named <= set(TARGETS)


@pytest.mark.parametrize("target", ["serve", "test", "lint", "train", "bench", "help"])
def test_make_has_the_promised_targets(target: str) -> None:
    assert target in TARGETS


@pytest.mark.parametrize("field", [field.encode_name for field in msgspec.structs.fields(Config)])
def test_every_variable_is_documented(field: str) -> None:
    assert f"| `{field}` |" in (ROOT / "docs/configuration.md").read_text()


def test_no_variable_is_documented_that_is_not_read() -> None:
    known = {field.encode_name for field in msgspec.structs.fields(Config)}
    assert set(re.findall(r"\bLESION_[A-Z_]+", TEXT)) <= known


def test_the_environment_is_read_in_one_place() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("lesion", "server", "training")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text())
    ]
    assert readers == ["server/config.py"]


def test_relative_links_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_page_is_linked() -> None:
    linked = {
        Path(target).name for page in PAGES for target in re.findall(r"\]\(([^)#\s]+\.md)", page.read_text())
    }
    assert {page.name for page in generate_docs.pages()} <= linked | {"README.md"}


@pytest.mark.parametrize(
    "manifest", sorted((ROOT / "models").glob("*/manifest.json")), ids=lambda path: path.parent.name
)
def test_what_a_bundled_model_learned_from_is_said(manifest: Path) -> None:
    names = {"ham10000": "HAM10000", "isic2017": "ISIC 2017", "isic-extra": "ISIC Archive"}
    limits = (ROOT / "README.md").read_text().partition("## Limits")[2].partition("\n## ")[0]
    for source in json.loads(manifest.read_text())["training"]["data"]:
        assert names[source] in limits
        assert names[source] in (ROOT / "models/LICENSE").read_text()


@pytest.mark.parametrize(("page", "fact"), [(page, fact) for page, facts in FACTS.items() for fact in facts])
def test_numbers_are_those_of_the_code(page: str, fact: str) -> None:
    assert fact in " ".join((ROOT / "docs" / page).read_text().split())


def test_sizes_are_those_of_the_bundle() -> None:
    text = " ".join((ROOT / "docs/training.md").read_text().split())
    sizes = {path.name: path.stat().st_size / 1e6 for path in (ROOT / "models/densenet161").iterdir()}
    assert f"`weights.safetensors` ({sizes['weights.safetensors']:.0f} MB)" in text
    assert f"the int8 graph ({sizes['model.int8.onnx']:.0f} MB for DenseNet161)" in text


def test_the_routes_of_the_record_are_all_explained() -> None:
    route = r"`([A-Z]+ /api/history\S*)`"
    in_a_table = rf"{route}(?=[^|\n]*\|.*\|$)"
    explained = re.findall(in_a_table, (ROOT / "docs/record.md").read_text(), re.MULTILINE)
    routes = re.findall(route, generate_docs.routes())
    assert sorted(explained) == sorted(re.sub(r"<[^>]*>", "<id>", route) for route in routes)


def documented_answer(field: str) -> dict[str, object]:
    """The first JSON in the API's documentation that has such a field."""
    blocks = re.findall(r"^```json\n(.*?)^```", (ROOT / "docs/api.md").read_text(), re.MULTILINE | re.DOTALL)
    return next(parsed for block in blocks if field in (parsed := json.loads(block)))


@pytest.mark.parametrize(
    ("field", "kind"),
    [("disclaimer", Classified), ("image_sha256", Record), ("key", JobCreated), ("problem", JobStatus)],
)
def test_documented_answer_has_the_fields_of_the_real_one(field: str, kind: type) -> None:
    fields = [field.encode_name for field in msgspec.structs.fields(kind)]
    assert list(documented_answer(field)) == fields


def test_excerpt_in_readme_agrees_with_the_documented_answer() -> None:
    excerpt = json.loads(re.findall(r"^```json\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)[0])
    assert set(excerpt) <= {field.encode_name for field in msgspec.structs.fields(Classified)}


def test_changelog_begins_with_the_version() -> None:
    from lesion import __version__

    assert re.search(r"^## \[([^]]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1] == __version__
