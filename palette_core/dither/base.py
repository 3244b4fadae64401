"""What every dithering algorithm gets and returns, and the choice of no dithering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..arrays import Bytes, Mask
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress, no_progress
from ..registry import Choice


@dataclass(frozen=True, kw_only=True, eq=False)
class DitherProblem:
    """An image to dither, and how.

    Attributes
    ----------
    rgb : (H, W, 3) ndarray of uint8
    finder : NearestEntryFinder
        The palette and the space.
    strength : float
        Above 0, to 1.
    passive : (H, W) ndarray of bool, optional
        Pixels whose entry does not matter. They pass no error on.
    unique_colors : (N, 3) ndarray of uint8, optional
        The unique colours of `rgb`, possibly with others, if they are known.
    progress : callable, optional
        Gets fractions from 0 to 1.
    """

    rgb: Bytes
    finder: NearestEntryFinder
    strength: float
    passive: Mask | None = None
    unique_colors: Bytes | None = None
    progress: Progress = no_progress


@dataclass(frozen=True, kw_only=True, eq=False)
class Dither(Choice):
    """A dithering algorithm with its parameters, as its module declares it.

    Attributes
    ----------
    diffuses_errors : bool
        Whether the entry of a pixel depends on pixels before it, so that dots move in an animation.
    """

    diffuses_errors: ClassVar[bool] = False

    def __call__(self, problem: DitherProblem) -> Bytes:
        """Return the palette entry of every pixel of an image.

        Returns
        -------
        (H, W) ndarray of uint8
            Indices into the palette.
        """
        raise NotImplementedError


# Pixels that are not dithered are mapped, which is another stage.
DITHERS = (
    Dither(
        name="none",
        label="None",
        summary="no dithering: every pixel gets its nearest colour",
        position=0,
    ),
)
