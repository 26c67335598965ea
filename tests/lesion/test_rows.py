from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from lesion.batch import Row
from lesion.rows import csv_writer, json_writer, table_writer

COLUMNS = ["path", "prediction", "probability", "threshold", "p_mel", "p_nv", "quality_ok", "triage", "error"]
GOOD: Row = {
    "path": "a, b.jpg",
    "prediction": "malignant",
    "probability": 0.75,
    "threshold": 0.25,
    "p_mel": 0.75,
    "p_nv": 0.25,
    "quality_ok": True,
    "triage": "consult",
    "error": None,
}
BAD: Row = {**dict.fromkeys(COLUMNS), "path": "b.txt", "error": 'This is no "image".'}


def test_csv_is_read_back_as_it_was_written() -> None:
    stream = io.StringIO()
    write = csv_writer(stream, COLUMNS)
    write(GOOD)
    write(BAD)
    stream.seek(0)
    first, second = csv.DictReader(stream)
    assert list(first) == COLUMNS
    assert (first["path"], first["probability"], first["quality_ok"]) == ("a, b.jpg", "0.75", "true")
    assert (second["error"], second["probability"]) == ('This is no "image".', "")


def test_csv_has_its_header_before_the_first_row() -> None:
    stream = io.StringIO()
    csv_writer(stream, COLUMNS)
    assert stream.getvalue() == ",".join(COLUMNS) + "\n"


def test_json_is_one_object_a_line() -> None:
    stream = io.StringIO()
    write = json_writer(stream)
    write(GOOD)
    write(BAD)
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [GOOD, BAD]


def test_the_table_is_aligned_and_shows_the_likeliest_diagnosis() -> None:
    stream = io.StringIO()
    write = table_writer(stream, [Path("a, b.jpg"), Path("b.txt"), Path("a/much/longer/name.jpg")])
    write(GOOD)
    write({**GOOD, "quality_ok": False, "path": "a/much/longer/name.jpg"})
    write(BAD)
    header, first, second, third = stream.getvalue().splitlines()
    for name in ("prediction", "probability", "likeliest", "quality", "triage"):
        assert first[header.index(name) - 1] == " "
    assert first.split() == ["a,", "b.jpg", "malignant", "0.750", "0.250", "mel", "0.75", "ok", "consult"]
    assert "poor" in second
    assert third.endswith('This is no "image".')
    assert third.index("This") == header.index("prediction")


def test_a_long_path_keeps_its_end() -> None:
    stream = io.StringIO()
    path = "x" * 80 + "/photo.jpg"
    table_writer(stream, [Path(path)])({**GOOD, "path": path})
    line = stream.getvalue().splitlines()[1]
    assert line.startswith("…x")
    assert "/photo.jpg  malignant" in line


def test_a_bundle_without_diagnoses_shows_none() -> None:
    stream = io.StringIO()
    table_writer(stream, [])({key: value for key, value in GOOD.items() if not key.startswith("p_")})
    assert " -  " in stream.getvalue()
