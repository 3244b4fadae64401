"""Animations with something special: odd frames, default images, profiles, and broken files."""

from __future__ import annotations

import re
import struct
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.animation import decode_first, open_animation
from palette_core.arrays import Bytes
from palette_core.batch import JobOptions, process_image
from palette_core.image.image_files import EncodedImage
from palette_core.image.png_chunks import join_chunks, read_chunks
from palette_core.options import QuantizeOptions

from .animation_files import (
    BACKGROUND,
    PREVIOUS,
    GifFrame,
    PngFrame,
    WebPFrame,
    apng,
    gif,
    opened,
    webp,
)
from .ffmpeg import assert_same, ffmpeg_frames
from .png_files import RGB, chrm, gama, write_png
from .reference_metrics import decoded, encode_frames

SIZE = WIDTH, HEIGHT = 9, 7
PALETTE = np.array([[200, 220, 255], [255, 0, 0], [0, 200, 0], [0, 0, 255]], np.uint8)
CLEAR = [0, 0, 0, 0]
WIDE = 0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06  # white and primaries of Adobe RGB


def filled(color: Sequence[int], width: int = WIDTH, height: int = HEIGHT) -> Bytes:
    return np.full((height, width, len(color)), color, np.uint8)


def indices(index: int, width: int = WIDTH, height: int = HEIGHT) -> Bytes:
    return np.full((height, width), index, np.uint8)


def frames(data: bytes) -> list[Bytes]:
    return [frame.pixels for frame in opened(data)]


# GIF


@pytest.mark.parametrize("transparent", [None, 3])
@pytest.mark.parametrize("background", [0, 2, 9])
def test_the_background_is_a_colour_without_a_transparent_index(
    transparent: int | None, background: int, tmp_path: Path
) -> None:
    small = GifFrame(indices(1, 3, 2), 2, 1, disposal=2, transparent=transparent)
    still, moving = (gif(SIZE, [small] * n, PALETTE, background=background) for n in (1, 2))
    path = tmp_path / "it.gif"
    path.write_bytes(moving)
    expected = filled(CLEAR)
    if transparent is None and background < len(PALETTE):
        expected[:] = *PALETTE[background], 255
    expected[1:3, 2:5] = 255, 0, 0, 255
    assert_same(ffmpeg_frames(path, SIZE), [expected] * 2)
    assert_same(frames(moving), [expected] * 2)
    assert_same([decode_first(EncodedImage("it", still)).pixels], [expected])


def test_clearing_after_an_opaque_frame_makes_transparent(tmp_path: Path) -> None:
    dot = GifFrame(indices(2, 1, 1), disposal=2, transparent=3)
    path = tmp_path / "it.gif"
    path.write_bytes(gif(SIZE, [GifFrame(indices(1)), dot, dot], PALETTE))
    assert_same(frames(path.read_bytes()), ffmpeg_frames(path, SIZE))
    large = GifFrame(indices(3), disposal=2, transparent=3)
    path.write_bytes(gif(SIZE, [GifFrame(indices(1)), large, dot], PALETTE))
    first, second, third = found = frames(path.read_bytes())
    assert_same(found, ffmpeg_frames(path, SIZE))
    assert np.array_equal(second, first)
    assert third[0, 0].tolist() == [0, 200, 0, 255]
    assert not third[1:, 1:].any()


def test_frames_beyond_the_screen_are_cut_off(tmp_path: Path) -> None:
    shown = [
        GifFrame(indices(1)),
        GifFrame(indices(2), 4, 3, disposal=3),
        GifFrame(indices(3, 20, 2), 0, 5, disposal=2, transparent=0),
        GifFrame(indices(2, 3, 20), 6, 1),
    ]
    path = tmp_path / "it.gif"
    path.write_bytes(gif(SIZE, shown, PALETTE))
    assert_same(frames(path.read_bytes()), ffmpeg_frames(path, SIZE))


def test_a_frame_outside_of_the_screen_only_takes_its_time() -> None:
    shown = [GifFrame(indices(1)), GifFrame(indices(2), 400, 3, disposal=2), GifFrame(indices(1))]
    found = frames(gif(SIZE, shown, PALETTE))
    assert all(np.array_equal(frame, filled([255, 0, 0])) for frame in found)
    assert len(found) == 3


def test_a_still_gif_that_is_larger_than_its_screen_is_read_whole() -> None:
    picture = decode_first(EncodedImage("it", gif((4, 3), [GifFrame(indices(1))], PALETTE)))
    assert np.array_equal(picture.pixels, filled([255, 0, 0]))


def test_a_screen_without_sides_is_as_large_as_the_first_frame() -> None:
    found = frames(gif((0, 0), [GifFrame(indices(1)), GifFrame(indices(2, 1, 1))], PALETTE))
    assert [frame.shape for frame in found] == [(HEIGHT, WIDTH, 3)] * 2


def test_an_index_beyond_the_palette_shows_what_is_below() -> None:
    shown = [GifFrame(indices(1)), GifFrame(indices(9))]
    first, second = frames(gif(SIZE, shown, PALETTE))
    assert np.array_equal(second, first)


def test_a_gif_without_any_palette_is_grey() -> None:
    assert np.array_equal(frames(gif(SIZE, [GifFrame(indices(7))] * 2, None))[0], filled([7] * 3))


def test_a_palette_of_greys_is_a_palette() -> None:
    ramp = np.repeat(np.arange(4, dtype=np.uint8)[:, None], 3, axis=1)
    shown = [GifFrame(indices(2)), GifFrame(indices(1), palette=ramp, transparent=2)]
    assert np.array_equal(frames(gif(SIZE, shown, ramp))[1], filled([1, 1, 1]))


def test_comments_and_unknown_extensions_are_skipped() -> None:
    data = gif(SIZE, [GifFrame(indices(1)), GifFrame(indices(2))], PALETTE, loop=None)
    comment = b"!\xfe\x05hello\x03,;!\0"
    application = b"!\xff\x0bICCRGBG1012\x02ab\0" + b"!\xff\x0bANIMEXTS1.0\x03\x01\x02\0\0"
    start = data.index(b"!")
    animation = opened(data[:start] + comment + application + data[start:])
    assert (len(animation), animation.plays) == (2, 3)


def test_a_gif_without_its_last_byte() -> None:
    data = gif(SIZE, [GifFrame(indices(1)), GifFrame(indices(2))], PALETTE)
    assert len(frames(data[:-1])) == len(frames(data[:-2])) == 2


# APNG


@pytest.mark.parametrize("count", [1, 3])
def test_a_default_image_is_no_frame(count: int) -> None:
    colors = [[250, 9 * number, 0, 255] for number in range(count)]
    shown = [PngFrame(filled(color)) for color in colors]
    data = apng(SIZE, shown, default=filled([255, 0, 255, 255]))
    found = frames(data)
    assert [frame[0, 0].tolist() for frame in found] == [color[:3] for color in colors]
    still = decode_first(EncodedImage("it", data))
    assert np.array_equal(still.pixels[..., :3], filled([255, 0, 255]))
    assert still.notes[:1] == [f"only the first of {count + 1} frames is used"]


def test_the_only_frame_beside_a_default_image_is_what_is_quantized() -> None:
    data = apng(SIZE, [PngFrame(filled([1, 2, 3, 255]))], default=filled([255, 0, 255, 255]))
    made = process_image(EncodedImage("it", data), JobOptions(QuantizeOptions(4)), ".png")
    assert made.frames == 1
    assert made.palette.colors.tolist() == [[1, 2, 3]]
    assert open_animation(EncodedImage("made", made.data)) is None


def test_clearing_makes_a_png_without_alpha_transparent() -> None:
    # The specification names fully transparent black; FFmpeg keeps such a file opaque.
    shown = [
        PngFrame(filled([255, 0, 0]), disposal=BACKGROUND),
        PngFrame(filled([0, 200, 0], 1, 1)),
    ]
    first, second = frames(apng(SIZE, shown, color_type=RGB))
    assert np.array_equal(first, filled([255, 0, 0]))
    assert second[0, 0].tolist() == [0, 200, 0, 255]
    assert not second[1:, 1:].any()


def test_what_was_there_before_the_first_frame_is_transparent() -> None:
    shown = [
        PngFrame(filled([255, 0, 0, 255]), disposal=PREVIOUS),
        PngFrame(filled([0, 200, 0, 255], 1, 1)),
    ]
    assert not frames(apng(SIZE, shown))[1][1:, 1:].any()


@pytest.mark.parametrize("depth", [8, 16])
def test_frames_are_decoded_as_stills_are(depth: int) -> None:
    """Those of an APNG whose chunks say that its colours are not sRGB."""
    rng = np.random.default_rng(depth)
    samples = rng.integers(0, 2**depth, (HEIGHT, WIDTH, 3))
    chunks = [gama(1 / 1.8), chrm(*WIDE)]
    shown = [PngFrame(filled([0, 0, 0]).astype(int)), PngFrame(samples)]
    data = apng(SIZE, shown, depth=depth, color_type=RGB, chunks=chunks)
    expected = decoded(write_png(samples, depth, RGB, chunks))
    assert any("converted" in note for note in expected.notes)
    animation = opened(data)
    for _ in range(2):
        assert np.array_equal([frame.pixels for frame in animation][1], expected.pixels)
    assert animation.notes == expected.notes  # each of them once


def test_the_canvas_is_turned_as_exif_asks_for() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    rng = np.random.default_rng(6)
    whole, part = (rng.integers(0, 256, (*sides, 3), np.uint8) for sides in [(7, 9), (2, 3)])
    shown = [PngFrame(whole), PngFrame(part, 5, 1)]
    data = apng(SIZE, shown, color_type=RGB, chunks=[(b"eXIf", exif.tobytes()[6:])])
    expected = whole.copy()
    expected[1:3, 5:8] = part
    found = opened(data)
    for frame, pixels in zip(found, (whole, expected), strict=True):
        assert np.array_equal(frame.pixels, np.rot90(pixels, -1))
    assert found.notes == ["turned upright, as its EXIF data says"]


# WebP, AVIF


def test_opaque_parts_of_a_webp_on_an_empty_canvas() -> None:
    shown = [WebPFrame(filled([255, 0, 0], 3, 2), 2 * n, 2, clear=True) for n in range(3)]
    for count in (1, 3):
        data = webp(SIZE, shown[:count], alpha=False)
        found = frames(data) if count > 1 else [decoded(data).pixels]
        for number, pixels in enumerate(found):
            expected = filled(CLEAR)
            expected[2:4, 2 * number : 2 * number + 3] = 255, 0, 0, 255
            assert np.array_equal(pixels, expected)


def test_a_webp_that_covers_its_canvas_is_opaque() -> None:
    found = frames(webp(SIZE, [WebPFrame(filled([9, 9, 9]))] * 2))
    assert [frame.shape[2] for frame in found] == [3, 3]


def test_frames_of_avif() -> None:
    shown = [Image.fromarray(filled([250, 40 * number, 0], 16, 16)) for number in range(3)]
    data = encode_frames(shown, "AVIF", duration=70, quality=100)
    for found, image in zip(opened(data), shown, strict=True):
        assert np.abs(found.pixels.astype(int) - np.asarray(image)).max() <= 3
        assert found.duration == 70


# What comes out


def test_the_error_is_measured_against_what_is_seen() -> None:
    half = PngFrame(filled([255, 0, 0, 128], 4, 4), 1, 1, blend=1)
    data = apng(SIZE, [PngFrame(filled([0, 0, 255, 255])), half])
    exact = process_image(EncodedImage("it", data), JobOptions(QuantizeOptions(4)), ".png")
    assert exact.metrics.psnr == float("inf")
    expected = filled([0, 0, 255])
    expected[1:5, 1:5] = 128, 0, 127
    assert np.array_equal(frames(exact.data)[1], expected)
    coarse = process_image(EncodedImage("it", data), JobOptions(QuantizeOptions(1)), ".png")
    assert coarse.metrics.psnr < 20


def test_durations_of_zero_stay_zero() -> None:
    for data in (
        gif(SIZE, [GifFrame(indices(1), delay=0)] * 2, PALETTE),
        apng(SIZE, [PngFrame(filled([1, 2, 3, 255]), delay=(0, 100))] * 2),
        webp(SIZE, [WebPFrame(filled([1, 2, 3]), duration=0)] * 2),
    ):
        assert [frame.duration for frame in opened(data)] == [0, 0]
    by_default = opened(apng(SIZE, [PngFrame(filled([1, 2, 3, 255]), delay=(7, 0))] * 2))
    assert [frame.duration for frame in by_default] == [70, 70]


@pytest.mark.parametrize("kind", ["apng", "gif"])
def test_frames_are_decoded_one_at_a_time(kind: str) -> None:
    """In the memory of a few of them, with the two canvases of disposal to the previous frame."""
    size, dot = (400, 300), indices(1, 1, 1)
    whole, part = indices(2, *size), [GifFrame(dot, disposal=3)] * 60
    if kind == "gif":
        data = gif(size, [GifFrame(whole), *part], PALETTE)
    else:
        pixels = np.zeros((300, 400, 4), np.uint8)
        later = [PngFrame(pixels, disposal=PREVIOUS)] * 60
        data = apng(size, [PngFrame(pixels), *later])
    animation = opened(data)
    tracemalloc.start()
    count = sum(1 for _ in animation)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 61
    assert peak < 8 * 4 * 300 * 400


# Broken files


def changed(place: int, value: int, name: bytes = b"fcTL", nth: int = 1) -> bytes:
    """Return an APNG of which a number of 4 bytes in a chunk has another value."""
    shown = [PngFrame(filled([9, 9, 9, 255]))] * 2
    chunks, seen = [], 0
    for kind, content in read_chunks(apng(SIZE, shown)):
        if kind == name:
            if seen == nth:
                content = bytearray(content)
                content[place : place + 4] = struct.pack(">I", value)
            seen += 1
        chunks.append((kind, bytes(content)))
    return join_chunks(chunks)


def without(name: bytes) -> bytes:
    chunks = read_chunks(apng(SIZE, [PngFrame(filled([9, 9, 9, 255]))] * 2))
    return join_chunks(chunk for chunk in chunks if chunk[0] != name)


def damaged(name: bytes) -> bytes:
    data = bytearray(apng(SIZE, [PngFrame(filled([9, 9, 9, 255]))] * 2))
    data[data.rindex(name) + 9] ^= 1
    return bytes(data)


BROKEN = {
    "a smaller first frame": (changed(4, 8, nth=0), "does not cover its canvas"),
    "too wide": (changed(4, 10), "does not fit on the canvas of 9 x 7"),
    "too high": (changed(8, 2**31), "does not fit"),
    "without width": (changed(4, 0), "does not fit"),
    "too far right": (changed(12, 2**32 - 1), "does not fit"),
    "too far down": (changed(16, 1), "does not fit"),
    "unknown disposal": (changed(22, 0x000A0300), "disposal 3"),
    "frames out of sequence": (changed(0, 7), "out of sequence"),
    "data out of sequence": (changed(0, 7, b"fdAT", 0), "out of sequence"),
    "two milliards of frames": (changed(0, 2**31 - 1, b"acTL", 0), "2 of the 2147483647 frames"),
    "a frame without data": (without(b"fdAT"), "out of sequence|no data"),
    "a checksum": (damaged(b"fdAT"), "checksum"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_apngs_are_refused(what: str) -> None:
    data, message = BROKEN[what]
    with pytest.raises(pc.ImageFileError, match=f"^cannot read it: .*({message})"):
        list(open_animation(EncodedImage("it", data)) or ())


@pytest.mark.parametrize("kind", ["apng", "gif", "webp"])
def test_files_cut_short_anywhere_are_read_or_refused(kind: str) -> None:
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (3, HEIGHT, WIDTH, 4), np.uint8)
    data = {
        "apng": lambda: apng(SIZE, [PngFrame(frame) for frame in pixels]),
        "gif": lambda: gif(SIZE, [GifFrame(frame[..., 0] % 4) for frame in pixels], PALETTE),
        "webp": lambda: webp(SIZE, [WebPFrame(frame) for frame in pixels]),
    }[kind]()
    messages = []
    for end in range(len(data)):
        source = EncodedImage("it", data[:end])
        try:
            shown = list(open_animation(source) or ())
            decode_first(source)
        except pc.ImageFileError as error:
            messages.append(str(error))
        else:
            # Only a GIF may end between frames.
            assert kind == "gif"
            assert len(shown) in (0, 2, 3)
    assert all(re.fullmatch("cannot read it: (?!.*cannot read).*", text) for text in messages)
