"""Compare this server with the plain way to serve the same weights, on the same machine, in the same run.

    python -m benchmarks.serve

starts both in turn, over and over, so that a change of the machine's mood meets both; sends the same
drawings to each from another process; and writes docs/benchmark-serve.md and docs/benchmark-serve.json. A
ratio is taken within a round, and the median over the rounds is reported.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec
import numpy as np
from PIL import Image
from tqdm import tqdm

from benchmarks.outcome import Circumstances, circumstances, ratio, write
from benchmarks.running import OURS, PLAIN, ROOT, Kind, Running, running
from lesion.drawings import KINDS, drawing

REPORT = ROOT / "docs" / "benchmark-serve.md"
SIZES = {"600x450": (600, 450), "4000x3000": (4000, 3000)}
CLIENTS = (1, 4)
LIBRARIES = ("fastai", "flask", "gunicorn", "onnxruntime", "pillow", "torch")

MEASURES = {
    "start_s": "start to first answer, s",
    "memory_idle_mb": "resident memory after the first answer, MB",
    "memory_used_mb": "resident memory after all requests, MB",
    **{f"p{q}_{size}_ms": f"latency p{q}, {size} JPEG, ms" for size in SIZES for q in (50, 95)},
    **{f"rate_{n}": f"600x450 JPEGs a second, {n} client{'s' * (n > 1)}" for n in CLIENTS},
}
"""What is measured of a server in a round, and how the report calls it. More is better for rates alone."""

Round = dict[str, float]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much to measure: rounds, and in each the requests for one latency and for one rate."""

    bundle: Path
    rounds: int
    requests: int


class Outcome(Circumstances, frozen=True, kw_only=True):
    """Every number measured, round by round, and under which circumstances."""

    model: str
    rounds: dict[str, list[Round]]
    same_first_class: bool


def photographs() -> dict[str, list[bytes]]:
    """Return one JPEG of every kind of drawing in each size, as a camera would store it."""
    drawn = [drawing(kind, seed=1) for kind in KINDS]
    return {
        name: [_jpeg(image.resize(size, Image.Resampling.BICUBIC)) for image in drawn]
        for name, size in SIZES.items()
    }


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def measure(plan: Plan, images: dict[str, list[bytes]]) -> Outcome:
    """Run all rounds, the two servers in alternating order."""
    rounds: dict[str, list[Round]] = {OURS.name: [], PLAIN.name: []}
    first: dict[str, list[str]] = {}
    turns = [kind for n in range(plan.rounds) for kind in ((OURS, PLAIN) if n % 2 else (PLAIN, OURS))]
    for kind in (OURS, PLAIN):  # fills the system's file cache, and proves that both do the same work
        with running(kind, plan.bundle, images["600x450"][0]) as (server, _):
            first[kind.name] = [kind.first(server.send(image)) for image in images["600x450"]]
    with tqdm(turns, desc="starting", unit="turn") as bar:
        for kind in bar:
            bar.set_description(kind.name)
            rounds[kind.name].append(one_round(kind, plan, images))
    return Outcome(
        **circumstances("benchmarks.serve", LIBRARIES),
        model=plan.bundle.name,
        rounds=rounds,
        same_first_class=first[OURS.name] == first[PLAIN.name],
    )


def one_round(kind: Kind, plan: Plan, images: dict[str, list[bytes]]) -> Round:
    """Start a server, measure everything about it, and stop it."""
    with running(kind, plan.bundle, images["600x450"][0]) as (server, seconds):
        found = {"start_s": seconds, "memory_idle_mb": server.resident() / 1e6}
        for size, files in images.items():
            found |= latencies(server, size, repeated(files, plan.requests))
        for clients in CLIENTS:
            found[f"rate_{clients}"] = server.rate(repeated(images["600x450"], plan.requests), clients)
        return {**found, "memory_used_mb": server.resident() / 1e6}


def latencies(server: Running, size: str, files: Sequence[bytes]) -> Round:
    """Return p50 and p95 in milliseconds of requests one after the other; the first, unmeasured, warms up."""
    server.send(files[0])
    p50, p95 = np.percentile([server.seconds_for(data) * 1000 for data in files], [50, 95])
    return {f"p50_{size}_ms": float(p50), f"p95_{size}_ms": float(p95)}


def repeated(files: Sequence[bytes], count: int) -> list[bytes]:
    """Return ``count`` files, the given ones in turn."""
    return [files[n % len(files)] for n in range(count)]


def report(outcome: Outcome) -> str:
    """Return the Markdown page."""
    ours, plain = outcome.rounds[OURS.name], outcome.rounds[PLAIN.name]
    rows = [
        f"| {title} | {_median(ours, key):.4g} | {_median(plain, key):.4g} | {_ratios(ours, plain, key)} |"
        for key, title in MEASURES.items()
    ]
    agreement = "the same" if outcome.same_first_class else "not always the same"
    return f"""# Serving: this server and the plain way

<!-- Generated by `{outcome.command}`; change the script, not this page. -->

The same weights (`{outcome.model}`) served by this server (gunicorn, ONNX Runtime) and by the plain way:
Flask's development server, `load_learner` at import, `learn.predict` for every request
(`benchmarks/plain_server.py`), one at a time, since a learner fails that is asked twice at once. This
server's answers also hold calibrated probabilities, picture quality and the evidence map. Both found
{agreement} class most probable in every drawing.

{outcome.paragraph()}

Medians over {len(ours)} round{"s" * (len(ours) > 1)}. The servers ran in turn,
each round began with a fresh process, and the client was another process on the same machine. The ratio is
this server's number over the plain one's, taken within each round: its median, and in brackets its smallest
and largest.

| measure | this server | plain fastai | ratio |
|---|---|---|---|
{chr(10).join(rows)}

Memory is the sum over a server's processes. Every number of every round is in `{REPORT.stem}.json`.
"""


def _median(rounds: Sequence[Round], key: str) -> float:
    return float(np.median([found[key] for found in rounds]))


def _ratios(ours: Sequence[Round], plain: Sequence[Round], key: str) -> str:
    return ratio([a[key] / b[key] for a, b in zip(ours, plain, strict=True)])


@click.command()
@click.option(
    "--model", default="models/mobilenet_v2", show_default=True, help="Bundle with model.pkl and model.onnx."
)
@click.option(
    "--rounds", default=7, show_default=True, help="Times that each server is started and measured."
)
@click.option("--requests", default=40, show_default=True, help="Requests for each latency and each rate.")
@click.option("--out", default=str(REPORT), help="Where to write the page; the numbers go beside it as JSON.")
def main(model: str, rounds: int, requests: int, out: str) -> None:
    """Measure both servers and write the report.

    Example: python -m benchmarks.serve --rounds 3 --requests 20
    """
    outcome = measure(Plan(bundle=Path(model), rounds=rounds, requests=requests), photographs())
    text = report(outcome)
    write(Path(out), text, outcome)
    click.echo(text)


if __name__ == "__main__":
    main()
