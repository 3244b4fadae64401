"""Pixel art that was enlarged: its grid is found, and every cell becomes one pixel again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import Bytes, Floats
from .errors import OptionError, PixelsError
from .image.pixels import PixelsLike, split, to_array

# Sums of the differences of all channels: smaller ones are noise, larger ones count like this one.
_NOISE, _EDGE = 40, 150
_MIN_CELL = 1.8
# The grid has at least this many cells between the first and the last edge, and in all.
_MIN_CELLS, _MIN_SIZE = 5, 8
# Spectra are padded to this many times their length, so that no peak is missed.
_PADDING = 8
# Multiples of the grid's frequency can have higher peaks. The first of these shares is taken.
_NEARLY_HIGHEST = 0.6
# The length of the mean vector of the phases of all edges: 1 if all are on the grid. It has to be
# larger if cells are not square.
_MIN_REGULARITY, _MIN_REGULARITY_OF_TWO = 0.45, 0.6
# Of several grids the one of the largest cells is taken, if it is nearly as regular.
_ABOUT_AS_REGULAR = 0.9
# The greatest chance that as many edges with random phases would be as regular.
_MAX_CHANCE = 1e-4
# The part of a cell whose colours count, and the most pixels of it along each axis.
_CORE, _MAX_SAMPLES = 0.6, 5
# The differences inside of cells are at most this share of those between cells.
_MAX_INSIDE = 0.25


@dataclass(frozen=True)
class PixelGrid:
    """The grid of enlarged pixel art, returned by `find_pixel_grid`.

    Attributes
    ----------
    cell : tuple of 2 float
        The width and height of a cell in pixels of the image, which need not be whole.
    origin : tuple of 2 float
        The left and top end of the first cell: 0 if the image was not cropped.
    size : tuple of 2 int
        The numbers of columns and rows: the width and height of the original.
    """

    cell: tuple[float, float]
    origin: tuple[float, float]
    size: tuple[int, int]

    @classmethod
    def of_cells(cls, pixels: PixelsLike, side: float) -> PixelGrid:
        """Return the grid of square cells from the top left corner of an image.

        Parameters
        ----------
        pixels : array_like of uint8, or PIL.Image.Image
        side : float
            The width and height of a cell in pixels, at least 1.

        Raises
        ------
        OptionError
            If the side is less than 1, or larger than the image.
        """
        height, width = _to_pixels(pixels).shape[:2]
        if not 1 <= side <= min(width, height):
            raise OptionError(
                f"a cell of {side:g} pixels does not fit into an image of {width} x {height}; use "
                f"a number from 1 to {min(width, height)}"
            )
        columns, rows = (max(1, math.floor(length / side + 0.5)) for length in (width, height))
        return cls((side, side), (0.0, 0.0), (columns, rows))


@dataclass(frozen=True)
class _Comb:
    """Lines at equal distances along an axis."""

    # The distance of the lines, and the position of one of them.
    period: float
    phase: float
    regularity: float  # 0 to 1: how near the edges are to the lines
    edges: float  # the number of places with edges, less if they differ in weight


class _Combs(NamedTuple):
    """The combs of both axes."""

    columns: _Comb
    rows: _Comb

    @property
    def regularity(self) -> float:
        """The geometric mean of those of both axes."""
        return math.sqrt(self.columns.regularity * self.rows.regularity)

    def chance(self, tries: float) -> float:
        """Return about how likely random edges are as regular in one of so many tries.

        The chance of one try is that of Rayleigh's test.
        """
        return tries * math.exp(-sum(comb.edges * comb.regularity**2 for comb in self))


def find_pixel_grid(pixels: PixelsLike) -> PixelGrid:
    """Find the grid of pixel art that was enlarged.

    Parameters
    ----------
    pixels : array_like of uint8, or PIL.Image.Image
        As `quantize` takes them, but no list of colours.

    Returns
    -------
    PixelGrid

    Raises
    ------
    PixelsError
        If the image has no grid of at least 8 x 8 cells, each at least 1.8 pixels wide and high.
    PixelTypeError
        As `quantize` raises it.

    Notes
    -----
    In each row, the edges are where the colour changes most. If they are on a grid, a peak in the
    spectrum of their positions shows its period, and the phase there its position. Most edges have
    to be on the grid, more than random ones would be by Rayleigh's test for directions (K. V.
    Mardia and P. E. Jupp, Directional Statistics, 2000), and colours have to change less inside of
    cells than between them. Images enlarged with bilinear interpolation have no such edges.
    """
    array = _premultiply(pixels)
    planes = array, array.transpose(1, 0, 2)
    combs = _find_combs(*(_edge_weights(plane) for plane in planes))
    if combs is not None:
        grid = _to_grid(combs, array.shape)
        is_large = min(grid.size) >= _MIN_SIZE
        if is_large and _inside_share(_sample_cores(array, grid)) <= _MAX_INSIDE:
            return grid
    raise PixelsError(
        "no pixel grid was found: the image is not enlarged pixel art, or its edges are too soft; "
        "give the size of a cell if you know it",
        "no-grid",
    )


def downscale_pixel_art(pixels: PixelsLike, grid: PixelGrid | None = None) -> Bytes:
    """Return pixel art at its original size, one pixel for each cell of its grid.

    Parameters
    ----------
    pixels : array_like of uint8, or PIL.Image.Image
        As for `find_pixel_grid`.
    grid : PixelGrid, optional
        By default that of `find_pixel_grid`.

    Returns
    -------
    (rows, columns, 3) or (rows, columns, 4) ndarray of uint8
        Each pixel has the dominant colour of its cell: that of the pixel in the middle of the cell
        that differs least from the others.

    Raises
    ------
    PixelsError, PixelTypeError
        As `find_pixel_grid` raises them.
    """
    array = _to_pixels(pixels)
    if grid is None:
        grid = find_pixel_grid(pixels)
    return _find_medoids(_sample_cores(array, grid)).astype(np.uint8)


def _to_pixels(pixels: PixelsLike) -> Bytes:
    """Return an image, (H, W, 3) or with alpha (H, W, 4)."""
    rgb, alpha = split(to_array(pixels))
    if rgb.ndim != 3:
        raise PixelsError("a list of colours is not an image; give an (H, W, 3) array")
    return rgb if alpha is None else np.dstack([rgb, alpha])


def _premultiply(pixels: PixelsLike) -> NDArray[np.int16]:
    """Return an image whose transparent pixels are all equal."""
    array = _to_pixels(pixels).astype(np.int16)
    if array.shape[2] == 4:
        array[..., :3] = array[..., :3] * (array[..., 3:] / 255)
    return array


def _edge_weights(array: NDArray[np.int16]) -> Floats:
    """Return how many rows have an edge between each two columns: (W - 1,).

    Of a soft edge only the steepest place counts.
    """
    steps = np.abs(np.diff(array, axis=1)).sum(axis=2, dtype=np.int32)
    steps[steps < _NOISE] = 0
    steps = np.pad(steps, ((0, 0), (1, 1)))
    middle = steps[:, 1:-1]
    is_edge = (middle > steps[:, :-2]) & (middle >= steps[:, 2:])
    # Roots, so that a few long lines do not outweigh all others.
    weights: Floats = np.sqrt((np.minimum(middle, _EDGE) * is_edge).sum(axis=0))
    return weights


def _find_combs(columns: Floats, rows: Floats) -> _Combs | None:
    """Return the combs of both axes, None if edges are not on combs."""
    axes = columns, rows
    if min(map(np.count_nonzero, axes)) < 2:
        return None
    length = _PADDING * max(map(len, axes))
    spectra = [np.abs(np.fft.rfft(weights, length)) for weights in axes]
    extents = [int(np.ptp(np.flatnonzero(weights))) for weights in axes]
    both = _find_frequency(spectra[0] + spectra[1], max(extents))
    each = [_find_frequency(*axis) for axis in zip(spectra, extents, strict=True)]
    # Square cells have one frequency; with two there are more combinations to be right by chance.
    guesses = (
        (both, both, max(extents), _MIN_REGULARITY),
        (each[0], each[1], math.prod(extents), _MIN_REGULARITY_OF_TWO),
    )
    found = []
    for across, down, tries, least in guesses:
        if across is None or down is None:
            continue
        combs = _Combs(_fit_comb(columns, across, 1 / length), _fit_comb(rows, down, 1 / length))
        if combs.regularity >= least and combs.chance(tries) <= _MAX_CHANCE:
            found.append(combs)
    if not found:
        return None
    highest = max(combs.regularity for combs in found)
    return max(
        (combs for combs in found if combs.regularity >= _ABOUT_AS_REGULAR * highest),
        key=lambda combs: combs.columns.period * combs.rows.period,
    )


def _find_frequency(spectrum: Floats, extent: int) -> float | None:
    """Return the frequency of the highest peak, or a fraction of it with about as high a peak."""
    length = 2 * (len(spectrum) - 1)
    first = math.ceil(length * _MIN_CELLS / extent)
    last = int(length / _MIN_CELL)
    if first >= min(last, len(spectrum)):
        return None
    highest = first + int(spectrum[first : last + 1].argmax())
    for divisor in range(highest // first, 1, -1):
        near = round(highest / divisor) - _PADDING // 2
        window = spectrum[max(near, first) : near + _PADDING + 1]
        if window.max() >= _NEARLY_HIGHEST * spectrum[highest]:
            return float(max(near, first) + window.argmax()) / length
    return highest / length


def _fit_comb(weights: Floats, frequency: float, radius: float) -> _Comb:
    """Return the comb whose frequency is most regular within a radius."""
    positions = np.flatnonzero(weights)
    parts = weights[positions] / weights.sum()
    turn = 0j
    while radius * len(weights) > 1e-3:
        frequencies = frequency + np.linspace(-radius, radius, 9)
        turns = np.exp(-2j * np.pi * np.outer(frequencies, positions)) @ parts
        best = int(np.abs(turns).argmax())
        frequency, radius, turn = float(frequencies[best]), radius / 4, complex(turns[best])
    # A step between the pixels i and i + 1 is a line at i + 1.
    phase = 1 - float(np.angle(turn)) / (2 * math.pi * frequency)
    return _Comb(1 / frequency, phase, abs(turn), float(1 / np.square(parts).sum()))


def _to_grid(combs: _Combs, shape: tuple[int, ...]) -> PixelGrid:
    """Return the cells of which at least half are in an image."""
    origins, sizes = [], []
    for comb, length in zip(combs, (shape[1], shape[0]), strict=True):
        origin = comb.phase - comb.period * math.floor(comb.phase / comb.period + 0.5)
        origins.append(origin)
        sizes.append(math.floor((length - origin) / comb.period + 0.5))
    cell = combs.columns.period, combs.rows.period
    return PixelGrid(cell, (origins[0], origins[1]), (sizes[0], sizes[1]))


def _sample_cores(array: NDArray[np.integer], grid: PixelGrid) -> NDArray[np.int16]:
    """Return pixels from the middle of each cell: (rows, columns, samples, channels)."""
    places = []
    for cell, origin, count, length in zip(
        grid.cell, grid.origin, grid.size, array.shape[1::-1], strict=True
    ):
        samples = min(_MAX_SAMPLES, max(1, round(cell * _CORE)))
        offsets = 0.5 + _CORE * ((np.arange(samples) + 0.5) / samples - 0.5)
        at = origin + cell * (np.arange(count)[:, np.newaxis] + offsets)
        places.append(np.clip(np.floor(at), 0, length - 1).astype(np.intp))
    x, y = places
    found = array[y[:, np.newaxis, :, np.newaxis], x[np.newaxis, :, np.newaxis, :]]
    rows, columns, down, across, channels = found.shape
    return found.reshape(rows, columns, down * across, channels).astype(np.int16)


def _find_medoids(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return the sample of each cell that differs least from the others: (rows, columns, C)."""
    medoids = np.empty_like(samples[:, :, 0])
    for row, cells in enumerate(samples):  # one by one, for little memory
        apart = np.abs(cells[:, :, np.newaxis] - cells[:, np.newaxis]).sum(axis=3, dtype=np.int32)
        best = apart.sum(axis=2).argmin(axis=1)
        medoids[row] = cells[np.arange(len(cells)), best]
    return medoids


def _inside_share(samples: NDArray[np.int16]) -> float:
    """Return the differences inside of cells, as a share of those between neighbours."""
    medoids = _find_medoids(samples)
    inside = np.abs(samples - medoids[:, :, np.newaxis]).sum(axis=3).mean()
    between = [np.abs(np.diff(medoids, axis=axis)).sum(axis=2).mean() for axis in (0, 1)]
    return float(inside / max(sum(between) / 2, 1e-9))
