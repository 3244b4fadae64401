"""BMP files of 16 bits per pixel with an alpha mask, as GIMP writes them.

Pillow drops the alpha of A1R5G5B5, and refuses other masks such as those of A4R4G4B4.
"""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from ...arrays import Bytes
from ...errors import ImageFileError
from ..rasters import CheckSize, Raster, to_bytes

# Offsets in the file: the sizes of the headers of Windows are in Microsoft's BITMAPV4HEADER.
_PIXELS, _HEADER, _MASKS = 10, 14, 54
_HEADER_END = _MASKS + 16
# The smallest header with a mask for alpha.
_HEADER_WITH_ALPHA = 56
_BITFIELDS = 3


def has_16_bits_and_alpha(data: bytes) -> bool:
    """Return whether a file is such a BMP by its header."""
    if data[:2] != b"BM" or len(data) < _HEADER_END:
        return False
    header_size, _, _, _, bits, compression = struct.unpack_from("<IiiHHI", data, _HEADER)
    *_, alpha = struct.unpack_from("<4I", data, _MASKS)
    kind = (bits, compression)
    return header_size >= _HEADER_WITH_ALPHA and kind == (16, _BITFIELDS) and alpha > 0


def read(data: bytes, check_size: CheckSize) -> Raster:
    """Return the raster of such a BMP.

    Parameters
    ----------
    data : bytes
    check_size : callable
        Gets width and height before the samples are read, and may raise.

    Raises
    ------
    ImageFileError
        If it is broken.
    """
    (start,) = struct.unpack_from("<I", data, _PIXELS)
    _, width, signed_height = struct.unpack_from("<Iii", data, _HEADER)
    masks = struct.unpack_from("<4I", data, _MASKS)
    height = abs(signed_height)
    if width < 1 or height < 1 or not all(0 < mask < 1 << 16 for mask in masks):
        raise ImageFileError("its header is broken; save it again")
    check_size(width, height)
    padded = width + width % 2  # rows are multiples of four bytes
    if len(data) - start < 2 * padded * height:
        raise ImageFileError("it is truncated; get a complete copy of it")
    words = np.frombuffer(data, "<u2", padded * height, start).reshape(height, padded)[:, :width]
    if signed_height > 0:  # rows go from the bottom to the top
        words = words[::-1]
    *colors, alpha = (_extract(words, mask) for mask in masks)
    return Raster(np.stack(colors, axis=-1), "RGB", alpha=alpha)


def _extract(words: NDArray[np.uint16], mask: int) -> Bytes:
    """Return the channel of a mask, as 8 bits."""
    lowest = mask & -mask
    return to_bytes((words & mask) // lowest, mask // lowest)
