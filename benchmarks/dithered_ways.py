"""Ways to quantize for the eye: our spaces and dithers, and the peers with and without theirs."""

from __future__ import annotations

import shutil

import numpy as np
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.dither import DITHERS

from .ways import Found, Way, indexed, libimagequant, ours, pngquant

_STRENGTHS = (0.5, 0.625, 0.875, 1.0)
_WEIGHTS = (0.7, 1.4, 2.0)


def _undithered_palette(rgb: Bytes, colors: int) -> Found:
    palette = pc.find_palette(rgb, colors, space="oklab")
    mapped = pc.map_pixels(rgb, palette, space="oklab", dither="floyd-steinberg")
    return palette.colors, mapped.indices


def _pillow(image: Image.Image, colors: int, palette: Image.Image) -> Found:
    return indexed(image.quantize(colors, palette=palette, dither=Image.Dither.FLOYDSTEINBERG))


def _pillow_median_cut(image: Image.Image, colors: int) -> Found:
    palette = image.quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return _pillow(image, colors, palette)


def _pillow_our_palette(image: Image.Image, colors: int) -> Found:
    palette = Image.new("P", (1, 1))
    palette.putpalette(pc.find_palette(np.asarray(image), colors).colors.tobytes())
    return _pillow(image, colors, palette)


def _our_ways() -> dict[str, Way]:
    """Give every space with and without the first dither, and what varies from there in Oklab."""
    ways = {}
    for space in SPACES:
        for dither in ("none", "floyd-steinberg"):
            ways[f"{space}, {dither}"] = ours(space=space, dither=dither)
    for dither in DITHERS:
        ways[f"oklab, {dither}"] = ours(space="oklab", dither=dither)
    eye = {"space": "oklab", "dither": "floyd-steinberg"}
    for strength in _STRENGTHS:
        ways[f"oklab, floyd-steinberg, {strength:g}"] = ours(**eye, dither_strength=strength)
    ways["oklab, floyd-steinberg, adaptive"] = ours(**eye, dither_adaptive=True)
    for weight in _WEIGHTS:
        for dither in ("none", "floyd-steinberg"):
            ways[f"oklab, {dither}, lightness {weight:g}"] = ours(
                space="oklab", dither=dither, lightness_weight=weight
            )
    ways["oklab, floyd-steinberg, palette for none"] = _undithered_palette
    return {name: Way("rgb", run, "ours") for name, run in ways.items()}


def _peers() -> dict[str, Way]:
    ways = {}
    for speed in (1, 4):
        for name, level in (("none", 0.0), ("dithered", 1.0)):
            ways[f"libimagequant-{speed}, {name}"] = Way(
                "rgba", libimagequant(speed, level), f"libimagequant at speed {speed}"
            )
    if shutil.which("pngquant"):
        for name, options in (("none", ["--nofs"]), ("dithered", [])):
            ways[f"pngquant, {name}"] = Way("png", pngquant(*options), "pngquant at speed 4")
    ways["pillow-median-cut, floyd-steinberg"] = Way(
        "image", _pillow_median_cut, "Pillow's median cut and dither"
    )
    ways["pillow-our-palette, floyd-steinberg"] = Way(
        "image", _pillow_our_palette, "our palette in sRGB, Pillow's dither"
    )
    return ways


WAYS = _our_ways() | _peers()
