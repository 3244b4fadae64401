"""ICC profiles written from the specification (ICC.1): a matrix with curves, or grey."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np

from .color_formulas import Matrix, to_xyz_d50

D50 = (0.9642, 1.0, 0.8249)


def rgb_profile(
    curve: bytes, primaries: Sequence[float], white: Sequence[float], name: str = "Test"
) -> bytes:
    """Return a profile of an RGB space, whose three curves are the tag `curve`."""
    matrix: Matrix = to_xyz_d50(primaries, white)
    tags = {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"wtpt": _xyz(D50)}
    colorants = zip((b"rXYZ", b"gXYZ", b"bXYZ"), matrix.T, strict=True)
    tags |= {tag: _xyz(column) for tag, column in colorants}
    return _profile(b"RGB ", tags, name)


def grey_profile(curve: bytes, name: str = "Test") -> bytes:
    """Return a profile of grey with a curve."""
    return _profile(b"GRAY", {b"kTRC": curve, b"wtpt": _xyz(D50)}, name)


def gamma_curve(gamma: float) -> bytes:
    """Return a curve of the type curveType with one number."""
    return b"curv" + struct.pack(">IIH", 0, 1, round(gamma * 256))


def identity_curve() -> bytes:
    return b"curv" + struct.pack(">II", 0, 0)


def sampled_curve(levels: Sequence[float]) -> bytes:
    numbers = [round(level * 65535) for level in levels]
    return b"curv" + struct.pack(f">II{len(numbers)}H", 0, len(numbers), *numbers)


def parametric_curve(kind: int, *parameters: float) -> bytes:
    """Return a curve of the type parametricCurveType."""
    numbers = [round(value * 65536) for value in parameters]
    return b"para" + struct.pack(f">IHH{len(numbers)}i", 0, kind, 0, *numbers)


def table_profile(space: bytes, channels: int, name: str = "Table") -> bytes:
    """Return a profile whose only content is a table (lut8Type) to Lab."""
    corners = np.indices((2,) * channels).reshape(channels, -1).T
    lightness = 250 * (corners.mean(axis=1) if space == b"RGB " else 1 - corners.mean(axis=1))
    lab = np.column_stack([lightness, 128 + 60 * corners[:, 0], 128 - 50 * corners[:, 1]])
    straight = bytes(range(256))
    unity = np.eye(3).ravel()
    table = b"mft1" + struct.pack(">I4B", 0, channels, 3, 2, 0)
    table += struct.pack(">9i", *(round(v * 65536) for v in unity))
    table += straight * channels + lab.astype(np.uint8).tobytes() + straight * 3
    tags = {b"A2B0": table, b"wtpt": _xyz(D50)}
    return _profile(space, tags, name, b"Lab ")


def _xyz(values: Sequence[float]) -> bytes:
    return b"XYZ " + struct.pack(">I3i", 0, *(round(float(v) * 65536) for v in np.asarray(values)))


def _profile(
    space: bytes, tags: dict[bytes, bytes], name: str, connection: bytes = b"XYZ "
) -> bytes:
    text = name.encode("ascii") + b"\0"
    description = b"desc" + struct.pack(">II", 0, len(text)) + text + bytes(78)
    tags = {b"desc": description, b"cprt": b"text\0\0\0\0none\0"} | tags
    table, body, start = b"", b"", 128 + 4 + 12 * len(tags)
    for tag, data in tags.items():
        table += struct.pack(">4sII", tag, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(">I4xI", start + len(body), 0x02400000) + b"mntr" + space + connection
    header = (header.ljust(36, b"\0") + b"acsp").ljust(68, b"\0")
    header = (header + _xyz(D50)[8:]).ljust(128, b"\0")
    return header + struct.pack(">I", len(tags)) + table + body
