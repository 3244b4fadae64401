"""Image files: read as 8-bit sRGB pixels, and written as indexed PNG."""

from __future__ import annotations

import contextlib
import functools
import io
import re
import struct
import warnings
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from ..arrays import Bytes
from ..errors import ImageFileError, PixelsError
from .color_management import to_srgb
from .png_chunks import SIGNATURE
from .rasters import Raster, read_raster
from .readers import bmp, netpbm, pillow_formats, png, tiff

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".png",)

# Pillow reads only the size of films.
_NOT_DECODED = ("MPEG",)
_READ_WITH_LOSS = ("PNG", "TIFF", "BMP")  # of depth and transparency
_READ_HERE = (".pam", ".pfm")
_ORIENTATION = 0x0112  # the EXIF tag
_DEEP_XPM_COLOR = re.compile(rb"#[0-9A-Fa-f]{12}\b")
TURNED = "turned upright, as its EXIF data says"


class DecodedImage(NamedTuple):
    """The pixels of an image file."""

    pixels: Bytes  # (H, W, 3) or (H, W, 4), sRGB, straight alpha
    notes: list[str]  # the changes of the conversion, for users


class EncodedImage(NamedTuple):
    """The content of an image file."""

    name: str  # for messages
    data: bytes
    # The greatest number of pixels of the image, or of each frame of an animation. The default is
    # that of Pillow, twice its `MAX_IMAGE_PIXELS`.
    max_pixels: int | None = None


def decode(encoded: EncodedImage) -> DecodedImage:
    """Return the pixels of the first image in a file, as 8-bit sRGB and upright.

    Every file that cannot be read is an `ImageFileError`, as is one with more pixels than it may
    have.
    """
    notes: list[str] = []
    with _translate_errors(encoded), pixel_limit(encoded):
        return DecodedImage(to_srgb(_read(encoded, notes), notes), notes)


def read_pillow_image(image: Image) -> Bytes:
    """Return the pixels of a Pillow image, as `pixels.to_array` describes it."""
    try:
        encoded = _find_unread_file(image)
        if encoded is None:
            return convert_to_pixels(image, [])
        found = decode(encoded).pixels
        image.load()  # as any use of it does, which closes its file
        return found
    except ImageFileError as error:
        raise PixelsError(str(error)) from error
    except (OSError, SyntaxError) as error:
        raise PixelsError(f"cannot read the image: {_explain(error)}") from error


def _find_unread_file(image: Image) -> EncodedImage | None:
    """Return the file of an unchanged image that Pillow would load with a loss; None otherwise."""
    file: IO[bytes] | None = getattr(image, "fp", None)
    if file is None or not getattr(image, "tile", None):
        return None  # it is loaded
    if image.format not in _READ_WITH_LOSS or image.tell():
        return None
    place = file.tell()
    file.seek(0)
    data = file.read()
    file.seek(place)
    with _open(data) as as_stored:
        return EncodedImage("it", data) if _is_unchanged(image, as_stored) else None


def _is_unchanged(image: Image, as_stored: Image) -> bool:
    """Return whether an open image, which is not loaded yet, was not changed."""

    def described(one: Image) -> list[object]:
        palette = one.palette and (one.palette.mode, bytes(one.palette.palette))
        return [one.mode, one.size, dict(one.info), palette, _orientation(one)]

    return described(image) == described(as_stored)


@contextlib.contextmanager
def open_with_pillow(encoded: EncodedImage) -> Iterator[Image]:
    """Open an image with Pillow, and raise its errors as `ImageFileError`, while it is open too."""
    with _translate_errors(encoded):
        with pixel_limit(encoded):
            image = _open(encoded.data)
        with image:
            yield image


def _open(data: bytes) -> Image:
    """Return an image opened by Pillow or by a plug-in of it that is installed."""
    from PIL import Image

    if data.startswith(SIGNATURE):
        # `Image.open` loads the readers of four other formats too, which takes longer than reading.
        from PIL.PngImagePlugin import PngImageFile

        with contextlib.suppress(SyntaxError, IndexError, TypeError, struct.error):
            image = PngImageFile(io.BytesIO(data))
            _check_size(*image.size)
            return image
    pillow_formats.register_heif_if_needed(data)
    return Image.open(io.BytesIO(pillow_formats.with_canvas_alpha(data)))


@contextlib.contextmanager
def _translate_errors(encoded: EncodedImage) -> Iterator[None]:
    """Raise the errors of reading an image as an `ImageFileError`."""
    from PIL import Image, UnidentifiedImageError

    try:
        yield
    except UnidentifiedImageError as error:
        what = pillow_formats.hint_at_heif(encoded.data) or "not an image in a supported format"
        if not encoded.data:
            what = "the file is empty"
        raise ImageFileError(f"cannot read {encoded.name}: {what}") from error
    except Image.DecompressionBombError as error:
        size = str(error).partition(" exceeds")[0].removeprefix("Image ")
        raise ImageFileError(
            f"cannot read {encoded.name}: its {size} is above the limit, and it may be a "
            "decompression bomb; if you trust the file, raise `max_pixels`"
        ) from error
    except MemoryError:
        raise
    except Exception as error:  # decoders of Pillow raise any exception
        raise ImageFileError(f"cannot read {encoded.name}: {_explain(error)}") from error


def _explain(error: Exception) -> str:
    """Return what is wrong with a file that Pillow cannot decode, and what to do."""
    reason = str(error)
    if "truncated" in reason.lower():
        return "the file is truncated; get a complete copy of it"
    if reason.startswith(("broken", "unrecognized data stream", "not enough image data")):
        return f"the file is damaged ({reason}); get another copy of it"
    if "; " in reason:  # an error that says what to do
        return reason
    return (
        f"the file is damaged or of an unsupported kind ({reason or type(error).__name__}); get "
        "another copy of it, or save it as PNG in another program"
    )


@contextlib.contextmanager
def pixel_limit(encoded: EncodedImage) -> Iterator[None]:
    """Set Pillow's limit of pixels to that of an image file while it is decoded.

    Pillow's warnings are silenced: the one about half the limit, because such an image is large but
    harmless, and those about damaged metadata, which do not name the file.
    """
    from PIL import Image

    before = Image.MAX_IMAGE_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"PIL\.")
            if encoded.max_pixels is not None:
                Image.MAX_IMAGE_PIXELS = encoded.max_pixels / 2  # type: ignore[assignment] # halves
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _check_size(width: int, height: int) -> None:
    """Raise Pillow's error if an image has more pixels than its limit."""
    from PIL import Image

    if Image.MAX_IMAGE_PIXELS is not None and width * height > 2 * Image.MAX_IMAGE_PIXELS:
        raise Image.DecompressionBombError(f"Image size ({width * height} pixels) exceeds limit")


def convert_to_pixels(image: Image, notes: list[str]) -> Bytes:
    """Return the pixels of an open image or of its current frame, and note the changes."""
    return to_srgb(_load_raster(image, read_raster, notes), notes)


def _read(encoded: EncodedImage, notes: list[str]) -> Raster:
    """Return the raster of a file, upright."""
    data = encoded.data
    if netpbm.is_netpbm(data):
        return netpbm.read(data, _check_size, notes)
    if tiff.is_tiff(data) and not tiff.is_for_pillow(data):
        return _make_upright(tiff.read(data, _check_size, notes), notes)
    if bmp.has_16_bits_and_alpha(data):
        return bmp.read(data, _check_size)
    with _open(data) as image:
        if image.format == "XPM" and _DEEP_XPM_COLOR.search(data):
            # Pillow would read the last six digits of these.
            raise ImageFileError("its colours have twelve digits instead of six; save it as PNG")
        frames = getattr(image, "n_frames", 1)
        if frames > 1:
            notes.append(f"only the first of {frames} frames is used")
        reader = functools.partial(png.read, data=data) if image.format == "PNG" else read_raster
        return _load_raster(image, reader, notes)


def _load_raster(image: Image, reader: Callable[[Image], Raster], notes: list[str]) -> Raster:
    """Load an image, and return its raster upright."""
    if any(_has_16_bits(tile) for tile in getattr(image, "tile", ())):
        notes.append("16 bits per channel reduced to 8")
    # Pillow turns a TIFF when it loads it, and knows the orientation of a PNG only then.
    was_turned = image.format == "TIFF" and _orientation(image) != 1
    raster = reader(image)
    raster.orientation = _orientation(image)
    if was_turned and raster.orientation == 1:
        notes.append(TURNED)
    return _make_upright(raster, notes)


def _orientation(image: Image) -> int:
    """Return how an image is turned, as EXIF numbers it."""
    orientation = image.getexif().get(_ORIENTATION)
    return orientation if isinstance(orientation, int) and 2 <= orientation <= 8 else 1


def _make_upright(raster: Raster, notes: list[str]) -> Raster:
    """Return a raster turned as its EXIF data says."""
    if raster.orientation in range(2, 9):
        notes.append(TURNED)
    return raster.upright()


def _has_16_bits(tile: tuple[Any, ...]) -> bool:
    """Return whether Pillow's instructions for decoding a tile have 16-bit samples."""
    codec, _, _, arguments = tile
    words = arguments if isinstance(arguments, tuple) else (arguments,)
    return any(isinstance(word, str) and ";16" in word for word in words) or (
        codec == "ppm" and words[-1] > 255
    )


def readable_suffixes() -> set[str]:
    """Return the suffixes of the image formats that can be decoded, with their dots."""
    from PIL import Image, ImageFile

    Image.init()
    suffixes = set(_READ_HERE) | pillow_formats.heif_suffixes()
    for suffix, name in Image.registered_extensions().items():
        opener = Image.OPEN.get(name, (None,))[0]
        only_known = isinstance(opener, type) and issubclass(opener, ImageFile.StubImageFile)
        if opener is not None and not only_known and name not in _NOT_DECODED:
            suffixes.add(suffix)
    return suffixes


def encode_png(image: Image) -> bytes:
    """Return an image as the bytes of a PNG file; one of mode "P" with its palette in its order."""
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()
