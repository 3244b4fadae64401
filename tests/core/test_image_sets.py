"""Sets of images with one palette: one index stands for one colour in all files."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core import batch
from palette_core.arrays import Bytes
from palette_core.batch import JobOptions, JobResult
from palette_core.image.image_files import EncodedImage
from palette_core.options import QuantizeOptions

from .command_line import Cli
from .png_files import PngFile
from .reference_metrics import encode_image

RED, GREEN, BLUE = (255, 0, 0), (0, 200, 0), (0, 0, 255)
THREE = pc.Palette([RED, GREEN, BLUE])


def tile(*rows: Sequence[tuple[int, ...] | None]) -> Bytes:
    """Return an (H, W, 4) array; None is a transparent pixel."""
    return np.array([[(*c, 255) if c else (0, 0, 0, 0) for c in row] for row in rows], np.uint8)


OPAQUE = tile((RED, GREEN, BLUE), (BLUE, RED, GREEN))
HOLED = tile((None, GREEN, BLUE), (BLUE, RED, None))
CLEAR = tile((None, None, None), (None, None, None))


def save(folder: Path, **tiles: Bytes) -> None:
    folder.mkdir(exist_ok=True)
    for name, pixels in tiles.items():
        Image.fromarray(pixels).save(folder / f"{name}.png")


def run(
    folder: Path, recipe: JobOptions, *, processes: int = 1, share: bool = False
) -> list[JobResult]:
    jobs = batch.find_jobs([str(folder)], folder / "out")
    done = list(
        batch.run_jobs(
            jobs, recipe, folder / "out", share=share, processes=processes, overwrite=True
        )
    )
    assert [one.error for one in done] == [None] * len(jobs)
    return done


def written(folder: Path) -> dict[str, PngFile]:
    return {
        path.stem: PngFile(path.read_bytes()) for path in sorted((folder / "out").glob("*.png"))
    }


@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("share", [False, True])
def test_all_have_the_transparent_entry_or_none(
    place: str, processes: int, share: bool, tmp_path: Path
) -> None:
    recipe = JobOptions(QuantizeOptions(8), None if share else THREE, place)
    save(tmp_path, a=OPAQUE, b=OPAQUE)
    run(tmp_path, recipe, processes=processes, share=share)
    for png in written(tmp_path).values():
        assert (png.transparent, len(png.entries)) == ([], 3)

    save(tmp_path, c=HOLED)
    run(tmp_path, recipe, processes=processes, share=share)
    files = written(tmp_path)
    assert set(files) == {"a", "b", "c"}
    for png in files.values():
        assert png.transparent == [0 if place == "first" else 3]
        assert png.entries == files["a"].entries
    assert np.array_equal(files["a"].colors(), OPAQUE)
    assert np.array_equal(files["c"].colors(), HOLED)
    same = HOLED[..., 3] > 0
    assert np.array_equal(files["a"].indices[same], files["c"].indices[same])


def test_an_animation_counts_for_the_others_and_the_others_for_it(tmp_path: Path) -> None:
    for frames in ([OPAQUE, HOLED], [OPAQUE, np.roll(OPAQUE, 1, axis=1)]):
        for other in (OPAQUE, HOLED):
            save(tmp_path, still=other)
            first, second = map(Image.fromarray, frames)
            first.save(tmp_path / "film.png", save_all=True, append_images=[second], duration=50)
            run(tmp_path, JobOptions(palette=THREE, transparent_index="first"))
            expected = [0] if other is HOLED or frames[1] is HOLED else []
            assert {name: png.transparent for name, png in written(tmp_path).items()} == {
                "film": expected,
                "still": expected,
            }


def test_what_becomes_transparent_is_what_counts(tmp_path: Path) -> None:
    soft = OPAQUE.copy()
    soft[0, 0, 3] = 100
    save(tmp_path, a=OPAQUE, b=soft)
    for mapping, expected in (({}, [3]), ({"alpha_threshold": 90}, []), ({"matte": "#fff000"}, [])):
        run(tmp_path, JobOptions(QuantizeOptions(**mapping), THREE))
        assert [png.transparent for png in written(tmp_path).values()] == [expected] * 2


def test_pictures_with_palettes_of_their_own_have_their_own_entry(tmp_path: Path) -> None:
    save(tmp_path, a=OPAQUE, c=HOLED)
    run(tmp_path, JobOptions(QuantizeOptions(8)))
    assert [png.transparent for png in written(tmp_path).values()] == [[], [3]]


def test_a_full_palette_has_no_room_for_the_entry_in_any_file(tmp_path: Path) -> None:
    full = pc.Palette(np.arange(768).reshape(256, 3) % 256)
    save(tmp_path, a=OPAQUE, c=HOLED)
    jobs = batch.find_jobs([str(tmp_path)], tmp_path / "out")
    first, second = batch.run_jobs(jobs, JobOptions(palette=full), tmp_path / "out")
    assert first.error is None
    assert "256 colours leave no entry for transparent pixels" in str(second.error)
    assert {name: png.transparent for name, png in written(tmp_path).items()} == {"a": []}


def test_one_that_cannot_be_read_has_no_say(tmp_path: Path) -> None:
    save(tmp_path, a=OPAQUE, c=HOLED)
    (tmp_path / "b.png").write_text("no picture")
    jobs = batch.find_jobs([str(tmp_path)], tmp_path / "out")
    done = list(batch.run_jobs(jobs, JobOptions(palette=THREE), tmp_path / "out"))
    assert [type(one.error) for one in done] == [type(None), pc.ImageFileError, type(None)]
    assert [png.transparent for png in written(tmp_path).values()] == [[3], [3]]


@pytest.mark.parametrize("options", [["-k", "256"], ["--palette", "three.gpl"], ["-k", "2"]])
def test_a_run_over_a_part_of_the_set_can_ask_for_the_entry(
    options: list[str], current_folder: Path, cli: Cli
) -> None:
    THREE.save("three.gpl")
    save(current_folder, a=OPAQUE)
    command = ["quantize", "a.png", *options, "--transparent-entry", "always"]
    for output, file in (("one.png", "one.png"), ("many/", "many/a.png")):
        outcome = cli(*command, "--transparent-index", "first", "-o", output)
        assert (outcome.code, outcome.err) == (0, "")
        png = PngFile(Path(file).read_bytes())
        assert png.transparent == [0]
        assert png.indices.min() == 1


def test_256_colours_leave_no_room_for_an_entry_that_is_asked_for(
    current_folder: Path, cli: Cli
) -> None:
    pc.Palette(np.arange(768).reshape(256, 3) % 256).save("full.gpl")
    save(current_folder, a=OPAQUE)
    outcome = cli("quantize", "a.png", "--palette", "full.gpl", "-o", "out.png",
                  "--transparent-entry", "always")  # fmt: skip
    assert outcome.code == 2
    assert "--transparent-entry always needs a free entry" in outcome.err
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    Image.fromarray(noise).save("noise.png")
    command = "quantize noise.png -k 256 --effort fast --transparent-entry always -o out.png"
    assert cli(*command.split()).code == 0
    png = PngFile(Path("out.png").read_bytes())
    assert (len(png.entries), png.transparent) == (256, [255])


def test_in_python_an_image_can_have_the_entry_unused() -> None:
    quantized = pc.map_pixels(OPAQUE, THREE)
    for place, index in (("first", 0), ("last", 3)):
        image = quantized.to_image(transparent_index=place, transparent_entry=True)
        assert image.info["transparency"] == index
        assert np.array_equal(np.asarray(image.convert("RGBA")), OPAQUE)
    with pytest.raises(pc.OptionError, match="transparent_entry"):
        quantized.to_image(transparent_entry="yes")


# Wholly transparent images


@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("share", [False, True])
def test_a_transparent_tile_in_a_set(place: str, share: bool, tmp_path: Path) -> None:
    save(tmp_path, a=OPAQUE, b=CLEAR)
    recipe = JobOptions(QuantizeOptions(8), None if share else THREE, place)
    _, clear = run(tmp_path, recipe, share=share)
    png = written(tmp_path)["b"]
    assert np.array_equal(png.colors(), CLEAR)
    assert png.transparent == [0 if place == "first" else 3]
    assert math.isnan(clear.made.metrics.psnr)
    assert not clear.made.shares.any()


@pytest.mark.parametrize("options", [{}, {"method": "wu"}, {"dither": "floyd-steinberg"}])
@pytest.mark.parametrize("suffix", [".png", ".gif"])
def test_a_transparent_image_has_one_entry(
    suffix: str, options: dict[str, str], tmp_path: Path, cli: Cli
) -> None:
    save(tmp_path, clear=CLEAR)
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    output = tmp_path / f"out{suffix}"
    outcome = cli("quantize", str(tmp_path / "clear.png"), "-o", str(output), "--json", *arguments)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["colors"] == 0
    assert outcome.json["palette"] == outcome.json["shares"] == []
    assert outcome.json["mse"] is outcome.json["psnr"] is outcome.json["delta_e"] is None
    assert outcome.json["compared"] == 0
    with Image.open(output) as image:
        assert image.mode == "P"
        assert image.info["transparency"] == 0
        assert not np.asarray(image).any()
        assert np.array_equal(np.asarray(image.convert("RGBA"))[..., 3], CLEAR[..., 3])
    if suffix == ".png":
        assert PngFile(output.read_bytes()).entries == [(0, 0, 0)]


def test_a_set_of_transparent_tiles_alone(tmp_path: Path) -> None:
    save(tmp_path, a=CLEAR, b=CLEAR)
    for one in run(tmp_path, JobOptions(QuantizeOptions(8)), share=True):
        assert len(one.made.palette) == 0
    for png in written(tmp_path).values():
        assert (png.entries, png.transparent) == ([(0, 0, 0)], [0])


@pytest.mark.parametrize("suffix", [".png", ".gif"])
@pytest.mark.parametrize("palette", [None, THREE])
def test_an_animation_of_transparent_frames(suffix: str, palette: pc.Palette | None) -> None:
    first, second = (Image.fromarray(np.full_like(CLEAR, level)) for level in (0, 1))
    options = {"save_all": True, "append_images": [second], "duration": 50, "exact": True}
    source = EncodedImage("it", encode_image(first, "WEBP", **options))
    made = batch.process_image(source, JobOptions(palette=palette), suffix)
    assert made.palette == (palette or pc.Palette(np.empty((0, 3), np.uint8)))
    assert (made.frames, made.metrics.compared) == (2, 0)
    with Image.open(io.BytesIO(made.data)) as image:
        assert image.n_frames == 2
        for number in range(2):
            image.seek(number)
            assert not np.asarray(image.convert("RGBA"))[..., 3].any()


def test_locked_colours_and_those_of_an_earlier_palette_stay_without_a_pixel() -> None:
    source = EncodedImage("it", encode_image(Image.fromarray(CLEAR), "PNG"))
    locked = batch.process_image(
        source, JobOptions(QuantizeOptions(locked=["#ff0000@1", "#00ff00"])), ".png"
    )
    assert locked.palette.hex == ("#00ff00", "#ff0000")
    started = batch.process_image(source, JobOptions(QuantizeOptions(start=THREE)), ".png")
    assert np.array_equal(started.palette.colors, THREE.colors)
    png = PngFile(started.data)
    assert (png.transparent, len(png.entries)) == ([3], 4)


def test_what_is_unused_is_dropped_from_a_transparent_tile(tmp_path: Path) -> None:
    save(tmp_path, a=OPAQUE[:1, :1], b=CLEAR)
    for one in run(tmp_path, JobOptions(palette=THREE, drop_unused=True)):
        assert len(one.made.palette) == 1


def test_a_result_without_colours_can_be_used() -> None:
    nothing = pc.Quantized(
        pc.Palette(np.empty((0, 3), np.uint8)), np.zeros((2, 3), np.uint8), np.zeros((2, 3), bool)
    )
    assert np.array_equal(nothing.to_array(), CLEAR)
    assert len(nothing.without_unused().palette) == 0
    assert nothing.pixel_counts().shape == (0,)
    for order in ("luminance", "hue", "tour", "popularity", "appearance"):
        assert len(nothing.sorted(order).palette) == 0
    assert np.array_equal(np.asarray(nothing.to_image().convert("RGBA")), CLEAR)


def test_a_given_palette_maps_a_transparent_image_in_python() -> None:
    for dither in ("none", "floyd-steinberg", "blue-noise"):
        quantized = pc.map_pixels(CLEAR, THREE, dither=dither)
        assert not quantized.opaque.any()
        assert quantized.pixel_counts().tolist() == [0, 0, 0]
