"""The palettes of an image's tiles: packed without a loss, or else searched and polished."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays import Bytes, Indices, pack, unpack
from ..color.spaces import argsort_by_luminance
from ..image.pixels import Pixels
from ..progress import Progress
from .attributes import choose_palettes
from .layout import TileColors, TileGrid
from .mixing import measure_mixed_tiles
from .options import Index0, TileOptions
from .packing import pack_palettes
from .polish import PalettePolish
from .presets import SHARED, TRANSPARENT
from .rules import PaletteRules
from .search import assign_tiles, find_palettes

# Palettes are searched for at most this many tiles, drawn at random.
_SEARCHED_TILES = 2048
_SEED = 0
# Colours of a tile that agree in this number of their highest bits are one point of the search.
_SEARCH_BITS = 5
# The same where only the palettes of tiles are chosen.
_CHOICE_BITS = 6
# Mixes of two entries are compared for palettes of at most this many. With more, dithering changes
# little.
_MOST_MIXED = 8


class TileDesign(NamedTuple):
    """Palettes, and the palette of every tile."""

    # (M, 3) each: Without a transparent entry. M can differ.
    palettes: list[Bytes]
    labels: Indices  # (T,), the palette of every tile in reading order; 0 where no pixel is opaque
    # (N, M): The entries as indices into the palette of the machine, if all palettes come from it.
    numbers: Indices | None = None


def design_palettes(
    image: Pixels, grid: TileGrid, options: TileOptions, index_0: Index0, progress: Progress
) -> TileDesign:
    """Return the palettes of an image, and the palette of every tile; `index_0` is resolved."""
    colors = TileColors.of_image(image, grid)
    if not len(colors.tiles):
        return TileDesign([np.zeros((1, 3), np.uint8)], np.zeros(len(grid), np.intp))
    combinations, fixed = options.machine.combinations, options.fixed_palette
    if combinations is not None and fixed is not None:
        tiles = colors.to_points(options.color_space, _CHOICE_BITS)
        numbers, labels = choose_palettes(
            tiles,
            fixed.colors,
            combinations(),
            options.color_space,
            options.mixing_strength,
            progress,
        )
        return TileDesign(list(fixed.colors[numbers]), labels, numbers)
    rules = _rules(colors, options, index_0)
    palettes = _pack(colors, rules)
    if palettes is None:
        palettes = _search(colors, rules, options.effort, progress)
    return _assign(colors, palettes, rules, len(grid), options.mixing_strength)


def _rules(colors: TileColors, options: TileOptions, index_0: Index0) -> PaletteRules:
    feasible, space = options.feasible_colors, options.color_space
    shared, is_free = np.zeros((0, 3), np.uint8), index_0 == SHARED
    if is_free:
        shared = _most_frequent(colors)
    elif not isinstance(index_0, str):
        shared = np.array([index_0], np.uint8)
    shared = feasible.find_nearest(space.from_srgb(shared).astype(np.float64), space)
    max_colors = options.colors - (index_0 == TRANSPARENT)
    return PaletteRules(options.palettes, max_colors, feasible, space, shared, is_free)


def _most_frequent(colors: TileColors) -> Bytes:
    """Return the colour of the most pixels, (1, 3)."""
    codes, inverse = np.unique(pack(colors.colors), return_inverse=True)
    most = int(np.bincount(inverse, colors.counts).argmax())
    return unpack(codes[most : most + 1])


def _pack(colors: TileColors, rules: PaletteRules) -> list[Bytes] | None:
    """Return palettes with the nearest feasible colours of all colours, if they have room."""
    codes, inverse = np.unique(pack(colors.colors), return_inverse=True)
    points = rules.space.from_srgb(unpack(codes)).astype(np.float64)
    nearest = rules.feasible.find_nearest(points, rules.space)[inverse]
    # A tile can have several colours with the same nearest one.
    keys = np.unique(colors.tiles << 24 | pack(nearest))
    snapped = TileColors(
        keys >> 24, unpack((keys & 0xFFFFFF).astype(np.uint32)), np.ones(len(keys))
    )
    return pack_palettes(snapped, rules)


def _search(
    colors: TileColors, rules: PaletteRules, effort: str, progress: Progress
) -> list[Bytes]:
    """Return the palettes of the least error that are found."""
    numbers = np.unique(colors.tiles)
    if len(numbers) > _SEARCHED_TILES:
        random = np.random.default_rng(_SEED)
        numbers = np.sort(random.choice(numbers, _SEARCHED_TILES, replace=False))
        colors = colors.select(numbers)
    tiles = colors.to_points(rules.space, _SEARCH_BITS)
    centers = find_palettes(tiles, rules, effort, progress)
    palettes = [rules.feasible.find_nearest(some, rules.space) for some in centers]
    return PalettePolish(tiles, rules).run(palettes)


def _assign(
    colors: TileColors, palettes: list[Bytes], rules: PaletteRules, tile_count: int, strength: float
) -> TileDesign:
    """Return the used palettes with their entries in order, and the palette of every tile."""
    is_mixed = strength > 0 and rules.max_colors <= _MOST_MIXED
    tiles = colors.to_points(rules.space, _CHOICE_BITS if is_mixed else 8)
    centers = [rules.space.from_srgb(some).astype(np.float64) for some in palettes]
    if is_mixed:
        found = measure_mixed_tiles(tiles, centers, strength).argmin(axis=1)
    else:
        found = assign_tiles(tiles, centers).labels
    uses = np.bincount(found, minlength=len(palettes))
    order = np.argsort(-uses, kind="stable")[: np.count_nonzero(uses)]
    places = np.zeros(len(palettes), np.intp)
    places[order] = np.arange(len(order))
    labels = np.zeros(tile_count, np.intp)
    labels[tiles.tiles[tiles.starts]] = places[found]
    return TileDesign([_sort(palettes[number], len(rules.shared)) for number in order], labels)


def _sort(palette: Bytes, shared: int) -> Bytes:
    """Return a palette with each colour once: the shared ones, then the others, dark to light."""
    first, others = palette[:shared], palette[shared:]
    others = unpack(np.unique(pack(others[~np.isin(pack(others), pack(first))])))
    return np.concatenate([first, others[argsort_by_luminance(others)]])
