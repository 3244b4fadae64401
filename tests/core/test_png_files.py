"""PNG files of every kind, compared with the formulas of the specification."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from .color_formulas import (
    ADOBE_RGB,
    BT2020,
    D65,
    DISPLAY_P3,
    SRGB,
    h273_decode,
    rgb_to_srgb,
    srgb_decode,
)
from .icc_files import gamma_curve, grey_profile, rgb_profile
from .png_files import (
    CHANNELS,
    GREY,
    GREY_ALPHA,
    INDEXED,
    PNG_KINDS,
    RGBA,
    chrm,
    gama,
    iccp,
    write_png,
)
from .reference_metrics import decoded

SHAPE = (6, 9)


class Encoding(NamedTuple):
    """The chunks of a file, and what they mean."""

    chunks: Sequence[tuple[bytes, bytes]]
    decode: Callable[[float], float] = srgb_decode
    primaries: Sequence[float] = SRGB
    grey_chunks: Sequence[tuple[bytes, bytes]] | None = None


def power(exponent: float) -> Callable[[float], float]:
    return lambda v: v**exponent


ADOBE_CHRM = chrm(*D65, *ADOBE_RGB)
WIDE_PROFILE = iccp(rgb_profile(gamma_curve(1.8), ADOBE_RGB, D65))
GREY_PROFILE = iccp(grey_profile(gamma_curve(1.8)))
SRGB_CHUNK = (b"sRGB", b"\0")
P3_CHUNK = (b"cICP", bytes([12, 13, 0, 1]))
BT2020_CHUNK = (b"cICP", bytes([9, 14, 0, 1]))

ENCODINGS = {
    "nothing": Encoding([]),
    "gAMA of linear light": Encoding([gama(1.0)], power(1.0)),
    "gAMA of old Macs": Encoding([gama(0.55556)], power(1.8)),
    "gAMA as beside an sRGB chunk": Encoding([gama(0.45455)]),
    "cHRM": Encoding([ADOBE_CHRM], srgb_decode, ADOBE_RGB),
    "gAMA and cHRM": Encoding([gama(0.45470), ADOBE_CHRM], power(1 / 0.45470), ADOBE_RGB),
    "sRGB": Encoding([SRGB_CHUNK]),
    "sRGB before gAMA and cHRM": Encoding([gama(1.0), ADOBE_CHRM, SRGB_CHUNK]),
    "iCCP": Encoding([WIDE_PROFILE], power(1.8), ADOBE_RGB, [GREY_PROFILE]),
    "iCCP before the others": Encoding(
        [SRGB_CHUNK, gama(1.0), WIDE_PROFILE], power(1.8), ADOBE_RGB, [gama(1.0), GREY_PROFILE]
    ),
    "cICP of Display P3": Encoding([P3_CHUNK], srgb_decode, DISPLAY_P3),
    "cICP of BT.2020": Encoding([BT2020_CHUNK], partial(h273_decode, 14), BT2020),
    "cICP before the others": Encoding(
        [SRGB_CHUNK, gama(1.0), P3_CHUNK, WIDE_PROFILE],
        srgb_decode,
        DISPLAY_P3,
        [gama(1.0), P3_CHUNK, GREY_PROFILE],
    ),
}


def draw(color_type: int, depth: int, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return random samples, and a palette for those that are indices."""
    rng = np.random.default_rng(seed)
    samples = rng.integers(0, 2**depth, (*SHAPE, CHANNELS[color_type]))
    samples[0, 0], samples[0, 1] = 0, 2**depth - 1
    return samples, rng.integers(0, 256, (2**depth, 3))


def transparency(
    color_type: int, samples: NDArray[Any], palette: NDArray[Any]
) -> tuple[bytes, NDArray[Any]]:
    """Return the data of a tRNS chunk, and the alpha that it means."""
    if color_type == INDEXED:
        levels = np.linspace(0, 255, len(palette)).astype(np.uint8)
        return levels.tobytes(), levels[samples[..., 0]].astype(float)
    key = samples[2, 3]
    return struct.pack(f">{len(key)}H", *key), 255.0 * (samples != key).any(axis=-1)


def expected(
    samples: NDArray[Any],
    depth: int,
    color_type: int,
    palette: NDArray[Any],
    encoding: Encoding,
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Return colours, and the alpha that is among the samples, as levels that are not rounded."""
    values, alpha = samples / (2**depth - 1), None
    if color_type == INDEXED:
        values = palette[samples[..., 0]] / 255
    if color_type in (GREY_ALPHA, RGBA):
        values, alpha = values[..., :-1], values[..., -1] * 255
    is_grey = values.shape[-1] == 1
    if is_grey:
        values = values.repeat(3, axis=-1)
    primaries = SRGB if is_grey else encoding.primaries
    colors = rgb_to_srgb(values.reshape(-1, 3), encoding.decode, primaries, D65)
    return colors.reshape(*SHAPE, 3), alpha


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize(("color_type", "depth"), PNG_KINDS)
def test_every_kind_of_png_is_within_a_level(color_type: int, depth: int, name: str) -> None:
    encoding = ENCODINGS[name]
    samples, palette = draw(color_type, depth, 7)
    is_grey = color_type in (GREY, GREY_ALPHA)
    chunks = encoding.grey_chunks if is_grey and encoding.grey_chunks else encoding.chunks
    if color_type == INDEXED:
        chunks = [*chunks, (b"PLTE", palette.astype(np.uint8).tobytes())]
    colors, alpha = expected(samples, depth, color_type, palette, encoding)
    files = [(chunks, alpha)]
    if alpha is None:
        data, key_alpha = transparency(color_type, samples, palette)
        files.append(([*chunks, (b"tRNS", data)], key_alpha))
    for (every, opacity), interlaced in itertools.product(files, [False, True]):
        file = write_png(samples, depth, color_type, every, interlaced=interlaced)
        found = decoded(file).pixels
        right = colors if opacity is None else np.dstack([colors, opacity])
        assert found.shape == right.shape
        assert np.abs(found - right).max() <= 1.01
