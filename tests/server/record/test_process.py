"""The record of a server that is a process of its own."""

from __future__ import annotations

import socket
import time
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import psutil
import pytest
from sqlalchemy import text

from server.record.asked import Period
from server.record.database import Database, parse_url
from server.record.store import Store
from tests.server.asking import until
from tests.server.running import Server, serving
from tools.postgres import Postgres

pytestmark = pytest.mark.slow


def classify(server: Server, photo: bytes) -> httpx.Response:
    return httpx.post(
        f"{server.url}/api/classify",
        files={"file": ("photo.jpg", photo)},
        data={"explain": "false"},
        headers={"X-Requested-With": "lesion"},
        timeout=60,
    )


def kept(address: str) -> list[str]:
    database = Database(parse_url(address))
    ids = [record.id for batch in Store(database).each(None, Period()) for _, record in batch]
    database.close()
    return ids


def test_a_server_makes_its_tables_and_loses_nothing_when_it_is_told_to_stop(
    bundle_path: Path, tmp_path: Path, sqlite_address: str, photo: bytes
) -> None:
    with serving(bundle_path, tmp_path, DATABASE_URL=sqlite_address) as server:
        answers = [classify(server, photo).json()["record"] for _ in range(5)]
        server.process.terminate()
        assert server.process.wait(30) == 0
        assert sorted(kept(sqlite_address)) == sorted(answers)
        assert not [line for line in server.lines() if line["level"] in ("ERROR", "CRITICAL")]


def test_a_server_that_is_stopped_in_the_middle_of_an_upload_says_what_it_could_not_write(
    bundle_path: Path, tmp_path: Path, sqlite_address: str, photo: bytes
) -> None:
    other = Database(parse_url(sqlite_address))
    settings = {"DATABASE_URL": sqlite_address, "REQUEST_TIMEOUT": "3"}
    with serving(bundle_path, tmp_path, **settings) as server:
        assert classify(server, photo).json()["record"]
        with (
            other.transaction(writes=True) as connection,
            socket.create_connection(("127.0.0.1", server.port)) as upload,
        ):
            connection.execute(text("SELECT 1"))
            upload.sendall(
                b"POST /api/classify HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
            )
            assert classify(server, photo).json()["record"]
            server.process.terminate()  # its loop waits for the upload as long as it may
            assert server.process.wait(30) == 0
        times = {line["message"]: datetime.fromisoformat(line["time"]) for line in server.lines()}
    lost = times["1 records are lost: the database did not take them before the end"]
    exiting = next(time for message, time in times.items() if message.startswith("Worker exiting"))
    assert lost - exiting > timedelta(seconds=1)  # which it had for writing
    other.close()


def test_a_server_starts_and_judges_without_its_database_and_writes_when_that_comes(
    bundle_path: Path, tmp_path: Path, postgres: Postgres, photo: bytes
) -> None:
    address = postgres.make_database("absent")
    postgres.stop()
    try:
        with serving(bundle_path, tmp_path, DATABASE_URL=address) as server:
            answer = classify(server, photo)
            assert answer.status_code == 200
            asked = httpx.get(f"{server.url}/api/history", cookies=answer.cookies)
            assert (asked.status_code, asked.headers["Retry-After"]) == (503, "5")
            postgres.start()
            record = f"{server.url}/api/history/{answer.json()['record']}"
            until(lambda: httpx.get(record, cookies=answer.cookies).status_code == 200)
            assert [line["level"] for line in server.lines() if "does not answer" in line["message"]] == [
                "ERROR"
            ]
    finally:
        postgres.start()


def test_a_full_disk_costs_no_answer_and_in_the_end_no_record(
    bundle_path: Path, tmp_path: Path, sqlite_address: str, photo: bytes
) -> None:
    with serving(bundle_path, tmp_path, DATABASE_URL=sqlite_address) as server:
        answers = [classify(server, photo)]
        until(lambda: kept(sqlite_address) == [answers[0].json()["record"]])
        (worker,) = server.process.children()
        most = worker.rlimit(psutil.RLIMIT_FSIZE)
        # What is written next lies beyond; the log is shorter.
        worker.rlimit(psutil.RLIMIT_FSIZE, ((tmp_path / "record.db-wal").stat().st_size, most[1]))
        answers += [classify(server, photo) for _ in range(5)]
        time.sleep(3)  # in which it is tried again several times
        assert {answer.status_code for answer in answers} == {200}
        asked = httpx.get(f"{server.url}/api/history", cookies=answers[0].cookies)
        assert (asked.status_code, asked.headers["Retry-After"]) == (503, "5")
        assert len(kept(sqlite_address)) == 1
        messages = [line["message"] for line in server.lines()]
        assert sum("does not answer" in message for message in messages) == 1
        assert not any("answers again" in message for message in messages)
        worker.rlimit(psutil.RLIMIT_FSIZE, most)
        ids = sorted(answer.json()["record"] for answer in answers)
        until(lambda: sorted(kept(sqlite_address)) == ids)
        metrics = httpx.get(f"{server.url}/metrics").text
        assert 'lesion_record_predictions_total{outcome="lost"} 0.0' in metrics


def test_workers_share_the_record_and_count_together(
    bundle_path: Path, tmp_path: Path, sqlite_address: str, photo: bytes
) -> None:
    settings = {"DATABASE_URL": sqlite_address, "WEB_WORKERS": "2", "LESION_THREADS": "1"}
    with serving(bundle_path, tmp_path, **settings) as server:
        until(lambda: all(httpx.get(f"{server.url}/healthz").status_code == 200 for _ in range(12)))
        answers = [classify(server, photo) for _ in range(6)]
        for answer in answers:
            records = f"{server.url}/api/history"
            found = [httpx.get(records, cookies=answer.cookies).json()["items"] for _ in range(4)]
            ids = [[record["id"] for record in items] for items in found]
            assert ids == 4 * [[answer.json()["record"]]]
        metrics = httpx.get(f"{server.url}/metrics").text
        assert 'lesion_record_predictions_total{outcome="written"} 6.0' in metrics
        assert "lesion_record_waiting 0.0" in metrics


def test_a_wrong_address_ends_the_start_with_a_sentence(bundle_path: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(pytest.fail.Exception) as caught,
        serving(bundle_path, tmp_path, DATABASE_URL="mysql://h/n"),
    ):
        pass
    assert "DATABASE_URL cannot be used: mysql is no database" in str(caught.value)
