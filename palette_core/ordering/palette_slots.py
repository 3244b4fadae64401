"""Arrangement: which entry of a palette has which index."""

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


def places(locks: Sequence[Lock]) -> int:
    """Tell how many places a palette has to have for its locks, at least 1."""
    return max(1, len(locks), *(1 + lock.index for lock in locks if lock.index is not None))


@dataclass(frozen=True, eq=False)
class Arrangement:
    """What is asked of the places in a palette.

    Attributes
    ----------
    count : int
        How many places there are.
    locks : tuple of Lock
        No more than `count`, each with an index of its own below `count`, or with none.
    start : (S, 3) ndarray of uint8, or None
        The palette whose indices are kept where they can be.
    space : ColorSpace
        Where entries are compared with those of `start`.
    grid : Grid, optional
        What colours there may be in a place that has to be filled.
    """

    count: int
    locks: tuple[Lock, ...]
    start: Bytes | None
    space: ColorSpace
    grid: Grid | None = None

    @property
    def locked(self) -> Bytes:
        """The locked colours, each once: (L, 3)."""
        return _array(dict.fromkeys(lock.color for lock in self.locks))

    @property
    def entries(self) -> int:
        """How many different entries there can be: colours may be locked in several places."""
        return self.count - len(self.locks) + len(self.locked)

    @property
    def kept(self) -> Bytes | None:
        """The colours of `start` whose index no lock takes: (S, 3)."""
        if self.start is None:
            return None
        return np.delete(self.start, [i for i in self._taken() if i < len(self.start)], axis=0)

    def arrange(self, colors: Bytes) -> Bytes:
        """Put the entries of a palette in their places.

        Parameters
        ----------
        colors : (K, 3) ndarray of uint8
            At most `entries` different ones, those of the locks among them.

        Returns
        -------
        (P, 3) ndarray of uint8
            Locked colours are at their index. Those without one follow in the order of the locks,
            then the others in the order that they have, all in the first free places. With a start
            each of them has the index that it had, or that of the nearest colour that is no
            longer there; what nothing takes the place of remains. If a locked index is beyond the
            other entries, the places between hold a colour that is nowhere else.
        """
        places = self._taken()
        free = [lock.color for lock in self.locks if lock.index is None]
        locked = {lock.color for lock in self.locks}
        free += [color for color in _tuples(colors) if color not in locked]
        if self.start is not None:
            before = dict(enumerate(_tuples(self.start[: self.count])))
            free = self._back(places, free, before)
        empty = (index for index in range(self.count) if index not in places)
        places |= zip(empty, free, strict=False)
        if self.start is not None:
            places = before | places
        filler = self._filler(places.values())
        return _array(places.get(index, filler) for index in range(1 + max(places)))

    def _taken(self) -> dict[int, Color]:
        return {lock.index: lock.color for lock in self.locks if lock.index is not None}

    def _back(
        self, places: dict[int, Color], colors: list[Color], before: dict[int, Color]
    ) -> list[Color]:
        """Put colours back where they were, or where the nearest ones were; give the rest."""
        empty = {index: color for index, color in before.items() if index not in places}
        left = list(colors)
        for index, color in empty.items():
            if color in left:
                places[index] = color
                left.remove(color)
        gaps = [index for index in empty if index not in places]
        old, new = (
            self.space.from_srgb(_array(some)) for some in ([before[gap] for gap in gaps], left)
        )
        apart = np.square(old[:, np.newaxis] - new).sum(axis=2)
        moved: set[int] = set()
        for pair in np.argsort(apart, axis=None, kind="stable").tolist():
            gap, number = divmod(pair, len(left))
            if gaps[gap] not in places and number not in moved:
                places[gaps[gap]] = left[number]
                moved.add(number)
        return [color for number, color in enumerate(left) if number not in moved]

    def _filler(self, colors: Iterable[Color]) -> Color:
        """Give the first colour that is not among some, at most 256, if there is one."""
        levels = self.grid.levels if self.grid else (np.arange(256, dtype=np.uint8),) * 3
        known = set(colors)
        every = product(*(channel.tolist() for channel in levels))
        return next((color for color in every if color not in known), (0, 0, 0))


def _array(colors: Iterable[Color]) -> Bytes:
    return np.array(list(colors), np.uint8).reshape(-1, 3)


def _tuples(colors: Bytes) -> Iterator[Color]:
    return (tuple(color) for color in colors.tolist())
