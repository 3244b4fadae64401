"""Ordered dithering: two entries a colour, and a mask that says which of them goes where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..arrays import Bytes, Mask, Packed
from ..color.spaces import luminance
from ..image.threshold_matrices import Ranks, bayer, blue_noise
from ..mapping.lookup_table import ColorIndex
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress, subprogress
from ..threads import for_each_block
from .base import Dither
from .two_color_mix import find_mixes

# Pixels are done in strips of about so many.
_STRIP = 1 << 17
# Shares are whole numbers of this part.
_WHOLE = 65535


@dataclass(frozen=True, kw_only=True, eq=False)
class OrderedDither(Dither):
    """Ordered dithering by a threshold matrix.

    Attributes
    ----------
    threshold_matrix : callable
        Returns the ranks of a square, which is laid over the image again and again.

    Notes
    -----
    Every unique colour c is mixed of its nearest entry p and a mate q, with the share t of q that
    makes ``|c - m|^2 + (1 - f) t (1 - t) |q - p|^2`` least, m being the mix and f the strength
    times 0.95: near to the colour, of entries that are not far from each other. Half way between
    p and q it is half of each at any strength, so that gradients have no seams. At a place the
    lighter of the two is taken if its share is above the mask's rank. So the index of a pixel
    depends on its colour, its place and the palette alone: what changes elsewhere in the picture
    does not move a dot here.
    """

    threshold_matrix: Callable[[], Ranks]

    def __call__(
        self,
        rgb: Bytes,
        finder: NearestEntryFinder,
        *,
        strength: float,
        passive: Mask | None,
        unique_colors: Bytes | None,
        progress: Progress,
    ) -> Bytes:
        """Return the entry of every pixel; `strength` says how freely colours are mixed."""
        del passive  # no pixel has a say in another's entry
        index = ColorIndex(rgb, unique_colors)
        words = _words(index.colors, finder, strength, subprogress(progress, 0.0, 0.8))
        read = index.make_lookup(words)
        ranks = self.threshold_matrix()
        side = len(ranks)
        height, width = rgb.shape[:2]
        thresholds = ((ranks + 0.5) * (_WHOLE / ranks.size)).astype(np.uint32)
        # As many whole masks as a strip has rows, so that every strip begins with one.
        rows = max(1, _STRIP // (width * side)) * side
        laid = np.tile(thresholds[:, :width], (rows // side, -(-width // side)))[:, :width]
        found = np.empty((height, width), np.uint8)

        def choose(strip: slice) -> None:
            words = read(strip)
            lighter = (words >> 16) > laid[: len(words)]
            words >>= lighter.astype(np.uint32) << 3
            found[strip] = words  # the lowest byte

        for_each_block(choose, height, rows, subprogress(progress, 0.8, 1.0))
        return found


def _words(
    colors: Bytes, finder: NearestEntryFinder, strength: float, progress: Progress
) -> Packed:
    """Tell what colours are mixed of: (N, 3) to (N,).

    A word has from the lowest bits on 8 of the darker entry, 8 of the lighter, and 16 of the share
    of the latter.
    """
    entries = np.arange(len(finder.palette), dtype=np.uint32)
    light = luminance(finder.palette)
    pairs = entries << 8 | entries[:, np.newaxis]
    # Where the nearest entry is the lighter one, its share is what the mate's is not.
    pairs = np.where(light > light[:, np.newaxis], pairs, pairs.T | _WHOLE << 16).ravel()
    words = np.empty(len(colors), np.uint32)
    for chosen, nearest, mate, share in find_mixes(colors, finder, strength, progress):
        found = pairs.take(nearest * np.intp(len(entries)) + mate)
        found ^= np.rint(share * _WHOLE).astype(np.uint32) << 16
        words[chosen] = found
    return words


_POSITION = 20
DITHERS = (
    *(
        OrderedDither(
            name=f"bayer-{side}",
            label=f"Bayer, {side} × {side}",
            summary=f"ordered dithering: a regular pattern of {side} × {side} pixels",
            position=_POSITION,
            threshold_matrix=partial(bayer, side),
        )
        for side in (2, 4, 8, 16)
    ),
    OrderedDither(
        name="blue-noise",
        label="Blue noise",
        summary="ordered dithering without a pattern; a dot depends on its colour and place alone",
        position=_POSITION,
        threshold_matrix=blue_noise,
    ),
)
