"""The record's database: away, started again, and slow."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psycopg

from benchmarks.asking import Said, posting
from benchmarks.faults.record import Check, Found, Numbers, check, milliseconds, told
from benchmarks.faults.unlimited import UNLIMITED
from benchmarks.load import closed_loop
from benchmarks.photographs import photographs
from benchmarks.running import running
from server.csrf import PAGE_HEADER, PAGE_VALUE
from server.record.asked import Period
from server.record.database import Database, parse_url
from server.record.store import Store
from server.record.tables import predictions
from tools import postgres

__all__ = ["database"]

CLIENTS = 4
WRITTEN_WITHIN_S = 30.0
LONGER_S = 0.5
"""Seconds by which an answer may be late while the database is in trouble, at the 95th percentile."""
NOT_KEPT = "none"


def database(bundle: Path, seconds: float) -> Found:
    """Trouble a PostgreSQL server while pictures are judged and recorded."""
    checks: list[Check] = []
    numbers: Numbers = {}
    with postgres.running() as server:
        version = server.version()
        for name, trouble in _troubles(server).items():
            told_of = _one(bundle, seconds, name, server.make_database(name.split()[0]), trouble)
            checks += told_of[0]
            numbers |= told_of[1]
    return Found(
        how=f"PostgreSQL keeps the record while {CLIENTS} clients send pictures for {seconds:g} seconds. In "
        "the second quarter of that it is stopped as by a failure of power and then started again, or its "
        "table is locked, so that every statement waits. Pictures must be answered all the same. Each answer "
        "names its record, or none where it could not even wait to be written; all that were named must be "
        "there in the end.",
        checks=checks,
        numbers=numbers,
        versions={"postgresql": version},
    )


Trouble = Callable[[str, float], None]
"""Troubles the database of that address, for so many seconds."""


def _troubles(server: postgres.Postgres) -> dict[str, Trouble]:
    def away(address: str, seconds: float) -> None:
        server.stop(at_once=True)
        time.sleep(seconds)
        server.start()

    def locked(address: str, seconds: float) -> None:
        with psycopg.connect(address) as connection:
            connection.execute(f"LOCK TABLE {predictions.name} IN ACCESS EXCLUSIVE MODE".encode())
            time.sleep(seconds)

    return {"away and started again": away, "locked": locked}


def _one(
    bundle: Path, seconds: float, name: str, address: str, trouble: Trouble
) -> tuple[list[Check], Numbers]:
    images = photographs()
    kind = msgspec.structs.replace(
        UNLIMITED, settings=lambda source, port: {**UNLIMITED.settings(source, port), "DATABASE_URL": address}
    )
    with running(kind, bundle, images[0]) as (server, _):
        ask = posting(f"{server.base}/api/classify", images, headers={PAGE_HEADER: PAGE_VALUE})
        before = closed_loop(ask, clients=CLIENTS, seconds=seconds / 4)
        with _meanwhile(trouble, address, seconds / 4):
            load = closed_loop(ask, clients=CLIENTS, seconds=seconds, note=_record_of)
        named = {reply.note for reply in load.good} - {NOT_KEPT}
        missing = _missing_after_a_while(address, named)
    late = load.percentile(95) - before.percentile(95)
    nameless = sum(reply.note == NOT_KEPT for reply in load.good)
    return [
        check(f"{name}: all pictures answered", told(load), load.all_good),
        check(f"{name}: p95 later by at most {milliseconds(LONGER_S)}", milliseconds(late), late <= LONGER_S),
        check(f"{name}: records named but not there", f"{len(missing)}, of {len(named)}", not missing),
        check(f"{name}: answers that said that they are not recorded", str(nameless)),
    ], {
        f"{name}: p95_before_s": before.percentile(95),
        f"{name}: p95_s": load.percentile(95),
        f"{name}: named": len(named),
        f"{name}: missing": len(missing),
        f"{name}: not_kept": nameless,
    }


def _record_of(said: Said) -> str:
    return msgspec.json.decode(said.body)["record"] or NOT_KEPT if said.status == 200 else ""


def _missing_after_a_while(address: str, named: set[str]) -> set[str]:
    """Return the records that are still not there when they had time to be written."""
    deadline = time.monotonic() + WRITTEN_WITHIN_S
    while (missing := named - _kept(address)) and time.monotonic() < deadline:
        time.sleep(1)
    return missing


def _kept(address: str) -> set[str]:
    opened = Database(parse_url(address))
    try:
        return {record.id for batch in Store(opened).each(None, Period()) for _, record in batch}
    finally:
        opened.close()


@contextmanager
def _meanwhile(trouble: Trouble, address: str, seconds: float) -> Iterator[None]:
    """Trouble a database for ``seconds``, after as many without trouble."""
    timer = threading.Timer(seconds, trouble, (address, seconds))
    timer.start()
    try:
        yield
    finally:
        timer.join()
