"""ICC profiles, which are recognized by their content and not by their names."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..arrays import Bytes, Floats
from ..color.rgb_encodings import Curve, RgbEncoding, from_colorants, from_grey_curve, power

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsProfile

_HEADER = 128  # bytes
_TABLES = (b"A2B0", b"A2B1", b"A2B2", b"D2B0", b"D2B1", b"D2B2", b"D2B3")
_MODES = {"grey": "L", "RGB": "RGB", "CMYK": "CMYK"}
_MODELS = {"GRAY": "grey", "RGB": "RGB", "CMYK": "CMYK", "Lab": "Lab"}


class BrokenProfileError(ValueError):
    """A profile that cannot be read or used."""


class IccProfile(NamedTuple):
    """An ICC profile."""

    description: str
    model: str  # of the samples: "grey", "RGB", "CMYK", "Lab", or another name of ICC
    # The curves and the matrix; None if the profile has tables instead.
    encoding: RgbEncoding | None
    handle: ImageCmsProfile  # the profile in LittleCMS

    def to_srgb(self, samples: Bytes) -> Bytes:
        """Return 8-bit samples, (H, W, C), in sRGB, by LittleCMS, which supports all profiles.

        A profile that cannot be used is a `BrokenProfileError`.
        """
        from PIL import Image, ImageCms

        shaped = samples[..., 0] if samples.shape[-1] == 1 else samples
        image = Image.fromarray(np.ascontiguousarray(shaped), _MODES[self.model])
        try:
            converted = ImageCms.profileToProfile(
                image, self.handle, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError) as error:
            raise BrokenProfileError(str(error)) from error
        return np.asarray(converted)


def read_profile(data: bytes) -> IccProfile:
    """Return an ICC profile; an invalid one is a `BrokenProfileError`."""
    from PIL import ImageCms

    try:
        handle = ImageCms.ImageCmsProfile(io.BytesIO(data))
        description = ImageCms.getProfileDescription(handle).strip()
        space = handle.profile.xcolor_space.strip()
        connection = handle.profile.connection_space.strip()
        encoding = _read_encoding(data, space) if connection == "XYZ" else None
    except (ImageCms.PyCMSError, OSError, struct.error, ValueError) as error:
        raise BrokenProfileError(str(error)) from error
    return IccProfile(description, _MODELS.get(space, space), encoding, handle)


def _read_encoding(data: bytes, space: str) -> RgbEncoding | None:
    """Return the curves and the matrix of a profile; None if it has tables or neither."""
    tags = _read_tags(data)
    if any(name in tags for name in _TABLES):
        return None
    if space == "GRAY" and b"kTRC" in tags:
        return from_grey_curve(_read_curve(tags[b"kTRC"]))
    curves = [tags.get(name) for name in (b"rTRC", b"gTRC", b"bTRC")]
    colorants = [tags.get(name) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    if space != "RGB" or None in curves or None in colorants:
        return None
    columns = [np.array(struct.unpack(">3i", xyz[8:20])) / 65536 for xyz in colorants if xyz]
    return from_colorants(
        [_read_curve(curve) for curve in curves if curve], np.column_stack(columns)
    )


def _read_tags(data: bytes) -> dict[bytes, bytes]:
    """Return the tagged elements of a profile (ICC.1, 7.3)."""
    (count,) = struct.unpack_from(">I", data, _HEADER)
    entries = (struct.unpack_from(">4sII", data, _HEADER + 4 + 12 * i) for i in range(count))
    return {name: data[start : start + size] for name, start, size in entries}


def _read_curve(tag: bytes) -> Curve:
    """Return the curve of a tag of the type curveType or parametricCurveType."""
    if tag[:4] == b"para":
        return _read_parametric_curve(tag)
    (count,) = struct.unpack_from(">I", tag, 8)
    if tag[:4] != b"curv" or len(tag) < 12 + 2 * count:
        raise BrokenProfileError("a curve is broken")
    if count == 0:
        return power(1.0)
    samples = np.frombuffer(tag, ">u2", count, 12).astype(np.float64)
    if count == 1:
        return power(samples[0] / 256)
    levels, places = samples / 65535, np.linspace(0, 1, count)
    return lambda values: np.interp(values, places, levels)


def _read_parametric_curve(tag: bytes) -> Curve:
    """Return a curve of ICC.1, 10.18."""
    (kind,) = struct.unpack_from(">H", tag, 8)
    counts = (1, 3, 4, 5, 7)
    if kind >= len(counts):
        raise BrokenProfileError(f"a curve has the unknown type {kind}")
    p = [value / 65536 for value in struct.unpack_from(f">{counts[kind]}i", tag, 12)]
    g = p[0]
    if kind == 0:
        return power(g)
    a, b = p[1:3]
    shift = p[3] if kind == 2 else p[5] if kind == 4 else 0.0
    # Below its start a curve is a line, which is horizontal for the simpler types.
    start, slope, offset = (p[4], p[3], 0.0) if kind >= 3 else (-b / a if a else 0.0, 0.0, shift)
    if kind == 4:
        offset = p[6]

    def curve(values: Floats) -> Floats:
        above = np.clip(a * values + b, 0, None) ** g + shift
        return np.clip(np.where(values >= start, above, slope * values + offset), 0, 1)

    return curve
