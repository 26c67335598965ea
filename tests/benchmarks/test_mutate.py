from __future__ import annotations

from benchmarks.mutate import MOST_BYTES, Mutator
from tests.images import lesion_as

SEEDS = [lesion_as("JPEG"), lesion_as("PNG")]


def test_the_same_seed_makes_the_same_files() -> None:
    first, again, other = Mutator(SEEDS, 1), Mutator(SEEDS, 1), Mutator(SEEDS, 2)
    made = [first.next() for _ in range(50)]
    assert made == [again.next() for _ in range(50)]
    assert made != [other.next() for _ in range(50)]


def test_files_are_changed_and_never_empty_or_too_long() -> None:
    mutator = Mutator([*SEEDS, b"x", bytes(MOST_BYTES)], 1)
    made = [mutator.next() for _ in range(2_000)]
    assert len(set(made)) > 1_500
    assert all(0 < len(data) <= MOST_BYTES for data in made)


def test_many_are_still_nearly_images() -> None:
    mutator = Mutator(SEEDS, 1)
    heads = [mutator.next()[:4] for _ in range(500)]
    assert sum(head.startswith((b"\xff\xd8", b"\x89PNG")) for head in heads) > 300


def test_what_is_kept_is_changed_too() -> None:
    mutator = Mutator([b"a" * 100], 1)
    mutator.keep(b"z" * 100)
    assert any(b"zz" in mutator.next() for _ in range(50))
