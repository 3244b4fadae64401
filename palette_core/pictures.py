"""Picture files: any that Pillow reads, as 8-bit sRGB pixels; and indexed PNG out."""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import files
from .errors import PictureFileError
from .pixels import Bytes

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".png",)

# Pillow tells the size of a film, and no more.
_NOT_DECODED = ("MPEG",)
_ORIENTATION = 0x0112  # the EXIF tag
_KINDS = {"1": "black and white", "L": "grey", "LA": "grey", "La": "grey", "P": "palette colours"}
# The modes that a profile of each colour space can be meant for.
_PROFILED = {"RGB": ("RGB", "RGBA"), "GRAY": ("L",), "CMYK": ("CMYK",)}


class Picture(NamedTuple):
    """A picture that was read.

    Attributes
    ----------
    pixels : (H, W, 3) or (H, W, 4) ndarray of uint8
        sRGB, straight alpha.
    notes : list of str
        What was changed to make it that, in plain words.
    """

    pixels: Bytes
    notes: list[str]


class Source(NamedTuple):
    """A picture file's bytes.

    Attributes
    ----------
    name : str
        For messages.
    data : bytes
    max_pixels : int, optional
        How many pixels it may have, and each frame of an animation; by default as many as Pillow
        takes, which is twice its `MAX_IMAGE_PIXELS`.
    """

    name: str
    data: bytes
    max_pixels: int | None = None


def read_source(
    source: str | os.PathLike[str] | IO[bytes], *, max_pixels: int | None = None
) -> Source:
    """Read the bytes of a picture file, which may have so many pixels.

    Raises
    ------
    MissingFileError, FileError
        If there is no such file, or it cannot be read.
    """
    if isinstance(source, (str, os.PathLike)):
        return Source(os.fspath(source), files.read_file(source), max_pixels)
    return Source("standard input", source.read(), max_pixels)


def decode(source: Source) -> Picture:
    """Decode a picture as 8-bit sRGB, upright; of several in a file the first.

    Raises
    ------
    PictureFileError
        If it is no picture that Pillow knows, is broken, or has more pixels than it may.
    """
    notes: list[str] = []
    with opened(source) as image, limited(source):
        frames = getattr(image, "n_frames", 1)
        if frames > 1:
            notes.append(f"only the first of {frames} frames is used")
        return Picture(to_pixels(image, notes), notes)


@contextlib.contextmanager
def opened(source: Source) -> Iterator[Image]:
    """Open a picture in Pillow, and make Pillow's errors ours.

    Raises
    ------
    PictureFileError
        As `decode` raises it, while the picture is open too.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with limited(source):
            image = Image.open(io.BytesIO(source.data))
        with image:
            yield image
    except UnidentifiedImageError as error:
        what = "it is no picture in a format that Pillow knows" if source.data else "it is empty"
        raise PictureFileError(f"cannot read {source.name}: {what}") from error
    except Image.DecompressionBombError as error:
        size = str(error).partition(" exceeds")[0]
        raise PictureFileError(
            f"cannot read {source.name}: {size} is above the limit, and may be a decompression "
            "bomb; if you trust it, raise the limit by --max-pixels (max_pixels=)"
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises what its decoders happen to stumble over
        raise PictureFileError(f"cannot read {source.name}: {error}") from error


@contextlib.contextmanager
def limited(source: Source) -> Iterator[None]:
    """Let Pillow take as many pixels as the source may have, for as long as it decodes.

    Up to its own limit it is kept quiet too: it warns from the half of it on, where a picture is
    large and not hostile.
    """
    from PIL import Image

    before = Image.MAX_IMAGE_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            if source.max_pixels is not None:
                Image.MAX_IMAGE_PIXELS = source.max_pixels / 2  # type: ignore[assignment] # halves
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def to_pixels(image: Image, notes: list[str]) -> Bytes:
    """Give the pixels of an open picture, and note what was changed.

    Returns
    -------
    (H, W, 3) or (H, W, 4) ndarray of uint8
        sRGB, straight alpha.
    """
    from PIL import ImageOps

    _note_what_goes(image, notes)
    image.load()
    return np.asarray(_to_srgb(ImageOps.exif_transpose(image), notes))


def readable_suffixes() -> set[str]:
    """Give the suffixes of the picture formats that Pillow can decode, with their dots."""
    from PIL import Image, ImageFile

    Image.init()
    suffixes = set()
    for suffix, name in Image.registered_extensions().items():
        opener = Image.OPEN.get(name, (None,))[0]
        only_known = isinstance(opener, type) and issubclass(opener, ImageFile.StubImageFile)
        if opener is not None and not only_known and name not in _NOT_DECODED:
            suffixes.add(suffix)
    return suffixes


def check_picture_output(
    path: str | os.PathLike[str], *, overwrite: bool = False, suffixes: Sequence[str] = SUFFIXES
) -> None:
    """Find out before the work whether a picture could be written.

    Raises
    ------
    PictureFileError
        If the suffix is not that of a format that pictures are written in.
    FileError
        If there is no such folder, the file is there already, or it cannot be written.
    """
    if Path(path).suffix.lower() not in suffixes:
        raise PictureFileError(
            f"cannot write {path}: expected a suffix of a format that pictures are written in: "
            f"{', '.join(suffixes)}"
        )
    files.check_output(path, overwrite=overwrite)


def to_png(image: Image) -> bytes:
    """Give an image as the bytes of a PNG file; one of mode "P" with its palette in its order."""
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _note_what_goes(image: Image, notes: list[str]) -> None:
    """Note what Pillow leaves out as it loads."""
    if any(_has_16_bits(tile) for tile in getattr(image, "tile", ())):
        notes.append("16 bits per channel reduced to 8")
    if image.getexif().get(_ORIENTATION) in range(2, 9):
        notes.append("turned upright, as its EXIF data says")


def _has_16_bits(tile: tuple[Any, ...]) -> bool:
    """Say whether Pillow's instructions for reading a part of a picture speak of 16 bits."""
    codec, _, _, arguments = tile
    words = arguments if isinstance(arguments, tuple) else (arguments,)
    return any(isinstance(word, str) and ";16" in word for word in words) or (
        codec == "ppm" and words[-1] > 255
    )


def _to_srgb(image: Image, notes: list[str]) -> Image:
    """Convert to mode RGB or RGBA, in sRGB."""
    if image.mode.startswith(("I", "F")):
        image = _to_8_bit(image)
    if "transparency" in image.info or image.mode in ("PA", "LA", "La", "RGBa"):
        notes.append(f"{_KINDS.get(image.mode, image.mode)} read as RGB with alpha")
        image = image.convert("RGBA")
    elif image.mode == "P":
        notes.append("palette colours read as RGB")
        image = image.convert("RGB")
    image = _without_profile(image, notes)
    if image.mode not in ("RGB", "RGBA"):
        notes.append(f"{_KINDS.get(image.mode, image.mode)} read as RGB")
        image = image.convert("RGB")
    return image


def _to_8_bit(image: Image) -> Image:
    """Scale 16-bit grey to 8 bits; a level that stands for transparent becomes alpha."""
    from PIL import Image as PILImage

    levels = np.asarray(image)
    if image.mode == "F" or levels.min() < 0 or levels.max() > 0xFFFF:
        raise PictureFileError(
            f"its pixels of mode {image.mode} have no agreed range, expected 8 or 16 bits per "
            "channel; convert it first"
        )
    grey = ((levels.astype(np.uint32) * 255 + 0x7FFF) // 0xFFFF).astype(np.uint8)
    reduced = PILImage.fromarray(grey)
    key = image.info.get("transparency")
    if key is not None:
        alpha = np.where(levels == key, 0, 255).astype(np.uint8)
        reduced = PILImage.merge("LA", (reduced, PILImage.fromarray(alpha)))
    reduced.info["icc_profile"] = image.info.get("icc_profile")
    return reduced


def _without_profile(image: Image, notes: list[str]) -> Image:
    """Convert from the embedded colour profile to sRGB."""
    from PIL import ImageCms

    embedded = image.info.get("icc_profile")
    if not embedded:
        return image
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        description = ImageCms.getProfileDescription(profile).strip()
        srgb = "srgb" in description.lower() and "linear" not in description.lower()
        if srgb or image.mode not in _PROFILED.get(profile.profile.xcolor_space.strip(), ()):
            return image
        converted = ImageCms.profileToProfile(
            image,
            profile,
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        notes.append("its colour profile is broken and was left out")
        return image
    notes.append(f"colours converted from {description!r} to sRGB")
    return converted or image
