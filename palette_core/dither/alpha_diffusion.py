"""Error diffusion of colours with alpha, in four dimensions."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Indices, Mask
from ..color.spaces import Coordinates
from ..mapping.alpha_entries import AlphaEntryFinder
from ..progress import Progress
from .diffusion_kernel import Kernel

# The share of the strength that is used. Alpha is one more direction for errors, which makes more
# noise: with the whole strength the squared error is 8 % larger, and SSIMULACRA 2 hardly higher.
_STRENGTH = 0.8
# A product of this many numbers is computed by BLAS on one thread.
_BLOCK = 1 << 15


def diffuse_with_alpha(
    colors: Bytes,
    image: Indices,
    finder: AlphaEntryFinder,
    kernel: Kernel,
    strength: float,
    progress: Progress,
) -> Bytes:
    """Return the palette entry of every pixel, (H, W), by error diffusion of colour and alpha.

    The image is an index map, (H, W), of its unique colours, (N, 4).

    Notes
    -----
    Opaque pixels get opaque entries and pass on no error of alpha. Fully transparent pixels, and
    pixels of flat areas whose colour is an entry, neither get nor pass on errors. As in
    `ErrorDiffusion`, the pixels of a diagonal are processed at a time.
    """
    height, width = image.shape
    entries = np.empty((height, width), np.uint8)
    points = finder.space.from_rgba(colors)
    nearest = finder.find_nearest(colors)
    is_exact = (finder.palette[nearest] == colors).all(axis=1)
    is_passive = _find_flat_pixels(image) & is_exact[image]
    is_passive |= (colors[:, 3] == 0)[image]
    is_opaque = (colors[:, 3] == 255)[image]
    low, high = (
        reduce(np.concatenate([points, finder.entries]), axis=0) for reduce in (np.min, np.max)
    )
    opaque_entries = finder.candidates(255)
    skew = kernel.skew
    slots = max(tap.right + skew * tap.down for tap in kernel.taps) + 1
    reach = max(tap.down for tap in kernel.taps)
    # The errors that pixels get: of diagonal t in slot t modulo the number of slots, by row.
    errors = np.zeros((slots, height + reach, 4), np.float32)
    diagonals = width + skew * (height - 1)
    for diagonal in range(diagonals):
        progress(diagonal / diagonals)
        first = max(0, (diagonal - width) // skew + 1)
        rows = np.arange(first, min(height, diagonal // skew + 1))
        columns = diagonal - skew * rows
        received = errors[diagonal % slots, first : first + len(rows)]
        wanted = np.clip(points[image[rows, columns]] + received, low, high)
        opaque, passive = is_opaque[rows, columns], is_passive[rows, columns]
        wanted[opaque, 3] = finder.space.opaque
        found = _find_least(wanted, finder.entries, np.arange(len(finder.palette)))
        found[opaque] = _find_least(wanted[opaque], finder.entries, opaque_entries)
        found[passive] = nearest[image[rows[passive], columns[passive]]]
        entries[rows, columns] = found
        passed = (wanted - finder.entries[found]) * np.float32(_STRENGTH * strength)
        passed[passive] = 0
        # Errors for pixels beyond the edges are dropped.
        errors[diagonal % slots, first : first + len(rows) + reach] = 0
        for right, down, share in kernel.taps:
            slot = (diagonal + right + skew * down) % slots
            errors[slot, first + down : first + down + len(rows)] += passed * np.float32(share)
    return entries


def _find_least(points: Coordinates, entries: Coordinates, candidates: Indices) -> Indices:
    """Return the nearest of some entries for every point, in single precision: (N,)."""
    factors = -2 * entries[candidates].T
    lengths = np.square(entries[candidates]).sum(axis=1)
    height = max(1, _BLOCK // len(candidates))
    found = [
        (points[start : start + height] @ factors + lengths).argmin(axis=1)
        for start in range(0, len(points), height)
    ]
    return candidates[np.concatenate(found)] if found else np.empty(0, np.intp)


def _find_flat_pixels(image: Indices) -> Mask:
    """Return which pixels have the colour of all their neighbours, four except at the edges."""
    is_flat = np.ones(image.shape, np.bool_)
    for one, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        is_equal = image[one] == image[other]
        is_flat[one] &= is_equal
        is_flat[other] &= is_equal
    return is_flat
