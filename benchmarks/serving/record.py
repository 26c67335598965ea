"""What `benchmarks.serve` records: every number, round by round, kept as soon as it is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from benchmarks import photographs
from benchmarks.outcome import Circumstances
from benchmarks.running import Shares
from benchmarks.serving.contestants import Installed

SIZES = {f"{width}x{height}": (width, height) for width, height in (photographs.SMALL, photographs.LARGE)}
SMALL, LARGE = SIZES
CLIENTS = (1, 4, 16, 64)


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    """Where the milliseconds of this server's answers go, by what each says of itself: medians.

    ``work_ms`` is all that it does with an image, decoding and network among it, and ``outside_ms`` what else
    passes until the client has the answer.
    """

    decode_ms: float
    model_ms: float
    work_ms: float
    outside_ms: float


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a load.

    ``rate`` is answers a second, percentiles are of the answers, ``answers``, ``refused`` (503) and
    ``failed`` (anything else) count requests, and ``processors`` is how many of them the server kept busy.
    """

    rate: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    answers: int
    refused: int
    failed: int
    processors: float
    inside: Inside | None = None
    """Of this server, where one client asked."""
    times_ms: list[float] = []
    """Of every answer, in the order in which they came; none in records of before they were kept."""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of a server in a round; ``loads`` by the images' size, and by the clients."""

    start_s: float
    memory_idle_mb: float
    memory_peak_mb: float
    loads: dict[str, dict[int, Loaded]]
    engine_ms: float | None = None
    """An engine's call alone, where the server is ours."""


Measure = Callable[[Round], float]
"""Picks a number of a round."""


def p50(size: str) -> Measure:
    """Return what picks the median time of an answer to one client alone, in milliseconds."""
    return lambda each: each.loads[size][1].p50_ms


def rate(size: str, clients: int) -> Measure:
    """Return what picks the answers a second under a load."""
    return lambda each: each.loads[size][clients].rate


def start(each: Round) -> float:
    """Pick the seconds from start to the first answer."""
    return each.start_s


def idle(each: Round) -> float:
    """Pick the megabytes of memory before any load."""
    return each.memory_idle_mb


def peak(each: Round) -> float:
    """Pick the most megabytes of memory under load."""
    return each.memory_peak_mb


def engine(each: Round) -> float:
    """Pick the milliseconds of an engine's call, NaN of others than this server."""
    return float("nan") if each.engine_ms is None else each.engine_ms


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say of a server besides its rounds."""

    about: str
    ours: bool
    int8: bool
    installed: Installed
    shares: dict[str, list[Shares]]
    """What it found in each drawing of every size, uncalibrated if it is not ours."""


class Outcome(Circumstances, frozen=True, kw_only=True):
    """Everything that the page is made of.

    ``manifest`` is the SHA-256 of the bundle's manifest, ``files`` those of what answers come from, and
    ``program`` that of the code that was measured. ``peaks`` are the multiply-adds a second of float32 matrix
    products, one at the beginning of each round.
    """

    model: str
    manifest: str
    program: str
    input_size: int
    temperature: float
    multiply_adds: int
    threads: int
    seconds: float
    planned: int
    servers: dict[str, Server]
    rounds: dict[str, list[Round]]
    peaks: list[float]
    files: dict[str, str] = msgspec.field(default_factory=dict)

    def values(self, server: str, measure: Measure) -> list[float]:
        """Return a server's number in each round."""
        return [measure(each) for each in self.rounds[server]]

    def median(self, server: str, measure: Measure) -> float:
        """Return the median over the rounds."""
        return float(np.median(self.values(server, measure)))

    def ratios(self, measure: Measure, over: str, under: str) -> list[float]:
        """Return one server's number over another's, round by round."""
        pairs = zip(self.values(over, measure), self.values(under, measure), strict=True)
        return [a / b for a, b in pairs]

    @property
    def limits_ms(self) -> list[float]:
        """The milliseconds that the multiply-adds take at the machine's peak, round by round."""
        return [1000 * self.multiply_adds / peak for peak in self.peaks]

    @property
    def ours(self) -> list[str]:
        """This server's ways."""
        return [name for name, server in self.servers.items() if server.ours]

    @property
    def others(self) -> list[str]:
        """All the others."""
        return [name for name, server in self.servers.items() if not server.ours]

    def alike(self, other: Outcome) -> bool:
        """Whether another record is of the same measurement, so that it can be gone on with."""
        same = ("machine", "model", "manifest", "program", "threads", "seconds", "planned")
        return all(getattr(self, name) == getattr(other, name) for name in same) and (
            self.rounds.keys() == other.rounds.keys()
        )


def read(path: Path) -> Outcome | None:
    """Return what was recorded at a path; ``None`` where there is nothing, or nothing of this release."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Outcome)
    except (OSError, msgspec.DecodeError):
        return None


def keep(outcome: Outcome, path: Path) -> None:
    """Write all that is known so far, so that an interruption loses no finished part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(outcome))
    fresh.replace(path)
