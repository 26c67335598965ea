"""Files that are nearly images: real ones, changed as fuzzers change them, the same for the same seed."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence

__all__ = ["Mutator"]

MOST_BYTES = 200_000
"""Longest file that is made; what limits there are on size has tests of its own."""

_HEAD = 512
"""Bytes at the beginning in which half of all changes fall: there formats say what follows."""

_NUMBERS = (0, 1, 7, 8, 16, 32, 64, 100, 127, 128, 255, 256, 1000, 32_767, 32_768, 65_535, 65_536)
_LARGE = (2**24, 2**31 - 1, 2**31, 2**32 - 1)
_MOST_CHANGES = 8


class Mutator:
    """An endless source of changed files. What `keep` is given is changed further, with all seeds alike."""

    def __init__(self, seeds: Sequence[bytes], seed: int) -> None:
        self._seeds = [data for data in seeds if 0 < len(data) <= MOST_BYTES]
        self._random = random.Random(seed)
        self._changes: tuple[Callable[[bytearray], bytearray], ...] = (
            self._flip,
            self._overwrite,
            self._number,
            self._number,
            self._remove,
            self._repeat,
            self._insert,
            self._cut,
            self._splice,
        )

    def next(self) -> bytes:
        """Return a changed file."""
        data = bytearray(self._random.choice(self._seeds))
        for _ in range(self._random.randint(1, _MOST_CHANGES)):
            data = self._random.choice(self._changes)(data) or bytearray(b"\0")
        return bytes(data[:MOST_BYTES])

    def keep(self, data: bytes) -> None:
        """Take a file among those that are changed, since it led somewhere new."""
        self._seeds.append(data)

    def _place(self, data: bytearray) -> int:
        near = self._random.random() < 0.5
        return self._random.randrange(min(_HEAD, len(data)) if near else len(data))

    def _piece(self, data: bytearray) -> slice:
        start = self._place(data)
        return slice(start, start + self._random.choice((1, 2, 4, 8, 16, 64, 256, 1024)))

    def _flip(self, data: bytearray) -> bytearray:
        data[self._place(data)] ^= 1 << self._random.randrange(8)
        return data

    def _overwrite(self, data: bytearray) -> bytearray:
        where = self._piece(data)
        data[where] = self._random.randbytes(len(data[where]))
        return data

    def _number(self, data: bytearray) -> bytearray:
        """Write a number at which programs err, as one would stand in a header."""
        order, value = self._random.choice("<>"), self._random.choice(_NUMBERS + _LARGE)
        form = self._random.choice(("B", "H", "I"))
        packed = struct.pack(order + form, value % 256 ** struct.calcsize(order + form))
        start = self._place(data)
        data[start : start + len(packed)] = packed
        return data

    def _remove(self, data: bytearray) -> bytearray:
        del data[self._piece(data)]
        return data

    def _repeat(self, data: bytearray) -> bytearray:
        where = self._piece(data)
        data[where.start : where.start] = data[where] * self._random.choice((1, 2, 16))
        return data

    def _insert(self, data: bytearray) -> bytearray:
        start = self._place(data)
        data[start:start] = self._random.randbytes(self._random.choice((1, 2, 4, 16, 256)))
        return data

    def _cut(self, data: bytearray) -> bytearray:
        return data[: self._place(data) + 1]

    def _splice(self, data: bytearray) -> bytearray:
        """Go on with another file, which may be of another format."""
        other = self._random.choice(self._seeds)
        return data[: self._place(data)] + other[self._random.randrange(len(other)) :]
