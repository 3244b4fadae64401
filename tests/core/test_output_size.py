"""The size of what is written: how small PNG files are, what is told of it, and what is skipped."""

from __future__ import annotations

import io
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.image import indexed_png

from .command_line import Cli
from .png_files import PngFile
from .reference_metrics import encode_image


@pytest.fixture(autouse=True)
def workdir(current_folder: Path, small_photo: Bytes) -> Path:
    """The current folder: a photo that becomes smaller, and two files that become larger."""
    Path("in").mkdir()
    Image.fromarray(small_photo).save("in/photo.png", compress_level=0)
    # Noise: what is a level of grey here is an entry and an index there.
    noise = np.random.default_rng(0).integers(0, 256, (20, 20), np.uint8)
    Image.fromarray(noise).save("in/noise.png", optimize=True)
    Image.fromarray(small_photo).save("in/small.jpg", quality=5)
    return current_folder


# PNG files


@pytest.mark.parametrize("transparent", [False, True])
@pytest.mark.parametrize("width", [1, 2, 3, 7, 8, 9, 64])
@pytest.mark.parametrize("colors", [1, 2, 3, 4, 5, 16, 17, 255])
def test_every_pixel_in_as_few_bits_as_the_palette_needs(
    colors: int, width: int, transparent: bool
) -> None:
    rng = np.random.default_rng(colors * width)
    palette = pc.Palette(rng.integers(0, 256, (colors, 3)))
    indices = rng.integers(0, colors, (5, width)).astype(np.uint8)
    opaque = np.arange(width * 5).reshape(5, width) % 3 > 0 if transparent else None
    if opaque is not None:
        indices[~opaque] = 0
    quantized = pc.Quantized(palette, indices, opaque)
    data = indexed_png.encode(quantized.to_image(transparent_index="first"))
    found = PngFile(data)
    assert found.depth == min(bits for bits in (1, 2, 4, 8) if colors + transparent <= 1 << bits)
    shifted = np.where(opaque, indices + 1, 0) if opaque is not None else indices
    assert np.array_equal(found.indices, shifted)
    with Image.open(io.BytesIO(data)) as image:
        mode = "RGBA" if transparent else "RGB"
        assert np.array_equal(np.asarray(image.convert(mode)), quantized.to_array())


@pytest.mark.parametrize("dither", ["none", "floyd-steinberg"])
@pytest.mark.parametrize("colors", [2, 16, 256])
def test_files_are_no_larger_than_pillows_best(photo: Bytes, colors: int, dither: str) -> None:
    image = pc.quantize(photo[100:300, 100:400], colors, dither=dither, effort="fast").to_image()
    assert len(indexed_png.encode(image)) <= len(encode_image(image, "PNG", optimize=True))


def test_without_the_package_for_it_files_are_written_by_zlib(
    monkeypatch: pytest.MonkeyPatch, small_photo: Bytes
) -> None:
    monkeypatch.setitem(sys.modules, "deflate", None)
    image = pc.quantize(small_photo, 16).to_image()
    found = PngFile(indexed_png.encode(image))
    assert np.array_equal(found.indices, np.asarray(image))
    raw = zlib.decompress(found.content("IDAT"))
    assert found.content("IDAT") == zlib.compress(raw, 9)


# What is told


def test_bytes_in_and_out(workdir: Path, cli: Cli) -> None:
    for output in ("out.png", "out.gif"):
        report = cli("quantize", "in/photo.png", "-k", "8", "-o", output, "--json").json
        assert report["bytes_in"] == (workdir / "in" / "photo.png").stat().st_size
        assert report["bytes_out"] == (workdir / output).stat().st_size
    printed = cli("quantize", "in/photo.png", "-k", "8", "-o", "out.png", "--force").text
    sizes = [(workdir / name).stat().st_size for name in ("in/photo.png", "out.png")]
    assert "{:.1f} kB to {:.1f} kB".format(*(size / 1000 for size in sizes)) in printed
    assert cli("quantize", "in/photo.png", "--json").json["bytes_out"] is None
    printed = cli("quantize", "in/noise.png", "-k", "2", "-o", "few.png").text
    sizes = [(workdir / name).stat().st_size for name in ("in/noise.png", "few.png")]
    assert "{} B to {} B".format(*sizes) in printed


def test_bytes_of_an_animation_and_of_many(workdir: Path, small_photo: Bytes, cli: Cli) -> None:
    frames = [Image.fromarray(np.roll(small_photo, step, axis=0)) for step in range(2)]
    frames[0].save("in/film.webp", save_all=True, append_images=frames[1:], duration=50)
    files = cli("quantize", "in", "-k", "4", "-o", "out", "--json").json["files"]
    assert len(files) == 4
    for found in files:
        assert found["bytes_in"] == (workdir / found["input"]).stat().st_size
        assert found["bytes_out"] == (workdir / found["output"]).stat().st_size
        assert sum(found["shares"]) == pytest.approx(1)
        assert len(found["shares"]) == found["colors"]


# What is skipped


def test_a_result_that_is_larger_is_skipped(workdir: Path, cli: Cli) -> None:
    command = (
        "quantize in/noise.png -k 256 --skip-if-larger --palette-out out.gpl --legend out.csv -o"
    )
    before = sorted(workdir.rglob("*"))
    for output in ("out.png", "-", "out.gif"):
        outcome = cli(*command.split(), output)
        assert (outcome.code, outcome.out) == (98, b"")
        assert "palette-core: note: in/noise.png: skipped, because the result of" in outcome.err
        assert sorted(workdir.rglob("*")) == before
    (workdir / "out.png").write_bytes(b"mine")
    assert cli(*command.split(), "out.png", "--force").code == 98
    assert (workdir / "out.png").read_bytes() == b"mine"
    outcome = cli(*command.split(), "other.png", "--json")
    assert (outcome.code, outcome.json["skipped"]) == (98, True)
    assert outcome.json["bytes_out"] >= outcome.json["bytes_in"]


def test_a_result_that_is_smaller_is_written(workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "in/photo.png", "--skip-if-larger", "-o", "out.png", "--json")
    assert outcome.code == 0
    assert "skipped" not in outcome.json
    assert (workdir / "out.png").stat().st_size < (workdir / "in" / "photo.png").stat().st_size


@pytest.mark.parametrize("options", [["--jobs", "2"], ["--palette-out", "palettes/"]])
def test_of_many_only_the_smaller_ones_are_written(
    options: list[str], workdir: Path, cli: Cli
) -> None:
    command = ["quantize", "in", "-k", "256", "--skip-if-larger", "-o", "out", *options]
    outcome = cli(*command)
    assert outcome.code == 98
    assert [path.name for path in (workdir / "out").iterdir()] == ["photo.png"]
    assert len(outcome.text.splitlines()) == 1
    assert outcome.err.count(": skipped, because the result of") == 2
    if "--palette-out" in options:
        assert [path.name for path in (workdir / "palettes").iterdir()] == ["photo.gpl"]
    files = cli(*command, "--force", "--json").json["files"]
    assert {found["input"]: found.get("skipped") for found in files} == {
        "in/noise.png": True,
        "in/photo.png": None,
        "in/small.jpg": True,
    }


def test_a_failure_counts_more_than_what_is_skipped(workdir: Path, cli: Cli) -> None:
    (workdir / "in" / "broken.png").write_text("no picture")
    assert cli("quantize", "in", "-k", "256", "--skip-if-larger", "-o", "out").code == 1
    assert [path.name for path in (workdir / "out").iterdir()] == ["photo.png"]
