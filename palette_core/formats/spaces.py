"""Colours in other spaces than sRGB, which palette files may contain."""

from __future__ import annotations

import colorsys

import numpy as np

from ..color.spaces import cielab_d50_to_linear, linear_to_srgb

Color = tuple[int, int, int]


def from_shares(red: float, green: float, blue: float) -> Color:
    """Return a colour whose components are shares, 0 to 1, as 8-bit levels."""
    return round(255 * red), round(255 * green), round(255 * blue)


def from_hsb(hue: float, saturation: float, brightness: float) -> Color:
    """Convert hue, saturation and brightness, 0 to 1 each."""
    return from_shares(*colorsys.hsv_to_rgb(hue, saturation, brightness))


def from_cmyk(cyan: float, magenta: float, yellow: float, black: float) -> Color:
    """Convert shares of ink, 0 to 1 each, without a profile (CSS Color 5, naive conversion)."""
    return from_shares(*((1 - ink) * (1 - black) for ink in (cyan, magenta, yellow)))


def from_gray(gray: float) -> Color:
    """Convert a grey, 0 for black to 1 for white."""
    return from_shares(gray, gray, gray)


def from_linear(red: float, green: float, blue: float) -> Color:
    """Convert linear light, 0 to 1 each; what is outside sRGB is clipped."""
    levels = np.rint(linear_to_srgb(np.array([[red, green, blue]], np.float64))[0]).astype(int)
    first, second, third = levels.tolist()
    return first, second, third


def from_lab(lightness: float, a: float, b: float) -> Color:
    """Convert CIELAB under D50, L* from 0 to 100; what is outside sRGB is clipped."""
    return from_linear(*cielab_d50_to_linear(np.array([[lightness, a, b]], np.float64))[0])
