"""What `benchmarks.security` found: the numbers that are kept, and the page that is written from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import msgspec

from benchmarks.fuzz import FILES, MEMORY_MB, SLOW_S, Fuzzing
from benchmarks.outcome import Circumstances
from tools.markdown import table

__all__ = [
    "Asked",
    "Attacked",
    "Files",
    "Operation",
    "Outcome",
    "Specification",
    "Tried",
    "read",
    "report",
]

CORPUS = "the tests' corpus"


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt, what it got, and whether the server held."""

    kind: str
    what: str
    got: str
    held: bool


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """An operation of the specification: its answers by status, and whether each was as it should be."""

    name: str
    answers: dict[str, int]
    held: bool


P = TypeVar("P", bound=Circumstances)


class Attacked(Circumstances, frozen=True, kw_only=True):
    """Every attempt at a server with a model."""

    model: str
    tried: list[Tried]

    @property
    def held(self) -> bool:
        """Whether all of them came to nothing."""
        return all(one.held for one in self.tried)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What schemathesis asked of the operations of the OpenAPI document, and which checks it went without."""

    operations: list[Operation]
    without: list[str]


class Specification(Circumstances, frozen=True, kw_only=True):
    """What came of all that schemathesis asked."""

    asked: Asked

    @property
    def held(self) -> bool:
        """Whether all operations answered as they should."""
        return bool(self.asked.operations) and all(one.held for one in self.asked.operations)


class Files(Circumstances, frozen=True, kw_only=True):
    """What files did to a server with a model."""

    model: str
    corpus: Fuzzing
    changed: Fuzzing
    guided: Fuzzing | None

    @property
    def held(self) -> bool:
        """Whether the server held whatever came."""
        return all(one.held for one in self.fuzzed.values())

    @property
    def fuzzed(self) -> dict[str, Fuzzing]:
        """What files did, by the way in which they were made; where nothing guided them, nothing was made."""
        return {
            CORPUS: self.corpus,
            "changed": self.changed,
            "changed, guided by coverage": self.guided or Fuzzing(),
        }


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was tried, in parts that may be of several runs; None is a part that never was."""

    attempts: Attacked | None = None
    specification: Specification | None = None
    files: Files | None = None

    @property
    def held(self) -> bool:
        """Whether the server held in all that was tried."""
        return all(part.held for part in (self.attempts, self.specification, self.files) if part)


class Measure(msgspec.Struct, frozen=True):
    """A row of the table of files: what it tells of them, and of which it asks something."""

    what: str
    told: Callable[[Fuzzing], str]
    met: Callable[[Fuzzing], bool] | None = None
    of_corpus: bool = True

    def met_by(self, files: Files) -> list[bool | None]:
        """Return of each way to make files whether it is as it should be, None where nothing is asked."""
        return [
            self.met(found) if self.met and (self.of_corpus or name != CORPUS) else None
            for name, found in files.fuzzed.items()
        ]

    def row(self, files: Files) -> list[str]:
        """Return the row's cells."""
        told = map(self.told, files.fuzzed.values())
        cells = zip(told, self.met_by(files), strict=True)
        return [self.what, *(f"{text}, **missed**" if met is False else text for text, met in cells)]


def _kinds(found: Fuzzing) -> str:
    counted = sorted(found.kinds.items(), key=lambda pair: -pair[1])
    return "<br>".join(f"{kind}: {count}" for kind, count in counted)


MEASURES = (
    Measure(
        f"files, at least {FILES:,} changed",
        lambda found: f"{found.files:,}",
        lambda found: found.files >= FILES,
        of_corpus=False,
    ),
    Measure("answers", _kinds),
    Measure(
        f"slowest answer, at most {SLOW_S:g} s",
        lambda found: f"{found.slowest_s:.2f} s",
        lambda found: found.slowest_s <= SLOW_S,
    ),
    Measure("memory before", lambda found: f"{found.memory_before_mb:.0f} MB"),
    Measure(
        f"memory at its peak, at most {MEMORY_MB} MB",
        lambda found: f"{found.memory_peak_mb:.0f} MB",
        lambda found: found.memory_peak_mb <= MEMORY_MB,
    ),
    Measure("failures", lambda found: str(len(found.found)), lambda found: not found.found),
)


def read(page: Path) -> Outcome:
    """Return the numbers beside a page; none where nothing was written yet."""
    if not page.with_suffix(".json").exists():
        return Outcome()
    return msgspec.json.decode(page.with_suffix(".json").read_bytes(), type=Outcome)


def report(outcome: Outcome) -> str:
    """Return the Markdown page."""
    sections = [
        _part("Files that are nearly images", outcome.files, _files),
        _part("What the specification says", outcome.specification, _specification),
        _part("Attempts", outcome.attempts, _attempts),
    ]
    separator = "\n\n"
    return f"""# Attacks, and what came of them

<!-- Generated by `python -m benchmarks.security`; change the script, not this page. -->

{" ".join(_summary(outcome))} Each part says
of which run it is. What the server guards against, and what not, is in [SECURITY.md](../../SECURITY.md).

{separator.join(sections)}
"""


def _part(title: str, part: P | None, tell: Callable[[P], str]) -> str:
    told = f"{part.paragraph()}\n\n{tell(part).strip()}" if part else "Never tried."
    return f"## {title}\n\n{told}"


def _summary(outcome: Outcome) -> Iterator[str]:
    """Yield what came of each part in a sentence."""
    if outcome.attempts:
        tried = outcome.attempts.tried
        yield f"**{sum(one.held for one in tried)} of {len(tried)} attempts came to nothing**."
    if outcome.specification:
        operations = outcome.specification.asked.operations
        held, cases = sum(one.held for one in operations), sum(map(_cases, operations))
        yield (
            f"{held} of {len(operations)} operations answered as the OpenAPI document says, "
            f"asked {cases:,} times by schemathesis."
        )
    if outcome.files:
        targets = [met for measure in MEASURES for met in measure.met_by(outcome.files) if met is not None]
        verdict = "all met" if all(targets) else f"{targets.count(False)} missed"
        yield f"{len(targets)} targets for files, {verdict}."


def _files(files: Files) -> str:
    return f"""This server with the model `{files.model}`, started under gunicorn as `lesion serve` does.

{table(["", *files.fuzzed], [measure.row(files) for measure in MEASURES])}

The corpus is every file of `tests/images.py`, good and bad. Changed files are these, with bits turned,
numbers written where formats keep sizes, parts removed, repeated and put in from others; one that brings a
new kind of answer is changed further. Guided by coverage is libFuzzer (by atheris): what reaches code that
nothing reached before is changed further, and the memory is that of one process with the application in it.
The coverage is that of the Python code, Pillow's included; libjpeg, libtiff, libwebp, libheif and Pillow's
own C are not seen by it. Memory at its peak is the most that the processes ever held since they were started,
as the system counts it.
"""


def _specification(specification: Specification) -> str:
    asked = specification.asked
    rows = [(f"`{one.name}`", _answers(one), "yes" if one.held else "**no**") for one in asked.operations]
    without = ", ".join(f"`{check}`" for check in asked.without)
    return f"""`tests/server/test_specification.py`: schemathesis asks for what the OpenAPI document allows,
and for what it does not, as the holder of an API key, with ids of records and jobs that there are. Each
answer has to be one that the document foresees, in status, type, headers and form; none may be a failure of
the server. Left out is the check {without}: an image is any string, as far as a schema can tell.

{table(("operation", "answers", "all as specified"), rows)}
"""


def _cases(operation: Operation) -> int:
    return sum(operation.answers.values())


def _answers(operation: Operation) -> str:
    return ", ".join(f"{status}: {count:,}" for status, count in sorted(operation.answers.items()))


def _attempts(attacked: Attacked) -> str:
    tried = sorted(attacked.tried, key=lambda one: one.kind)
    sections = (_section(kind, list(rows)) for kind, rows in groupby(tried, lambda one: one.kind))
    return f"""This server with the model `{attacked.model}`, started under gunicorn as `lesion serve` does,
with an API key, `ALLOWED_HOSTS` and a record. Each attempt is sent as bytes, so that no client mends it. No
answer to any of them may hold the key, or its salt or hash.

{"".join(sections)}"""


def _section(kind: str, rows: list[Tried]) -> str:
    cells = [(row.what, row.got, "yes" if row.held else "**no**") for row in rows]
    return f"### {kind[0].upper()}{kind[1:]}\n\n{table(('tried', 'got', 'held'), cells)}\n\n"
