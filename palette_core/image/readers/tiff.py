"""TIFF: samples of any depth, floats, Lab, planes and tiles.

Pillow has modes for few of them. Its libtiff decompresses the data as if each row were 8-bit grey.
The bytes are interpreted here (TIFF revision 6.0, and Adobe's technical notes for predictors and
floats).
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...arrays import Bytes, Singles
from ...errors import ImageFileError
from ..rasters import CheckSize, ColorDescription, Raster, raster_from_floats

if TYPE_CHECKING:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

_WIDTH, _LENGTH, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_ORIENTATION, _FILL_ORDER, _STRIPS = 274, 266, 273
_CHANNELS, _ROWS_PER_STRIP, _STRIP_SIZES = 277, 278, 279
_PLANAR, _PREDICTOR, _PALETTE, _TILE_WIDTH, _TILE_LENGTH = 284, 317, 320, 322, 323
_TILES, _TILE_SIZES, _INK_SET, _EXTRA, _FORMAT, _ICC_PROFILE = 324, 325, 332, 338, 339, 34675

_WHITE, _D50, _D65 = 318, (0.3457, 0.3585), (0.3127, 0.3290)  # CIE x and y

_UNSIGNED, _FLOAT, _UNDEFINED = 1, 3, 4  # undefined samples are unsigned in practice
_ASSOCIATED, _STRAIGHT = 1, 2
_MODELS = {0: "grey", 1: "grey", 2: "RGB", 3: "indexed", 5: "CMYK", 8: "Lab", 9: "Lab"}
_COLORS = {"grey": 1, "RGB": 3, "indexed": 1, "CMYK": 4, "Lab": 3}
_MIN_IS_WHITE, _YCBCR, _CIE_LAB = 0, 6, 8
# Lossless compressions of bytes: none, LZW, Deflate, PackBits, LZMA, Zstandard.
_COMPRESSIONS = (1, 5, 8, 32773, 32946, 34925, 50000)
_DIFFERENCES, _FLOAT_DIFFERENCES = 2, 3  # predictors
_BITS_AT_ONCE = 1 << 24


class _Layout(NamedTuple):
    """The storage of the samples."""

    width: int
    height: int
    channels: int
    bits: int
    is_float: bool
    is_planar: bool
    big_endian: bool
    predictor: int
    tile: tuple[int, int] | None  # width and length


def is_tiff(data: bytes) -> bool:
    """Return whether a file is a TIFF by its first bytes."""
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def is_for_pillow(data: bytes) -> bool:
    """Return whether to leave a TIFF file to Pillow: JPEG, fax and the like, of up to 8 bits."""
    try:
        tags = _read_first_directory(data)
        compression, depths = tags.get(_COMPRESSION, 1), tags.get(_BITS, (1,))
        if tags.get(_PHOTOMETRIC) == _YCBCR and max(depths) == 8:
            return True  # such colours are often subsampled
        return compression not in _COMPRESSIONS and max(depths) <= 8
    except Exception:  # the parser of Pillow raises any exception
        return True  # and a clear error when it opens the file


def read(data: bytes, check_size: CheckSize, notes: list[str]) -> Raster:
    """Return the raster of a TIFF file."""
    try:
        return _read(data, check_size, notes)
    except ImageFileError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, struct.error) as error:
        raise ImageFileError(f"it is broken: {error}") from error


def _read(data: bytes, check_size: CheckSize, notes: list[str]) -> Raster:
    tags = _read_first_directory(data)
    if tags.next:
        notes.append("only the first of its images is used")
    model = _MODELS.get(tags.get(_PHOTOMETRIC, -1))
    if model is None or (model == "CMYK" and tags.get(_INK_SET, 1) != 1):
        raise ImageFileError(
            f"its photometric interpretation {tags.get(_PHOTOMETRIC)} is not supported with "
            "these samples; save it as RGB"
        )
    layout = _read_layout(tags, data)
    if layout.channels < _COLORS[model]:
        raise ImageFileError(
            f"it has {layout.channels} channels, too few for {model}; save it again"
        )
    check_size(layout.width, layout.height)
    samples = _read_samples(data, tags, layout)
    if samples.dtype.itemsize > 1 and not layout.is_float:
        notes.append(f"{layout.bits} bits per channel reduced to 8")
    with np.errstate(invalid="ignore"):  # floats may be no numbers
        raster = _make_raster(samples, tags, layout, model, notes)
    raster.orientation = tags.get(_ORIENTATION, 1)
    return raster


def _read_first_directory(data: bytes) -> ImageFileDirectory_v2:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    is_big = data[2:3] == b"+" or data[3:4] == b"+"
    tags = ImageFileDirectory_v2(data[: 16 if is_big else 8])
    stream = io.BytesIO(data)
    stream.seek(tags.next)
    tags.load(stream)
    return tags


def _read_layout(tags: ImageFileDirectory_v2, data: bytes) -> _Layout:
    """Return the storage of the samples, if it is supported."""
    depths, formats = set(tags.get(_BITS, (1,))), set(tags.get(_FORMAT, (_UNSIGNED,)))
    bits, is_float = max(depths), formats == {_FLOAT}
    if len(depths) > 1 or (is_float and bits not in (16, 32, 64)):
        raise ImageFileError(
            f"its channels have different depths, {sorted(depths)} bits; save it with 8 or "
            "16 bits per channel"
        )
    if not is_float and (not formats <= {_UNSIGNED, _UNDEFINED} or not 1 <= bits <= 32):
        raise ImageFileError(
            f"the range of its {bits}-bit samples is not defined; save it with unsigned 8 or 16 "
            "bits per channel"
        )
    compression = tags.get(_COMPRESSION, 1)
    if compression not in _COMPRESSIONS:
        raise ImageFileError(
            f"its compression {compression} is not supported for {bits}-bit samples; save it with "
            "LZW or Deflate"
        )
    tile = (tags[_TILE_WIDTH], tags[_TILE_LENGTH]) if _TILE_WIDTH in tags else None
    return _Layout(
        width=tags[_WIDTH],
        height=tags[_LENGTH],
        channels=tags.get(_CHANNELS, 1),
        bits=bits,
        is_float=is_float,
        is_planar=tags.get(_PLANAR, 1) == 2,
        big_endian=data[:2] == b"MM",
        predictor=tags.get(_PREDICTOR, 1),
        tile=tile,
    )


def _read_samples(data: bytes, tags: ImageFileDirectory_v2, layout: _Layout) -> NDArray[Any]:
    """Return the stored samples, (H, W, C) unsigned integers or floats."""
    if not layout.is_planar:
        return _read_segments(data, tags, layout, slice(None))
    count = len(tags[_TILES] if layout.tile else tags[_STRIPS]) // layout.channels
    single = layout._replace(channels=1)
    parts = [
        _read_segments(data, tags, single, slice(count * channel, count * (channel + 1)))
        for channel in range(layout.channels)
    ]
    return np.concatenate(parts, axis=2)


def _read_segments(
    data: bytes, tags: ImageFileDirectory_v2, layout: _Layout, segments: slice
) -> NDArray[Any]:
    from PIL.TiffImagePlugin import TiffImageFile

    across, down = layout.tile or (layout.width, layout.height)
    columns, rows = -(-layout.width // across), -(-layout.height // down)
    row_bytes = -(-across * layout.channels * layout.bits // 8)
    grey: dict[int, Sequence[int]] = {
        _WIDTH: [columns * row_bytes],
        _LENGTH: [rows * down],
        _BITS: [8],
        _COMPRESSION: [tags.get(_COMPRESSION, 1)],
        _PHOTOMETRIC: [1],
        _FILL_ORDER: [tags.get(_FILL_ORDER, 1)],
        _CHANNELS: [1],
    }
    if layout.tile:
        grey |= {_TILE_WIDTH: [row_bytes], _TILE_LENGTH: [down]}
        grey |= {name: tags[name][segments] for name in (_TILES, _TILE_SIZES)}
    else:
        grey[_ROWS_PER_STRIP] = [min(tags.get(_ROWS_PER_STRIP, down), down)]
        grey |= {name: tags[name][segments] for name in (_STRIPS, _STRIP_SIZES)}
    with TiffImageFile(io.BytesIO(_replace_directory(data, grey))) as image:
        stored = np.asarray(image).reshape(rows * down, columns, row_bytes)
    samples = _unpack_samples(stored, layout, across * layout.channels)
    if layout.predictor == _DIFFERENCES:
        pixels = samples.reshape(*samples.shape[:2], across, layout.channels)
        samples = np.cumsum(pixels, axis=2, dtype=samples.dtype) & _max_sample(layout)
    shape = (rows * down, columns * across, layout.channels)
    return samples.reshape(shape)[: layout.height, : layout.width]


def _replace_directory(data: bytes, tags: dict[int, Sequence[int]]) -> bytes:
    """Return a TIFF file with another directory, of integers, after the data."""
    start = len(data) + len(data) % 2
    behind = start + 2 + 12 * len(tags) + 4
    entries, values = struct.pack("<H", len(tags)), b""
    for name, numbers in sorted(tags.items()):
        packed = struct.pack(f"<{len(numbers)}L", *numbers)
        if len(numbers) > 1:
            packed, values = struct.pack("<L", behind + len(values)), values + packed
        entries += struct.pack("<HHL", name, 4, len(numbers)) + packed
    header = struct.pack("<4sL", b"II*\0", start)
    return header + data[8:].ljust(start - 8, b"\0") + entries + bytes(4) + values


def _max_sample(layout: _Layout) -> int:
    return int(2**layout.bits - 1)


def _unpack_samples(stored: Bytes, layout: _Layout, count: int) -> NDArray[Any]:
    """Return the samples in rows of bytes: (H, N, bytes) to (H, N, count)."""
    order = ">" if layout.big_endian else "<"
    if layout.is_float and layout.predictor == _FLOAT_DIFFERENCES:
        # Rows are differences of bytes, with the high bytes of all samples first.
        pixels = stored.reshape(*stored.shape[:2], -1, layout.channels)
        whole = np.cumsum(pixels, axis=2, dtype=np.uint8).reshape(*stored.shape[:2], -1, count)
        stored = np.ascontiguousarray(whole.swapaxes(2, 3)).reshape(stored.shape)
        order = ">"
    size = layout.bits // 8
    if layout.bits in (8, 16, 32, 64):
        dtype = np.dtype(f"{order}{'f' if layout.is_float else 'u'}{size}")
        return stored.view(dtype).astype(dtype.newbyteorder("="))
    samples = np.empty((*stored.shape[:2], count), np.min_scalar_type(_max_sample(layout)))
    at_once = max(1, _BITS_AT_ONCE // (stored[0].size * 8))
    weights = (1 << np.arange(layout.bits)[::-1]).astype(samples.dtype)
    for top in range(0, len(stored), at_once):
        rows = stored[top : top + at_once]
        bits = np.unpackbits(rows, axis=2, count=count * layout.bits)
        samples[top : top + at_once] = bits.reshape(*rows.shape[:2], count, -1) @ weights
    return samples


def _make_raster(
    samples: NDArray[Any],
    tags: ImageFileDirectory_v2,
    layout: _Layout,
    model: str,
    notes: list[str],
) -> Raster:
    maximum: float = 1.0 if layout.is_float else _max_sample(layout)
    white = tags.get(_WHITE, _D50)
    color = ColorDescription(
        icc_profile=tags.get(_ICC_PROFILE),
        lab_under_d65=math.dist(white, _D65) < math.dist(white, _D50),
    )
    photometric, colors = tags[_PHOTOMETRIC], _COLORS[model]
    extra = tags.get(_EXTRA, ())[:1]
    samples, behind = samples[..., :colors], samples[..., colors : colors + 1]
    alpha = None
    if extra in ((_ASSOCIATED,), (_STRAIGHT,)) and behind.size:
        opacity = np.nan_to_num(behind / maximum).clip(0, 1)
        alpha = np.rint(opacity[..., 0] * 255).astype(np.uint8)
        if extra == (_ASSOCIATED,):
            samples = np.divide(
                samples / maximum, opacity, out=np.zeros(samples.shape), where=opacity > 0
            ).astype(np.float32)
            maximum = 1.0
    if model == "indexed":
        palette = np.array(tags[_PALETTE], np.uint16).reshape(3, -1).T
        maximum = 255 if palette.max() < 256 else 0xFFFF  # some writers have 8 bits
        return Raster(palette[samples[..., 0]], "RGB", maximum, alpha, color)
    if model == "Lab":
        return Raster(_convert_lab(samples, photometric, layout), model, 1.0, alpha, color)
    if samples.dtype.kind == "u" and layout.bits > 16:
        samples, maximum = samples / maximum, 1.0
    if photometric == _MIN_IS_WHITE and not layout.is_float:
        samples = (maximum - samples).astype(samples.dtype)
    if samples.dtype.kind == "f" and model != "CMYK":
        return raster_from_floats(samples, model, alpha, color, notes)
    return Raster(samples, model, maximum, alpha, color)


def _convert_lab(samples: NDArray[Any], photometric: int, layout: _Layout) -> Singles:
    """Return Lab in CIE's units: L* has all levels, a* and b* 256 steps around 0."""
    lab = samples.astype(np.float32)
    if layout.is_float:
        return lab
    unit = 2 ** (layout.bits - 8)
    lab[..., 0] *= np.float32(100 / _max_sample(layout))
    if photometric == _CIE_LAB:  # signed
        half = 2 ** (layout.bits - 1)
        lab[..., 1:] = (lab[..., 1:] + half) % (2 * half) - half
    else:
        lab[..., 1:] -= 128 * unit
    lab[..., 1:] /= unit
    return lab
