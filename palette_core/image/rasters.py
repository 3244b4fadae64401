"""Rasters: the samples of an image at full depth, with a description of their colours."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from ..color.rgb_encodings import RgbEncoding
from ..errors import ImageFileError
from ..threads import for_each_block

if TYPE_CHECKING:
    from PIL.Image import Image

_Scalar = TypeVar("_Scalar", bound=np.generic)
# Receives the width and height of an image before its samples are read, and may raise.
CheckSize: TypeAlias = Callable[[int, int], object]


_BLOCK = 1 << 17  # samples
_GREY_OF_16_BITS = ("PNG", "PPM")
_OF_ANY_RANGE = ("FITS",)  # measurements, with a scale that Pillow ignores


@dataclass(frozen=True)
class ColorDescription:
    """The colour information of an image file."""

    icc_profile: bytes | None = None  # empty if the image has a profile that cannot be read
    # Code points of ITU-T H.273: primaries, transfer function, matrix, whether the range is full.
    cicp: tuple[int, int, int, int] | None = None
    is_srgb: bool = False
    gamma: float | None = None  # the exponent of the encoding, as in the gAMA chunk of PNG
    # CIE x and y of white, red, green and blue, as in the cHRM chunk.
    chromaticities: Sequence[float] | None = None
    assumed: RgbEncoding | None = None  # if there is no other information; None is sRGB
    lab_under_d65: bool = False  # whether the white point of Lab is D65 instead of D50


@dataclass
class Raster:
    """The samples of an image."""

    # (H, W, C), unsigned integers of up to 16 bits, or floats; Lab is in CIE's units.
    samples: NDArray[Any]
    model: str  # "grey", "RGB", "CMYK" or "Lab"
    maximum: float = 255  # the sample value of full light
    alpha: Bytes | None = None  # (H, W), straight
    color: ColorDescription = field(default_factory=ColorDescription)
    orientation: int = 1  # in EXIF's numbers; 1 is upright

    def upright(self) -> Raster:
        """Return the raster turned upright."""
        alpha = None if self.alpha is None else turn_upright(self.alpha, self.orientation)
        samples = turn_upright(self.samples, self.orientation)
        return dataclasses.replace(self, samples=samples, alpha=alpha, orientation=1)


# These functions undo each orientation of EXIF. The first two axes are rows and columns.
_TURNS: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a, 2).swapaxes(0, 1),
    8: np.rot90,
}


def turn_upright(pixels: NDArray[_Scalar], orientation: int) -> NDArray[_Scalar]:
    """Return a view of pixels, rows first, that undoes an orientation of EXIF."""
    turn = _TURNS.get(orientation)
    return pixels if turn is None else turn(pixels)


def to_bytes(samples: NDArray[Any], maximum: float) -> Bytes:
    """Return samples rounded to 8 bits."""
    if samples.dtype == np.uint8 and maximum == 255:
        return samples
    if samples.dtype.kind == "f":
        return np.rint(np.clip(samples / maximum, 0, 1) * 255).astype(np.uint8)
    top = int(maximum)
    levels = np.arange(np.iinfo(samples.dtype).max + 1, dtype=np.uint32).clip(max=top)
    table = ((levels * 255 + top // 2) // top).astype(np.uint8)
    result = np.empty(samples.shape, np.uint8)

    def convert(rows: slice) -> None:
        result[rows] = table.take(samples[rows])

    for_each_block(convert, len(samples), max(1, _BLOCK * len(samples) // samples.size))
    return result


def read_raster(image: Image) -> Raster:
    """Return the raster of a Pillow image according to its mode."""
    image.load()
    color = read_color_description(image)
    mode = image.mode
    if mode in ("P", "PA"):
        return _read_indexed(image, color)
    if mode in ("1", "L", "LA", "La"):
        return _read_grey(image, color)
    if mode.startswith("I") or mode == "F":
        return _read_deep_grey(image, color)
    if mode == "CMYK":
        return Raster(np.asarray(image), "CMYK", color=color)
    if mode == "LAB":
        levels = np.asarray(image)
        lab = levels.view(np.int8).astype(np.float32)  # a* and b* are signed
        lab[..., 0] = levels[..., 0] * np.float32(100 / 255)
        return Raster(lab, "Lab", color=color)
    if mode in ("RGBA", "RGBa"):
        levels = np.asarray(image.convert("RGBA"))
        return Raster(levels[..., :3], "RGB", alpha=levels[..., 3], color=color)
    if mode in ("RGB", "RGBX", "YCbCr", "HSV"):
        return _apply_color_key(np.asarray(image.convert("RGB")), "RGB", 255, image, color)
    raise ImageFileError(f"its mode {mode} is not supported; convert it to RGB or RGBA first")


def read_color_description(image: Image) -> ColorDescription:
    """Return the colour information of a Pillow image."""
    info = image.info
    profile = info.get("icc_profile")
    return ColorDescription(
        icc_profile=b"" if profile is None and "icc_profile" in info else profile,
        is_srgb="srgb" in info,
        gamma=info.get("gamma"),
        chromaticities=info.get("chromaticity"),
    )


def _read_indexed(image: Image, color: ColorDescription) -> Raster:
    alpha = None
    has_alpha = image.mode == "PA" or "transparency" in image.info
    if has_alpha or (image.palette is not None and image.palette.mode.endswith("A")):
        levels = np.asarray(image.convert("RGBA"))
        alpha = levels[..., 3]
    else:
        levels = np.asarray(image.convert("RGB"))
    return Raster(levels[..., :3], "RGB", alpha=alpha, color=color)


def _read_grey(image: Image, color: ColorDescription) -> Raster:
    if image.mode in ("1", "L"):
        return _apply_color_key(
            np.asarray(image.convert("L"))[..., np.newaxis], "grey", 255, image, color
        )
    levels = np.asarray(image.convert("LA"))
    return Raster(levels[..., :1], "grey", alpha=levels[..., 1], color=color)


def _read_deep_grey(image: Image, color: ColorDescription) -> Raster:
    levels = np.asarray(image)
    # Readers of Pillow without a 16-bit mode use "I", and scale the samples to 16 bits.
    has_16_bits = image.mode.startswith("I;16") or image.format in _GREY_OF_16_BITS
    has_16_bits = has_16_bits and image.format not in _OF_ANY_RANGE
    if not has_16_bits or levels.min() < 0 or levels.max() > 0xFFFF:
        raise ImageFileError(
            f"the range of pixels in mode {image.mode} is not defined; scale them to 0 to "
            "65535 in mode I;16, or to 0 to 255 in mode L"
        )
    return _apply_color_key(levels.astype(np.uint16)[..., np.newaxis], "grey", 0xFFFF, image, color)


def _apply_color_key(
    samples: NDArray[Any], model: str, maximum: float, image: Image, color: ColorDescription
) -> Raster:
    """Return a raster in which the transparent colour, if any, has an alpha of 0."""
    key = image.info.get("transparency")
    alpha = None if key is None else alpha_from_key(samples, key)
    return Raster(samples, model, maximum, alpha, color)


def alpha_from_key(samples: NDArray[Any], key: int | Sequence[int]) -> Bytes:
    """Return the alpha of samples with a transparent colour, the key."""
    is_key = (samples == np.asarray(key)).all(axis=-1)
    return np.where(is_key, 0, 255).astype(np.uint8)


def raster_from_floats(
    samples: NDArray[Any],
    model: str,
    alpha: Bytes | None,
    color: ColorDescription,
    notes: list[str],
) -> Raster:
    """Return the raster of floats from 0 for black to 1 for white, and clip brighter ones.

    If more than half of them are above 1, their range is another one, such as 0 to 255, which is an
    `ImageFileError`.
    """
    if not np.isfinite(samples).all():
        notes.append("numbers that are not finite are taken for black")
        samples = np.where(np.isfinite(samples), samples, 0)
    too_bright = np.count_nonzero(samples > 1)
    if 2 * too_bright > samples.size:
        raise ImageFileError(
            f"its pixels are floats of up to {float(samples.max()):g}; scale them to the "
            "range 0 to 1 first"
        )
    if too_bright:
        notes.append("light above 1 is clipped to white")
    return Raster(np.clip(samples, 0, 1).astype(np.float32), model, 1.0, alpha, color)
