"""Frames of generated animations, composed as FFmpeg and the specifications compose them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from palette_core.animation import open_animation
from palette_core.arrays import Bytes
from palette_core.batch import JobOptions, process_image
from palette_core.image.image_files import EncodedImage
from palette_core.options import QuantizeOptions

from .animation_files import (
    BACKGROUND,
    NONE,
    OVER,
    PREVIOUS,
    SOURCE,
    GifFrame,
    PngFrame,
    WebPFrame,
    apng,
    gif,
    webp,
)
from .ffmpeg import assert_same, ffmpeg_frames, visible
from .png_files import CHANNELS, GREY, INDEXED, PNG_KINDS, RGB, write_png
from .reference_metrics import decoded

SIZE = WIDTH, HEIGHT = 9, 7
ALPHAS = ("opaque", "binary", "partial")
# A frame's pixels, left, top, what follows it, and whether it lets the canvas shine through.
Layer = tuple[Bytes, int, int, int, bool]


def read(data: bytes) -> list[Bytes]:
    return [frame.pixels for frame in open_animation(EncodedImage("it", data)) or ()]


def assert_same_as_ffmpeg(data: bytes, path: Path, levels: int = 0) -> None:
    path.write_bytes(data)
    assert_same(read(data), ffmpeg_frames(path, SIZE), levels)


def composed(layers: Iterable[Layer]) -> list[Bytes]:
    """Compose frames pixel by pixel in exact arithmetic, as the PNG specification describes it."""
    canvas = np.zeros((HEIGHT, WIDTH, 4))
    frames = []
    for pixels, left, top, disposal, is_over in layers:
        before = canvas.copy()
        for (y, x), _ in np.ndenumerate(pixels[..., 0]):
            if top + y < HEIGHT and left + x < WIDTH:
                above, below = pixels[y, x] / 255, canvas[top + y, left + x]
                canvas[top + y, left + x] = over(above, below) if is_over else above
        canvas = (canvas * 255).round() / 255  # viewers store 8 bits
        frames.append((canvas * 255).round().astype(np.uint8))
        if disposal == PREVIOUS:
            canvas = before
        elif disposal == BACKGROUND:
            rows, columns = pixels.shape[:2]
            canvas[top : top + rows, left : left + columns] = 0
    return frames


def over(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    alpha = above[3] + below[3] * (1 - above[3])
    if not alpha:
        return np.zeros(4)
    stored = round(alpha * 255) / 255
    color = above[:3] * above[3] + below[:3] * below[3] * (1 - above[3])
    return np.append(np.minimum(color / stored, 1), alpha)


def box(rng: np.random.Generator, step: int = 1) -> tuple[int, int, int, int]:
    """Draw a rectangle of the canvas: left, top, width and height; places are multiples of step."""
    left, top = (int(rng.integers(0, side)) // step * step for side in SIZE)
    return left, top, int(rng.integers(1, WIDTH - left + 1)), int(rng.integers(1, HEIGHT - top + 1))


def pixels_of(rng: np.random.Generator, width: int, height: int, alpha: str) -> Bytes:
    """Draw RGBA pixels: opaque, fully transparent or opaque, or of any alpha."""
    pixels = rng.integers(0, 256, (height, width, 4), np.uint8)
    if alpha == "opaque":
        pixels[..., 3] = 255
    elif alpha == "binary":
        pixels[..., 3] = rng.choice([0, 255], (height, width))
    return pixels


# APNG

APNG_KINDS = list(itertools.product((SOURCE, OVER), (NONE, BACKGROUND, PREVIOUS), ALPHAS))


def png_frames(rng: np.random.Generator, kinds: Iterable[tuple[int, int, str]]) -> list[PngFrame]:
    """Draw frames, of which the first covers the canvas."""
    frames = []
    for number, (blend, disposal, alpha) in enumerate(kinds):
        left, top, width, height = box(rng) if number else (0, 0, *SIZE)
        pixels = pixels_of(rng, width, height, alpha)
        frames.append(PngFrame(pixels, left, top, disposal, blend))
    return frames


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", APNG_KINDS)
def test_apng_equals_ffmpeg(kind: tuple[int, int, str], seed: int, tmp_path: Path) -> None:
    """Every kind of frame comes before and after every other, and first."""
    rng = np.random.default_rng((seed, APNG_KINDS.index(kind)))
    frames = png_frames(rng, [k for other in APNG_KINDS for k in (kind, other)])
    data = apng(SIZE, frames, interlaced=seed == 1, parts=1 + seed)
    assert_same_as_ffmpeg(data, tmp_path / "it.png")


# GIF

# What follows a frame, whether it has transparent pixels, whether a palette, and interlacing.
GIF_KINDS = list(itertools.product(range(4), *[(False, True)] * 3))
GIF_TRANSPARENT = 3


def gif_frames(
    rng: np.random.Generator, kinds: Iterable[tuple[int, bool, bool, bool]]
) -> list[GifFrame]:
    frames = []
    for disposal, transparent, local, interlaced in kinds:
        left, top, width, height = box(rng)
        indices = rng.integers(0, 16, (height, width)).astype(np.uint8)
        palette = rng.integers(0, 256, (16, 3), np.uint8) if local else None
        key = GIF_TRANSPARENT if transparent else None
        frames.append(GifFrame(indices, left, top, disposal, key, palette, interlaced))
    return frames


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", GIF_KINDS)
def test_gif_equals_ffmpeg(kind: tuple[int, bool, bool, bool], seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng((seed, GIF_KINDS.index(kind)))
    palette = rng.integers(0, 256, (16, 3), np.uint8)
    frames = gif_frames(rng, [k for other in GIF_KINDS for k in (kind, other)])
    assert_same_as_ffmpeg(gif(SIZE, frames, palette, background=seed), tmp_path / "it.gif")


# WebP

WEBP_KINDS = list(itertools.product((False, True), (False, True), ALPHAS))


def webp_frames(
    rng: np.random.Generator, kinds: Iterable[tuple[bool, bool, str]]
) -> list[WebPFrame]:
    frames = []
    for clear, blend, alpha in kinds:
        left, top, width, height = box(rng, 2)
        pixels = pixels_of(rng, width, height, alpha)
        if alpha == "opaque":
            pixels = pixels[..., :3].copy()
        frames.append(WebPFrame(pixels, left, top, clear, blend))
    return frames


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", WEBP_KINDS)
def test_webp_equals_ffmpeg(kind: tuple[bool, bool, str], seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng((seed, WEBP_KINDS.index(kind)))
    frames = webp_frames(rng, [k for other in WEBP_KINDS for k in (kind, other)])
    data = webp(SIZE, frames, background=(9, 99, 200, 255))
    assert_same_as_ffmpeg(data, tmp_path / "it.webp", levels=1)


# Against exact arithmetic: what FFmpeg cannot do, or does otherwise


@pytest.mark.parametrize("seed", range(20))
def test_short_animations_are_composed_by_the_specifications(seed: int) -> None:
    """Three frames each, of kinds that are drawn; nothing keeps FFmpeg's limits."""
    rng = np.random.default_rng(seed)
    png = png_frames(rng, [APNG_KINDS[n] for n in rng.integers(0, len(APNG_KINDS), 3)])
    layers = [(f.samples, f.left, f.top, f.disposal, f.blend == OVER) for f in png]
    assert_same(read(apng(SIZE, png)), composed(layers), levels=1)
    web = webp_frames(rng, [WEBP_KINDS[n] for n in rng.integers(0, len(WEBP_KINDS), 3)])
    layers = [(visible(f.pixels), f.left, f.top, int(f.clear), f.blend) for f in web]
    assert_same(read(webp(SIZE, web)), composed(layers), levels=2)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("color_type", "depth"), PNG_KINDS)
def test_apng_frames_are_decoded_as_still_images(
    color_type: int, depth: int, interlaced: bool
) -> None:
    rng = np.random.default_rng((color_type, depth))
    channels = CHANNELS[color_type]
    first, second = rng.integers(0, 2**depth, (2, HEIGHT, WIDTH, channels))
    chunks = []
    if color_type == INDEXED:
        chunks.append((b"PLTE", rng.bytes(3 * 2**depth)))
        chunks.append((b"tRNS", bytes([0, 128])))
    elif color_type in (GREY, RGB):
        chunks.append((b"tRNS", first[0, 0].astype(">u2").tobytes()))
    options = {"depth": depth, "color_type": color_type, "chunks": chunks}
    frames = [PngFrame(first), PngFrame(second)]
    expected = [decoded(write_png(samples, **options)).pixels for samples in (first, second)]
    assert_same(read(apng(SIZE, frames, interlaced=interlaced, **options)), expected)


# From one file to another


@pytest.mark.parametrize("suffix", [".gif", ".png"])
@pytest.mark.parametrize("kind", [".gif", ".png", ".webp"])
def test_ffmpeg_sees_the_same_in_what_is_made_of_an_animation(
    kind: str, suffix: str, tmp_path: Path
) -> None:
    rng = np.random.default_rng(8)
    palette = rng.integers(0, 256, (16, 3), np.uint8)
    path, result = tmp_path / f"in{kind}", tmp_path / f"out{suffix}"
    if kind == ".gif":
        frames = gif_frames(rng, [each for each in GIF_KINDS if not each[2]])
        path.write_bytes(gif(SIZE, frames, palette))
    elif kind == ".png":
        pictures = png_frames(rng, [each for each in APNG_KINDS if each[2] != "partial"])
        for picture in pictures:
            picture.samples[..., :3] = palette[picture.samples[..., 0] % 16]
        path.write_bytes(apng(SIZE, pictures))
    else:
        pages = webp_frames(rng, [each for each in WEBP_KINDS if each[2] != "partial"])
        for page in pages:
            page.pixels[..., :3] = palette[page.pixels[..., 0] % 16]
        path.write_bytes(webp(SIZE, pages))
    made = process_image(
        EncodedImage("it", path.read_bytes()), JobOptions(QuantizeOptions(16)), suffix
    )
    result.write_bytes(made.data)
    assert made.metrics.psnr == np.inf
    assert_same(ffmpeg_frames(result, SIZE), ffmpeg_frames(path, SIZE))
