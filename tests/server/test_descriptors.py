from __future__ import annotations

import resource

import pytest

from server.descriptors import OTHER_FILES, connections_allowed

NO_LIMIT = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "allowed", "asked"),
    [
        (NO_LIMIT, NO_LIMIT, 500, None),
        (10_000, 10_000, 500, None),
        (256, NO_LIMIT, 500, 500 + OTHER_FILES),
        (256, 10_000, 500, 500 + OTHER_FILES),
        (256, 400, 400 - OTHER_FILES, 400),
        (100, 100, 1, 100),
    ],
)
def test_as_many_files_are_asked_for_as_are_needed(
    soft: int, hard: int, allowed: int, asked: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: given.append(limits[0]))
    assert connections_allowed(500) == allowed
    assert given == ([] if asked is None else [asked])


def test_a_system_that_promised_too_much_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, NO_LIMIT))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert connections_allowed(500) == 256 - OTHER_FILES
