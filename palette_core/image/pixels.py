"""Pixel arrays, validated and split into colour and opacity."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeGuard, cast

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Bytes, Floats, Mask
from ..errors import PixelsError, PixelTypeError

if TYPE_CHECKING:
    from PIL.Image import Image

# The pixels that the public functions take; `to_array` converts Pillow images.
PixelsLike: TypeAlias = "ArrayLike | Image"

_SHAPES = (
    "give an array of shape (H, W, 3) or (H, W, 4) for an image, (H, W) for a grey one, "
    "or (N, 3) for a list of colours"
)
# How to convert other types, by NumPy's code of a type or else by its kind.
_CONVERSIONS = {
    "b1": "x * np.uint8(255)",
    "u2": "(x / 257).round().astype(np.uint8) for integers from 0 to 65535",
    "i": "np.asarray(x, np.uint8) for integers from 0 to 255",
    "f": "(x * 255).round().astype(np.uint8) for floats from 0 to 1",
}


def is_image(value: object) -> TypeGuard[Image]:
    """Return whether something is a Pillow image, without loading Pillow."""
    # Only a program that has loaded Pillow can have an image of it. While another thread is loading
    # it, the module has no class yet.
    image_class = getattr(sys.modules.get("PIL.Image"), "Image", None)
    return image_class is not None and isinstance(value, image_class)


def to_array(pixels: PixelsLike) -> ArrayLike:
    """Return the pixels of a Pillow image as an array; anything else is returned unchanged.

    An image counts by its mode, palette, transparency, colour profile and EXIF orientation, as a
    file does. One that was opened, and neither loaded nor changed yet, is read from its file at
    full depth. The array is sRGB with straight alpha, (H, W, 3) or (H, W, 4). An image that cannot
    be read, or of a mode without an agreed range of levels, is a `PixelsError`.
    """
    if not is_image(pixels):
        return cast("ArrayLike", pixels)
    from .image_files import read_pillow_image  # loads the readers of all image formats

    return read_pillow_image(pixels)


@dataclass(frozen=True, eq=False)
class Pixels:
    """An image or loose colours, validated and split into colour and opacity.

    Attributes
    ----------
    rgb : (H, W, 3) or (N, 3) ndarray of uint8
        sRGB colours.
    opaque : (H, W) or (N,) ndarray of bool, or None
        Which pixels are opaque; None where all of them are.
    covered : (H, W) ndarray of bool, or None
        Which pixels were not fully transparent before alpha was dithered; None if it was not. They
        are the opaque pixels and those that opaque neighbours represent.
    alpha : (H, W) ndarray of uint8, or None
        The alpha of every pixel where it is not reduced to one bit. Then `opaque` says which pixels
        are not fully transparent.
    """

    rgb: Bytes
    opaque: Mask | None
    covered: Mask | None = None
    alpha: Bytes | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape without the channels: (H, W), or (N,) for loose colours."""
        return self.rgb.shape[:-1]

    @property
    def is_transparent(self) -> bool:
        """Whether no pixel is opaque."""
        return self.opaque is not None and not self.opaque.any()

    def opaque_colors(self) -> Bytes:
        """Return the colours of the opaque pixels, (M, 3), in reading order."""
        return select_colors(self.rgb, self.opaque)

    def check_weights(self, weights: Floats) -> None:
        """Refuse weights of another shape than the image, or of 0 for all opaque pixels."""
        if weights.shape != self.shape:
            raise PixelsError(
                f"the weights have shape {weights.shape}, but the image has {self.shape}; give "
                "one number for each pixel"
            )
        if not (weights if self.opaque is None else weights[self.opaque]).any():
            raise PixelsError(
                "every opaque pixel has the weight 0; raise some weights, or leave them out"
            )

    def to_array(self) -> Bytes:
        """Return the pixels with colour and opacity combined.

        They are sRGB, with alpha where `opaque` is not None. It is 0 or 255 unless it is kept, and
        transparent pixels are all 0.
        """
        if self.alpha is not None:
            array = np.concatenate([self.rgb, self.alpha[..., np.newaxis]], axis=-1)
            array[self.alpha == 0] = 0
            return array
        if self.opaque is None:
            return self.rgb
        array = np.zeros((*self.shape, 4), np.uint8)
        array[self.opaque, :3] = self.opaque_colors()
        array[self.opaque, 3] = 255
        return array


def split(pixels: ArrayLike) -> tuple[Bytes, Bytes | None]:
    """Return the colours and the alpha of an array, after validation.

    The array is (H, W, 3) or (H, W, 4) sRGB with straight alpha, (H, W) or (H, W, 1) grey, (H, W,
    2) grey with alpha, or (N, 3) loose colours. An array with two dimensions and three columns is
    taken for loose colours. Other types than uint8 are a `PixelTypeError`, other shapes, and sides
    of zero, a `PixelsError`. The colours are (H, W, 3) or (N, 3), and the alpha is (H, W), or None
    without alpha.
    """
    try:
        array = np.asarray(pixels)
    except ValueError as error:  # lists of unequal lengths
        raise PixelsError(f"pixels must be an array ({error}); {_SHAPES}") from error
    if array.ndim == 0 and array.dtype.kind in "OSU":  # None, or the name of a file
        raise PixelTypeError(
            f"pixels must be an array or a Pillow image, not {type(pixels).__name__}; open a file "
            "with PIL.Image.open first"
        )
    if array.dtype != np.uint8:
        conversion = (
            _CONVERSIONS.get(array.dtype.str[1:])
            or _CONVERSIONS["f" if array.dtype.kind == "f" else "i"]
        )
        raise PixelTypeError(
            f"pixels must be uint8 (0 to 255), not {array.dtype}; convert them first, for "
            f"instance {conversion}"
        )
    loose = array.ndim == 2 and array.shape[1] == 3
    if array.ndim == 2 and not loose:
        array = array[..., np.newaxis]
    if not loose and (array.ndim != 3 or not 1 <= array.shape[2] <= 4):
        raise PixelsError(f"pixels have shape {np.shape(pixels)}; {_SHAPES}")
    if array.size == 0:
        raise PixelsError(f"pixels have shape {np.shape(pixels)}, which has no pixels; {_SHAPES}")
    channels = array.shape[-1]
    color = array[..., : 1 if channels <= 2 else 3]
    rgb = color if color.shape[-1] == 3 else np.repeat(color, 3, axis=-1)
    return rgb, array[..., -1] if channels in (2, 4) else None


def select_colors(rgb: Bytes, mask: Mask | None) -> Bytes:
    """Return the colours where a mask is True, in reading order, (..., 3) to (M, 3); None is all.

    `numpy.compress` takes a quarter of the time of a boolean index.
    """
    colors = rgb.reshape(-1, 3)
    return colors if mask is None else np.compress(mask.reshape(-1), colors, axis=0)


def clear_transparent(entries: Bytes, opaque: Mask | None) -> Bytes:
    """Return the entries of the opaque pixels, and 0 elsewhere; all are opaque if it is None."""
    return entries if opaque is None else entries * opaque


def scatter(found: Bytes, opaque: Mask | None) -> Bytes:
    """Return values of the opaque pixels in the shape of the image, with 0 elsewhere."""
    if opaque is None:
        return found
    whole = np.zeros(opaque.shape, np.uint8)
    whole[opaque] = found
    return whole
