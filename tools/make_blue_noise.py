"""Make the mask of blue noise that palette_core dithers with.

    python tools/make_blue_noise.py

It writes `palette_core/image/blue_noise.npy`, the same bytes every time.
"""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIDE = 128
OUTPUT = Path(__file__).parents[1] / "palette_core" / "image" / "blue_noise.npy"
# Ulichney's choice for the width of the filter, in pixels.
SIGMA = 1.5


class Pattern:
    """Pixels that are set on a torus of (side, side), and how crowded every place is by them."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.set = np.zeros((side, side), bool)
        self._crowd = np.zeros((side, side))
        apart = np.minimum(np.arange(side), side - np.arange(side))
        square = np.square(apart)[:, np.newaxis] + np.square(apart)
        self._filter = np.exp(square / (-2 * SIGMA**2))

    def flip(self, place: int) -> None:
        """Set a pixel, or take it away."""
        y, x = divmod(place, self.side)
        around = np.roll(self._filter, (y, x), (0, 1))
        self._crowd += -around if self.set[y, x] else around
        self.set[y, x] = not self.set[y, x]

    def tightest_cluster(self) -> int:
        """Find the pixel that has the most others around it."""
        return int(np.where(self.set, self._crowd, -np.inf).argmax())

    def largest_void(self) -> int:
        """Find the free place that has the fewest pixels around it."""
        return int(np.where(self.set, np.inf, self._crowd).argmin())


def blue_noise(side: int) -> NDArray[np.uint16]:
    """Return the ranks of the pixels of a square that repeats, by void and cluster: (side, side).

    Every rank from 0 to side^2 - 1 is there once. The pixels below any rank are spread as evenly as
    can be without order. The side is 2 to 256.

    References
    ----------
    R. Ulichney, The void-and-cluster method for dither array generation, 1993.
    """
    size = side * side
    start = Pattern(side)
    for place in np.random.default_rng(0).choice(size, max(1, size // 10), replace=False):
        start.flip(int(place))
    while True:
        cluster = start.tightest_cluster()
        start.flip(cluster)
        void = start.largest_void()
        start.flip(void)
        if void == cluster:
            break

    ranks = np.zeros(size, np.uint16)
    count = int(start.set.sum())
    shrinking = copy.deepcopy(start)
    for rank in reversed(range(count)):
        place = shrinking.tightest_cluster()
        shrinking.flip(place)
        ranks[place] = rank
    # When most pixels are set, the tightest cluster of the free places is the largest void too:
    # how crowded a place is by these and by those adds up to the same everywhere.
    for rank in range(count, size):
        place = start.largest_void()
        start.flip(place)
        ranks[place] = rank
    return ranks.reshape(side, side)


if __name__ == "__main__":
    np.save(OUTPUT, blue_noise(SIDE))
