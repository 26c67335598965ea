"""Memories of answers and of what was asked, bounded and never written to disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

import msgspec

__all__ = ["Cache", "Recent"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=msgspec.Struct)


class Cache(Generic[K, V]):
    """Structs by key, as many as fit into ``max_bytes`` as JSON; the one unused for longest goes first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes of what is kept."""
        return self._bytes

    def get(self, key: K) -> V | None:
        """Return what was kept under ``key``, which is now the last to go."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: K, value: V) -> None:
        """Keep ``value``; one that is larger than the whole cache is not kept."""
        size = len(msgspec.json.encode(value))
        with self._lock:
            if size > self._max_bytes:
                return
            self._bytes += size - self._kept.pop(key, (value, 0))[1]
            self._kept[key] = value, size
            while self._bytes > self._max_bytes:
                self._bytes -= self._kept.popitem(last=False)[1][1]


class Recent(Generic[K]):
    """The ``most`` keys that were met last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._met: OrderedDict[K, None] = OrderedDict()
        self._lock = threading.Lock()

    def meet(self, key: K) -> bool:
        """Note a key; return whether it was among them already."""
        with self._lock:
            known = key in self._met
            self._met[key] = None
            self._met.move_to_end(key)
            if len(self._met) > self._most:
                self._met.popitem(last=False)
            return known
