from __future__ import annotations

import msgspec

from server.cache import Cache, Recent


class Answer(msgspec.Struct):
    text: str


SIZE = len(msgspec.json.encode(Answer("x" * 10)))


def answer(letter: str) -> Answer:
    return Answer(letter * 10)


def test_what_was_kept_is_found_and_nothing_else() -> None:
    cache: Cache[str, Answer] = Cache(10 * SIZE)
    cache.put("a", answer("a"))
    assert cache.get("a") == answer("a")
    assert cache.get("b") is None


def test_the_one_unused_for_longest_goes_first() -> None:
    cache: Cache[str, Answer] = Cache(2 * SIZE)
    cache.put("a", answer("a"))
    cache.put("b", answer("b"))
    cache.get("a")
    cache.put("c", answer("c"))
    assert [cache.get(key) is not None for key in "abc"] == [True, False, True]


def test_it_never_holds_more_than_it_may() -> None:
    cache: Cache[int, Answer] = Cache(3 * SIZE)
    for key in range(50):
        cache.put(key % 7, answer("x"))
        assert cache.size <= 3 * SIZE
    assert cache.size == 3 * SIZE


def test_an_answer_larger_than_all_of_it_is_not_kept() -> None:
    cache: Cache[str, Answer] = Cache(SIZE)
    cache.put("a", answer("a"))
    cache.put("b", Answer("x" * 1000))
    assert cache.get("a") is not None
    assert cache.get("b") is None
    assert Cache[str, Answer](0).get("a") is None


def test_the_last_few_keys_are_known() -> None:
    recent: Recent[str] = Recent(2)
    assert [recent.meet(key) for key in "aabacb"] == [False, True, False, True, False, False]
