"""From what a request asks of the record to what the store understands, or a named error."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from lesion.errors import InvalidOption
from lesion.labels import BINARY, NAMES
from server.record.answers import Changes, HistoryFilter

__all__ = ["ANY", "CONFIRMED", "Period", "columns_to_set", "period_of"]

CONFIRMED = (*NAMES, *BINARY)
"""What a diagnosis can be confirmed as."""


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Which records are meant: see `HistoryFilter`, whose times are moments here."""

    verdict: str | None = None
    confirmed: bool | None = None
    start: datetime | None = None
    end: datetime | None = None


ANY = Period()


def period_of(asked: HistoryFilter) -> Period:
    """Return the filter with its times as moments. Raises InvalidOption."""
    return Period(
        verdict=asked.verdict,
        confirmed=asked.confirmed,
        start=_moment("from", asked.from_, time.min),
        end=_moment("to", asked.to, time.max),
    )


def columns_to_set(asked: Changes) -> dict[str, Any]:
    """Return the columns that an owner changes. Raises InvalidOption."""
    values = {
        name: value for name, value in msgspec.structs.asdict(asked).items() if value is not msgspec.UNSET
    }
    if note := values.get("note"):
        if "\0" in note:
            raise InvalidOption("The note holds a character that is none; please write it without.")
        values["note"] = note.strip() or None
    dx = values.get("confirmed_dx")
    if dx is not None and dx not in CONFIRMED:
        raise InvalidOption(f"`confirmed_dx` is one of {', '.join(CONFIRMED)}, or null.")
    return values


def _moment(name: str, text: str | None, of_day: time) -> datetime | None:
    """Return a moment; of a date, the time ``of_day``. What names no zone is in UTC."""
    if text is None:
        return None
    try:
        if len(text) == len("2026-11-21"):
            return datetime.combine(date.fromisoformat(text), of_day, UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidOption(
            f"`{name}` is a date such as 2026-11-21, or a moment such as 2026-11-21T18:00:00Z."
        ) from None
