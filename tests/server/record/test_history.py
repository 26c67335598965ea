"""The record over HTTP, as the page, a key's holder and a stranger meet it."""

from __future__ import annotations

import csv
import hashlib
import io
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import text
from werkzeug.test import TestResponse

from lesion.keys import new_key
from server.errors import RecordUnavailable
from server.record.answers import Evaluated, Record
from server.record.evaluation import NEEDED
from server.record.owner import COOKIE
from server.record.store import Entry
from server.services import services_of
from tests.server.asking import SPECIFICATION, assert_specified, slug_of, until
from tests.server.record.test_evaluation import cases

SECRET, KEY = new_key("clinic")
PAGE = {"X-Requested-With": "lesion"}


@pytest.fixture(scope="module")
def recording(make_client: Callable[..., FlaskClient], address: str) -> Iterator[Flask]:
    application = make_client(
        database_url=address, store_images=True, retention_days=30, api_keys=KEY.entry
    ).application
    record = services_of(application).record
    until(lambda: record._keeper._prompt)
    yield application
    record.close()


@pytest.fixture
def page(recording: Flask) -> FlaskClient:
    """A browser that has not been here before."""
    return recording.test_client()


def classify(client: FlaskClient, photo: bytes, **headers: str) -> TestResponse:
    data = {"file": (io.BytesIO(photo), "photo.jpg"), "explain": "false"}
    return client.post("/api/classify", data=data, headers={**PAGE, **headers})


@pytest.fixture
def kept(page: FlaskClient, photo: bytes) -> str:
    """Id of the browser's one record."""
    return str(classify(page, photo).json["record"])


def confirmed(recording: Flask, client: FlaskClient, count: int = 60) -> None:
    """Give a browser cases with a confirmed diagnosis."""
    owner = f"browser:{hashlib.sha256(client.get_cookie(COOKIE).value.encode()).hexdigest()}"
    now = datetime.now(UTC)
    entries = [
        Entry(record=replace(case, time=now - timedelta(minutes=i + 1)), owner=owner, image=None)
        for i, case in enumerate(cases(count))
    ]
    services_of(recording).record.store.add(entries)


def test_config_says_what_is_kept(page: FlaskClient) -> None:
    answer = page.get("/api/config")
    assert answer.json["record"] == {"images": True, "retention_days": 30}
    assert_specified(answer, "get", "/api/config")


def test_a_picture_from_the_page_is_kept_for_its_browser(page: FlaskClient, photo: bytes) -> None:
    answer = classify(page, photo)
    assert_specified(answer, "post", "/api/classify")
    (header,) = answer.headers.getlist("Set-Cookie")
    assert header.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=31536000"} <= set(header.split("; "))
    assert "Secure" not in header
    found = page.get(f"/api/history/{answer.json['record']}")
    assert_specified(found, "get", "/api/history/{record_id}")
    record = found.json
    for name in ("probability", "prediction", "quality", "model"):
        assert record[name] == answer.json[name]
    assert record["image_sha256"] == hashlib.sha256(photo).hexdigest()
    assert (record["width"], record["height"]) == (640, 480)
    assert record["threshold"] == answer.json["operating_point"]["threshold"]
    assert (record["note"], record["confirmed_dx"]) == (None, None)
    assert abs(datetime.fromisoformat(record["time"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert record["time"].endswith("Z")


def test_who_goes_by_the_document_can_keep_and_change(page: FlaskClient, photo: bytes) -> None:
    paths, one = SPECIFICATION["paths"], "/api/history/{record_id}"

    def headers(method: str, path: str) -> dict[str, str]:
        named = [each for each in paths[path][method]["parameters"] if each["in"] == "header"]
        return {each["name"]: each["schema"]["examples"][0] for each in named}

    answer = page.post(
        "/api/classify",
        data={"file": (io.BytesIO(photo), "photo.jpg")},
        headers=headers("post", "/api/classify"),
    )
    assert set(paths["/api/classify"]["post"]["responses"]["200"]["headers"]) <= set(answer.headers.keys())
    scheme = SPECIFICATION["components"]["securitySchemes"]["browser"]
    assert (scheme["type"], scheme["in"]) == ("apiKey", "cookie")
    assert page.get_cookie(scheme["name"])
    assert {"browser": []} in SPECIFICATION["security"]
    about = one.format(record_id=answer.json["record"])
    assert page.patch(about, json={"note": "left arm"}, headers=headers("patch", one)).status_code == 200
    assert page.delete(about, headers=headers("delete", one)).status_code == 200
    assert page.delete("/api/history", headers=headers("delete", "/api/history")).status_code == 200


def test_an_answer_is_kept_out_where_that_is_asked_for(page: FlaskClient, photo: bytes) -> None:
    data = {"file": (io.BytesIO(photo), "photo.jpg"), "explain": "false", "record": "false"}
    answer = page.post("/api/classify", data=data, headers=PAGE)
    assert_specified(answer, "post", "/api/classify")
    assert answer.json["record"] is None
    assert "Set-Cookie" not in answer.headers
    assert page.get("/api/history").json["total"] == 0


def test_every_diagnosis_on_offer_can_be_confirmed(page: FlaskClient, kept: str) -> None:
    offered = page.get("/api/config").json["diagnoses"]
    assert {one["dx"] for one in offered if one["malignant"]} == {"akiec", "bcc", "mel", "scc"}
    for dx in [one["dx"] for one in offered]:
        answer = page.patch(f"/api/history/{kept}", json={"confirmed_dx": dx}, headers=PAGE)
        assert answer.json["confirmed_dx"] == dx


def test_behind_tls_the_cookie_is_for_tls_alone(page: FlaskClient, photo: bytes) -> None:
    data = {"file": (io.BytesIO(photo), "photo.jpg"), "explain": "false"}
    answer = page.post("/api/classify", data=data, headers=PAGE, base_url="https://clinic.example")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_browser_keeps_its_id(page: FlaskClient, photo: bytes) -> None:
    classify(page, photo)
    first = page.get_cookie(COOKIE).value
    classify(page, photo)
    assert page.get_cookie(COOKIE).value == first
    assert page.get("/api/history").json["total"] == 2


def test_a_malformed_cookie_is_replaced(page: FlaskClient, photo: bytes) -> None:
    page.set_cookie(COOKIE, "../../etc")
    assert classify(page, photo).json["record"]
    assert len(page.get_cookie(COOKIE).value) == 22


@pytest.mark.parametrize(
    "headers", [{}, {**PAGE, "Sec-Fetch-Site": "cross-site"}, {**PAGE, "Origin": "https://elsewhere.example"}]
)
def test_what_the_page_did_not_ask_for_is_nobody_s(
    page: FlaskClient, photo: bytes, headers: dict[str, str]
) -> None:
    data = {"file": (io.BytesIO(photo), "photo.jpg"), "explain": "false"}
    answer = page.post("/api/classify", data=data, headers=headers)
    assert answer.json["record"] is None
    assert "Set-Cookie" not in answer.headers


def test_history_lists_filters_and_pages(recording: Flask, page: FlaskClient, kept: str) -> None:
    confirmed(recording, page, 30)
    answer = page.get("/api/history?per_page=10&page=4")
    assert_specified(answer, "get", "/api/history")
    assert {key: answer.json[key] for key in ("total", "page", "per_page", "confirmed")} == {
        "total": 31,
        "page": 4,
        "per_page": 10,
        "confirmed": 30,
    }
    assert len(answer.json["items"]) == 1
    assert page.get("/api/history").json["items"][0]["id"] == kept
    assert page.get("/api/history?confirmed=false").json["total"] == 1
    by_verdict = [
        page.get(f"/api/history?verdict={verdict}").json["total"] for verdict in ("benign", "malignant")
    ]
    assert sum(by_verdict) == 31
    today = datetime.now(UTC).date().isoformat()
    assert page.get(f"/api/history?from={today}").json["total"] >= 1
    assert page.get("/api/history?to=2020-01-01").json["total"] == 0
    assert page.get("/api/history?from=2020-01-01T00:00:00%2B02:00").json["total"] == 31


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=none",
        "per_page=1000",
        "page=1&page=2",
        "verdict=null",
        "confirmed=",
        "verdict=mel",
        "confirmed=perhaps",
        "from=yesterday",
        "to=2026-13-01",
        "from=0001-01-01T00:00:00%2B14:00",
        "sort=time",
    ],
)
def test_a_wrong_question_is_told(page: FlaskClient, query: str) -> None:
    answer = page.get(f"/api/history?{query}")
    assert (answer.status_code, slug_of(answer)) == (422, "invalid-option")
    assert_specified(answer, "get", "/api/history")


def test_a_diagnosis_and_a_note_can_be_set_and_taken_away(page: FlaskClient, kept: str) -> None:
    address = f"/api/history/{kept}"
    answer = page.patch(address, json={"note": " left arm ", "confirmed_dx": "bcc"}, headers=PAGE)
    assert_specified(answer, "patch", "/api/history/{record_id}")
    assert (answer.json["note"], answer.json["confirmed_dx"]) == ("left arm", "bcc")
    assert page.patch(address, json={"note": None}, headers=PAGE).json["confirmed_dx"] == "bcc"
    answer = page.patch(address, json={"confirmed_dx": None}, headers=PAGE)
    assert (answer.json["note"], answer.json["confirmed_dx"]) == (None, None)
    assert page.get(address).json == answer.json


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"confirmed_dx": "wart"}, 422),
        ({"probability": 0.1}, 422),
        ({"note": "a" * 2001}, 422),
        ({"note": "a\0b"}, 422),
        ({"note": 1}, 422),
        ([], 400),
    ],
)
def test_what_cannot_be_set_is_told(page: FlaskClient, kept: str, body: object, status: int) -> None:
    answer = page.patch(f"/api/history/{kept}", json=body, headers=PAGE)
    assert answer.status_code == status
    assert_specified(answer, "patch", "/api/history/{record_id}")
    half = page.patch(
        f"/api/history/{kept}", data=b'{"note": "\\ud800"}', content_type="application/json", headers=PAGE
    )
    assert half.status_code == 400


def test_any_writing_of_the_world_is_kept(page: FlaskClient, kept: str) -> None:
    note = "Δέρμα 皮膚 🩺 ' \" ; --"
    page.patch(f"/api/history/{kept}", json={"note": note}, headers=PAGE)
    assert page.get(f"/api/history/{kept}").json["note"] == note


def test_the_image_comes_back_as_it_was_sent(page: FlaskClient, kept: str, photo: bytes) -> None:
    address = page.get(f"/api/history/{kept}").json["image"]
    answer = page.get(address)
    assert (answer.data, answer.mimetype) == (photo, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    assert_specified(answer, "get", "/api/history/{record_id}/image")


def test_one_record_can_be_deleted(page: FlaskClient, kept: str) -> None:
    answer = page.delete(f"/api/history/{kept}", headers=PAGE)
    assert answer.json == {"deleted": 1}
    assert_specified(answer, "delete", "/api/history/{record_id}")
    for path in (f"/api/history/{kept}", f"/api/history/{kept}/image"):
        assert slug_of(page.get(path)) == "unknown-record"
    assert slug_of(page.delete(f"/api/history/{kept}", headers=PAGE)) == "unknown-record"


def test_all_can_be_deleted_and_the_browser_forgets_its_id(
    page: FlaskClient, photo: bytes, kept: str
) -> None:
    classify(page, photo)
    answer = page.delete("/api/history", headers=PAGE)
    assert answer.json == {"deleted": 2}
    assert_specified(answer, "delete", "/api/history")
    assert page.get_cookie(COOKIE) is None
    assert page.get("/api/history").json["total"] == 0


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_another_browser_s_record_is_unknown(
    recording: Flask, page: FlaskClient, kept: str, photo: bytes, method: str
) -> None:
    stranger = recording.test_client()
    classify(stranger, photo)
    body = {"json": {"note": "mine"}} if method == "PATCH" else {}
    for client in (stranger, recording.test_client()):
        answer = client.open(f"/api/history/{kept}", method=method, headers=PAGE, **body)
        assert (answer.status_code, slug_of(answer)) == (404, "unknown-record")
    assert page.get(f"/api/history/{kept}").json["note"] is None


@pytest.mark.parametrize("record_id", ["1", "../config", "%00", str(uuid.uuid4()), "a" * 500])
def test_an_id_that_is_none_is_unknown(page: FlaskClient, record_id: str) -> None:
    answer = page.get(f"/api/history/{record_id}")
    assert answer.status_code == 404
    assert slug_of(answer) in ("unknown-record", "not-found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/api/history"), ("DELETE", "/api/history/{}"), ("PATCH", "/api/history/{}")],
)
@pytest.mark.parametrize("headers", [{}, {**PAGE, "Sec-Fetch-Site": "same-site"}])
def test_another_site_cannot_write_with_the_cookie(
    page: FlaskClient, kept: str, method: str, path: str, headers: dict[str, str]
) -> None:
    body = {"json": {"note": "forged"}} if method == "PATCH" else {}
    answer = page.open(path.format(kept), method=method, headers=headers, **body)
    assert (answer.status_code, slug_of(answer)) == (403, "forbidden-origin")
    assert_specified(answer, method.lower(), path.replace("{}", "{record_id}"))
    assert page.get(f"/api/history/{kept}").json["note"] is None


def test_csv_has_a_line_for_each_record(recording: Flask, page: FlaskClient, kept: str) -> None:
    page.patch(f"/api/history/{kept}", json={"note": "=HYPERLINK(1)\nsecond line"}, headers=PAGE)
    confirmed(recording, page, 30)
    answer = page.get("/api/history.csv")
    assert_specified(answer, "get", "/api/history.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) == 31
    record = page.get(f"/api/history/{kept}").json
    row = rows[0]
    assert (row["id"], row["time"]) == (kept, record["time"])
    assert float(row["probability"]) == record["probability"]
    assert row["quality_ok"] == str(record["quality"]["ok"]).lower()
    assert row["note"] == "'=HYPERLINK(1)\nsecond line"
    only = page.get("/api/history.csv?confirmed=true")
    assert len(list(csv.DictReader(io.StringIO(only.text, newline="")))) == 30


def test_evaluation_comes_with_thirty_cases(recording: Flask, page: FlaskClient, kept: str) -> None:
    before = page.get("/api/history/evaluation")
    assert before.json == {"n": 0, "needed": NEEDED, "evaluation": None, "models": []}
    confirmed(recording, page, 30)
    answer = page.get("/api/history/evaluation")
    assert_specified(answer, "get", "/api/history/evaluation")
    assert (answer.json["n"], answer.json["evaluation"]["n"]) == (30, 30)
    assert 0 <= answer.json["evaluation"]["auroc_low"] <= answer.json["evaluation"]["auroc_high"] <= 1
    assert page.get("/api/history/evaluation?model=nobody").json["n"] == 0
    assert page.get("/api/history/evaluation").json == answer.json
    page.patch(f"/api/history/{kept}", json={"confirmed_dx": "mel"}, headers=PAGE)
    again = page.get("/api/history/evaluation").json
    assert {model["n"] for model in again["models"]} == {30, 1}


def test_one_evaluation_is_made_at_a_time_and_once(recording: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    record, at_work, most, asked = services_of(recording).record, threading.Semaphore(100), [], []

    def slowly(records: list[Record], model: str | None) -> Evaluated:
        at_work.acquire()
        most.append(100 - at_work._value)
        asked.append(model)
        time.sleep(0.02)
        at_work.release()
        return Evaluated(n=0, needed=NEEDED, evaluation=None, models=[])

    monkeypatch.setattr("server.record.recorder.evaluate", slowly)
    made = cases(31)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda model: record.evaluate(made, model), ["a", "a", "b", "a", "b", "b"]))
    assert sorted(asked) == ["a", "b"]
    assert max(most) == 1


def test_while_cases_are_measured_others_are_asked_to_wait_and_what_is_known_is_told(
    recording: Flask, page: FlaskClient, photo: bytes
) -> None:
    address, measuring = "/api/history/evaluation", services_of(recording).record._measuring
    known = page.get(address).json
    other = recording.test_client()
    other.patch(
        f"/api/history/{classify(other, photo).json['record']}", json={"confirmed_dx": "nv"}, headers=PAGE
    )
    with measuring:
        begun = time.monotonic()
        answer = other.get(address)
        assert (answer.status_code, slug_of(answer)) == (503, "busy")
        assert answer.headers["Retry-After"] == "5"
        assert_specified(answer, "get", address)
        assert time.monotonic() - begun < 2
        assert page.get(address).json == known
    assert other.get(address).json["n"] == 1


def test_a_key_s_holder_has_records_of_its_own_without_a_cookie(
    recording: Flask, photo: bytes, page: FlaskClient, kept: str
) -> None:
    holder, bearer = recording.test_client(), {"Authorization": f"Bearer {SECRET}"}
    data = {"file": (io.BytesIO(photo), "photo.jpg"), "explain": "false"}
    answer = holder.post("/api/classify", data=data, headers=bearer)
    assert "Set-Cookie" not in answer.headers
    address = f"/api/history/{answer.json['record']}"
    assert holder.get("/api/history", headers=bearer).json["total"] == 1
    assert holder.get(address).status_code == page.get(address).status_code == 404
    assert holder.get(f"/api/history/{kept}", headers=bearer).status_code == 404
    changed = holder.patch(address, json={"confirmed_dx": "nv"}, headers=bearer)
    assert changed.json["confirmed_dx"] == "nv"
    assert holder.delete("/api/history", headers=bearer).json == {"deleted": 1}


def test_the_database_never_holds_the_cookie(recording: Flask, page: FlaskClient, kept: str) -> None:
    value = page.get_cookie(COOKIE).value
    with services_of(recording).record.store.database.transaction() as connection:
        rows = connection.execute(text("SELECT * FROM lesion_predictions")).all()
    assert value not in str(rows)


def unavailable(_: object) -> None:
    raise RecordUnavailable("away")


def test_what_waits_to_be_written_can_be_deleted(
    recording: Flask, page: FlaskClient, photo: bytes, kept: str
) -> None:
    keeper = services_of(recording).record._keeper
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("server.record.keeper.migrate", unavailable)
        keeper._migrated = False
        until(lambda: not keeper._prompt)
        first, second, third = (classify(page, photo).json["record"] for _ in range(3))
        assert page.delete(f"/api/history/{first}", headers=PAGE).json == {"deleted": 1}
        assert page.delete(f"/api/history/{kept}", headers=PAGE).json == {"deleted": 1}
        assert page.delete("/api/history", headers=PAGE).json == {"deleted": 2}
    again = classify(page, photo).json["record"]
    until(lambda: page.get(f"/api/history/{again}").status_code == 200)
    for record_id in (first, second, third):
        assert page.get(f"/api/history/{record_id}").status_code == 404


def test_a_database_that_is_away_is_told_and_pictures_are_judged(
    recording: Flask, page: FlaskClient, photo: bytes, kept: str
) -> None:
    database = services_of(recording).record.store.database
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("server.record.keeper.migrate", unavailable)
        database._down = True
        for method, path in (
            ("GET", "/api/history"),
            ("GET", "/api/history.csv"),
            ("DELETE", "/api/history"),
        ):
            answer = page.open(path, method=method, headers=PAGE)
            assert (answer.status_code, slug_of(answer)) == (503, "record-unavailable")
            assert int(answer.headers["Retry-After"]) > 0
            assert_specified(answer, method.lower(), path)
        judged = classify(page, photo)
        assert judged.status_code == 200
    database._down = False
    until(lambda: page.get(f"/api/history/{judged.json['record']}").status_code == 200)


words = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "null", "true", "1", "-1", "9" * 30, "1e3", "2026-11-21", "9999-12-31", "0001-01-01"]
    ),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
)


@given(
    st.dictionaries(
        st.sampled_from(["verdict", "confirmed", "from", "to", "page", "per_page", "model"]), words
    ),
    words,
    st.dictionaries(st.sampled_from(["note", "confirmed_dx"]), st.none() | st.integers() | words),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
def test_nothing_that_anybody_sends_makes_it_fail(
    page: FlaskClient, kept: str, query: dict[str, str], record_id: str, changes: dict[str, object]
) -> None:
    answers = [
        page.get("/api/history", query_string=query),
        page.get("/api/history.csv", query_string=query),
        page.get("/api/history/evaluation", query_string=query),
        page.get(f"/api/history/{quote(record_id, safe='')}"),
        page.patch(f"/api/history/{kept}", json=changes, headers=PAGE),
    ]
    assert max(answer.status_code for answer in answers) < 500


def test_metrics_count_what_was_written(page: FlaskClient, kept: str) -> None:
    text = page.get("/metrics").text
    assert 'lesion_record_predictions_total{outcome="lost"} 0.0' in text
    assert "lesion_record_waiting 0.0" in text


def test_without_a_database_nothing_is_kept_and_no_cookie_is_set(client: FlaskClient, photo: bytes) -> None:
    answer = classify(client, photo)
    assert answer.json["record"] is None
    assert "Set-Cookie" not in answer.headers
    assert client.get("/api/config").json["record"] is None
    for method, path in (
        ("GET", "/api/history"),
        ("DELETE", "/api/history"),
        ("GET", "/api/history.csv"),
        ("GET", "/api/history/evaluation"),
        ("GET", f"/api/history/{uuid.uuid4()}"),
    ):
        answer = client.open(path, method=method, headers=PAGE)
        assert (answer.status_code, slug_of(answer)) == (404, "not-found")
