"""Palettes for images whose tiles need no other colours: sets of colours packed without a loss."""

from __future__ import annotations

from collections import Counter

import numpy as np

from ..arrays import Bytes, pack, unpack
from .layout import TileColors
from .rules import PaletteRules

# The shared colour is sought among the colours of the most tiles, this many.
_SHARED_CANDIDATES = 8


def pack_palettes(colors: TileColors, rules: PaletteRules) -> list[Bytes] | None:
    """Return palettes, (M, 3) each, with every colour of every tile; None if none are found.

    All colours have to be feasible. The sets are placed from the largest to the smallest, each in
    the palette that has room for it and needs the fewest new entries (best fit decreasing, for bins
    whose items overlap).
    """
    sets = _color_sets(colors, rules.max_colors + 1)
    if sets is None:
        return None
    candidates = [frozenset(pack(rules.shared).tolist())]
    if rules.shared_is_free:
        numbers = Counter(code for some in sets for code in some)
        ranked = sorted(numbers, key=lambda code: (-numbers[code], code))
        candidates = [frozenset([code]) for code in ranked[:_SHARED_CANDIDATES]]
    for common in candidates:
        palettes = _fit(sets, rules.max_palettes, rules.max_colors - len(common), common)
        if palettes is not None:
            first = sorted(common)
            return [unpack(np.array(first + sorted(some), np.uint32)) for some in palettes]
    return None


def _color_sets(colors: TileColors, most: int) -> list[frozenset[int]] | None:
    """Return the different sets of colours, the largest first; None if one has more than `most`."""
    codes, sets = pack(colors.colors), set()
    starts = np.flatnonzero(np.diff(colors.tiles, prepend=-1))
    sizes = np.diff(starts, append=len(codes))
    if sizes.max() > most:
        return None
    for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
        sets.add(frozenset(codes[start : start + size].tolist()))
    return sorted(sets, key=lambda some: (-len(some), sorted(some)))


def _fit(
    sets: list[frozenset[int]], max_palettes: int, room: int, common: frozenset[int]
) -> list[set[int]] | None:
    """Return palettes without the common colours, into which all sets fit."""
    palettes: list[set[int]] = []
    for some in sets:
        needed = some - common
        if len(needed) > room:
            return None
        added = [len(needed - palette) for palette in palettes]
        fitting = [
            (new, number) for number, new in enumerate(added) if len(palettes[number]) + new <= room
        ]
        if fitting:
            palettes[min(fitting)[1]] |= needed
        elif len(palettes) < max_palettes:
            palettes.append(set(needed))
        else:
            return None
    return palettes
