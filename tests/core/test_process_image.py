"""One picture file made into another: stills, and animations with all frames under one palette."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core import batch
from palette_core.arrays import Bytes
from palette_core.batch import JobOptions
from palette_core.image.image_files import EncodedImage
from palette_core.options import QuantizeOptions

from .command_line import EYE
from .reference_metrics import encode_frames, encode_image


def recipe(colors: int = 8, palette: pc.Palette | None = None, **mapping: Any) -> JobOptions:
    return JobOptions(QuantizeOptions(colors, **mapping), palette)


def animated(frames: Sequence[Bytes], kind: str, **options: Any) -> EncodedImage:
    images = [Image.fromarray(frame) for frame in frames]
    return EncodedImage("it", encode_frames(images, kind, lossless=True, **options))


@pytest.fixture
def film(drawn: Bytes) -> list[Bytes]:
    return [np.roll(drawn, 3 * step, axis=1) for step in range(4)]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
@pytest.mark.parametrize("suffix", batch.SUFFIXES)
@pytest.mark.parametrize("given", [False, True])
def test_frames_get_one_palette(kind: str, suffix: str, given: bool, film: list[Bytes]) -> None:
    durations = [20, 40, 500, 60]
    palette = pc.find_shared_palette(film, 9, **EYE)
    made = batch.process_image(
        animated(film, kind, duration=durations, loop=2),
        recipe(9, palette if given else None, **EYE),
        suffix,
    )
    assert (made.palette, made.frames) == (palette, 4)
    mapped = [pc.map_pixels(frame, palette, **EYE).to_array() for frame in film]
    with Image.open(io.BytesIO(made.data)) as image:
        assert image.n_frames == 4
        assert image.info["loop"] == (
            1 if suffix == ".gif" else 2
        )  # repeated once, or played twice
        for number, frame in enumerate(mapped):
            image.seek(number)
            image.load()
            assert image.info["duration"] == durations[number]
            assert np.array_equal(np.asarray(image.convert("RGB")), frame)
    whole, mapped_whole = np.concatenate(film), np.concatenate(mapped)
    expected = pc.compare(whole, mapped_whole)
    assert made.metrics.mse == pytest.approx(expected.mse)
    assert made.metrics.psnr == pytest.approx(expected.psnr)
    assert made.metrics.different == expected.different
    assert made.metrics.compared == expected.compared
    assert made.metrics.max_difference == expected.max_difference


@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("suffix", batch.SUFFIXES)
@pytest.mark.parametrize("given", [False, True])
def test_frames_that_are_transparent_in_part_or_whole(
    suffix: str, place: str, given: bool, film: list[Bytes]
) -> None:
    alpha = np.full((*film[0].shape[:2], 1), 255, np.uint8)
    frames = [np.dstack([frame, alpha]) for frame in film]
    frames[1][10:30, 5:50, 3] = 0
    frames[2][..., 3] = 0
    palette = pc.find_shared_palette(frames, 255)
    assert len(palette) == 255
    how = JobOptions(QuantizeOptions(256), palette if given else None, place)
    made = batch.process_image(animated(frames, "PNG", duration=50), how, suffix)
    assert made.palette == palette
    with Image.open(io.BytesIO(made.data)) as image:
        for number, frame in enumerate(frames):
            image.seek(number)
            found = np.asarray(image.convert("RGBA"))
            expected = pc.map_pixels(frame, palette).to_array()
            assert np.array_equal(found[..., 3], frame[..., 3])
            assert np.array_equal(
                found[found[..., 3] > 0][:, :3], expected[frame[..., 3] > 0][:, :3]
            )


@pytest.mark.parametrize("suffix", [".png", ".gif"])
def test_a_still_picture_is_written_as_one(suffix: str, cutout: Bytes) -> None:
    data = encode_image(Image.fromarray(cutout), "PNG")
    made = batch.process_image(EncodedImage("it", data), recipe(9), suffix)
    expected = pc.quantize(cutout, 9)
    with Image.open(io.BytesIO(made.data)) as image:
        assert (image.format, image.mode) == (suffix[1:].upper(), "P")
        assert not getattr(image, "is_animated", False)
        assert image.info["transparency"] == 9
        assert "loop" not in image.info
        assert np.array_equal(
            np.array(image.getpalette()).reshape(-1, 3)[:9], expected.palette.colors
        )
        assert np.array_equal(np.asarray(image)[expected.opaque], expected.indices[expected.opaque])
        assert (np.asarray(image)[~expected.opaque] == 9).all()


def test_an_animation_is_not_for_a_method_that_sees_every_pixel(film: list[Bytes]) -> None:
    how = JobOptions(QuantizeOptions(method="sklearn-kmeans"))
    with pytest.raises(pc.OptionError, match="needs the pixels of one image"):
        batch.process_image(animated(film, "PNG", duration=50), how, ".gif")
