from __future__ import annotations

import pytest

from lesion.errors import UnusableKeys
from lesion.keys import PREFIX, holder_of, new_key, parse_keys


def test_a_new_key_opens_what_its_entry_closes() -> None:
    secret, key = new_key("clinic", "600/minute;5000/hour")
    assert secret.startswith(PREFIX)
    assert len(secret) >= len(PREFIX) + 43  # 256 bits in base64
    assert parse_keys(key.entry) == (key,)
    assert holder_of(secret, [key]) == key
    assert secret not in key.entry


@pytest.mark.parametrize("wrong", ["", "lesion_", "\udce9", "é" * 40, "x" * 8_000])
def test_nothing_else_opens_it(wrong: str) -> None:
    secret, key = new_key("clinic")
    assert holder_of(wrong, [key]) is None
    assert holder_of(secret[:-1], [key]) is None
    assert holder_of(secret + " ", [key]) is None
    assert holder_of(key.digest, [key]) is None


def test_keys_are_all_different_and_so_are_salts() -> None:
    made = [new_key("clinic") for _ in range(20)]
    assert len({secret for secret, _ in made}) == len({key.salt for _, key in made}) == 20


def test_entries_stand_on_lines_or_beside_each_other_and_comments_mean_nothing() -> None:
    first, second, third = (new_key(name)[1] for name in ("a", "b", "c-1"))
    text = f"# API keys: one:two:three\n\n{first.entry} {second.entry}\r\n  {third.entry}\n"
    assert parse_keys(text) == (first, second, third)
    assert parse_keys("") == ()


def test_each_key_opens_for_its_own_holder() -> None:
    made = [new_key(f"clinic-{n}") for n in range(3)]
    keys = [key for _, key in made]
    assert [holder_of(secret, keys) for secret, _ in made] == keys


@pytest.mark.parametrize(
    "text", ["clinic", "clinic:abc:def", "Clinic" + ":0" * 2, "a:" + "0" * 32 + ":" + "0" * 63]
)
def test_what_is_no_entry_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(UnusableKeys, match="Entry 2") as caught:
        parse_keys(f"{new_key('first')[1].entry}\n{text}")
    assert text not in str(caught.value)


def test_names_are_given_once() -> None:
    with pytest.raises(UnusableKeys, match="named clinic"):
        parse_keys(f"{new_key('clinic')[1].entry} {new_key('clinic')[1].entry}")


@pytest.mark.parametrize(
    ("name", "limit"), [("", None), ("A", None), ("a:b", None), ("-", None), ("a", "1 a:b")]
)
def test_a_name_or_limit_that_would_break_an_entry_is_refused(name: str, limit: str | None) -> None:
    with pytest.raises(UnusableKeys):
        new_key(name, limit)
