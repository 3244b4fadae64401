"""Print how many pixels change from frame to frame, and the sizes of GIF files, with dots at rest.

    python -m benchmarks.animations --write docs/appearance.md

"before" is every frame dithered alone. The animations are drawn from the photos of scikit-learn. A
second table compares one palette for two scenes, which show both photos, with a palette for each.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.animation import ENCODERS, IndexedFrame
from palette_core.animation.resting_pixels import RestingPixels
from palette_core.arrays import Bytes
from palette_core.batch import JobOptions, process_image
from palette_core.image.image_files import EncodedImage
from palette_core.image.pixels import Pixels
from palette_core.options import QuantizeOptions

from .markdown import format_table, publish
from .quality import run_libjxl

_FRAMES, _COLORS = 10, 64
_HEIGHT, _WIDTH = 200, 300


def main() -> None:
    """Measure the animations, and print the table or write it to a page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, metavar="PAGE")
    page = parser.parse_args().write
    publish({"animations": animations_table(), "scenes": scenes_table()}, page)


def animations_table() -> str:
    """Return the table of all animations in Markdown."""
    rows = []
    for name, draw in ANIMATIONS.items():
        frames = [draw(number) for number in range(_FRAMES)]
        pairs = zip(_measure(frames, rests=False), _measure(frames, rests=True), strict=True)
        forms = ("{:.1f} %", "{:.0f} kB", "{:.1f}")
        cells = (
            f"{form.format(before)} → {form.format(after)}"
            for form, (before, after) in zip(forms, pairs, strict=True)
        )
        rows.append([name, *cells])
    return format_table(["", "changed pixels", "GIF", "SSIMULACRA 2"], rows)


def _measure(frames: Sequence[Bytes], *, rests: bool) -> tuple[float, float, float]:
    """Return the share of pixels that change, the size in kB, and the mean score of the frames."""
    options = {"space": "oklab", "dither": "floyd-steinberg"}
    palette = pc.find_shared_palette(frames, _COLORS, **options)
    resting = RestingPixels()
    results = []
    for frame in frames:
        result = pc.map_pixels(frame, palette, **options)
        results.append(resting.keep(Pixels(frame, None), result) if rests else result)
    indices = np.array([result.indices for result in results])
    gif = ENCODERS[".gif"]([IndexedFrame(result.to_image(), 0.1) for result in results], 0)
    scores = [
        run_libjxl(frame, result.to_array())["ssimulacra2"]
        for frame, result in zip(frames, results, strict=True)
    ]
    changed = 100 * float((indices[1:] != indices[:-1]).mean())
    return changed, len(gif) / 1000, float(np.mean(scores))


def scenes_table() -> str:
    """Return the table of an animation with two scenes in Markdown."""
    frames = [
        Image.fromarray(load_sample_image(name)[100 : 100 + _HEIGHT, 4 * left : 4 * left + _WIDTH])
        for name in ("china.jpg", "flower.jpg")
        for left in range(_FRAMES)
    ]
    stream = io.BytesIO()
    frames[0].save(stream, "WebP", save_all=True, append_images=frames[1:], lossless=True)
    encoded = EncodedImage("scenes.webp", stream.getvalue())
    rows = []
    for count in (16, 64, 256):
        quantize = QuantizeOptions(colors=count, space="oklab", dither="floyd-steinberg")
        one, several = (
            process_image(encoded, JobOptions(quantize, frame_palettes=each), ".gif")
            for each in (False, True)
        )
        rows.append(
            [
                str(count),
                f"{one.metrics.delta_e:.2f} → {several.metrics.delta_e:.2f}",
                f"{len(one.data) / 1000:.0f} kB → {len(several.data) / 1000:.0f} kB",
            ]
        )
    return format_table(["colours", "mean ΔE", "GIF"], rows)


def _photo(left: int = 0) -> Bytes:
    photo: Bytes = load_sample_image("china.jpg")[100 : 100 + _HEIGHT, left : left + _WIDTH]
    return photo.copy()


def _moving_object(number: int) -> Bytes:
    frame = _photo()
    rows, columns = np.mgrid[-20:20, -20:20]
    disc = rows**2 + columns**2 < 400
    frame[80:120, 20 + 24 * number : 60 + 24 * number][disc] = (200, 40, 30)
    return frame


def _noise(number: int) -> Bytes:
    noise = np.random.default_rng(number).normal(0, 1, (_HEIGHT, _WIDTH, 3))
    return _to_bytes(_photo() + noise)


def _fade(number: int, step: float) -> Bytes:
    return _to_bytes(_photo() * (1 - step * number))


def _to_bytes(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Bytes:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


ANIMATIONS: dict[str, Callable[[int], Bytes]] = {
    "an object that moves over a photo": _moving_object,
    "a photo with noise": _noise,
    "a slow fade": lambda number: _fade(number, 0.005),
    "a fast fade": lambda number: _fade(number, 0.08),
    "a pan": lambda number: _photo(4 * number),
}


if __name__ == "__main__":
    main()
