"""Image pyramids: images that can be drawn at any zoom without reading all of their pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ..arrays import Bytes
from ..result import Quantized
from .geometry import View

if TYPE_CHECKING:
    from PIL.Image import Image

# Returns the pixels of rows top to bottom, columns left to right: (h, w, 4) uint8, RGBA.
PixelReader: TypeAlias = Callable[[int, int, int, int], Bytes]

# Each level has a quarter of the width and height of the level before. The levels below the first
# take 0.27 bytes for each pixel of the image, and a pixel on the screen is the mean of at most 16
# by 16 pixels.
_REDUCTION = 4
# Images of fewer pixels have one level only.
_MIN_REDUCED_PIXELS = 1 << 20
# The number of pixels that are reduced at a time.
_BAND = 1 << 20


class ImagePyramid:
    """An image that can be drawn in part, at any zoom.

    `read` returns the pixels of a rectangle. If no pixel is transparent, drawing is faster.
    Enlarged pixels are squares. Reduced pixels are means of sRGB values. A pyramid of 12 megapixels
    takes 0.05 s to build, on any thread.
    """

    def __init__(self, size: tuple[int, int], read: PixelReader, *, is_opaque: bool) -> None:
        self.size = size
        self._is_opaque = is_opaque
        self._levels = [(size, read)]
        while size[0] * size[1] > _MIN_REDUCED_PIXELS:
            reduced = self._reduce(*self._levels[-1])
            size = reduced.shape[1], reduced.shape[0]
            self._levels.append((size, _array_reader(reduced)))

    @classmethod
    def from_array(cls, pixels: Bytes) -> ImagePyramid:
        """Return the pyramid of an (H, W, 3) or (H, W, 4) array, which is not copied."""
        height, width, channels = pixels.shape
        is_opaque = channels == 3 or bool((pixels[..., 3] == 255).all())
        return cls((width, height), _array_reader(pixels), is_opaque=is_opaque)

    @classmethod
    def from_quantized(cls, quantized: Quantized, highlight: int | None = None) -> ImagePyramid:
        """Return the pyramid of a quantized image, whose colours are looked up when it is drawn.

        The pixels of a highlighted entry keep their colour while the others fade. The entry after
        the last one is that of the transparent pixels.
        """
        colors = quantized.palette.colors
        if highlight is not None:
            colors = fade_colors(colors, highlight)
        rgba = np.zeros((len(colors), 4), np.uint8)
        rgba[:, :3], rgba[:, 3] = colors, 255
        table, indices, opaque = rgba.view(np.uint32).ravel(), quantized.indices, quantized.opaque

        def read(top: int, bottom: int, left: int, right: int) -> Bytes:
            part = slice(top, bottom), slice(left, right)
            pixels = table.take(indices[part])
            if opaque is not None:
                pixels[~opaque[part]] = 0
            return pixels.view(np.uint8).reshape(*pixels.shape, 4)

        height, width = indices.shape
        return cls((width, height), read, is_opaque=opaque is None)

    def draw(self, view: View) -> Bytes:
        """Return the part of the image that a view shows, in `view.box`: RGBA, straight alpha."""
        if view.zoom >= 1:
            return self._enlarge(view)
        level = max(
            number
            for number in range(len(self._levels))
            if not number or _REDUCTION**number * view.zoom <= 1
        )
        (width, height), read = self._levels[level]
        across, down = width / self.size[0], height / self.size[1]
        left, top, right, bottom = view.seen
        seen = left * across, top * down, right * across, bottom * down
        return self._shrink(read, seen, view.size)

    def _enlarge(self, view: View) -> Bytes:
        """Return the pixels that a view shows, each as a square."""
        positions = []
        for axis in (0, 1):
            ends = view.box[axis] + np.arange(view.size[axis]) - view.origin[axis]
            positions.append(np.clip((ends / view.zoom).astype(np.intp), 0, self.size[axis] - 1))
        columns, rows = positions
        top, left = rows[0], columns[0]
        block = self._levels[0][1](top, rows[-1] + 1, left, columns[-1] + 1)
        enlarged: Bytes = block[(rows - top)[:, np.newaxis], columns - left]
        return enlarged

    def _shrink(
        self,
        read: PixelReader,
        part: tuple[float, float, float, float],
        size: tuple[int, int],
    ) -> Bytes:
        """Return a part of the image, (left, top, right, bottom), reduced to a size."""
        from PIL import Image

        x0, y0, x1, y1 = part
        left, right = int(x0), int(np.ceil(x1))
        drawn = np.empty((size[1], size[0], 4), np.uint8)
        # The result is made in bands of rows, so that few pixels are read at a time.
        band = max(1, int(_BAND * size[1] / max(1.0, (right - left) * (y1 - y0))))
        for start in range(0, size[1], band):
            stop = min(start + band, size[1])
            above, below = (y0 + (y1 - y0) * row / size[1] for row in (start, stop))
            top, bottom = int(above), int(np.ceil(below))
            image = self._image(read(top, bottom, left, right))
            box = x0 - left, above - top, min(x1 - left, image.width), below - top
            shrunk = image.resize((size[0], stop - start), Image.Resampling.BOX, box)
            drawn[start:stop] = np.asarray(shrunk)
        if self._is_opaque:
            drawn[..., 3] = 255
        return drawn

    def _reduce(self, size: tuple[int, int], read: PixelReader) -> Bytes:
        """Return the next level of the pyramid, which is smaller."""
        width, height = size
        rows = max(1, _BAND // (width * _REDUCTION)) * _REDUCTION
        bands = [
            np.asarray(self._image(read(top, min(top + rows, height), 0, width)).reduce(_REDUCTION))
            for top in range(0, height, rows)
        ]
        return np.concatenate(bands)

    def _image(self, pixels: Bytes) -> Image:
        from PIL import Image

        mode = "RGBX" if self._is_opaque else "RGBA"
        size = pixels.shape[1], pixels.shape[0]
        return Image.frombuffer(mode, size, np.ascontiguousarray(pixels), "raw", mode, 0, 1)


def _array_reader(pixels: Bytes) -> PixelReader:
    """Return a reader of an (H, W, 3) or (H, W, 4) array."""

    def read(top: int, bottom: int, left: int, right: int) -> Bytes:
        return to_rgba(pixels[top:bottom, left:right])

    return read


def to_rgba(pixels: Bytes) -> Bytes:
    """Return pixels with alpha: (H, W, 4), the same array where it has alpha already."""
    if pixels.shape[2] == 4:
        return pixels
    rgba = np.full((*pixels.shape[:2], 4), 255, np.uint8)
    rgba[..., :3] = pixels
    return rgba


def fade_colors(colors: Bytes, kept: int) -> Bytes:
    """Return the colours with all but one faded to greys, light ones if it is dark."""
    luma = colors @ (0.299, 0.587, 0.114)
    is_dark = kept < len(colors) and luma[kept] < 128
    greys = np.repeat((luma * 0.25 + (191 if is_dark else 0))[:, np.newaxis], 3, axis=1)
    faded = np.rint(greys).astype(np.uint8)
    faded[kept : kept + 1] = colors[kept : kept + 1]
    return faded
