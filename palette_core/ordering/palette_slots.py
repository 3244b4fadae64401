"""Palette slots: which entry of a palette has which index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

import numpy as np

from ..arrays import Bytes
from ..color.hardware_grids import Grid
from ..color.spaces import ColorSpace

Color: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True)
class Lock:
    """A colour that is in the palette, and its index if that is locked too."""

    color: Color
    index: int | None = None


def count_required_slots(locks: Sequence[Lock]) -> int:
    """Return the number of slots that a palette needs for its locked colours, at least 1."""
    return max(1, len(locks), *(1 + lock.index for lock in locks if lock.index is not None))


@dataclass(frozen=True, eq=False)
class PaletteSlots:
    """The slots of a palette, with the colours that are locked in them."""

    count: int  # how many slots there are
    # No more than `count`, each with an index of its own below `count`, or with none.
    locks: tuple[Lock, ...]
    # (S, 3): The earlier palette, whose entries stay in their slots where they can.
    start: Bytes | None
    space: ColorSpace  # where entries are compared with those of `start`
    grid: Grid | None = None  # the colours to choose from for a slot that has to be filled

    @property
    def locked_colors(self) -> Bytes:
        """The locked colours, each once: (L, 3)."""
        return _array(dict.fromkeys(lock.color for lock in self.locks))

    @property
    def unique_count(self) -> int:
        """The largest number of different entries; a colour may be locked in several slots."""
        return self.count - len(self.locks) + len(self.locked_colors)

    @property
    def retainable(self) -> Bytes | None:
        """The colours of `start` whose slots have no locked colour: (S, 3)."""
        if self.start is None:
            return None
        locked = [index for index in self._locked_slots() if index < len(self.start)]
        return np.delete(self.start, locked, axis=0)

    def arrange(self, colors: Bytes) -> Bytes:
        """Return the entries of a palette in their slots.

        Parameters
        ----------
        colors : (K, 3) ndarray of uint8
            At most `unique_count` different ones, the locked colours among them.

        Returns
        -------
        (P, 3) ndarray of uint8
            Locked colours are at their index. Those without one follow in the order of the locks,
            then the others in their order, all in the first free slots. With a start each of them
            has the index that it had there, or that of the nearest colour that is no longer used;
            colours of the start that nothing replaces remain. If a locked index is beyond the
            other entries, the slots between are filled with a colour that is nowhere else.
        """
        slots = self._locked_slots()
        free = [lock.color for lock in self.locks if lock.index is None]
        locked = {lock.color for lock in self.locks}
        free += [color for color in _tuples(colors) if color not in locked]
        if self.start is not None:
            before = dict(enumerate(_tuples(self.start[: self.count])))
            free = self._restore(slots, free, before)
        empty = (index for index in range(self.count) if index not in slots)
        slots |= zip(empty, free, strict=False)
        if self.start is not None:
            slots = before | slots
        filler = self._find_filler(slots.values())
        return _array(slots.get(index, filler) for index in range(1 + max(slots)))

    def _locked_slots(self) -> dict[int, Color]:
        return {lock.index: lock.color for lock in self.locks if lock.index is not None}

    def _restore(
        self, slots: dict[int, Color], colors: list[Color], before: dict[int, Color]
    ) -> list[Color]:
        """Fill slots with their former colours or the nearest ones; return the other colours."""
        empty = {index: color for index, color in before.items() if index not in slots}
        left = list(colors)
        for index, color in empty.items():
            if color in left:
                slots[index] = color
                left.remove(color)
        gaps = [index for index in empty if index not in slots]
        old, new = (
            self.space.from_srgb(_array(some)) for some in ([before[gap] for gap in gaps], left)
        )
        apart = np.square(old[:, np.newaxis] - new).sum(axis=2)
        moved: set[int] = set()
        for pair in np.argsort(apart, axis=None, kind="stable").tolist():
            gap, number = divmod(pair, len(left))
            if gaps[gap] not in slots and number not in moved:
                slots[gaps[gap]] = left[number]
                moved.add(number)
        return [color for number, color in enumerate(left) if number not in moved]

    def _find_filler(self, colors: Iterable[Color]) -> Color:
        """Return the first colour of the grid that is not used yet; black if all are."""
        levels = self.grid.levels if self.grid else (np.arange(256, dtype=np.uint8),) * 3
        known = set(colors)
        every = product(*(channel.tolist() for channel in levels))
        return next((color for color in every if color not in known), (0, 0, 0))


def _array(colors: Iterable[Color]) -> Bytes:
    return np.array(list(colors), np.uint8).reshape(-1, 3)


def _tuples(colors: Bytes) -> Iterator[Color]:
    return (tuple(color) for color in colors.tolist())
