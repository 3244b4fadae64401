"""Scenes of an animation: successive frames whose colours one palette can represent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from ..arrays import Bytes
from ..color.spaces import SPACES
from ..image.histogram import ColorHistogram
from ..mapping.nearest_entry import NearestEntryFinder
from ..palette import Palette
from ..shared_palette import ImageColors, merge_colors

# A frame begins a scene if the palette of the scene's first frame represents it with more than this
# multiple of that frame's squared error, and by more than so many squared levels.
_MAX_RATIO = 2.0
_MIN_GROWTH = 5.0


class Scene(NamedTuple):
    """A scene.

    Attributes
    ----------
    first_frame : int
        Its number; 0 is the first frame of the animation.
    colors : ImageColors
        The colours of all frames of the scene.
    """

    first_frame: int
    colors: ImageColors


def find_scenes(
    frames: Iterable[ImageColors], design: Callable[[ImageColors], Palette]
) -> list[Scene]:
    """Divide an animation into scenes.

    Parameters
    ----------
    frames : iterable of ImageColors
        The colours of every frame.
    design : callable
        Returns a palette for the colours of a frame, which has opaque pixels.

    Returns
    -------
    list of Scene
        Frames without opaque pixels belong to the scene before them.
    """
    scenes: list[Scene] = []
    palette: Palette | None = None
    error = 0.0
    for number, colors in enumerate(frames):
        is_empty = not len(colors.histogram)
        if scenes and (is_empty or (palette is not None and _suits(palette, error, colors))):
            merged = merge_colors([scenes[-1].colors, colors])
            scenes[-1] = scenes[-1]._replace(colors=merged)
            continue
        if scenes and palette is None:  # only frames without opaque pixels so far
            colors = merge_colors([scenes.pop().colors, colors])
            number = 0
        scenes.append(Scene(number, colors))
        if not is_empty:
            palette = design(colors)
            error = measure_error(palette.colors, colors.histogram)
    return scenes


def _suits(palette: Palette, error: float, colors: ImageColors) -> bool:
    """Return whether a palette, with its error in a scene's first frame, represents a frame too."""
    limit = max(_MAX_RATIO * error, error + _MIN_GROWTH)
    return measure_error(palette.colors, colors.histogram) <= limit


def measure_error(palette: Bytes, histogram: ColorHistogram) -> float:
    """Return the mean squared error in sRGB, over pixels and channels, of the nearest entries."""
    nearest = NearestEntryFinder(palette, SPACES["srgb"]).find_nearest(histogram.colors)
    difference = histogram.colors.astype(np.float64) - palette[nearest]
    return float(np.average(np.square(difference).mean(axis=1), weights=histogram.weights))
