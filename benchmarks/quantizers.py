"""The quantizers of docs/appearance.md, which are compared by how their images look.

`peers` has those of docs/benchmarks.md, which are compared by error and time.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.dither import DITHERS

from .images import BenchmarkImage

Indexed: TypeAlias = tuple[Bytes, Bytes]  # a palette (K, 3) and an index map (H, W)

_PERCEPTUAL = {"space": "oklab", "dither": "floyd-steinberg"}


@dataclass(frozen=True)
class Quantizer:
    """A way to reduce an image to a palette and an index map.

    Attributes
    ----------
    image_form : str
        The attribute of `BenchmarkImage` that it takes.
    run : callable
        Takes that form and the number of colours.
    """

    image_form: str
    run: Callable[[Any, int], Indexed]

    def __call__(self, image: BenchmarkImage, colors: int) -> Indexed:
        """Quantize an image."""
        return self.run(getattr(image, self.image_form), colors)


def quantize_with(**options: Any) -> Callable[[Bytes, int], Indexed]:  # noqa: ANN401 - of any type
    """Return `palette_core.quantize` with some of its options."""

    def run(rgb: Bytes, colors: int) -> Indexed:
        quantized = pc.quantize(rgb, colors, **options)
        return quantized.palette.colors, quantized.indices

    return run


def read_indexed(image: Image.Image) -> Indexed:
    """Return the palette and the index map of an image of mode "P"."""
    return np.array(image.getpalette(), np.uint8).reshape(-1, 3), np.asarray(image)


def _libimagequant(speed: int, dithering: float = 0.0) -> Callable[[Bytes, int], Indexed]:
    """Return libimagequant at a speed, 1 to 10, with dithering from 0 to 1."""

    # Its Python package has no parameter for the speed; the library beneath it does.
    def run(rgba: Bytes, colors: int) -> Indexed:
        from imagequant._libimagequant import ffi, lib

        height, width = rgba.shape[:2]
        settings = ffi.gc(lib.liq_attr_create(), lib.liq_attr_destroy)
        lib.liq_set_max_colors(settings, colors)
        lib.liq_set_speed(settings, speed)
        pixels = ffi.from_buffer(rgba)
        source = lib.liq_image_create_rgba(settings, pixels, width, height, 0)
        source = ffi.gc(source, lib.liq_image_destroy)
        address = ffi.new("liq_result**")
        if lib.liq_image_quantize(source, settings, address) != lib.LIQ_OK:
            raise RuntimeError(f"libimagequant cannot quantize an image of {width} x {height}")
        result = ffi.gc(address[0], lib.liq_result_destroy)
        lib.liq_set_dithering_level(result, dithering)
        indices = np.empty((height, width), np.uint8)
        lib.liq_write_remapped_image(result, source, ffi.from_buffer(indices), indices.size)
        palette = lib.liq_get_palette(result)
        entries = [palette.entries[entry] for entry in range(palette.count)]
        return np.array([(e.r, e.g, e.b) for e in entries], np.uint8), indices

    return run


def _pngquant(*options: str) -> Quantizer:
    """Return pngquant at speed 4 with options of its command line."""

    def run(png: bytes, colors: int) -> Indexed:
        command = ["pngquant", *options, "--speed", "4", str(colors), "-"]
        done = subprocess.run(command, input=png, capture_output=True, check=True)
        with Image.open(io.BytesIO(done.stdout)) as image:
            # It writes grey images without a palette.
            return read_indexed(image if image.mode == "P" else image.convert("P"))

    return Quantizer("png", run)


def _undithered_palette(rgb: Bytes, colors: int) -> Indexed:
    palette = pc.find_palette(rgb, colors, space="oklab")
    return palette.colors, pc.map_pixels(rgb, palette, **_PERCEPTUAL).indices


def _pillow_dithered(image: Image.Image, colors: int, palette: Image.Image) -> Indexed:
    dither = Image.Dither.FLOYDSTEINBERG
    return read_indexed(image.quantize(colors, palette=palette, dither=dither))


def _pillow_median_cut(image: Image.Image, colors: int) -> Indexed:
    palette = image.quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return _pillow_dithered(image, colors, palette)


def _pillow_our_palette(image: Image.Image, colors: int) -> Indexed:
    palette = Image.new("P", (1, 1))
    palette.putpalette(pc.find_palette(np.asarray(image), colors).colors.tobytes())
    return _pillow_dithered(image, colors, palette)


def _dithered_quantizers() -> dict[str, Quantizer]:
    """Return every space with and without dithering, variants of the default, and the peers."""
    plain_or_dithered = ("none", "floyd-steinberg")
    options: dict[str, dict[str, Any]] = {
        f"{space}, {dither}": {"space": space, "dither": dither}
        for space in SPACES
        for dither in plain_or_dithered
    }
    for dither in DITHERS:
        options[f"oklab, {dither}"] = {"space": "oklab", "dither": dither}
    for strength in (0.5, 0.625, 0.75, 0.875, 1.0):
        name = f"oklab, floyd-steinberg, {strength:g}"
        options[name] = {**_PERCEPTUAL, "dither_strength": strength}
    options["oklab, floyd-steinberg, adaptive"] = {**_PERCEPTUAL, "dither_adaptive": True}
    for weight in (0.8, 1.25, 1.6):
        for dither in plain_or_dithered:
            name = f"oklab, {dither}, lightness {weight:g}"
            options[name] = {"space": "oklab", "dither": dither, "lightness_weight": weight}
    for masking in (0.0, 1.0):
        for dither in plain_or_dithered:
            name = f"oklab, {dither}, masking {masking:g}"
            options[name] = {"space": "oklab", "dither": dither, "visual_masking": masking}
    for dither in plain_or_dithered:
        options[f"oklab, {dither}, means"] = {"space": "oklab", "dither": dither, "keep_exact": 0}
    found = {name: Quantizer("rgb", quantize_with(**chosen)) for name, chosen in options.items()}
    found["oklab, floyd-steinberg, palette for none"] = Quantizer("rgb", _undithered_palette)
    for speed in (1, 4):
        for name, level in (("none", 0.0), ("dithered", 1.0)):
            quantizer = Quantizer("rgba", _libimagequant(speed, level))
            found[f"libimagequant-{speed}, {name}"] = quantizer
    if shutil.which("pngquant"):
        found["pngquant, none"] = _pngquant("--nofs")
        found["pngquant, dithered"] = _pngquant()
    found["pillow-median-cut, floyd-steinberg"] = Quantizer("pillow", _pillow_median_cut)
    found["pillow-our-palette, floyd-steinberg"] = Quantizer("pillow", _pillow_our_palette)
    return found


def sort_names(names: Iterable[str], quantizers: dict[str, Quantizer]) -> list[str]:
    """Return names in the order of `quantizers`; those that it does not have come last."""
    known = list(quantizers)
    return sorted(names, key=lambda name: known.index(name) if name in known else len(known))


DITHERED_QUANTIZERS = _dithered_quantizers()
