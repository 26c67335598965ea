"""What `benchmarks.serve` records: every number, round by round, kept as soon as it is known."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from benchmarks.outcome import Circumstances
from benchmarks.photographs import LARGE, SMALL
from benchmarks.running import Shares
from benchmarks.serving.contestants import Installed

SIZES = {f"{width}x{height}": (width, height) for width, height in (SMALL, LARGE)}
CLIENTS = (1, 4, 16, 64)

Round = dict[str, float]
"""What was measured of a server in a round: the names below, and those that :func:`named` makes."""

START, IDLE, PEAK, ENGINE = "start_s", "memory_idle_mb", "memory_peak_mb", "engine_ms"
DECODE, MODEL, WORK = "decode_ms", "model_ms", "work_ms"
"""What this server says of its own answers to one client: decoding, the network, and all its work."""


def named(size: str, clients: int, what: str) -> str:
    """Return the key of what was measured under a load.

    ``what`` is ``rate`` (answers a second), ``p50_ms``, ``p95_ms``, ``p99_ms`` (of the answers), ``answers``,
    ``refused`` (503) or ``failed`` (anything else), the last three being counts.
    """
    return f"{size}.{clients}.{what}"


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say of a server besides its rounds."""

    about: str
    ours: bool
    int8: bool
    installed: Installed
    shares: list[Shares]
    """What it found in each drawing of 600x450 pixels, uncalibrated if it is not ours."""


class Outcome(Circumstances, frozen=True, kw_only=True):
    """Everything that the page is made of.

    ``manifest`` is the SHA-256 of the bundle's manifest, which has that of every file. ``peaks`` are the
    multiply-adds a second of float32 matrix products, one at the beginning of each round.
    """

    model: str
    manifest: str
    input_size: int
    temperature: float
    multiply_adds: int
    threads: int
    seconds: float
    planned: int
    servers: dict[str, Server]
    rounds: dict[str, list[Round]]
    peaks: list[float]

    def median(self, server: str, key: str) -> float:
        """Return the median over the rounds; NaN where nothing was measured."""
        found = [each[key] for each in self.rounds[server] if key in each]
        return float(np.median(found)) if found else float("nan")

    def ratios(self, key: str, over: str, under: str) -> list[float]:
        """Return one server's number over another's, round by round."""
        pairs = zip(self.rounds[over], self.rounds[under], strict=True)
        return [a[key] / b[key] for a, b in pairs]

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
        same = ("machine", "model", "manifest", "threads", "seconds", "planned")
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
