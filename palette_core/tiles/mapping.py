"""The entries of pixels, each in the palette of its tile, dithered or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Floats, Indices, Mask, Singles, pack
from ..color.spaces import ColorSpace
from ..dither import DITHERS
from ..dither.base import DitherProblem
from ..dither.diffusion_kernel import Kernel
from ..dither.error_diffusion import ErrorDiffusion
from ..dither.ordered import OrderedDither, dither_by_thresholds
from ..image.pixels import Pixels
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress, with_progress
from ..threads import for_each_block

# The approximate number of pixels in a strip.
_STRIP = 1 << 16

# The ditherings that work with a palette for each tile.
TILE_DITHERS = {
    name: dither
    for name, dither in DITHERS.items()
    if name == "none" or isinstance(dither, (OrderedDither, ErrorDiffusion))
}


def map_tiles(
    image: Pixels,
    palettes: Sequence[Bytes],
    palette_map: NDArray[np.integer],
    space: ColorSpace,
    dither: str,
    strength: float,
    progress: Progress,
) -> Bytes:
    """Return the entries of pixels in their palettes, (H, W); 0 where a pixel is transparent.

    The palette of every pixel is that of `palette_map`, (H, W). The dithering is one of
    `TILE_DITHERS`.
    """
    algorithm = TILE_DITHERS[dither]
    if isinstance(algorithm, ErrorDiffusion) and strength > 0:
        kernel = algorithm.kernel
        entries = _diffuse(image, palettes, palette_map, space, kernel, strength, progress)
    else:
        thresholds = None
        if isinstance(algorithm, OrderedDither) and strength > 0:
            thresholds = algorithm.thresholds
        entries = _find_entries(image, palettes, palette_map, space, thresholds, strength, progress)
    if dither != "none" and strength > 0:
        _restore_exact_areas(entries, image, palettes, palette_map)
    return entries


def _find_entries(
    image: Pixels,
    palettes: Sequence[Bytes],
    palette_map: NDArray[np.integer],
    space: ColorSpace,
    thresholds: Floats | None,
    strength: float,
    progress: Progress,
) -> Bytes:
    """Return the nearest entries of pixels, or those of ordered dithering by thresholds."""
    entries = np.zeros(palette_map.shape, np.uint8)
    pixels = image.rgb.reshape(-1, 3)
    members = _members(palette_map, image.opaque)
    for number, indices in with_progress(members, len(palettes), progress):
        colors, finder = pixels[indices], NearestEntryFinder(palettes[number], space)
        found = finder.find_nearest_of_pixels(colors)
        if thresholds is not None and not np.array_equal(palettes[number][found], colors):
            rows, columns = np.divmod(indices, palette_map.shape[1])
            side = len(thresholds)
            problem = DitherProblem(rgb=colors[np.newaxis], finder=finder, strength=strength)
            own_thresholds = thresholds[rows % side, columns % side]
            found = dither_by_thresholds(problem, own_thresholds[np.newaxis])[0]
        entries.flat[indices] = found
    return entries


def _members(
    palette_map: NDArray[np.integer], opaque: Mask | None
) -> Iterator[tuple[int, Indices]]:
    """Yield every palette that is used, and its pixels as indices of the flat image."""
    # NumPy sorts 16-bit integers in linear time.
    order = np.argsort(palette_map.astype(np.uint16), axis=None, kind="stable")
    if opaque is not None:
        order = order[opaque.ravel()[order]]
    counts = np.bincount(palette_map.ravel()[order])
    for number, pixels in enumerate(np.split(order, counts.cumsum()[:-1])):
        if len(pixels):
            yield number, pixels


def _restore_exact_areas(
    entries: Bytes, image: Pixels, palettes: Sequence[Bytes], palette_map: NDArray[np.integer]
) -> None:
    """Do what `dither.restore_exact_areas` does, in areas of tiles with the same palette."""
    table = pack(_stack(palettes))

    def restore(rows: slice) -> None:
        both = slice(rows.start, rows.stop + 1)
        words, numbers = pack(image.rgb[both]), palette_map[both]
        is_flat = _is_flat(words) & _is_flat(numbers)
        if image.opaque is not None:
            is_flat &= _is_flat(image.opaque[both]) & image.opaque[rows, :-1]
        down, right = np.nonzero(is_flat)
        is_entry = table[numbers[down, right]] == words[down, right, np.newaxis]
        is_exact = is_entry.any(axis=1)
        down, right = down[is_exact] + rows.start, right[is_exact]
        nearest = is_entry[is_exact].argmax(axis=1)  # of equal colours the first
        for row, column in np.ndindex(2, 2):
            entries[down + row, right + column] = nearest

    height, width = entries.shape
    for_each_block(restore, height - 1, max(1, _STRIP // width))


def _is_flat(values: NDArray[np.generic]) -> Mask:
    """Return whether the values of each square of 2 x 2 are equal: (H, W) to (H - 1, W - 1)."""
    first = values[:-1, :-1]
    is_flat: Mask = first == values[1:, 1:]
    is_flat &= first == values[:-1, 1:]
    is_flat &= first == values[1:, :-1]
    return is_flat


def _diffuse(
    image: Pixels,
    palettes: Sequence[Bytes],
    palette_map: NDArray[np.integer],
    space: ColorSpace,
    kernel: Kernel,
    strength: float,
    progress: Progress,
) -> Bytes:
    """Return the entries of pixels by error diffusion across the edges of tiles.

    Errors are passed on to pixels with other palettes, which compensate for them as far as their
    palettes can. As in `dither.error_diffusion`, colours are clipped, and the pixels of a diagonal
    are processed at a time.
    """
    height, width = palette_map.shape
    reach = max(tap.down for tap in kernel.taps)
    margin = max(abs(tap.right) for tap in kernel.taps)
    padded_width = width + 2 * margin
    work = np.zeros((height + reach, padded_width, 3), np.float32)
    work[:height, margin : margin + width] = space.from_srgb(image.rgb.reshape(-1, 3)).reshape(
        height, width, 3
    )
    low, high = (np.asarray(bound, np.float32) for bound in space.bounds)
    tables = _tables(palettes, space)
    opaque = np.ones(palette_map.shape, np.bool_) if image.opaque is None else image.opaque
    entries = np.zeros(palette_map.shape, np.uint8)
    taps = [(tap.down, tap.right, np.float32(tap.share * strength)) for tap in kernel.taps]
    diagonals = range(width + kernel.skew * (height - 1))
    for diagonal in with_progress(diagonals, len(diagonals), progress):
        first = max(0, -(-(diagonal - width + 1) // kernel.skew))
        rows = np.arange(first, min(height, diagonal // kernel.skew + 1))
        columns = diagonal - kernel.skew * rows
        numbers = palette_map[rows, columns]
        colors = work[rows, columns + margin].clip(low, high)
        table = tables[numbers]
        nearest = np.square(table - colors[:, np.newaxis]).sum(axis=2).argmin(axis=1)
        entries[rows, columns] = nearest
        errors = colors - table[np.arange(len(rows)), nearest]
        errors *= opaque[rows, columns, np.newaxis]
        for down, right, share in taps:
            work[rows + down, columns + margin + right] += errors * share
    return entries * opaque


def _tables(palettes: Sequence[Bytes], space: ColorSpace) -> Singles:
    """Return the coordinates of palettes, (N, M, 3); shorter ones repeat their first entry."""
    table = _stack(palettes)
    coordinates: Singles = space.from_srgb(table.reshape(-1, 3)).astype(np.float32)
    return coordinates.reshape(table.shape)


def _stack(palettes: Sequence[Bytes]) -> Bytes:
    """Return palettes as one array, (N, M, 3); shorter ones repeat their first entry."""
    places = np.arange(max(map(len, palettes)))
    return np.stack([some[np.where(places < len(some), places, 0)] for some in palettes])
