"""PaletteSlots: which entry has which index."""

from __future__ import annotations

from itertools import count as numbers

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.ordering.palette_slots import Lock, PaletteSlots

from .strategies import SEEDS, colors

A, B, C, D, E = ((level, 0, 0) for level in (10, 20, 30, 40, 50))


def arranged(
    entries: list[tuple[int, int, int]],
    count: int = 5,
    locks: tuple[Lock, ...] = (),
    start: list[tuple[int, int, int]] | None = None,
) -> list[tuple[int, ...]]:
    before = None if start is None else np.array(start, np.uint8)
    arrangement = PaletteSlots(count, locks, before, SPACES["srgb"])
    return [tuple(c) for c in arrangement.arrange(np.array(entries, np.uint8)).tolist()]


def test_locks_come_first_and_take_their_places() -> None:
    locks = (Lock(D), Lock(E, 1), Lock(C))
    assert arranged([C, D, E, A, B], locks=locks) == [D, E, C, A, B]


def test_exact_colours_are_back_first_then_the_nearest() -> None:
    # 28 is nearer to 30 than 41 is, which takes what is left.
    assert arranged([(28, 0, 0), (41, 0, 0), A], start=[B, A, C]) == [(41, 0, 0), A, (28, 0, 0)]


def test_a_start_that_is_shorter_is_filled_up_behind() -> None:
    assert arranged([A, B, C, D], start=[C, B]) == [C, B, A, D]


def test_of_a_start_that_is_longer_the_rest_moves_into_gaps() -> None:
    assert arranged([A, B, E], count=3, start=[A, C, B, D, E]) == [A, E, B]


def test_what_nothing_replaces_remains() -> None:
    assert arranged([A], start=[B, A, C]) == [B, A, C]
    assert arranged([A, E], start=[B, A, C], locks=(Lock(E, 2),)) == [B, A, E]


@given(data=st.data(), rgb=colors(2, 20), seed=SEEDS)
def test_every_entry_has_a_place_and_every_lock_its_own(
    data: st.DataObject, rgb: Bytes, seed: int
) -> None:
    random = np.random.default_rng(seed)
    count = data.draw(st.integers(1, 24))
    unique = random.permutation(np.unique(rgb, axis=0))[:count]
    entries = [(red, green, blue) for red, green, blue in unique.tolist()]
    places = iter(random.permutation(count).tolist())
    locked = entries[: data.draw(st.integers(0, len(entries)))]
    locks = tuple(Lock(c, next(places) if random.random() < 0.5 else None) for c in locked)
    start = data.draw(st.one_of(st.none(), colors(1, 30)))
    arrangement = PaletteSlots(count, locks, start, SPACES["oklab"])
    found = [tuple(c) for c in arrangement.arrange(np.array(entries, np.uint8)).tolist()]
    assert len(found) <= count
    assert set(entries) <= set(found)
    assert all(found[lock.index] == lock.color for lock in locks if lock.index is not None)
    assert len(arrangement.locked_colors) + count - arrangement.unique_count == len(locks)
    if start is None:
        free = [c for c in found if c in entries and c not in locked]
        assert free == entries[len(locked) :]
    else:
        taken = {lock.index for lock in locks}
        for index, color in zip(numbers(), map(tuple, start[:count].tolist())):
            if index not in taken and color not in entries and index < len(found):
                assert found[index] == color or found[index] in entries
