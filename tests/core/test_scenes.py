"""Scenes of an animation with palettes of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.animation import ENCODERS, IndexedFrame
from palette_core.arrays import Bytes

from .animation_files import opened
from .command_line import Cli
from .ffmpeg import assert_same, ffmpeg_frames


def shot(color: tuple[int, int, int], seed: int, count: int) -> list[Bytes]:
    """Make frames of one scene: shades of a colour, which move, with noise."""
    rng = np.random.default_rng(seed)
    shades = np.linspace(0.2, 1, 64)
    image = np.rint(np.outer(shades, color)).astype(np.int64)[np.newaxis].repeat(48, axis=0)
    return [
        (np.roll(image, frame, axis=1) + rng.integers(-2, 3, image.shape))
        .clip(0, 255)
        .astype(np.uint8)
        for frame in range(count)
    ]


@pytest.fixture
def film(workdir: Path) -> list[Bytes]:
    """Write film.webp in the working folder: a red scene, a green one and a blue one."""
    frames = [
        *shot((255, 60, 40), 1, 4),
        *shot((40, 255, 90), 2, 3),
        *shot((70, 60, 255), 3, 5),
    ]
    images = [Image.fromarray(frame) for frame in frames]
    images[0].save(workdir / "film.webp", save_all=True, append_images=images[1:], lossless=True)
    return frames


def test_scenes_begin_where_the_colors_change(film: list[Bytes], cli: Cli) -> None:
    command = "quantize film.webp -k 8 --dither none --space srgb --json"
    found = cli(*command.split(), "--frame-palettes", "-o", "film.gif")
    scenes = found.json["scenes"]
    assert [scene["first_frame"] for scene in scenes] == [0, 4, 7]
    shown = [frame.pixels for frame in opened(Path("film.gif").read_bytes())]
    for scene, start, end in zip(scenes, (0, 4, 7), (4, 7, 12), strict=True):
        palette = pc.find_shared_palette(film[start:end], 8)
        assert scene["palette"] == list(palette.hex)
        for frame, pixels in zip(film[start:end], shown[start:end], strict=True):
            assert np.array_equal(pixels, pc.map_pixels(frame, palette).to_array())
    shared = cli(*command.split(), "-o", "shared.gif").json
    assert "scenes" not in shared
    assert found.json["mse"] < 0.5 * shared["mse"]
    with Image.open("film.gif") as image:  # Pillow reads local colour tables too
        for number, pixels in enumerate(shown):
            image.seek(number)
            assert np.array_equal(np.asarray(image.convert("RGB")), pixels)


@pytest.mark.usefixtures("workdir")
def test_one_scene_gives_the_file_of_one_palette(cli: Cli) -> None:
    images = [Image.fromarray(frame) for frame in shot((255, 200, 90), 5, 6)]
    images[0].save("one.webp", save_all=True, append_images=images[1:], lossless=True)
    for name, options in (("with.gif", ["--frame-palettes"]), ("without.gif", [])):
        cli("quantize", "one.webp", "-k", "16", *options, "-o", name)
    assert Path("with.gif").read_bytes() == Path("without.gif").read_bytes()


@pytest.mark.usefixtures("workdir")
def test_transparent_frames_belong_to_the_scene_before(cli: Cli) -> None:
    empty = np.zeros((48, 64, 4), np.uint8)
    red, green = (
        [np.dstack([frame, np.full((48, 64), 255, np.uint8)]) for frame in shot(color, seed, 2)]
        for seed, color in enumerate([(255, 60, 40), (40, 255, 90)])
    )
    images = [Image.fromarray(frame) for frame in (empty, *red, empty, *green)]
    images[0].save("gaps.webp", save_all=True, append_images=images[1:], lossless=True)
    found = cli("quantize", "gaps.webp", "-k", "8", "--frame-palettes", "--json", "-o", "gaps.gif")
    assert [scene["first_frame"] for scene in found.json["scenes"]] == [0, 4]
    shown = [frame.pixels for frame in opened(Path("gaps.gif").read_bytes())]
    is_empty = [pixels.shape[2] == 4 and not pixels[..., 3].any() for pixels in shown]
    assert is_empty == [True, False, False, True, False, False]


@pytest.mark.parametrize("colors", [2, 5, 16, 256])
@pytest.mark.parametrize("transparent", [False, True])
def test_ffmpeg_reads_local_color_tables(colors: int, transparent: bool, tmp_path: Path) -> None:
    rng = np.random.default_rng(colors)
    frames = []
    colors -= transparent
    for palette in [pc.Palette(rng.integers(0, 256, (colors, 3), np.uint8)) for _ in range(3)]:
        indices = rng.integers(0, colors, (20, 33), np.uint8)
        for _ in range(3):
            indices = indices.copy()
            indices[rng.integers(0, 10) :, 5:9] = rng.integers(0, colors)
            opaque = rng.random((20, 33)) < 0.8 if transparent else None
            frames.append(pc.Quantized(palette, indices, opaque))
    images = (IndexedFrame(frame.to_image(), 50) for frame in frames)
    path = tmp_path / "tables.gif"
    path.write_bytes(ENCODERS[".gif"](images, 0))
    assert_same(ffmpeg_frames(path, (33, 20)), [frame.to_array() for frame in frames])


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("film.webp -o out.png", "needs a GIF file, because"),
        ("film.webp -o out.gif --palette-out out.gpl", "--palette-out"),
        ("film.webp -o out.gif --palette bee.gpl", "--palette"),
        ("film.webp photo.jpg -o out/", "several images"),
    ],
)
@pytest.mark.usefixtures("film")
def test_what_needs_one_palette_is_refused(arguments: str, reason: str, cli: Cli) -> None:
    outcome = cli("quantize", *arguments.split(), "--frame-palettes")
    assert outcome.code in (1, 2)
    assert reason in outcome.err
    assert "--frame-palettes" in outcome.err or "frame_palettes" in outcome.err
