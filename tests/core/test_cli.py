from __future__ import annotations

import dataclasses
import io
import os
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.cli import main
from palette_core.design import METHODS

from .command_line import BEE, EYE, Cli, assert_one_line, files_of
from .reference_metrics import read_image

WORK = "palette_core.batch.processing.run_quantize"

pytestmark = pytest.mark.usefixtures("workdir")


def unpacked(data: bytes) -> tuple[Bytes, list[str]]:
    """Return the indices and the palette of an indexed PNG."""
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode) == ("PNG", "P")
        entries = np.array(image.getpalette()).reshape(-1, 3).tolist()
        return np.asarray(image), [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in entries]


# What goes wrong


@pytest.mark.parametrize(
    ("function", "error", "code", "words"),
    [
        (WORK, MemoryError(), 1, "out of memory"),
        (WORK, KeyboardInterrupt(), 130, "interrupted"),
        (WORK, pc.MissingPackageError("get it"), 1, "get it"),
        (WORK, pc.PixelsError("two\nlines \x1b[31m"), 1, "two lines  [31m"),
        (
            "os.fsync",
            OSError(28, "No space left"),
            1,
            "cannot write out.png: the disk is full; free some space",
        ),
    ],
)
def test_an_exception_is_one_line_and_leaves_no_file(
    function: str,
    error: BaseException,
    code: int,
    words: str,
    workdir: Path,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_args: object, **_options: object) -> NoReturn:
        raise error

    monkeypatch.setattr(function, fail)
    before = files_of(workdir)
    outcome = cli("quantize", "drawn.png", "-o", "out.png", "--palette-out", "out.gpl")
    assert_one_line(outcome.err, [words])
    assert outcome.code == code
    assert files_of(workdir) == before


# quantize


@pytest.mark.parametrize("name", ["drawn.png", "cutout.png", "photo.jpg"])
@pytest.mark.parametrize("method", METHODS)
def test_quantize_with_all_outputs(name: str, method: str, workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", name, "-k", "7", "--method", method, "--seed", "3",
                  "--alpha", "threshold",
                  "-o", "out.png", "--palette-out", "out.gpl", "--json")  # fmt: skip
    assert (outcome.code, outcome.err) == (0, "")
    pixels = read_image(name).pixels
    eye = EYE if method == "kmeans" else {}
    expected = pc.quantize(pixels, 7, method=method, seed=3, **eye)
    palette = pc.Palette.load("out.gpl")
    indices, entries = unpacked((workdir / "out.png").read_bytes())

    assert np.array_equal(palette.colors, expected.palette.colors)
    assert palette.name == Path(name).stem
    assert entries[: len(palette)] == list(palette.hex)
    assert len(entries) - len(palette) == (expected.opaque is not None)
    opaque = np.ones(indices.shape, np.bool_) if expected.opaque is None else expected.opaque
    assert np.array_equal(indices[opaque], expected.indices[opaque])
    assert np.array_equal(read_image("out.png").pixels, expected.to_array())

    report = outcome.json
    metrics = dataclasses.asdict(pc.compare(pixels, expected.to_array()))
    assert {key: report[key] for key in metrics} == metrics
    assert report["colors"] == len(palette) <= 7
    assert report["palette"] == list(palette.hex)
    assert report["seconds"] > 0
    assert report["shares"] == pytest.approx(np.bincount(indices[opaque]) / opaque.sum())
    assert report["bytes_in"] == (workdir / name).stat().st_size
    assert report["bytes_out"] == (workdir / "out.png").stat().st_size
    assert report["dither"] == expected.dither
    others = {"bytes_in", "bytes_out", "dither", "dither_automatic", "notes"}
    assert set(report) == {"colors", "palette", "shares", "seconds", *metrics, *others}


def test_an_exact_result_has_no_psnr(cli: Cli) -> None:
    outcome = cli("quantize", "tiny.png", "--json")
    assert outcome.json["mse"] == 0.0
    assert outcome.json["psnr"] is None
    assert outcome.json["palette"] == ["#0000ff", "#ff0000", "#00ff00"]
    assert b"Infinity" not in outcome.out


def test_the_defaults_are_for_the_eye(cli: Cli) -> None:
    pixels = read_image("drawn.png").pixels
    outcome = cli("quantize", "drawn.png", "--json")
    assert outcome.json["palette"] == list(pc.quantize(pixels, 16, **EYE).palette.hex)
    plain = cli("quantize", "drawn.png", "--space", "srgb", "--dither", "none", "--json")
    assert plain.json["palette"] == list(pc.quantize(pixels).palette.hex)
    assert plain.json["mse"] < outcome.json["mse"]


@pytest.mark.parametrize(
    ("target", "option"),
    [
        ("--target-psnr=28", {"target_psnr": 28}),
        ("--target-de=4", {"target_delta_e": 4}),
        ("--target-delta-e=4", {"target_delta_e": 4}),
    ],
)
def test_as_few_colours_as_reach_a_target(
    target: str, option: dict[str, float], workdir: Path, cli: Cli
) -> None:
    pixels = read_image(workdir / "photo.jpg").pixels
    expected = pc.quantize(pixels, "auto", **option, **EYE)
    outcome = cli("quantize", "photo.jpg", "-k", "auto", target, "--json")
    assert outcome.json["palette"] == list(expected.palette.hex)
    assert "before dithering" in outcome.err
    plain = cli("quantize", "photo.jpg", "-k", "auto", target, "--json", "--dither", "none")
    assert plain.err == ""
    assert plain.json["colors"] == outcome.json["colors"]
    ((name, value),) = option.items()
    found = plain.json[name.removeprefix("target_")]
    assert found >= value if name == "target_psnr" else found <= value


def test_auto_without_a_target_prints_the_suggested_number(workdir: Path, cli: Cli) -> None:
    count = pc.find_elbow(read_image("photo.jpg").pixels).colors
    for command, suffix in (("quantize", "png"), ("palette", "gpl")):
        outcome = cli(command, "photo.jpg", "-k", "auto", "-o", f"auto.{suffix}")
        assert outcome.text.startswith(f"auto.{suffix}: {count} colours, ")
        assert outcome.err == ""
    outcome = cli("quantize", "photo.jpg", "-k", str(count), "-o", "same.png")
    assert (workdir / "auto.png").read_bytes() == (workdir / "same.png").read_bytes()


@pytest.mark.parametrize("spelling", ["-k5", "--colors=5", "--colours=5"])
def test_both_spellings_of_colors_are_taken(spelling: str, cli: Cli) -> None:
    outcome = cli("quantize", "drawn.png", spelling, "--json")
    assert outcome.json["colors"] == 5


def test_what_is_printed_without_json(workdir: Path, cli: Cli) -> None:
    alone = cli("quantize", "tiny.png")
    assert alone.text.split() == ["#0000ff", "#ff0000", "#00ff00"]
    into_a_file = cli("quantize", "tiny.png", "-o", "out.png")
    (line,) = into_a_file.text.splitlines()
    assert line.startswith("out.png: 3 colours, PSNR inf dB")
    assert (workdir / "out.png").is_file()


def test_a_name_that_is_no_text(workdir: Path, cli: Cli) -> None:
    name = os.fsdecode(b"\xff.png")
    Path(name).write_bytes(Path("tiny.png").read_bytes())
    outcome = cli("quantize", name, "-o", "out.png", "--palette-out", "out.gpl")
    assert (outcome.code, outcome.err) == (0, "")
    assert pc.Palette.load(workdir / "out.gpl").hex == ("#0000ff", "#ff0000", "#00ff00")


def test_the_input_may_be_overwritten_when_asked(workdir: Path, cli: Cli) -> None:
    assert cli("quantize", "drawn.png", "-k", "3", "-o", "drawn.png").code == 1
    assert cli("quantize", "drawn.png", "-k", "3", "-o", "drawn.png", "--force").code == 0
    assert len(unpacked((workdir / "drawn.png").read_bytes())[1]) == 3


def test_what_a_careless_palette_file_says_is_passed_on(cli: Cli) -> None:
    Path("odd.gpl").write_bytes(b"GIMP Palette\nName: Odd\nColumns: 999\n300 0 0\n0 0\n")
    outcome = cli("quantize", "tiny.png", "--palette", "odd.gpl", "--json")
    assert outcome.code == 0
    assert outcome.json["palette"] == ["#ff0000", "#000000"]
    lines = outcome.err.splitlines()
    assert all(line.startswith("palette-core: warning: odd.gpl, line ") for line in lines)
    assert [line.split("line ")[1][0] for line in lines] == ["3", "4", "5"]
    failed = cli("quantize", "no.png", "--palette", "odd.gpl")
    assert failed.code == 1
    assert failed.err.splitlines()[:3] == lines
    assert failed.err.count("palette-core: error: ") == 1


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ("--alpha-threshold 10", {"alpha_threshold": 10}),
        ("--alpha dither --alpha-threshold 90", {"alpha": "dither", "alpha_threshold": 90}),
        ("--matte #FF8000", {"matte": (255, 128, 0)}),
        ("--matte #F80", {"matte": (255, 136, 0)}),
        ("--lock #f0f@2 --lock #123 --alpha threshold", {"locked": ["#ff00ff@2", "#112233"]}),
        ("--lock-palette bee.gpl --alpha threshold", {"locked": list(BEE.hex)}),
        (
            "--lock #ff00ff@5 --lock-palette bee.gpl --alpha threshold",
            {"locked": ["#ff00ff@5", *BEE.hex]},
        ),
        ("--start bee.gpl --alpha threshold", {"start": BEE}),
        ("--alpha dither", {"alpha": "dither"}),
        ("--rare 0.5 --alpha threshold", {"rare": 0.5}),
        ("--visual-masking 0.5 --alpha threshold", {"visual_masking": 0.5}),
        ("--keep-exact 0.1 --alpha threshold", {"keep_exact": 0.1}),
        ("--grid rgb444 --alpha threshold", {"grid": "rgb444"}),
        ("--grid 3 --alpha threshold", {"grid": 3}),
        ("--order popularity --alpha threshold", {"order": "popularity"}),
        # Without any of these the result would be another.
        (
            "--init random --effort fast --lightness-weight 2 --seed 4 --space srgb "
            "--dither stucki --dither-strength 0.9 --dither-adaptive --alpha threshold",
            {"init": "random", "effort": "fast", "lightness_weight": 2, "seed": 4, "space": "srgb"}
            | {"dither": "stucki", "dither_strength": 0.9, "dither_adaptive": True},
        ),
    ],
)
def test_options_mean_the_same_as_those_of_the_functions(
    arguments: str, options: dict[str, Any], cli: Cli
) -> None:
    command = ["cutout.png", "-k6", *arguments.split()]
    outcome = cli("quantize", *command, "-o", "out.png", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    pixels = read_image("cutout.png").pixels
    expected = pc.quantize(pixels, 6, **EYE | options)
    assert outcome.json["palette"] == list(expected.palette.hex)
    # Every opaque pixel is compared, whatever its alpha was.
    assert outcome.json["compared"] == np.count_nonzero(expected.opaque)
    assert np.array_equal(read_image("out.png").pixels, expected.to_array())
    # `palette` has no pixels that could be left undithered.
    found = cli("palette", *(word for word in command if word != "--dither-adaptive")).text.split()
    assert found == list(pc.find_palette(pixels, 6, **{"space": "oklab"} | options).hex)


def test_a_given_palette_with_a_matte(cli: Cli) -> None:
    command = "quantize cutout.png --palette bee.gpl --matte #FF8000 -o out.png"
    assert cli(*command.split()).code == 0
    expected = pc.map_pixels(read_image("cutout.png").pixels, BEE, matte=(255, 128, 0), **EYE)
    assert np.array_equal(read_image("out.png").pixels, expected.to_array())


def test_the_error_with_a_matte_is_that_of_the_blended_picture(workdir: Path, cli: Cli) -> None:
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[..., 3] = [[0, 100], [200, 255]]
    Image.fromarray(pixels).save(workdir / "soft.png")
    found = cli("quantize", "soft.png", "--matte", "#ffffff", "--json").json
    assert (found["mse"], found["compared"], found["colors"]) == (0.0, 3, 3)


@pytest.mark.parametrize(("place", "entry"), [("first", 0), ("last", 5)])
def test_the_place_of_the_transparent_entry(
    place: str, entry: int, workdir: Path, cli: Cli
) -> None:
    command = f"quantize cutout.png -k 5 --transparent-index {place} --palette-out out.gpl -o"
    assert cli(*command.split(), "out.png").code == 0
    expected = pc.quantize(read_image("cutout.png").pixels, 5, **EYE)
    with Image.open(workdir / "out.png") as image:
        assert image.info["transparency"] == entry
    _, entries = unpacked((workdir / "out.png").read_bytes())
    assert entries.pop(entry) == "#000000"
    assert entries == list(expected.palette.hex) == list(pc.Palette.load("out.gpl").hex)
    assert np.array_equal(read_image("out.png").pixels, expected.to_array())


def test_other_methods_have_the_default_space_of_python(cli: Cli) -> None:
    pixels = read_image("photo.jpg").pixels
    for options in ([], ["--dither", "bayer-4"]):
        dither = options[-1] if options else "none"
        report = cli("quantize", "photo.jpg", "-k", "6", "--method", "wu", *options, "--json").json
        expected = pc.quantize(pixels, 6, method="wu", dither=dither)
        assert report["shares"] == pytest.approx(expected.shares())


@pytest.mark.parametrize(
    "command",
    [
        "quantize drawn.png",
        "palette drawn.png",
        "report drawn.png",
        "sheet drawn.png -k 4",
        "tiles drawn.png",
        "epaper drawn.png --panel grey-4",
        "downscale drawn.png --cell 4",
    ],
)
def test_figures_need_no_output(command: str, workdir: Path, cli: Cli) -> None:
    before = files_of(workdir)
    found = cli(*command.split(), "--json").json
    assert files_of(workdir) == before
    suffix = {"report": "html", "palette": "gpl"}.get(command.split()[0], "png")
    with_output = cli(*command.split(), "--json", "-o", f"out.{suffix}").json
    unlike = {"seconds", "bytes_out"} if command.startswith("quantize") else {"seconds"}
    assert found["seconds"] > 0
    assert {key for key in found if found[key] != with_output[key]} <= unlike


def test_version(cli: Cli) -> None:
    assert cli("--version").text == f"palette-core {pc.__version__}\n"


def test_the_installed_command() -> None:
    (script,) = metadata.entry_points(group="console_scripts", name="palette-core")
    assert script.load() is main
