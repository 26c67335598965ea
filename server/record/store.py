"""What is asked of the record: each question and each change is a transaction about one owner's records.

Everything may raise RecordUnavailable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Row,
    Select,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from server.errors import UnknownRecord
from server.record.answers import Record, RecordPage
from server.record.asked import ANY, Period
from server.record.database import Database
from server.record.rows import columns_of, record_of
from server.record.tables import images, predictions

__all__ = ["Entry", "Store"]

AT_ONCE = 500
"""Rows that are read or deleted in one transaction, so that none of them takes long."""

Conditions = Sequence[ColumnElement[bool]]
T = TypeVar("T")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A record to be kept, whose it is, and the image file with its media type where that is kept too."""

    record: Record
    owner: str
    image: tuple[bytes, str] | None


class Store:
    """The records of all owners. What is older than ``keep`` counts as gone, even before it is deleted."""

    def __init__(self, database: Database, keep: timedelta | None = None) -> None:
        self.database, self._keep = database, keep

    def add(self, entries: Sequence[Entry]) -> None:
        """Write records, even where the database was away; those that are there already stay as they are.

        Raises DataError or IntegrityError where one of them cannot be written, and TooSlow where images take
        too long: then none is written.
        """
        rows = [columns_of(entry.record) | {"owner": entry.owner} for entry in entries]
        kept = [
            {"prediction_id": entry.record.id, "media_type": entry.image[1], "data": entry.image[0]}
            for entry in entries
            if entry.image
        ]
        size = sum(len(entry.image[0]) for entry in entries if entry.image)
        with self.database.transaction(writes=True, probe=True, carries=size) as connection:
            connection.execute(_insert(connection, predictions), rows)
            if kept:
                connection.execute(_insert(connection, images), kept)

    def find(self, owner: str, record_id: str) -> Record:
        """Return one record. Raises UnknownRecord."""
        with self.database.transaction() as connection:
            row = connection.execute(_whole().where(*self._one(owner, record_id))).one_or_none()
        return record_of(_found(row))

    def page(self, owner: str, period: Period, page: int, per_page: int) -> RecordPage:
        """Return one page of an owner's records, the newest first."""
        wanted = self._of(owner, period)
        rows = _newest_first(_whole().where(*wanted)).limit(per_page).offset((page - 1) * per_page)
        with self.database.transaction() as connection:
            confirmed = func.count(predictions.c.confirmed_dx)
            return RecordPage(
                total=_count(connection, select(func.count()).select_from(predictions).where(*wanted)),
                page=page,
                per_page=per_page,
                confirmed=_count(connection, select(confirmed).where(*self._of(owner))),
                items=[record_of(row) for row in connection.execute(rows)],
            )

    def each(self, owner: str | None, period: Period = ANY) -> Iterator[list[tuple[str, Record]]]:
        """Yield owners with their records, some at a time, the newest first; those of all for ``None``.

        No connection is held in between, however slowly they are taken.
        """
        wanted, last = self._of(owner, period), None
        while True:
            rest = [*wanted, _after(last)] if last else wanted
            with self.database.transaction() as connection:
                rows = connection.execute(_newest_first(_whole().where(*rest)).limit(AT_ONCE)).all()
            if rows:
                yield [(row.owner, record_of(row)) for row in rows]
            if len(rows) < AT_ONCE:
                return
            last = rows[-1]

    def owners(self, prefix: str) -> list[str]:
        """Return who has records, as far as they begin so, in alphabetical order."""
        owner = predictions.c.owner
        wanted = [*self._of(None), owner.startswith(prefix, autoescape=True)]
        with self.database.transaction() as connection:
            return sorted(connection.execute(select(owner).where(*wanted).distinct()).scalars())

    def image(self, owner: str, record_id: str) -> tuple[bytes, str]:
        """Return the image of a record and its media type. Raises UnknownRecord where there is none.

        Its size is asked for first: a database that does not answer is so found out within the time of any
        question, and the image then has the time that its own size takes.
        """
        image, wanted = images.c, self._one(owner, record_id)
        size = select(func.length(image.data)).join_from(images, predictions).where(*wanted)
        found = select(image.data, image.media_type).join_from(images, predictions).where(*wanted)
        with self.database.transaction() as connection:
            carries = _found(connection.execute(size).scalar_one_or_none())
        with self.database.transaction(carries=carries) as connection:
            row = _found(connection.execute(found).one_or_none())
        return bytes(row.data), row.media_type

    def change(self, owner: str, record_id: str, values: dict[str, Any]) -> Record:
        """Set columns of a record and return it. Raises UnknownRecord."""
        wanted = self._one(owner, record_id)
        with self.database.transaction(writes=True) as connection:
            if values:
                connection.execute(update(predictions).where(*wanted).values(values))
            return record_of(_found(connection.execute(_whole().where(*wanted)).one_or_none()))

    def delete(self, owner: str, record_id: str) -> int:
        """Delete a record and its image. Raises UnknownRecord."""
        with self.database.transaction(writes=True) as connection:
            deleted = connection.execute(delete(predictions).where(*self._one(owner, record_id))).rowcount
        if not deleted:
            raise _unknown()
        self.database.overwrite()
        return deleted

    def delete_all(self, owner: str) -> int:
        """Delete an owner's records, also those that count as gone; return how many there were."""
        return self._delete(predictions.c.owner == owner)

    def delete_before(self, moment: datetime) -> int:
        """Delete everybody's records of before a moment; return how many there were."""
        return self._delete(predictions.c.time < moment)

    def delete_expired(self) -> int:
        """Delete some of all records that count as gone; return how many, 0 once there are no more."""
        if self._keep is None:
            return 0
        deleted = self._delete_some(predictions.c.time < datetime.now(UTC) - self._keep)
        if not deleted:
            self.database.overwrite()
        return deleted

    def _delete(self, condition: ColumnElement[bool]) -> int:
        deleted = 0
        while some := self._delete_some(condition):
            deleted += some
        self.database.overwrite()
        return deleted

    def _delete_some(self, condition: ColumnElement[bool]) -> int:
        some = select(predictions.c.id).where(condition).limit(AT_ONCE)
        with self.database.transaction(writes=True) as connection:
            return connection.execute(delete(predictions).where(predictions.c.id.in_(some))).rowcount

    def _one(self, owner: str, record_id: str) -> Conditions:
        return [*self._of(owner), predictions.c.id == record_id]

    def _of(self, owner: str | None, period: Period = ANY) -> Conditions:
        table = predictions.c
        wanted: list[ColumnElement[bool]] = [] if owner is None else [table.owner == owner]
        if self._keep:
            wanted.append(table.time >= datetime.now(UTC) - self._keep)
        if period.verdict is not None:
            wanted.append(table.prediction == period.verdict)
        if period.confirmed is not None:
            wanted.append(
                table.confirmed_dx.is_not(None) if period.confirmed else table.confirmed_dx.is_(None)
            )
        if period.start is not None:
            wanted.append(table.time >= period.start)
        if period.end is not None:
            wanted.append(table.time <= period.end)
        return wanted


def _insert(connection: Connection, table: Table) -> Insert:
    """Insert rows but those whose key is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def _whole() -> Select[Any]:
    """Select records, each with whether there is an image, but not the image itself."""
    has_image = images.c.prediction_id.is_not(None).label("has_image")
    return select(predictions, has_image).join_from(predictions, images, isouter=True)


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(predictions.c.time.desc(), predictions.c.id.desc())


def _after(row: Row[Any]) -> ColumnElement[bool]:
    table = predictions.c
    return or_(table.time < row.time, and_(table.time == row.time, table.id < row.id))


def _count(connection: Connection, query: Select[int]) -> int:
    return connection.execute(query).scalar_one()


def _found(row: T | None) -> T:
    if row is None:
        raise _unknown()
    return row


def _unknown() -> UnknownRecord:
    return UnknownRecord(
        "There is no such record here; it may have been deleted, or belong to somebody else."
    )
