"""Local means: small corrections of a palette so that the means of blocks of pixels agree."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays import Bytes, Floats, Indices, Singles
from ..color.spaces import ColorSpace
from ..image.pixels import Pixels
from ..image.sampling import draw_stratified
from .constraints import UNCONSTRAINED, Constraints
from .lloyd import sum_by_label
from .solving import solve
from .warm_start import restore_entries

# The side of a block in pixels. The eye sees dots of this distance as one colour.
_SIDE = 8
# Of a block, every second pixel of every second row is looked at.
_STRIDE = 2
# At most this number of blocks is looked at.
_MAX_BLOCKS = 2048
# With fewer pixels per entry the palette is not changed.
_MIN_PIXELS_PER_ENTRY = 32
# The weight of the squared error of a block's mean beside that of a pixel. With dithering it is
# more, because single pixels are off in any case.
_MEAN_WEIGHT = 8.0
_DITHERED_MEAN_WEIGHT = 16.0
# Beside the pixels that an entry has in the sample, so many more, in mean numbers of pixels of an
# entry, would keep it where it is. A sample says little about rare colours.
_PRIOR = 0.25
# The rounds without dithering, and with it.
_ROUNDS, _DITHERED_ROUNDS = 1, 2
# With a starting palette, how much more than the usual penalty a restored entry may cost: one that
# was fitted before was dropped because it is not the mean of its cluster.
_START_FACTOR = 6
# The number of distances that are computed at a time, so that they stay in the cache.
_BLOCK = 1 << 15
# After this number of steps the solver is accurate to a small part of a level.
_SOLVER_STEPS = 24


class _Blocks(NamedTuple):
    """Pixels of blocks in a space.

    Attributes
    ----------
    pixels : (P, B, 3) ndarray of float32
        P pixels of each of B blocks. Each pixel is next to the one before it.
    means : (B, 3) ndarray of float64
    """

    pixels: Singles
    means: Floats


def fit_local_means(
    palette: Bytes,
    image: Pixels,
    space: ColorSpace,
    strength: float,
    constraints: Constraints = UNCONSTRAINED,
) -> Bytes:
    """Return a palette with which the means of blocks of pixels are nearer to those of the image.

    An error of a single pixel is hardly seen if the pixels around it make up for it. In a smooth
    area they do not: all of them are off in the same direction, and the area has a colour cast.
    This error of the means of blocks of 8 x 8 pixels counts much more here than that of pixels.

    Parameters
    ----------
    palette : (K, 3) ndarray of uint8
        Unique entries that meet the constraints.
    image : Pixels
        Loose colours have no neighbours, so that the palette is not changed.
    space : ColorSpace
        The space in which colours are compared.
    strength : float
        The strength of the dithering, 0 without.
    constraints : Constraints, optional
        Locked entries, and those retained from an earlier palette, do not move.

    Returns
    -------
    (K, 3) ndarray of uint8
        Unique entries, rarely fewer than in `palette`: the locked ones first.

    Notes
    -----
    The pixels of a sample of blocks are mapped to the palette, by turns with the best entries for
    these assignments. With the share a of an entry in a block, the mean of a block is the sum of
    ``a * entry``, so that the best entries solve a linear system. Moving an entry away from the
    mean of its pixels has its price too. To dither, the error of each pixel is passed on to the
    next one on a path through the block; this is similar to error diffusion, and much faster.
    """
    feasible = constraints.retain(palette, space)
    if len(image.shape) != 2 or len(palette) <= max(1, feasible.locked_count):
        return palette
    blocks = _sample_blocks(image, space)
    if blocks.pixels[..., 0].size < _MIN_PIXELS_PER_ENTRY * len(palette):
        return palette
    palette = feasible.make_palette(palette)
    for _ in range(_DITHERED_ROUNDS if strength else _ROUNDS):
        entries = space.from_srgb(palette).astype(np.float64)
        labels = _map_blocks(blocks, entries, strength)
        matrix, sums = _linear_system(blocks, labels, entries, strength > 0)
        if constraints.start is not None:
            counts, error = _measure_clusters(blocks, labels, entries)
        entries = solve(matrix, sums, entries, feasible.locked_count, _SOLVER_STEPS)
        if constraints.start is not None:
            feasible, entries = restore_entries(
                constraints.start, entries, counts, _START_FACTOR * error, feasible
            )
        palette = feasible.round_to_palette(entries[feasible.locked_count :])
    return palette


def _sample_blocks(image: Pixels, space: ColorSpace) -> _Blocks:
    """Return evenly distributed blocks that are opaque."""
    rows, columns = (side // _SIDE for side in image.shape)
    count = min(rows * columns, _MAX_BLOCKS)
    chosen = draw_stratified(rows * columns, count) if count else np.zeros(0, np.intp)
    tops, lefts = chosen // columns * _SIDE, chosen % columns * _SIDE
    down, right = _path().T[..., np.newaxis]
    pixels = image.rgb[tops + down, lefts + right]
    if image.opaque is not None:
        pixels = pixels[:, image.opaque[tops + down, lefts + right].all(axis=0)]
    coordinates = space.from_srgb(pixels.reshape(-1, 3)).reshape(pixels.shape)
    return _Blocks(coordinates, coordinates.mean(axis=0, dtype=np.float64))


def _path() -> Indices:
    """Return the offsets of the pixels of a block, (P, 2), row by row to and fro."""
    offsets = range(0, _SIDE, _STRIDE)
    return np.array([(y, x) for i, y in enumerate(offsets) for x in offsets[:: 1 - 2 * (i % 2)]])


def _map_blocks(blocks: _Blocks, entries: Floats, strength: float) -> Indices:
    """Return the entries of the pixels, (P, B)."""
    centers = entries.astype(np.float32)
    lengths, factors = np.square(centers).sum(axis=1), -2 * centers.T
    labels = np.empty(blocks.pixels.shape[:2], np.intp)
    missed = np.zeros_like(blocks.pixels[0])
    height = max(1, _BLOCK // len(entries))
    buffer = np.empty((height, len(entries)), np.float32)
    for pixels, row in zip(blocks.pixels, labels, strict=True):
        wanted = pixels + np.float32(strength) * missed if strength else pixels
        for start in range(0, len(wanted), height):
            part = wanted[start : start + height]
            scores = np.matmul(part, factors, out=buffer[: len(part)])
            scores += lengths
            np.argmin(scores, axis=1, out=row[start : start + height])
        missed = wanted - centers.take(row, axis=0)
    return labels


def _linear_system(
    blocks: _Blocks, labels: Indices, entries: Floats, is_dithered: bool
) -> tuple[Floats, Floats]:
    """Return the matrix, (K, K), and the right side, (K, 3), of the system for the best entries."""
    count = len(entries)
    flat = labels.reshape(-1)
    counts = np.bincount(flat, minlength=count).astype(np.float64)
    counts += _PRIOR * flat.size / count
    sums = counts[:, np.newaxis] * entries
    weight = _DITHERED_MEAN_WEIGHT if is_dithered else _MEAN_WEIGHT
    matrix = _count_pairs(labels, count) * (weight / len(labels))
    matrix[np.diag_indices(count)] += counts
    for channel, plane in enumerate(blocks.means.T):
        repeated = np.broadcast_to(plane, labels.shape).reshape(-1)
        sums[:, channel] += weight * sum_by_label(flat, repeated, count)
    return matrix, sums


def _count_pairs(labels: Indices, count: int) -> Floats:
    """Return how often two entries are in the same block, each pixel with all of its block."""
    counts = np.zeros(count * count)
    half, keys = len(labels) // 2, labels * count
    for shift in range(half + 1):
        shifted = np.bincount(
            (keys + np.roll(labels, shift, axis=0)).reshape(-1), minlength=len(counts)
        )
        # Opposite shifts have the same pairs in the other order. These two are their own opposites.
        counts += shifted / 2 if shift in (0, half) else shifted
    pairs = counts.reshape(count, count)
    return pairs + pairs.T


def _measure_clusters(blocks: _Blocks, labels: Indices, entries: Floats) -> tuple[Floats, float]:
    """Return the number of pixels of each entry, (K,), and the squared error of all."""
    counts = np.bincount(labels.reshape(-1), minlength=len(entries)).astype(np.float64)
    return counts, float(np.square(entries[labels] - blocks.pixels).sum())
