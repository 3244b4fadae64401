"""Colour management: conversion of images to 8-bit sRGB by their colour information."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from ..color.rgb_encodings import (
    HLG,
    PQ,
    PRIMARIES,
    SRGB,
    TRANSFERS,
    RgbEncoding,
    from_chromaticities,
    power,
    srgb,
)
from ..color.spaces import cielab_d50_to_linear, cielab_to_linear, linear_to_srgb
from .icc_profiles import BrokenProfileError, IccProfile, read_profile
from .rasters import ColorDescription, Raster, to_bytes

# A function from samples and their maximum to 8-bit sRGB.
Conversion: TypeAlias = Callable[[NDArray[Any], float], Bytes]

_SRGB_WHITE_AND_PRIMARIES = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
# PNG files in sRGB have a gamma of 1 / 2.2 for readers that do not support the sRGB chunk. libpng
# tolerates a difference up to this factor.
_GAMMA, _GAMMA_TOLERANCE = 1 / 2.2, 0.05
_XY_TOLERANCE = 0.002
_SAME = 1  # level
_UNSPECIFIED = 2  # code point of ITU-T H.273
_NAMES = {(1, 13): "sRGB", (12, 13): "Display P3", (1, 1): "BT.709", (9, 14): "BT.2020"}


def to_srgb(raster: Raster, notes: list[str]) -> Bytes:
    """Return a raster as 8-bit sRGB, with straight alpha if it has alpha, and note the conversion.

    The first colour information in the order of the PNG specification (third edition, 4.3) is used:
    cICP, the ICC profile, sRGB, and gAMA with cHRM.
    """
    rgb = _convert_colors(raster, notes)
    return rgb if raster.alpha is None else np.dstack([rgb, raster.alpha])


def _convert_colors(raster: Raster, notes: list[str]) -> Bytes:
    samples, color = raster.samples, raster.color
    if raster.model in ("grey", "RGB"):
        convert = _conversion_by_cicp(color, notes)
        if convert:
            return convert(samples, raster.maximum)
    profile = _read_embedded_profile(raster, notes)
    if profile is not None:
        try:
            return _convert_by_profile(profile, raster, notes)
        except BrokenProfileError:
            notes.append("its colour profile is broken and was ignored")
    if raster.model == "CMYK":
        notes.append("CMYK without a usable colour profile converted to RGB by its inks alone")
        return _convert_cmyk(samples, raster.maximum)
    if raster.model == "Lab":
        to_linear = cielab_to_linear if color.lab_under_d65 else cielab_d50_to_linear
        linear = to_linear(samples.reshape(-1, 3).astype(np.float64))
        return np.rint(linear_to_srgb(linear)).astype(np.uint8).reshape(samples.shape)
    encoding = None if color.is_srgb else _encoding_by_gamma(color, notes)
    if encoding is None:
        encoding = color.assumed
    if encoding is not None and not _is_srgb(encoding.to_srgb):
        return encoding.to_srgb(samples, raster.maximum)
    levels = to_bytes(samples, raster.maximum)
    return levels if levels.shape[-1] == 3 else levels.repeat(3, axis=-1)


def _conversion_by_cicp(color: ColorDescription, notes: list[str]) -> Conversion | None:
    """Return the conversion for the code points of ITU-T H.273; None if there are none."""
    if color.cicp is None:
        return None
    primaries, transfer, matrix, full_range = color.cicp
    if _UNSPECIFIED in (primaries, transfer) and matrix == 0:
        return None
    if primaries not in PRIMARIES or transfer not in TRANSFERS or matrix != 0:
        notes.append(f"its cICP chunk has unknown code points {color.cicp} and was ignored")
        return None
    encoding = from_chromaticities(
        TRANSFERS[transfer], *PRIMARIES[primaries], is_hlg=transfer == HLG
    )
    if full_range and _is_srgb(encoding.to_srgb):
        return SRGB.to_srgb
    name = _NAMES.get((primaries, transfer), f"code points {primaries} and {transfer}")
    notes.append(f"colours converted from {name} (cICP) to sRGB")
    if transfer in (PQ, HLG):
        notes.append("high dynamic range: light above 203 cd/m² is clipped to white")
    return encoding.to_srgb if full_range else functools.partial(_convert_narrow_range, encoding)


def _convert_narrow_range(encoding: RgbEncoding, samples: NDArray[Any], maximum: float) -> Bytes:
    """Return sRGB for samples of narrow range, with black at 16 and white at 235 of 255."""
    step = (maximum + 1) / 256
    values = (samples.astype(np.float32) - np.float32(16 * step)) / np.float32(219 * step)
    return encoding.to_srgb(np.clip(values, 0, 1), 1.0)


def _read_embedded_profile(raster: Raster, notes: list[str]) -> IccProfile | None:
    """Return the embedded profile if it matches the pixels; note why it does not."""
    data = raster.color.icc_profile
    if data is None:
        return None
    try:
        profile = read_profile(data)
    except BrokenProfileError:
        notes.append("its colour profile is broken and was ignored")
        return None
    if profile.model != raster.model:
        notes.append(
            f"its colour profile {profile.description!r} is for {profile.model}, not for "
            f"{raster.model}, and was ignored"
        )
        return None
    return None if profile.model == "Lab" else profile


def _convert_by_profile(profile: IccProfile, raster: Raster, notes: list[str]) -> Bytes:
    """Return the colours of a raster converted from a profile."""

    def by_tables(samples: NDArray[Any], maximum: float) -> Bytes:
        return profile.to_srgb(to_bytes(samples, maximum))

    convert = profile.encoding.to_srgb if profile.encoding else by_tables
    if raster.model != "CMYK" and _is_srgb(convert, 1 if raster.model == "grey" else 3):
        convert = SRGB.to_srgb
    else:
        notes.append(f"colours converted from {profile.description!r} to sRGB")
    return convert(raster.samples, raster.maximum)


def _encoding_by_gamma(color: ColorDescription, notes: list[str]) -> RgbEncoding | None:
    """Return the encoding with a gamma and chromaticities; None if they are those of sRGB."""
    gamma, xy = color.gamma, color.chromaticities
    if gamma is not None and not 0 < gamma <= 10:
        notes.append("its gAMA chunk is invalid and was ignored")
        gamma = None
    nearly_srgb = gamma is None or abs(gamma / _GAMMA - 1) <= _GAMMA_TOLERANCE
    same_primaries = xy is None or bool(
        np.abs(np.subtract(xy, _SRGB_WHITE_AND_PRIMARIES)).max() <= _XY_TOLERANCE
    )
    if nearly_srgb and same_primaries:
        return None
    curve = srgb if gamma is None else power(1 / gamma)
    white_and_primaries = _SRGB_WHITE_AND_PRIMARIES if xy is None or same_primaries else xy
    try:
        encoding = from_chromaticities(curve, white_and_primaries[2:], white_and_primaries[:2])
    except ValueError:
        notes.append("its cHRM chunk is invalid and was ignored")
        return None
    what = [] if gamma is None else [f"gamma {1 / gamma:.2f} (gAMA)"]
    what += [] if same_primaries else ["primaries of its own (cHRM)"]
    notes.append(f"colours converted from {' and '.join(what)} to sRGB")
    return encoding


def _is_srgb(convert: Conversion, channels: int = 3) -> bool:
    """Return whether a conversion to sRGB changes no colour by more than a level."""
    levels = np.arange(0, 256, 15 if channels == 3 else 1, dtype=np.uint8)
    grid = np.stack(np.meshgrid(*[levels] * channels), axis=-1).reshape(1, -1, channels)
    return int(np.abs(convert(grid, 255).astype(int) - grid).max()) <= _SAME


def _convert_cmyk(samples: NDArray[Any], maximum: float) -> Bytes:
    """Return sRGB for CMYK, as if each ink absorbed only its own third of the light."""
    light = np.float32(1) - np.clip(samples / np.float32(maximum), 0, 1)
    return np.rint(light[..., :3] * light[..., 3:] * np.float32(255)).astype(np.uint8)
