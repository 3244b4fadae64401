"""Animations written and read again, by Pillow and by us."""

from __future__ import annotations

import io
import itertools
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import GifImagePlugin, Image

import palette_core as pc
from palette_core.animation import ENCODERS, IndexedFrame, open_animation
from palette_core.arrays import Bytes, Mask
from palette_core.image.image_files import EncodedImage

from .animation_files import opened
from .ffmpeg import assert_same, ffmpeg_frames, visible
from .reference_metrics import encode_frames, encode_image
from .strategies import SEEDS


def encoded(
    suffix: str,
    frames: Sequence[pc.Quantized],
    durations: Sequence[float],
    plays: int,
    place: str = "last",
) -> bytes:
    images = (
        IndexedFrame(frame.to_image(transparent_index=place), duration)
        for frame, duration in zip(frames, durations, strict=True)
    )
    return ENCODERS[suffix](images, plays)


def drawn_frames(
    seed: int, count: int, size: tuple[int, int], colors: int, transparent: bool
) -> list[pc.Quantized]:
    """Make frames of which each changes a part of the last, or nothing; some are transparent."""
    rng = np.random.default_rng(seed)
    palette = pc.Palette(rng.integers(0, 256, (colors, 3), np.uint8))
    indices: Bytes = rng.integers(0, colors, size, np.uint8)
    frames = []
    for _ in range(count):
        indices = indices.copy()
        top, left = (rng.integers(0, side) for side in size)
        part = indices[top : top + rng.integers(0, 9), left : left + rng.integers(0, 9)]
        part[:] = rng.integers(0, colors, part.shape)
        opaque: Mask | None = rng.random(size) < rng.choice([0, 0.5, 1]) if transparent else None
        frames.append(pc.Quantized(palette, indices, opaque))
    return frames


# Written


@given(
    seed=SEEDS,
    count=st.integers(2, 7),
    size=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    colors=st.sampled_from([1, 2, 3, 4, 5, 16, 17, 100, 255]),
    transparent=st.booleans(),
    place=st.sampled_from(["first", "last"]),
    plays=st.integers(0, 4),
    suffix=st.sampled_from(list(ENCODERS)),
)
def test_what_is_written_is_read(
    seed: int,
    count: int,
    size: tuple[int, int],
    colors: int,
    transparent: bool,
    place: str,
    plays: int,
    suffix: str,
) -> None:
    frames = drawn_frames(seed, count, size, colors, transparent)
    rng = np.random.default_rng(seed)
    durations = [float(10 * d) for d in rng.integers(0, 6000, count)]
    animation = opened(encoded(suffix, frames, durations, plays, place))
    assert (len(animation), animation.plays) == (count, plays)
    for (pixels, duration), frame, given_duration in zip(animation, frames, durations, strict=True):
        assert duration == pytest.approx(given_duration)
        assert np.array_equal(visible(pixels), visible(frame.to_array()))


@pytest.mark.parametrize("suffix", ENCODERS)
@pytest.mark.parametrize("colors", [1, 4, 17, 255])
@pytest.mark.parametrize("place", [None, "first", "last"])
def test_ffmpeg_reads_what_is_written(
    suffix: str, colors: int, place: str | None, tmp_path: Path
) -> None:
    for seed in range(2):
        width, height = size = (9, 7) if seed else (33, 20)
        frames = drawn_frames(seed, 12, (height, width), colors, transparent=place is not None)
        path = tmp_path / f"{seed}{suffix}"
        path.write_bytes(encoded(suffix, frames, [50] * 12, 0, place or "last"))
        assert_same(ffmpeg_frames(path, size), [frame.to_array() for frame in frames])


@pytest.mark.parametrize("suffix", ENCODERS)
@pytest.mark.parametrize("colors", [2, 7, 16, 200])
def test_palette_and_indices_are_ours(
    suffix: str, colors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pillow returns the indices of all frames of a GIF.
    strategy = GifImagePlugin.LoadingStrategy.RGB_AFTER_DIFFERENT_PALETTE_ONLY
    monkeypatch.setattr(GifImagePlugin, "LOADING_STRATEGY", strategy)
    frames = drawn_frames(colors, 6, (20, 30), colors, transparent=False)
    with Image.open(io.BytesIO(encoded(suffix, frames, [50] * 6, 0))) as image:
        assert "transparency" not in image.info
        for number, frame in enumerate(frames):
            image.seek(number)
            image.load()
            assert image.mode == "P"
            entries = np.array(image.getpalette()).reshape(-1, 3)
            assert np.array_equal(entries[:colors], frame.palette.colors)
            assert not entries[colors:].any()  # a GIF has as many as a power of two
            assert np.array_equal(np.asarray(image), frame.indices)


@pytest.mark.parametrize("suffix", ENCODERS)
@pytest.mark.parametrize(("place", "entry"), [("first", 0), ("last", 5)])
def test_the_transparent_entry_is_one_of_the_palette(suffix: str, place: str, entry: int) -> None:
    frames = drawn_frames(3, 4, (9, 9), 5, transparent=True)
    with Image.open(io.BytesIO(encoded(suffix, frames, [50] * 4, 0, place))) as image:
        transparency = image.info["transparency"]
        entries = np.array(image.getpalette()).reshape(-1, 3)[:6].tolist()
    assert transparency in (entry, bytes([255] * entry + [0]))
    assert entries.pop(entry) == [0, 0, 0]
    assert entries == frames[0].palette.colors.tolist()


@pytest.mark.parametrize("suffix", ENCODERS)
def test_still_areas_cost_next_to_nothing(suffix: str, photo: Bytes) -> None:
    still = pc.quantize(photo[::2, ::2], 16)
    dot = still.indices.copy()
    dot[30, 40] ^= 1
    moved = pc.Quantized(still.palette, dot, None)
    one, many = (
        len(encoded(suffix, [still, moved] * half, [50, 50] * half, 0)) for half in (1, 10)
    )
    assert many < 1.5 * one


@pytest.mark.parametrize("colors", [2, 16, 255, 256])
def test_scattered_changes_cost_little_in_a_gif(colors: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(colors)
    palette = pc.Palette(rng.integers(0, 256, (colors, 3), np.uint8))
    indices: Bytes = rng.integers(0, colors, (120, 160), np.uint8)
    frames = []
    for _ in range(6):
        indices = indices.copy()
        indices.flat[rng.integers(0, indices.size, 20)] = rng.integers(0, colors, 20)
        frames.append(pc.Quantized(palette, indices, None))
    path = tmp_path / "scattered.gif"
    path.write_bytes(encoded(".gif", frames, [50] * 6, 0))
    assert path.stat().st_size < 1.5 * len(encoded(".gif", frames[:1], [50], 0))
    assert_same(ffmpeg_frames(path, (160, 120)), [frame.to_array() for frame in frames])


@pytest.mark.parametrize("suffix", ENCODERS)
def test_memory_is_that_of_a_few_frames(suffix: str) -> None:
    palette = pc.Palette([[0, 0, 0], [255, 255, 255]])

    def blinking(count: int) -> Iterator[IndexedFrame]:
        for number in range(count):
            indices = np.zeros((300, 400), np.uint8)
            indices[5, number % 400] = 1
            yield IndexedFrame(pc.Quantized(palette, indices, None).to_image(), 20.0)

    ENCODERS[suffix](blinking(4), 0)
    tracemalloc.start()
    data = ENCODERS[suffix](blinking(60), 0)
    peak = tracemalloc.get_traced_memory()[1] - len(data)
    tracemalloc.stop()
    assert peak < 8 * 300 * 400
    assert len(opened(data)) == 60


# Timing


def delays(durations: Sequence[float], suffix: str = ".gif") -> list[float]:
    """Return the durations of a file's frames, which are written with some durations."""
    frame = pc.Quantized(pc.Palette([[0, 0, 0]]), np.zeros((1, 1), np.uint8), None)
    animation = opened(encoded(suffix, [frame] * len(durations), durations, 0))
    return [frame.duration for frame in animation]


@given(durations=st.lists(st.floats(20, 500), min_size=2, max_size=40))
def test_rounding_to_hundredths_does_not_add_up(durations: list[float]) -> None:
    ends = list(itertools.accumulate(durations))
    written = list(itertools.accumulate(delays(durations)))
    assert all(abs(a - b) <= 5 + 1e-6 for a, b in zip(ends, written, strict=True))


def test_no_frame_becomes_one_that_viewers_show_for_a_tenth_of_a_second() -> None:
    assert delays([1000 / 60] * 8) == [20] * 8
    assert delays([15.0, 11.0]) == [20, 20]
    assert delays([10.0, 0.0, 10.0, 40.0]) == [10, 0, 10, 40]  # they were such before


def test_delays_longer_than_there_are() -> None:
    assert delays([1e7, 20.0]) == [655350, 655350]


@pytest.mark.parametrize("duration", [1000 / 30, 1000 / 60, 1001 / 24, 12.5, 70_000.0, 655_350.0])
def test_a_png_tells_durations_as_fractions(duration: float) -> None:
    assert delays([duration] * 2, ".png") == pytest.approx([duration] * 2)


def test_a_gif_has_no_sides_of_more_than_65535() -> None:
    frame = pc.Quantized(pc.Palette([[0, 0, 0]]), np.zeros((1, 65536), np.uint8), None)
    with pytest.raises(pc.ImageFileError, match=r"65536 x 1 pixels.*at most 65535"):
        encoded(".gif", [frame], [0], 1)


# Read


def moving(count: int = 5, alpha: bool = False) -> list[Image.Image]:
    frames = []
    for number in range(count):
        pixels = np.zeros((24, 32, 4), np.uint8)
        pixels[..., 3] = 0 if alpha else 255
        pixels[4 + number : 12 + number, 5 * number : 5 * number + 8] = (250, 9 * number, 0, 255)
        frames.append(Image.fromarray(pixels if alpha else pixels[..., :3].copy()))
    return frames


@pytest.mark.parametrize(
    ("kind", "alpha", "options"),
    [
        ("GIF", False, {"disposal": 1}),
        ("GIF", True, {"disposal": 2}),
        ("PNG", False, {"blend": 1}),
        ("PNG", True, {"disposal": 1}),
        ("PNG", True, {}),
        ("WEBP", False, {"lossless": True}),
        ("WEBP", True, {"lossless": True, "exact": True}),
    ],
)
def test_frames_come_as_they_are_visible(kind: str, alpha: bool, options: dict[str, Any]) -> None:
    frames, durations = moving(alpha=alpha), [20, 40, 60, 80, 100]
    animation = opened(encode_frames(frames, kind, duration=durations, loop=0, **options))
    assert (len(animation), animation.plays) == (5, 0)
    for found, frame, duration in zip(animation, frames, durations, strict=True):
        assert np.array_equal(visible(found.pixels), visible(np.asarray(frame)))
        assert found.duration == duration
    assert [frame.duration for frame in animation] == durations  # once more


@pytest.mark.parametrize(
    ("kind", "options", "plays"),
    [
        ("GIF", {}, 1),
        ("GIF", {"loop": 0}, 0),
        ("GIF", {"loop": 3}, 4),  # it is repeated three times
        ("PNG", {"loop": 0}, 0),
        ("PNG", {"loop": 3}, 3),
        ("WEBP", {"loop": 0}, 0),
        ("WEBP", {"loop": 3}, 3),
    ],
)
def test_how_often_it_is_played(kind: str, options: dict[str, int], plays: int) -> None:
    assert opened(encode_frames(moving(), kind, duration=50, **options)).plays == plays


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "JPEG"])
def test_a_still_image_is_no_animation(kind: str) -> None:
    assert open_animation(EncodedImage("it", encode_image(moving()[0], kind))) is None


def test_pages_are_no_animation() -> None:
    assert open_animation(EncodedImage("it", encode_frames(moving(), "TIFF"))) is None
