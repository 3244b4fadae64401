"""Quantized images: what the pipeline returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from . import validation
from .arrays import Bytes, Floats, Indices, Mask
from .errors import PaletteError, PixelsError
from .image.pixels import Pixels
from .ordering import BY_COLOR, BY_PIXEL, ORDERS
from .ordering.palette_orders import count_pixels
from .palette import MAX_COLORS, Palette, argsort_entries, select
from .palette_values import OPAQUE
from .registry import fill_choices

if TYPE_CHECKING:
    from PIL.Image import Image

TRANSPARENT_INDICES = ("first", "last")


@dataclass(frozen=True, eq=False)
class Quantized:
    """An indexed image with its palette.

    Attributes
    ----------
    palette : Palette
        At most 256 colours.
    indices : (H, W) ndarray of uint8
        The index map: the palette entry of every pixel, 0 where it is transparent. (N,) for loose
        colours.
    opaque : (H, W) ndarray of bool, or None
        Which pixels are opaque; None if all of them are. With a palette that has alpha, which
        pixels are not fully transparent. The others have no entry in the palette.
    dither : str
        The dithering algorithm that was used; with ``dither="auto"`` the one that was chosen.
    """

    palette: Palette
    indices: Bytes
    opaque: Mask | None
    dither: str = "none"

    def to_array(self) -> Bytes:
        """Return the image in palette colours.

        Returns
        -------
        (H, W, 3) ndarray of uint8, or (H, W, 4) where `opaque` is not None
            sRGB; transparent pixels are all 0. (N, 3) for loose colours. With a palette that has
            alpha, (H, W, 4) with the alpha of the entries.
        """
        if not len(self.palette):  # no pixel is opaque
            return np.zeros((*self.indices.shape, 4), np.uint8)
        if self.palette.alpha is not None:
            array = np.column_stack([self.palette.colors, self.palette.alpha])[self.indices]
            if self.opaque is not None:
                array[~self.opaque] = 0
            return array
        return Pixels(self.palette.colors.take(self.indices, axis=0), self.opaque).to_array()

    @fill_choices(ORDERS)
    def sorted(self, order: str = "luminance") -> Quantized:
        """Return the same image with the entries in another order.

        Parameters
        ----------
        order : {choices}, default "luminance"
            As for `quantize`; "kept" changes nothing.

        Returns
        -------
        Quantized
            The pixels have the same colours as here. The names stay with their colours. Translucent
            entries come before opaque ones.

        Raises
        ------
        OptionError
            If `order` is not one of these.
        """
        validation.choice("order", order, ORDERS)
        if order == "kept":
            return self
        colors = self.palette.colors
        if order in BY_COLOR:
            keys = BY_COLOR[order](colors)
        else:
            keys = BY_PIXEL[order](self._opaque_entries(), len(colors))
        return _reorder(self, argsort_entries(self.palette, keys))

    def without_unused(self) -> Quantized:
        """Return the same image without the entries that no opaque pixel has.

        Returns
        -------
        Quantized
            The other entries keep their order and their names. If no pixel is opaque, the first
            entry stays.
        """
        used = np.flatnonzero(self.pixel_counts())
        return _reorder(self, used if len(used) else np.arange(min(1, len(self.palette))))

    def pixel_counts(self) -> NDArray[np.int64]:
        """Return how many opaque pixels each entry has.

        Returns
        -------
        (K,) ndarray of int64
            In the order of the palette.
        """
        return count_pixels(self._opaque_entries(), len(self.palette))

    def shares(self) -> Floats:
        """Return the share of the opaque pixels that each entry has.

        Returns
        -------
        (K,) ndarray of float
            In the order of the palette. They add up to 1, or are all 0 if no pixel is opaque.
        """
        return shares_of(self.pixel_counts())

    def to_image(
        self, *, transparent_index: str | None = None, transparent_entry: bool = False
    ) -> Image:
        """Return the image as a PIL image of mode "P".

        Parameters
        ----------
        transparent_index : {"first", "last"}, optional
            The position of the entry for transparent pixels in the palette of the image: "last" by
            default, and "first" if the palette has alpha, because a PNG file is shorter then.

            - "last" is after the colours. The image then contains `indices` unchanged.
            - "first" is before the colours, as in sprites of game consoles. Every index in the
              image is then one higher than in `indices`.

            The attributes `palette` and `indices` do not change.
        transparent_entry : bool, default False
            Whether to add this entry even if no pixel is transparent. In a set of images that share
            a palette, the same index then stands for the same colour in all of them.

        Returns
        -------
        PIL.Image.Image
            It contains the entries of `palette` in their order. The entry for transparent pixels
            is black, and ``info["transparency"]`` is its index. If the palette has alpha,
            ``info["transparency"]`` is the alpha of the entries as bytes, up to the last
            translucent one. Save such an image as PNG.

        Raises
        ------
        OptionError
            If `transparent_index` is not one of these.
        PixelsError
            If these are loose colours.
        PaletteError
            If there are 256 colours and a transparent entry, which makes 257 entries.
        """
        from PIL import Image

        if transparent_index is None:
            transparent_index = "last" if self.palette.alpha is None else "first"
        validation.choice("transparent_index", transparent_index, TRANSPARENT_INDICES)
        validation.switch("transparent_entry", transparent_entry)
        if self.indices.ndim != 2:
            raise PixelsError(
                "a list of colours is not an image; give quantize() an (H, W, 3) array"
            )
        entries, alpha, indices = self.palette.colors, self.palette.alpha, self.indices
        has_entry = transparent_entry or self.opaque is not None
        if has_entry:
            transparent = self._transparent_index(transparent_index)
            indices = indices + np.uint8(transparent == 0)
            if self.opaque is not None:
                indices[~self.opaque] = transparent
            entries = np.insert(entries, transparent, 0, axis=0)
            alpha = None if alpha is None else np.insert(alpha, transparent, 0)
        image = Image.fromarray(indices)
        image.putpalette(entries.tobytes())
        if alpha is not None:
            last = int(np.flatnonzero(alpha < OPAQUE)[-1])
            image.info["transparency"] = alpha[: last + 1].tobytes()
        elif has_entry:
            image.info["transparency"] = transparent
        return image

    def _transparent_index(self, position: str) -> int:
        """Return the index of an entry for transparent pixels, "first" or "last"."""
        if len(self.palette) == MAX_COLORS:
            raise PaletteError(
                f"{MAX_COLORS} colours leave no entry for transparent pixels; use at most "
                f"{MAX_COLORS - 1}"
            )
        return 0 if position == "first" else len(self.palette)

    def _opaque_entries(self) -> Bytes:
        """Return the entries of the opaque pixels, in reading order: (N,)."""
        return self.indices.ravel() if self.opaque is None else self.indices[self.opaque]


def shares_of(pixel_counts: NDArray[np.int64]) -> Floats:
    """Return each entry's share of the pixels, all 0 where there is no pixel: (K,)."""
    return pixel_counts / max(1, int(pixel_counts.sum()))


def _reorder(quantized: Quantized, order: Indices) -> Quantized:
    """Return the image with only these entries, (N,), in this order; all used ones are included."""
    palette = quantized.palette
    if np.array_equal(order, np.arange(len(palette))):
        return quantized
    new_indices = np.zeros(len(palette), np.uint8)
    new_indices[order] = np.arange(len(order))
    indices = new_indices[quantized.indices]
    if quantized.opaque is not None:
        indices[~quantized.opaque] = 0
    return Quantized(select(palette, order), indices, quantized.opaque, quantized.dither)
