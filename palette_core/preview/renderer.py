"""The renderer of the canvas and the swatches of a dialog, as RGBA pixels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np

from ..api import map_pixels
from ..arrays import Bytes, Singles
from ..palette import Palette
from ..report.figures import draw_error_map, round_scale_end
from .geometry import View
from .image_pyramid import ImagePyramid, to_rgba
from .settings import PreviewSettings

Color: TypeAlias = tuple[int, int, int]

# The greys of GIMP's mid-tone checkerboard, and the side of its squares where the screen's scale
# is 1.
CHECKS = np.array((0x66, 0x99), np.uint8)
CHECK_SIDE = 8
# Half the height and half the width of the split line's handle, and the width of the focus frame,
# where the screen's scale is 1.
_HANDLE_HEIGHT, _HANDLE_WIDTH, _FRAME = 9, 2, 2
_LUMA = np.array([0.299, 0.587, 0.114])
_MIDDLE = 127.5  # between dark and light
# The part of a swatch's height that the bar has which shows its share of the pixels.
_BAR = 8
# Swatches of twice this side have checks of twice the side.
_SMALL_SWATCH = 16
# The corner of a locked swatch is cut off: white, with a black edge. Each has a part of the side.
_LOCK_CORNER = ((0.5, 0), (0.36, 255))
# The error map's scale ends where this share of the map is below.
_SCALE_SHARE = 0.99


class Drawable(Protocol):
    """An image that the renderer can draw: a pyramid, or a provisional result."""

    @property
    def size(self) -> tuple[int, int]:
        """The width and height of the image."""

    def draw(self, view: View) -> Bytes:
        """Return what a view shows of the image: (h, w, 4) uint8, RGBA, for `view.box`."""


@dataclass(frozen=True, eq=False)
class ErrorMap:
    """An error map of a result."""

    image: Bytes  # (h, w, 4), RGBA; transparent where the result is
    part: tuple[float, float, float, float]  # of the original: left, top, right, bottom
    highest: float  # the CIEDE2000 from which on all differences look alike

    @classmethod
    def from_differences(
        cls, differences: Singles, part: tuple[float, float, float, float]
    ) -> ErrorMap:
        """Return the map of (h, w) colour differences, NaN where the result is transparent."""
        known = differences[~np.isnan(differences)]
        highest = round_scale_end(float(np.quantile(known, _SCALE_SHARE)) if len(known) else 0.0)
        return cls(np.array(draw_error_map(differences, highest)), part, highest)


class ProvisionalResult:
    """A provisional result, whose pixels are mapped to the palette only where they are shown.

    An image that is shown smaller than it is has a mean in each pixel, so that the dots of
    dithering are coarser here than in the result. An enlarged image is shown as it is.
    """

    def __init__(self, original: ImagePyramid, palette: Palette, settings: PreviewSettings) -> None:
        self._original, self._palette = original, palette
        self._mapping = {**settings.mapping, "alpha": "threshold"}

    @property
    def size(self) -> tuple[int, int]:
        """The width and height of the image."""
        return self._original.size

    def draw(self, view: View) -> Bytes:
        """Return the part that a view shows, as `ImagePyramid.draw` does."""
        pixels = self._original.draw(view)
        if view.zoom > 1:
            return pixels
        return to_rgba(map_pixels(pixels, self._palette, **self._mapping).to_array())


class Renderer:
    """A renderer that draws only what has changed since the last time."""

    def __init__(self) -> None:
        self._drawn: WeakKeyDictionary[Drawable, tuple[View, int, Bytes]] = WeakKeyDictionary()

    def draw(self, view: View, scale: int, image: Drawable) -> Bytes:
        """Return what a view shows of an image, over a checkerboard; the array must not change.

        It is opaque RGBA, (h, w, 4), for `view.box`.
        """
        drawn = self._drawn.get(image)
        if drawn is not None and drawn[:2] == (view, scale):
            return drawn[2]
        pixels = np.ascontiguousarray(image.draw(view))
        lay_over_checks(pixels, view.box[:2], scale)
        self._drawn[image] = view, scale, pixels
        return pixels

    def draw_error_map(
        self, view: View, scale: int, original: Drawable, error_map: ErrorMap | None
    ) -> Bytes:
        """Return what a view shows of an error map, and of the original in dark grey around it."""
        drawn = self.draw(view, scale, original).copy()
        drawn[..., :3] = (drawn[..., :3] @ (_LUMA / 3))[..., np.newaxis]
        if error_map is not None:
            _draw_over(drawn, error_map, view, scale)
        return drawn


def fill_window(
    view: View, scale: int, drawn: Bytes, line: int | None = None, frame: Color | None = None
) -> Bytes:
    """Return the RGBA pixels of a window, transparent where the image does not reach.

    Parameters
    ----------
    drawn : (h, w, 4) ndarray of uint8
        What `view.box` shows.
    line : int, optional
        The column of a split line.
    frame : tuple of 3 int, optional
        The colour of a frame around the window, which shows that it has the focus.
    """
    window = np.zeros((view.window[1], view.window[0], 4), np.uint8)
    left, top, right, bottom = view.box
    window[top:bottom, left:right] = drawn
    if line is not None:
        _draw_line(window, line, view.box, scale)
    if frame is not None:
        width = _FRAME * scale
        for edge in (window[:width], window[-width:], window[:, :width], window[:, -width:]):
            edge[:] = (*frame, 255)
    return window


def _draw_over(drawn: Bytes, error_map: ErrorMap, view: View, scale: int) -> None:
    """Draw an error map over the pixels of `view.box`, as far as it reaches."""
    image, (x0, y0, x1, y1) = error_map.image, error_map.part
    columns, rows = view.columns_and_rows()
    across = np.floor((columns - x0) / (x1 - x0) * image.shape[1]).astype(np.intp)
    down = np.floor((rows - y0) / (y1 - y0) * image.shape[0]).astype(np.intp)
    in_columns = (across >= 0) & (across < image.shape[1])
    in_rows = (down >= 0) & (down < image.shape[0])
    pixels = image[down[in_rows][:, np.newaxis], across[in_columns]]
    lay_over_checks(pixels, view.box[:2], scale)
    drawn[np.ix_(in_rows, in_columns)] = pixels


def _draw_line(window: Bytes, line: int, box: tuple[int, int, int, int], scale: int) -> None:
    """Draw the split line with its handle: white with a black edge, to be seen on any colour."""
    _, top, _, bottom = box
    middle = (top + bottom) // 2
    for edge, level in ((scale, 0), (0, 255)):
        for width, height in ((0, bottom - top), (_HANDLE_WIDTH * scale, _HANDLE_HEIGHT * scale)):
            rows = slice(max(top, middle - height - edge), min(bottom, middle + height + edge))
            columns = slice(max(0, line - width - edge), line + scale + width + edge)
            window[rows, columns] = (level, level, level, 255)


def lay_over_checks(pixels: Bytes, corner: tuple[int, int], scale: int) -> None:
    """Lay an (h, w, 4) array over a checkerboard, in place: it becomes opaque.

    `corner` is the array's position on the checkerboard: x, y.
    """
    alpha = pixels[..., 3:]
    if (alpha == 255).all():
        return
    side = CHECK_SIDE * scale
    across = (np.arange(pixels.shape[1]) + corner[0]) // side
    down = (np.arange(pixels.shape[0]) + corner[1]) // side
    checks = CHECKS.astype(np.uint16)[(down[:, np.newaxis] + across) % 2][..., np.newaxis]
    mixed = pixels[..., :3] * alpha.astype(np.uint16) + checks * (255 - alpha.astype(np.uint16))
    pixels[..., :3] = (mixed + 127) // 255
    alpha[...] = 255


def draw_swatches(
    colors: Sequence[str | None],
    side: int,
    locked: Collection[int],
    scale: int,
    shares: Sequence[float] = (),
) -> Bytes:
    """Return the swatches of palette entries, outlined and with the frame of a selected one.

    Parameters
    ----------
    colors : sequence of str or None
        "#rrggbb" each; None is the transparent entry.
    side : int
        The width and height of a swatch.
    locked : collection of int
        The entries that are marked as locked.
    shares : sequence of float, optional
        The share of the pixels that each entry has, which a bar at the bottom shows; the bar of the
        largest share is as wide as the swatch.

    Returns
    -------
    (2, K, side, side, 4) ndarray of uint8
        RGBA.
    """
    swatches = np.zeros((2, len(colors), side, side, 4), np.uint8)
    rows, columns = np.ogrid[:side, :side]
    from_corner = rows + side - 1 - columns
    for entry, (color, swatch) in enumerate(zip(colors, swatches[0], strict=True)):
        if color is None:
            lay_over_checks(swatch, (0, 0), max(1, side // _SMALL_SWATCH))
        else:
            swatch[:] = (*bytes.fromhex(color[1:]), 255)
        if entry in locked:
            for share, level in _LOCK_CORNER:
                swatch[from_corner < share * side] = (level, level, level, 255)
    largest = max(shares, default=0)
    for swatch, share in zip(swatches[0], shares, strict=False):
        if share:
            _draw_bar(swatch, share / largest, scale)
    from_edge = np.minimum(np.minimum(rows, columns), side - 1 - np.maximum(rows, columns))
    # A grey outline separates white from a light theme, and black from a dark one.
    outline = swatches[0][:, from_edge < scale, :3]
    swatches[0][:, from_edge < scale, :3] = outline // 2 + 64
    swatches[1] = swatches[0]
    # A black frame with a white one inside can be seen on any colour and theme.
    swatches[1][:, from_edge < 2 * scale] = 255
    swatches[1][:, from_edge < scale, :3] = 0
    return swatches


def _draw_bar(swatch: Bytes, length: float, scale: int) -> None:
    """Draw a bar within the outline, black on a light colour and white on a dark one."""
    side = len(swatch)
    height, width = max(1, side // _BAR), round(length * (side - 2 * scale))
    rows, columns = slice(side - scale - height, side - scale), slice(scale, scale + width)
    is_light = swatch[side // 2, side // 2, :3] @ _LUMA > _MIDDLE
    swatch[rows, columns, :3] = 0 if is_light else 255
