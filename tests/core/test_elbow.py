"""The suggested number of colours: of drawings with a known number, of noise and of photos."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.preview import PreviewSession


def draw_discs(colors: int, seed: int = 0, scale: int = 1) -> Bytes:
    """Return discs on a background, in clearly different colours; anti-aliased if scaled."""
    random = np.random.default_rng(seed)
    chosen: list[Bytes] = []
    while len(chosen) < colors:
        color = random.integers(0, 256, 3, np.uint8)
        if all(np.abs(color.astype(int) - other).max() >= 48 for other in chosen):
            chosen.append(color)
    side, cell = 200 * scale, 40 * scale
    y, x = np.mgrid[:side, :side]
    pixels = np.full((side, side, 3), chosen[0], np.uint8)
    for number, color in enumerate(chosen[1:]):
        row, column = divmod(number, 5)
        center = row * cell + cell // 2, column * cell + cell // 2
        pixels[np.hypot(y - center[0], x - center[1]) < 0.4 * cell] = color
    return np.asarray(Image.fromarray(pixels).reduce(scale)) if scale > 1 else pixels


def compress(pixels: Bytes, quality: int) -> Bytes:
    """Return pixels as a JPEG file stores them."""
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=quality)
    return np.asarray(Image.open(data))


def random_grays(levels: int, seed: int = 0) -> Bytes:
    return np.random.default_rng(seed).integers(0, levels, (60, 60), np.uint8)


@pytest.mark.parametrize("colors", [1, 2, 3, 5, 7, 12, 20, 26])
def test_a_drawing_gets_its_number_of_colors(colors: int) -> None:
    assert pc.find_elbow(draw_discs(colors)).colors == colors


@pytest.mark.parametrize("colors", [2, 5, 7, 12, 20])
def test_noise_and_compression_do_not_hide_the_number(colors: int) -> None:
    pixels = draw_discs(colors, seed=colors)
    noise = np.random.default_rng(0).normal(0, 3, pixels.shape)
    noisy = np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8)
    assert abs(pc.find_elbow(noisy).colors - colors) <= 1
    assert colors - 1 <= pc.find_elbow(compress(pixels, 92)).colors <= colors + 2


@pytest.mark.parametrize("colors", [7, 12, 20])
def test_soft_edges_add_no_more_than_as_many_again(colors: int) -> None:
    elbow = pc.find_elbow(draw_discs(colors, seed=colors, scale=8))
    assert elbow.counts[-1] > 64
    assert colors - 1 <= elbow.colors <= 2 * colors


def test_a_color_of_a_single_pixel_counts() -> None:
    pixels = draw_discs(11)
    pixels[0, 0] = 1, 2, 3
    assert pc.find_elbow(pixels).colors == 12


@pytest.mark.parametrize("name", ["china.jpg", "flower.jpg"])
def test_a_photo_gets_a_moderate_number(name: str) -> None:
    photo = load_sample_image(name)
    elbow = pc.find_elbow(photo)
    assert elbow.colors in (24, 32, 48)
    for count in (2, 16, 256):
        result = pc.quantize(photo, count, keep_exact=0).to_array()
        expected = pc.compare(photo, result, delta_e=False).psnr
        assert elbow.psnr[elbow.counts.index(count)] == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("colors", [100, 256])
@pytest.mark.parametrize("dither", ["none", "floyd-steinberg"])
def test_an_indexed_photo_gets_a_moderate_number(colors: int, dither: str) -> None:
    photo = load_sample_image("china.jpg")[::2, ::2]
    indexed = pc.quantize(photo, colors, dither=dither).to_array()
    assert 8 <= pc.find_elbow(indexed).colors <= 64


def test_a_ramp_is_no_flat_art() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (64, 1))
    elbow = pc.find_elbow(ramp)
    assert elbow.colors in (24, 32, 48)
    assert elbow.mse[-1] == 0
    # Each of 16 entries has 16 levels, whose variance is (16^2 - 1) / 12, and a mean between two.
    assert elbow.mse[elbow.counts.index(16)] == pytest.approx(255 / 12 + 0.25, rel=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_invisible_noise_needs_one_color(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(100, 102, (90, 90, 3), np.uint8)
    wide = np.pad(noise, ((0, 0), (0, 66), (0, 0)))
    wide[:, -66:] = np.add.outer(np.zeros(90, np.uint8), np.arange(66, dtype=np.uint8))[..., None]
    assert pc.find_elbow(np.tile(noise, (2, 2, 1))).colors == len(
        np.unique(noise.reshape(-1, 3), axis=0)
    )
    assert pc.find_elbow(wide).colors <= 24


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"dither": "auto"},
        {"dither": "floyd-steinberg", "order": "popularity"},
        {"locked": ["#123456", "#654321@3"], "space": "oklab"},
        {"method": "wu"},
    ],
)
def test_auto_without_a_target_is_the_suggestion(options: dict[str, Any]) -> None:
    pixels = draw_discs(12)
    opaque = np.tri(*pixels.shape[:2], dtype=np.uint8) * 255
    pixels = np.dstack([pixels, opaque])
    count = pc.find_elbow(pixels).colors
    count += len(options.get("locked", ()))
    expected = pc.quantize(pixels, count, **options)
    assert len(expected.palette) == count
    session = pc.Session(pixels)
    for quantized in (pc.quantize(pixels, "auto", **options), session.quantize("auto", **options)):
        assert quantized.palette == expected.palette
        assert np.array_equal(quantized.indices, expected.indices)
    assert pc.find_palette(pixels, "auto", **options) == expected.palette
    assert len(session.palette("auto", target_psnr=20)) < count


def test_images_together_get_the_suggestion_for_all() -> None:
    images = [draw_discs(7), draw_discs(9, seed=1)]
    count = pc.find_elbow(np.concatenate(images)).colors
    assert count == 16
    palette = pc.find_shared_palette(images, "auto", dither="auto")
    assert palette == pc.find_shared_palette(images, count, dither="auto")


def test_auto_has_room_for_locked_colors() -> None:
    pixels = draw_discs(5)
    locked = [f"#0000{level:02x}" for level in range(20)]
    palette = pc.find_palette(pixels, "auto", locked=locked)
    assert len(palette) == 25
    assert set(locked) | set(pc.find_palette(pixels, 5).hex) == set(palette.hex)
    assert len(pc.find_palette(pixels, "auto", locked=["#000001@99"])) == 100
    many = [f"#{level:02x}00ff" for level in range(250)]
    assert len(pc.find_palette(random_grays(256), "auto", locked=many)) == 256


@pytest.mark.parametrize("levels", [65, 80, 256])
def test_the_curve_falls_to_zero(levels: int) -> None:
    elbow = pc.find_elbow(random_grays(levels))
    assert elbow.counts[-1] == levels
    assert elbow.counts == tuple(sorted(set(elbow.counts)))
    assert {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64} <= set(elbow.counts)
    assert elbow.colors in elbow.counts
    assert elbow.mse[-1] == 0
    assert elbow.psnr[-1] == float("inf")
    assert (np.diff(elbow.mse) < 0).all()


def test_transparent_pixels_do_not_count() -> None:
    pixels = np.dstack([draw_discs(12), np.full((200, 200), 255, np.uint8)])
    pixels[:50] = np.random.default_rng(0).integers(0, 128, (50, 200, 4), np.uint8)
    assert pc.find_elbow(pixels).colors == len(np.unique(pixels[50:].reshape(-1, 4), axis=0))
    mask = np.zeros((200, 200), bool)
    mask[150:, :40] = True
    inside = len(np.unique(pixels[150:, :40].reshape(-1, 4), axis=0))
    assert pc.find_elbow(pixels, mask=mask).colors == inside
    noise = np.random.default_rng(0).integers(0, 256, (50, 50, 4), np.uint8)
    assert pc.find_elbow(noise).counts[-1] == 255


def test_it_refuses_what_quantize_refuses() -> None:
    with pytest.raises(pc.PixelsError, match="every pixel is transparent"):
        pc.find_elbow(np.zeros((4, 4, 4), np.uint8))
    with pytest.raises(pc.PixelTypeError):
        pc.find_elbow(np.zeros((4, 4, 3)))
    with pytest.raises(pc.OptionError):
        pc.find_elbow(np.zeros((4, 4, 3), np.uint8), alpha_threshold=300)


def test_progress_rises_to_one() -> None:
    reports: list[float] = []
    pc.find_elbow(load_sample_image("china.jpg"), progress=reports.append)
    assert reports == sorted(reports)
    assert reports[-1] == 1


def open_layers(*layers: Bytes) -> PreviewSession:
    session = PreviewSession()
    opened = []
    for number, pixels in enumerate(layers):
        height, width, channels = pixels.shape
        area = (0, 0, width, height)
        kind = "rgba" if channels == 4 else "rgb"
        session.allocate(str(number), area, kind)[:] = pixels.data.cast("B")
        opened.append(
            {"area": area, "pixels": str(number), "mask": None, "selection": None, "use": "only"}
        )
    session.open(opened, opened, opened[0], opened[0]["area"])
    return session


def test_the_dialog_gets_the_suggestion_for_all_layers() -> None:
    settings = {"colors": 4, "design": {}, "mapping": {"dither": "auto"}}
    one, other = draw_discs(12), draw_discs(5, seed=1)
    together = len(np.unique(np.concatenate([one, other]).reshape(-1, 3), axis=0))
    assert open_layers(one).suggest_colors(settings) == 12
    assert open_layers(one, other).suggest_colors(settings) == together
    with pytest.raises(pc.PixelsError, match="every pixel is transparent"):
        open_layers(np.zeros((4, 4, 4), np.uint8)).suggest_colors(settings)
