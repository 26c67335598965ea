"""The server as it is troubled: as an operator runs it, but for limits on how often one address may ask.

All trouble comes from this machine. Limits would keep most of it from the server, whose own strength is in
question.
"""

from __future__ import annotations

import msgspec

from benchmarks.running import OURS

__all__ = ["UNLIMITED"]

UNLIMITED = msgspec.structs.replace(
    OURS,
    settings=lambda source, port: {
        **OURS.settings(source, port),
        "RATE_LIMIT": "off",
        "RATE_LIMIT_READS": "off",
    },
)
