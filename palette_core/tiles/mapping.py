"""The entries of pixels, each in the palette of its tile, dithered or not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Singles
from ..color.spaces import ColorSpace
from ..dither import DITHERS, dither_pixels, restore_exact_areas
from ..dither.diffusion_kernel import Kernel
from ..dither.error_diffusion import ErrorDiffusion
from ..dither.ordered import OrderedDither
from ..image.pixels import Pixels
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress, subprogress

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
    """Return the entries of pixels in their palettes.

    Parameters
    ----------
    image : Pixels
    palettes : sequence of (M, 3) ndarray of uint8
    palette_map : (H, W) ndarray of integers
        The palette of every pixel.
    space : ColorSpace
    dither : str
        One of `TILE_DITHERS`.
    strength : float
        0 to 1.
    progress : callable

    Returns
    -------
    (H, W) ndarray of uint8
        0 where a pixel is transparent.
    """
    algorithm = TILE_DITHERS[dither]
    diffuses = isinstance(algorithm, ErrorDiffusion) and strength > 0
    entries = np.zeros(palette_map.shape, np.uint8)
    if isinstance(algorithm, ErrorDiffusion) and strength > 0:
        entries = _diffuse(image, palettes, palette_map, space, algorithm.kernel, strength)
    used = np.unique(palette_map if image.opaque is None else palette_map[image.opaque])
    for step, number in enumerate(used.tolist()):
        report = subprogress(progress, step / len(used), (step + 1) / len(used))
        is_member = palette_map == number
        if image.opaque is not None:
            is_member &= image.opaque
        finder = NearestEntryFinder(palettes[number], space)
        if diffuses:
            restore_exact_areas(entries, image.rgb, palettes[number], is_member)
            continue
        if dither == "none":
            entries[is_member] = finder.find_nearest_of_pixels(image.rgb[is_member])
            continue
        entries[is_member] = dither_pixels(
            image.rgb,
            finder,
            dither,
            strength=strength,
            adaptive=False,
            opaque=is_member,
            unique_colors=None,
            progress=report,
        )[is_member]
    return entries


def _diffuse(
    image: Pixels,
    palettes: Sequence[Bytes],
    palette_map: NDArray[np.integer],
    space: ColorSpace,
    kernel: Kernel,
    strength: float,
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
    for diagonal in range(width + kernel.skew * (height - 1)):
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
    size = max(map(len, palettes))
    places = np.arange(size)
    table = np.concatenate([some[np.where(places < len(some), places, 0)] for some in palettes])
    coordinates: Singles = space.from_srgb(table).astype(np.float32)
    return coordinates.reshape(len(palettes), size, 3)
