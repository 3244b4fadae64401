"""What an image shows, flat art or a photo, as far as it matters for dithering."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Indices, Mask, Packed, pack

# At most about this many squares are examined, in pairs of rows.
_MAX_SQUARES = 1 << 16
# The golden ratio, less 1. Its multiples modulo 1 are evenly spread and have no period.
_GOLDEN = 0.6180339887498949
# Differences up to this many levels are shades of a gradient or of a texture, not edges.
_MAX_SHADE = 16
# In flat art, at least this share of the squares is flat.
_MIN_FLAT = 0.45
# In flat art, at most this share of the squares is shaded. With more, photos and gradients are
# part of the image, and look better with dithering.
_MAX_SHADED = 0.2
# The palette has all flat colours, except for this share of the squares.
_MAX_MISSING = 0.01


class Content(NamedTuple):
    """Counts of squares of 2 x 2 pixels, of one image or of several."""

    squares: int  # the number of squares that were examined
    shaded: int  # the number of squares with small differences, up to 16 levels in each channel
    flat_colors: Packed  # (N,), the packed colours of the squares without differences, ascending
    flat_counts: NDArray[np.int64]  # (N,), the number of squares in each of these colours

    def is_flat_art(
        self, in_palette: Mask, can_be_added: Mask | None = None, free: int = 0
    ) -> bool:
        """Return whether an image looks better without dithering.

        It does where many squares are flat, few are shaded, and nearly all flat ones get their
        exact colour. Then only edges are left, which dithering makes rough. The masks, (N,), say
        which of the flat colours are in the palette, and which of the others can be added, by
        default all. So many entries are `free` for them.
        """
        flat = int(self.flat_counts.sum())
        if not flat or flat < _MIN_FLAT * self.squares or self.shaded > _MAX_SHADED * self.squares:
            return False
        is_open = ~in_palette if can_be_added is None else ~in_palette & can_be_added
        added = np.sort(self.flat_counts[is_open])[::-1][:free]
        exact = int(self.flat_counts[in_palette].sum()) + int(added.sum())
        return flat - exact <= _MAX_MISSING * self.squares


def merge_contents(contents: Iterable[Content | None]) -> Content | None:
    """Return the counts of several images together; None counts nothing."""
    known = [content for content in contents if content is not None]
    if len(known) <= 1:
        return known[0] if known else None
    squares, shaded, flat_colors, flat_counts = zip(*known, strict=True)
    colors, positions = np.unique(np.concatenate(flat_colors), return_inverse=True)
    counts = np.zeros(len(colors), np.int64)
    np.add.at(counts, positions, np.concatenate(flat_counts))
    return Content(sum(squares), sum(shaded), colors, counts)


_EMPTY = Content(0, 0, np.empty(0, np.uint32), np.empty(0, np.int64))


def measure_content(rgb: Bytes, opaque: Mask | None) -> Content:
    """Return the counts of an image, from a sample of its rows.

    Squares with a transparent pixel do not count.
    """
    height, width = rgb.shape[:2]
    if height < 2 or width < 2:
        return _EMPTY
    upper = _sample_rows(height - 1, max(1, _MAX_SQUARES // width))
    above, below = rgb[upper], rgb[upper + 1]
    corners = above[:, :-1], above[:, 1:], below[:, :-1], below[:, 1:]
    lowest = np.minimum(np.minimum(*corners[:2]), np.minimum(*corners[2:]))
    highest = np.maximum(np.maximum(*corners[:2]), np.maximum(*corners[2:]))
    ranges = highest - lowest
    difference = np.maximum(np.maximum(ranges[..., 0], ranges[..., 1]), ranges[..., 2])
    colors = pack(corners[0])
    if opaque is not None:
        counted = opaque[upper] & opaque[upper + 1]
        counted = counted[:, :-1] & counted[:, 1:]
        difference, colors = difference[counted], colors[counted]
    is_shaded = (difference > 0) & (difference <= _MAX_SHADE)
    flat, counts = np.unique(colors[difference == 0], return_counts=True)
    return Content(difference.size, int(is_shaded.sum()), flat, counts)


def _sample_rows(rows: int, count: int) -> Indices:
    """Return `count` of the first `rows` rows, evenly spread but without a period."""
    if count >= rows:
        return np.arange(rows)
    numbers = np.arange(count)
    positions = (numbers + numbers * _GOLDEN % 1) * (rows / count)
    return positions.astype(np.intp)
