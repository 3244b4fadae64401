"""Scenes of an animation: successive frames whose colours one palette can represent."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ..color.spaces import SPACES
from ..palette import Palette
from ..shared_palette import ImageColors, merge_colors
from ..target_search import measure_mse

# A frame begins a scene if the palette of the scene's first frame represents it with more than this
# multiple of that frame's squared error, and by more than so many squared levels.
_MAX_RATIO = 2.0
_MIN_GROWTH = 5.0


class Scene(NamedTuple):
    """A scene."""

    first_frame: int  # its number; 0 is the first frame of the animation
    colors: ImageColors  # those of all frames of the scene


def find_scenes(
    frames: Iterable[ImageColors], design: Callable[[ImageColors], Palette]
) -> list[Scene]:
    """Divide an animation into scenes.

    `design` returns a palette for the colours of a frame with opaque pixels. Frames without opaque
    pixels belong to the scene before them.
    """
    scene_of = _SceneCounter(design).find
    groups = itertools.groupby(enumerate(frames), lambda frame: scene_of(frame[1]))
    return [_merge_frames(group) for _, group in groups]


def _merge_frames(frames: Iterator[tuple[int, ImageColors]]) -> Scene:
    """Return the scene of numbered frames."""
    first, colors = next(frames)
    return Scene(first, merge_colors(itertools.chain([colors], (other for _, other in frames))))


class _SceneCounter:
    """Counts the scenes of the frames that it is given one by one."""

    def __init__(self, design: Callable[[ImageColors], Palette]) -> None:
        self._design = design
        self._scene = 0
        # That of the first frame of the scene that has opaque pixels, and its error there.
        self._palette: Palette | None = None
        self._error = 0.0

    def find(self, colors: ImageColors) -> int:
        """Return the number of the scene of the next frame, from 0."""
        if len(colors.histogram) and not self._suits(colors):
            self._scene += self._palette is not None
            self._palette = self._design(colors)
            self._error = measure_mse(colors.histogram, self._palette.colors, SPACES["srgb"])
        return self._scene

    def _suits(self, colors: ImageColors) -> bool:
        """Return whether the palette represents a frame about as well as the scene's first one."""
        if self._palette is None:
            return False
        limit = max(_MAX_RATIO * self._error, self._error + _MIN_GROWTH)
        return measure_mse(colors.histogram, self._palette.colors, SPACES["srgb"]) <= limit
