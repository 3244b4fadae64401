"""Rasters: pictures to be looked at in any size. NumPy and Pillow, nothing of GTK."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from engine.kept import Kept
from ui.scene import CHECK_SIDE, CHECKS

if TYPE_CHECKING:
    from typing import TypeAlias

    import palette_core as pc
    from ui.viewport import Viewport

    # Gives the pixels of rows top to bottom, columns left to right: (h, w, 4) uint8, RGBA.
    Reader: TypeAlias = Callable[[int, int, int, int], np.ndarray]

# Each level has a fourth of the width and height of the one before. Kept are those below the
# first: 0.27 bytes for each pixel of the picture. So no pixel on the screen is the mean of more
# than 16 by 16.
_REDUCTION = 4
# Smaller pictures have no levels.
_LEVELS_PAY = 1 << 20
_CHECKS = np.array(CHECKS, np.uint16)
# So many pixels are shrunk at a time.
_BAND = 1 << 20


class Raster(Kept):
    """A picture of any size, of which a part is shown.

    Parameters
    ----------
    size : tuple of 2 int
        Its width and height.
    read : callable
        Gives its pixels.
    opaque : bool
        Whether no pixel is transparent, which is faster.

    Notes
    -----
    What is larger than the picture shows pixels as squares, what is smaller means of them, of
    sRGB values. To make one of 12 megapixels takes 0.05 s; that can be done on any thread.
    """

    facts = ("size",)

    def __init__(self, size: tuple[int, int], read: Reader, *, opaque: bool) -> None:
        self.size = size
        self._opaque = opaque
        self._levels = [(size, read)]
        while size[0] * size[1] > _LEVELS_PAY:
            reduced = self._reduced(*self._levels[-1])
            size = reduced.shape[1], reduced.shape[0]
            self._levels.append((size, reader(reduced)))

    @classmethod
    def of_pixels(cls, pixels: np.ndarray) -> Raster:
        """Show an (H, W, 3) or (H, W, 4) array of uint8, straight alpha. It is not copied."""
        height, width, channels = pixels.shape
        opaque = channels == 3 or bool((pixels[..., 3] == 255).all())
        return cls((width, height), reader(pixels), opaque=opaque)

    @classmethod
    def of_quantized(cls, quantized: pc.Quantized, highlight: int | None = None) -> Raster:
        """Show a quantized picture, which takes no memory for its colours.

        Parameters
        ----------
        quantized : Quantized
        highlight : int, optional
            An entry whose pixels stay as they are while the others fade; one behind the last
            entry is that of the transparent pixels.
        """
        colors = quantized.palette.colors
        if highlight is not None:
            colors = faded(colors, highlight)
        words = np.zeros((len(colors), 4), np.uint8)
        words[:, :3], words[:, 3] = colors, 255
        table, indices, opaque = words.view(np.uint32).ravel(), quantized.indices, quantized.opaque

        def read(top: int, bottom: int, left: int, right: int) -> np.ndarray:
            part = slice(top, bottom), slice(left, right)
            pixels = table.take(indices[part])
            if opaque is not None:
                pixels[~opaque[part]] = 0
            return pixels.view(np.uint8).reshape(*pixels.shape, 4)

        return cls(indices.shape[::-1], read, opaque=opaque is None)

    def show(self, view: Viewport) -> np.ndarray:
        """Give what is seen of it.

        Returns
        -------
        (h, w, 4) ndarray of uint8
            RGBA with straight alpha; `view.box` is where it is in the window.
        """
        left, top, right, bottom = view.box
        size = right - left, bottom - top
        if view.zoom >= 1:
            return self._enlarged(view, size)
        level = max(
            number
            for number in range(len(self._levels))
            if not number or _REDUCTION**number * view.zoom <= 1
        )
        (width, height), read = self._levels[level]
        across, down = width / self.size[0], height / self.size[1]
        x0, y0, x1, y1 = view.seen
        return self._shrunk(read, (x0 * across, y0 * down, x1 * across, y1 * down), size)

    def _enlarged(self, view: Viewport, size: tuple[int, int]) -> np.ndarray:
        """Give pixels as squares, `size` being that of the result."""
        places = []
        for axis in (0, 1):
            ends = view.box[axis] + np.arange(size[axis]) - view.origin[axis]
            places.append(np.clip((ends / view.zoom).astype(np.intp), 0, self.size[axis] - 1))
        columns, rows = places
        top, left = rows[0], columns[0]
        block = self._levels[0][1](top, rows[-1] + 1, left, columns[-1] + 1)
        return block[(rows - top)[:, np.newaxis], columns - left]

    def _shrunk(
        self, read: Reader, part: tuple[float, float, float, float], size: tuple[int, int]
    ) -> np.ndarray:
        """Give means of pixels: a part (left, top, right, bottom) in so many columns and rows."""
        x0, y0, x1, y1 = part
        left, right = int(x0), int(np.ceil(x1))
        found = np.empty((size[1], size[0], 4), np.uint8)
        # How many rows of the result a band has.
        high = max(1, int(_BAND * size[1] / max(1.0, (right - left) * (y1 - y0))))
        for start in range(0, size[1], high):
            stop = min(start + high, size[1])
            above, below = (y0 + (y1 - y0) * row / size[1] for row in (start, stop))
            top, bottom = int(above), int(np.ceil(below))
            image = self._image(read(top, bottom, left, right))
            box = x0 - left, above - top, min(x1 - left, image.width), below - top
            shrunk = image.resize((size[0], stop - start), Image.Resampling.BOX, box)
            found[start:stop] = np.asarray(shrunk)
        if self._opaque:
            found[..., 3] = 255
        return found

    def _reduced(self, size: tuple[int, int], read: Reader) -> np.ndarray:
        """Give the next level."""
        width, height = size
        rows = max(1, _BAND // (width * _REDUCTION)) * _REDUCTION
        bands = [
            np.asarray(self._image(read(top, min(top + rows, height), 0, width)).reduce(_REDUCTION))
            for top in range(0, height, rows)
        ]
        return np.concatenate(bands)

    def _image(self, pixels: np.ndarray) -> Image.Image:
        mode = "RGBX" if self._opaque else "RGBA"
        size = pixels.shape[1], pixels.shape[0]
        return Image.frombuffer(mode, size, np.ascontiguousarray(pixels), "raw", mode, 0, 1)


def reader(pixels: np.ndarray) -> Reader:
    """Read an (H, W, 3) or (H, W, 4) array."""

    def read(top: int, bottom: int, left: int, right: int) -> np.ndarray:
        part = pixels[top:bottom, left:right]
        if part.shape[2] == 4:
            return part
        whole = np.full((*part.shape[:2], 4), 255, np.uint8)
        whole[..., :3] = part
        return whole

    return read


def faded(colors: np.ndarray, kept: int) -> np.ndarray:
    """Fade all colours but one, towards white if that is dark, towards black if it is light."""
    light = colors @ (0.299, 0.587, 0.114)
    dark = kept < len(colors) and light[kept] < 128
    others = np.repeat((light * 0.25 + (191 if dark else 0))[:, np.newaxis], 3, axis=1)
    others = np.rint(others).astype(np.uint8)
    others[kept : kept + 1] = colors[kept : kept + 1]
    return others


def over_checks(pixels: np.ndarray, corner: tuple[int, int], scale: int) -> None:
    """Lay an (h, w, 4) array over checks, in place: it becomes opaque.

    `corner` is where it lies among the checks: x, y.
    """
    alpha = pixels[..., 3:]
    if (alpha == 255).all():
        return
    side = CHECK_SIDE * scale
    across = (np.arange(pixels.shape[1]) + corner[0]) // side
    down = (np.arange(pixels.shape[0]) + corner[1]) // side
    checks = _CHECKS[(down[:, np.newaxis] + across) % 2][..., np.newaxis]
    mixed = pixels[..., :3] * alpha.astype(np.uint16) + checks * (255 - alpha.astype(np.uint16))
    pixels[..., :3] = (mixed + 127) // 255
    alpha[...] = 255
