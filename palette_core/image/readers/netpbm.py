"""PAM and PFM of Netpbm, which Pillow does not read or reads as floats without a range."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...arrays import Bytes
from ...color.rgb_encodings import LINEAR
from ...errors import ImageFileError
from ..rasters import CheckSize, ColorDescription, Raster, raster_from_floats, to_bytes

_PFM = re.compile(rb"(P[Ff])\s+(\d+)\s+(\d+)\s+([-+.0-9eE]+)\s")
_PAM_END = re.compile(rb"^ENDHDR[ \t\r]*\n", re.MULTILINE)
_LONGEST_HEADER = 1 << 16
_MODELS = {1: "grey", 2: "grey", 3: "RGB", 4: "RGB"}


def is_netpbm(data: bytes) -> bool:
    """Return whether a file is a PAM or a PFM by its first bytes."""
    return data[:2] in (b"PF", b"Pf") or data[:3] == b"P7\n"


def read(data: bytes, check_size: CheckSize, notes: list[str]) -> Raster:
    """Return the raster of a PAM or PFM file, in grey, RGB or CMYK."""
    read_format = _read_pam if data[:2] == b"P7" else _read_pfm
    return read_format(data, check_size, notes)


def _read_pam(data: bytes, check_size: CheckSize, notes: list[str]) -> Raster:
    end = _PAM_END.search(data, 0, _LONGEST_HEADER)
    if end is None:
        raise ImageFileError("its header has no end; get a complete copy of it")
    lines = (line.split(None, 1) for line in data[3 : end.start()].decode("latin-1").splitlines())
    header = {line[0]: line[1].strip() for line in lines if len(line) == 2 and line[0][0] != "#"}
    try:
        width, height, channels, maximum = (
            int(header[name]) for name in ("WIDTH", "HEIGHT", "DEPTH", "MAXVAL")
        )
    except (KeyError, ValueError) as error:
        raise ImageFileError(
            "its header lacks a size, a depth or a maximum; save it again"
        ) from error
    model = "CMYK" if header.get("TUPLTYPE") == "CMYK" else _MODELS.get(channels)
    if model is None or not 1 <= maximum <= 0xFFFF:
        raise ImageFileError(
            f"it has {channels} channels of up to {maximum}; save it as grey or RGB, with or "
            "without alpha, of up to 65535"
        )
    check_size(width, height)
    dtype = np.dtype(np.uint8 if maximum < 256 else ">u2")
    samples = _read_samples(data, end.end(), dtype, (height, width, channels))
    samples = np.minimum(samples.astype(dtype.newbyteorder("=")), maximum)
    if maximum > 255:
        notes.append("16 bits per channel reduced to 8")
    if model == "CMYK":
        return Raster(samples, model, maximum)
    samples, alpha = _split_alpha(samples, maximum)
    return Raster(samples, model, maximum, alpha)


def _read_pfm(data: bytes, check_size: CheckSize, notes: list[str]) -> Raster:
    """Return a raster of linear light with the primaries of sRGB; the scale is the byte order."""
    header = _PFM.match(data, 0, _LONGEST_HEADER)
    if header is None:
        raise ImageFileError("its header is broken; save it again")
    kind, width, height, scale = header.groups()
    channels = 3 if kind == b"PF" else 1
    check_size(int(width), int(height))
    dtype = np.dtype("<f4" if scale.startswith(b"-") else ">f4")
    samples = _read_samples(data, header.end(), dtype, (int(height), int(width), channels))
    upright = samples[::-1]  # rows go from the bottom to the top
    return raster_from_floats(
        upright, _MODELS[channels], None, ColorDescription(assumed=LINEAR), notes
    )


def _read_samples(
    data: bytes, start: int, dtype: np.dtype[Any], shape: tuple[int, int, int]
) -> NDArray[Any]:
    count = shape[0] * shape[1] * shape[2]
    if not count:
        raise ImageFileError("it has no pixels")
    if len(data) - start < count * dtype.itemsize:
        raise ImageFileError("it is truncated; get a complete copy of it")
    return np.frombuffer(data, dtype, count, start).reshape(shape)


def _split_alpha(samples: NDArray[Any], maximum: int) -> tuple[NDArray[Any], Bytes | None]:
    """Return colours, and the alpha that is the last of two or four channels."""
    if samples.shape[2] % 2:
        return samples, None
    return samples[..., :-1], to_bytes(samples[..., -1], maximum)
