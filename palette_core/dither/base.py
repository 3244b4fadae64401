"""What every dither takes and gives."""

from __future__ import annotations

from typing import Protocol

from ..arrays import Bytes, Mask
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress


class Dither(Protocol):
    """A way to dither."""

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
        """Give every pixel of a picture an entry.

        Parameters
        ----------
        rgb : (H, W, 3) ndarray of uint8
        finder : NearestEntryFinder
            The palette and the space.
        strength : float
            Above 0, to 1.
        passive : (H, W) ndarray of bool, or None
            Pixels whose entry does not matter. Neighbours neither give them error nor get any
            from them.
        unique_colors : (N, 3) ndarray of uint8, or None
            The unique colours of `rgb`, or more, where they are known.
        progress : callable
            Gets fractions from 0 to 1.

        Returns
        -------
        (H, W) ndarray of uint8
            Indices into the palette.
        """
