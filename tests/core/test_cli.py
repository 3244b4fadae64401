from __future__ import annotations

import dataclasses
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.batch import processing
from palette_core.cli import main
from palette_core.color.spaces import SPACES
from palette_core.design import EFFORTS, INITS, METHODS
from palette_core.dither import DITHERS
from palette_core.image.pixels import Pixels
from palette_core.options import QuantizeOptions
from palette_core.ordering import BY_COLOR, ORDERS
from palette_core.progress import Progress
from palette_core.report import contact_sheet

from .command_line import EYE, Cli, Outcome, assert_one_line, files_of
from .reference_metrics import read_image

RUN = [sys.executable, "-m", "palette_core"]
TINY = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 0, 0]]], np.uint8)


pytestmark = pytest.mark.usefixtures("workdir")


@pytest.fixture
def workdir(
    tmp_path: Path,
    drawn: Bytes,
    cutout: Bytes,
    small_photo: Bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """The current folder, with all kinds of files in it."""
    Image.fromarray(drawn).save(tmp_path / "drawn.png")
    Image.fromarray(small_photo).save(tmp_path / "photo.jpg", quality=95)
    Image.fromarray(cutout).save(tmp_path / "cutout.png")
    Image.fromarray(TINY).save(tmp_path / "tiny.png")
    Image.new("RGBA", (3, 3)).save(tmp_path / "hidden.png")
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.png").write_text("Dear Sir or Madam,\n")
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "photo.jpg").read_bytes()[:-400])
    (tmp_path / "there.png").write_bytes(b"mine")
    (tmp_path / "there.gpl").write_bytes(b"mine")
    pc.Palette([[0, 0, 0], [255, 255, 255], [0, 0, 0], [9, 200, 30]], name="Four").save(
        tmp_path / "four.gpl"
    )
    pc.Palette(np.zeros((257, 3), np.uint8)).save(tmp_path / "many.gpl")
    (tmp_path / "odd.gpl").write_bytes(b"GIMP Palette\nName: Odd\nColumns: 999\n300 0 0\n0 0\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def unpacked(data: bytes) -> tuple[Bytes, list[str]]:
    """Give the indices and the palette of an indexed PNG."""
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode) == ("PNG", "P")
        entries = np.array(image.getpalette()).reshape(-1, 3).tolist()
        return np.asarray(image), [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in entries]


# What cannot be done

BAD: dict[str, tuple[str, int, Sequence[str]]] = {
    "no such file": ("quantize no.png -o out.png", 1, ["no.png", "there is no such file"]),
    "a folder": ("palette folder -o out.gpl", 1, ["folder", "Is a directory"]),
    "text": ("quantize text.png -o out.png", 1, ["text.png", "no picture"]),
    "truncated": ("quantize cut.jpg -o out.png", 1, ["cut.jpg", "truncated"]),
    "empty": ("quantize empty.png -o out.png", 1, ["empty.png", "it is empty"]),
    **{
        f"{value} colours": (
            f"quantize drawn.png -o out.png -k {value}",
            2,
            ["-k/--colors", f"'{value}'", "expected a whole number, 1 to 256"],
        )
        for value in ("0", "257", "-1", "x", "2.5")
    },
    **{
        f"{command} -k auto without a target": (
            f"{command} no.png -k auto",
            2,
            ["'auto' with no target", "target_psnr", "target_delta_e"],
        )
        for command in ("quantize", "palette")
    },
    "two targets": (
        "quantize no.png -k auto --target-psnr 30 --target-de 2",
        2,
        ["target_psnr and target_delta_e", "expected one"],
    ),
    "a target and a number": (
        "quantize no.png -k 8 --target-de 2",
        2,
        ["target_delta_e is 2 with colors at 8", "'auto'"],
    ),
    "a target alone": ("palette no.png --target-psnr 30", 2, ["colors at 16", "'auto'"]),
    "a target out of range": ("quantize no.png -k auto --target-de -1", 2, ["'-1'", "0 to 100"]),
    "palette and a target": (
        "quantize no.png --palette four.gpl --target-psnr 9",
        2,
        ["--palette", "--target-psnr"],
    ),
    "a target out of reach": (
        "quantize photo.jpg -k auto --target-psnr 70 -o out.png",
        1,
        ["target_psnr is 70, expected at most", "256 colours"],
    ),
    "very many colours": (f"quantize drawn.png -k {'9' * 5000}", 2, ["1 to 256"]),
    "no output folder": ("quantize drawn.png -o no/out.png", 1, ["there is no folder no"]),
    "output is there": ("quantize drawn.png -o there.png", 1, ["there.png", "--force"]),
    "palette is there": (
        "quantize drawn.png -o out.png --palette-out there.gpl",
        1,
        ["there.gpl", "--force"],
    ),
    "output is a folder": ("palette drawn.png -o folder --force", 2, ["folder", ".gpl"]),
    "output of another kind": ("quantize drawn.png -o out.jpg", 2, ["out.jpg", ".png, .gif"]),
    "palette of another kind": ("palette drawn.png -o out.xyz", 2, ["'.xyz'", ".gpl"]),
    "a very long name": (f"quantize drawn.png -o {'a' * 300}.png", 1, ["name too long"]),
    "unknown method": ("quantize drawn.png --method x", 2, ["--method", "'x'", *METHODS]),
    "unknown init": ("palette drawn.png --init x", 2, ["--init", "'x'", *INITS]),
    **{
        f"{command} with a first guess for a method without one": (
            f"{command} no.png --method wu --init random",
            2,
            ["init is 'random'", "'wu'", "kmeans, sklearn-kmeans"],
        )
        for command in ("quantize", "palette")
    },
    "unknown effort": ("quantize drawn.png --effort x", 2, ["--effort", "'x'", *EFFORTS]),
    "unknown space": ("palette drawn.png --space x", 2, ["--space", "'x'", *SPACES]),
    "unknown dither": ("quantize drawn.png --dither x", 2, ["--dither", "'x'", *DITHERS]),
    "dither strength": ("quantize drawn.png --dither-strength 2", 2, ["'2'", "0 to 1"]),
    "lightness weight": ("palette drawn.png --lightness-weight 0", 2, ["'0'", "0.1 to 10"]),
    "lightness weight inf": ("palette drawn.png --lightness-weight inf", 2, ["0.1 to 10"]),
    "dither strength nan": ("quantize drawn.png --dither-strength nan", 2, ["0 to 1"]),
    "alpha threshold": ("quantize drawn.png --alpha-threshold 256", 2, ["'256'", "0 to 255"]),
    "alpha threshold 300": ("palette drawn.png --alpha-threshold 300", 2, ["'300'", "0 to 255"]),
    **{
        f"{command} with a matte that is no colour": (
            f"{command} no.png --matte white",
            2,
            ["matte is 'white'", "#rrggbb", "three whole numbers, 0 to 255"],
        )
        for command in ("quantize", "palette", "quantize --palette four.gpl")
    },
    "matte without a value": ("quantize drawn.png --matte", 2, ["--matte", "expected one"]),
    "matte and dithered alpha": (
        "quantize no.png --matte #ffffff --alpha-dither",
        2,
        ["alpha_dither", "matte"],
    ),
    "dithered alpha at the end": (
        "palette no.png --alpha-dither --alpha-threshold 255",
        2,
        ["alpha_threshold is 255", "1 to 254"],
    ),
    "transparent index": (
        "quantize drawn.png -o out.png --transparent-index 0",
        2,
        ["--transparent-index", "'0'", "first", "last"],
    ),
    "seed": ("quantize drawn.png --seed -1", 2, ["--seed", "'-1'", "0 to 4294967295"]),
    "abbreviated option of all": ("--vers", 2, ["COMMAND"]),
    "unknown option": ("quantize drawn.png --colour 3", 2, ["--colour", "--help"]),
    "abbreviated option": ("quantize drawn.png --met kmeans", 2, ["--met"]),
    "no command": ("", 2, ["COMMAND", "--help"]),
    "unknown command": ("quantise drawn.png", 2, ["'quantise'", "quantize", "palette", "compare"]),
    "no input": ("quantize", 2, ["INPUT"]),
    "one output for both": (
        "quantize drawn.png -o out.png --palette-out out.png",
        2,
        ["same name"],
    ),
    "picture and JSON to one place": ("quantize drawn.png -o - --json", 2, ["standard output"]),
    "palette and -k": ("quantize drawn.png --palette four.gpl -k 4", 2, ["--palette", "--colors"]),
    "palette and init": ("quantize drawn.png --palette four.gpl --init random", 2, ["--init"]),
    "palette and seed": ("quantize drawn.png --palette four.gpl --seed 4", 2, ["--seed"]),
    "palette and order": ("quantize drawn.png --palette four.gpl --order hue", 2, ["--order"]),
    "unknown order": ("palette drawn.png --order x", 2, ["--order", "'x'", *ORDERS]),
    "strict without a palette": ("quantize drawn.png --strict", 2, ["--strict", "--palette"]),
    "a strict mismatch": (
        "quantize tiny.png --palette four.gpl --strict -o out.png --palette-out out.gpl",
        1,
        [
            *("4 pixels of 3 colours are not in the palette", "#ff0000 at column 0, row 0"),
            *("nearest to it is entry 3, #09c81e", "leave out strict"),
        ],
    ),
    "sort into a file that is there": ("sort four.gpl there.gpl", 1, ["there.gpl", "--force"]),
    "sort into another kind": ("sort four.gpl out.xyz", 2, ["'.xyz'", ".gpl"]),
    "sort no palette": ("sort there.gpl out.gpl", 1, ["there.gpl", "GIMP Palette"]),
    "sort a missing palette": ("sort no.gpl out.gpl", 1, ["no.gpl", "no such file"]),
    "sort to nowhere": ("sort four.gpl", 2, ["OUT"]),
    "sort by a picture": (
        "sort four.gpl out.gpl --order popularity",
        2,
        ["--order", "'popularity'", *BY_COLOR],
    ),
    "merge by too much": ("sort four.gpl out.gpl --merge 101", 2, ["'101'", "0 to 100"]),
    "merge by nothing": ("sort four.gpl out.gpl --merge nan", 2, ["'nan'", "0 to 100"]),
    "no such palette": ("quantize drawn.png --palette no.gpl", 1, ["no.gpl", "no such file"]),
    "no palette": ("quantize drawn.png --palette there.gpl", 1, ["there.gpl", "GIMP Palette"]),
    "too many colours": ("quantize drawn.png --palette many.gpl", 1, ["257 colours", "1 to 256"]),
    "different sizes": ("compare drawn.png tiny.png", 1, ["80 x 60", "2 x 2"]),
    "nothing to compare with": ("compare drawn.png", 2, ["B"]),
    "compare with no file": ("compare drawn.png no.png --json", 1, ["no.png"]),
    **{
        f"a sheet of {value} colours": (
            f"sheet drawn.png -o out.png -k {value}",
            2,
            ["-k/--colors", "expected a whole number, 1 to 256, or several with commas"],
        )
        for value in ("0", "4,257", "4,", "4;8", "x", "auto")
    },
    "a sheet without a place": ("sheet drawn.png", 2, ["-o/--output"]),
    "a sheet over something": ("sheet drawn.png -o there.png", 1, ["there.png", "--force"]),
    "a sheet of another kind": ("sheet drawn.png -o out.jpg", 2, ["out.jpg", ".png"]),
    "a sheet and JSON to one place": ("sheet drawn.png -o - --json", 2, ["standard output"]),
    "a narrow sheet": ("sheet drawn.png -o out.png --width 15", 2, ["'15'", "16 to 4096"]),
    "a sheet of text": ("sheet text.png -o out.png", 1, ["text.png", "no picture"]),
    "a sheet of nothing": ("sheet hidden.png -o out.png", 1, ["every pixel is transparent"]),
    "a sheet with a wrong start": (
        "sheet no.png -o out.png --method wu --init random",
        2,
        ["init is 'random'"],
    ),
    "a sheet to a target": ("sheet no.png -o out.png --target-de 3", 2, ["--target-de"]),
    "nothing opaque": ("palette hidden.png -o out.gpl", 1, ["every pixel is transparent"]),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_done_is_one_line_and_nothing_written(
    name: str, workdir: Path, cli: Cli
) -> None:
    command, code, words = BAD[name]
    before = files_of(workdir)
    outcome = cli(*command.split())
    assert_one_line(outcome.err, words)
    assert outcome.code == code
    assert not outcome.out
    assert files_of(workdir) == before


@pytest.mark.parametrize("command", ["quantize drawn.png -o out.png", "palette drawn.png -o o.gpl"])
def test_a_read_only_folder(
    command: str, workdir: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The superuser may write anywhere, so the answer of the system is changed.
    monkeypatch.setattr(os, "access", lambda _path, mode: not mode & os.W_OK)
    before = files_of(workdir)
    outcome = cli(*command.split())
    assert_one_line(outcome.err, ["no permission to write"])
    assert outcome.code == 1
    assert files_of(workdir) == before


def test_outputs_are_checked_before_the_work(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(*_args: object, **_kwargs: object) -> NoReturn:
        pytest.fail("it was at work")

    monkeypatch.setattr(processing, "run_quantize", work)
    monkeypatch.setattr(pc, "find_palette", work)
    assert cli("quantize", "drawn.png", "-o", "there.png").code == 1
    assert cli("quantize", "drawn.png", "--palette-out", "there.gpl").code == 1
    assert cli("palette", "drawn.png", "-o", "there.gpl").code == 1


@pytest.mark.parametrize("name", ["out.png", "out.gpl"])
def test_an_output_that_comes_into_being_meanwhile_is_left_alone(
    name: str, workdir: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_quantize = processing.run_quantize

    def slow_work(*args: Any) -> pc.Quantized:
        (workdir / name).write_bytes(b"theirs")
        return run_quantize(*args)

    monkeypatch.setattr(processing, "run_quantize", slow_work)
    outcome = cli("quantize", "tiny.png", "-o", "out.png", "--palette-out", "out.gpl")
    assert_one_line(outcome.err, [name, "--force"])
    assert outcome.code == 1
    assert (workdir / name).read_bytes() == b"theirs"


def test_a_disk_that_is_full(workdir: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = files_of(workdir)
    outcome = cli("quantize", "drawn.png", "-o", "out.png", "--palette-out", "out.gpl")
    assert_one_line(outcome.err, ["out.png", "No space left on device"])
    assert outcome.code == 1
    assert files_of(workdir) == before


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (MemoryError(), 1, "out of memory"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (pc.MissingPackageError("get it"), 1, "get it"),
        (pc.PixelsError("two\nlines \x1b[31m"), 1, "two lines  [31m"),
    ],
)
def test_what_goes_wrong_at_work(
    error: BaseException,
    code: int,
    words: str,
    workdir: Path,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def work(*_args: object, **_kwargs: object) -> NoReturn:
        raise error

    monkeypatch.setattr(processing, "run_quantize", work)
    before = files_of(workdir)
    outcome = cli("quantize", "drawn.png", "-o", "out.png")
    assert_one_line(outcome.err, [words])
    assert outcome.code == code
    assert files_of(workdir) == before


def test_transparency_leaves_room_for_255_given_colours(workdir: Path, cli: Cli) -> None:
    pc.Palette(np.repeat(np.arange(256)[:, np.newaxis], 3, axis=1)).save("grey.gpl")
    before = files_of(workdir)
    outcome = cli("quantize", "cutout.png", "--palette", "grey.gpl", "-o", "out.png")
    assert outcome.code == 1
    assert_one_line(outcome.err, ["at most 255"])
    assert files_of(workdir) == before


# quantize


@pytest.mark.parametrize("name", ["drawn.png", "cutout.png", "photo.jpg"])
@pytest.mark.parametrize("method", METHODS)
def test_quantize_with_all_outputs(name: str, method: str, workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", name, "-k", "7", "--method", method, "--seed", "3",
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
    files = {"bytes_in", "bytes_out"}
    assert set(report) == {"colors", "palette", "shares", "seconds", *metrics, *files}


def test_an_exact_result_has_no_psnr(cli: Cli) -> None:
    outcome = cli("quantize", "tiny.png", "--json")
    assert outcome.json["mse"] == 0.0
    assert outcome.json["psnr"] is None
    assert outcome.json["palette"] == ["#0000ff", "#ff0000", "#00ff00"]
    assert b"Infinity" not in outcome.out


def test_the_defaults_are_for_the_eye(workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "drawn.png", "--json")
    expected = pc.quantize(read_image(workdir / "drawn.png").pixels, **EYE)
    assert outcome.json["palette"] == list(expected.palette.hex)
    assert outcome.json["colors"] == 16


def test_the_defaults_can_be_those_of_the_function(workdir: Path, cli: Cli) -> None:
    outcome = cli(*["quantize", "drawn.png", "--space", "srgb", "--dither", "none", "--json"])
    expected = pc.quantize(read_image(workdir / "drawn.png").pixels)
    assert outcome.json["palette"] == list(expected.palette.hex)
    assert outcome.json["mse"] < cli("quantize", "drawn.png", "--json").json["mse"]


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
    assert "without dithering" in outcome.err
    plain = cli("quantize", "photo.jpg", "-k", "auto", target, "--json", "--dither", "none")
    assert plain.err == ""
    assert plain.json["colors"] == outcome.json["colors"]
    ((name, value),) = option.items()
    found = plain.json[name.removeprefix("target_")]
    assert found >= value if name == "target_psnr" else found <= value


@pytest.mark.parametrize("spelling", ["-k5", "--colors=5", "--colours=5"])
def test_both_spellings(spelling: str, cli: Cli) -> None:
    outcome = cli("quantize", "drawn.png", spelling, "--json")
    assert outcome.json["colors"] == 5


def test_every_option_reaches_the_function(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[QuantizeOptions] = []
    run_quantize = processing.run_quantize

    def spy(image: Pixels, options: QuantizeOptions, progress: Progress) -> pc.Quantized:
        calls.append(options)
        return run_quantize(image, options, progress)

    monkeypatch.setattr(processing, "run_quantize", spy)
    command = (
        "quantize tiny.png -k 3 --method sklearn-kmeans --init random --effort fast --space oklab "
        "--lightness-weight 2 --dither bayer-4 --dither-strength 0.5 --dither-adaptive "
        "--alpha-threshold 9 --alpha-dither --order tour --seed 4"
    )
    assert cli(*command.split()).code == 0
    expected = QuantizeOptions(
        3,
        method="sklearn-kmeans",
        init="random",
        effort="fast",
        space="oklab",
        lightness_weight=2.0,
        dither="bayer-4",
        dither_strength=0.5,
        dither_adaptive=True,
        alpha_threshold=9,
        alpha_dither=True,
        order="tour",
        seed=4,
    )
    assert calls == [expected]


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


def test_the_picture_to_standard_output(workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "drawn.png", "-k", "5", "-o", "-")
    assert (outcome.code, outcome.err) == (0, "")
    expected = pc.quantize(read_image(workdir / "drawn.png").pixels, 5, **EYE)
    indices, entries = unpacked(outcome.out)
    assert np.array_equal(indices, expected.indices)
    assert entries == list(expected.palette.hex)


def test_the_picture_from_standard_input(
    workdir: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("drawn.png").open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        outcome = cli("quantize", "-", "--palette-out", "out.gpl", "--json")
    assert outcome.json["palette"] == cli("quantize", "drawn.png", "--json").json["palette"]
    assert pc.Palette.load(workdir / "out.gpl").name == "Palette"


def test_force_overwrites(workdir: Path, cli: Cli) -> None:
    command = "quantize drawn.png -k 3 -o there.png --palette-out there.gpl --force"
    for _ in range(2):
        assert cli(*command.split()).code == 0
    palette = pc.Palette.load(workdir / "there.gpl")
    assert unpacked((workdir / "there.png").read_bytes())[1] == list(palette.hex)


def test_the_input_may_be_overwritten_when_asked(workdir: Path, cli: Cli) -> None:
    assert cli("quantize", "drawn.png", "-k", "3", "-o", "drawn.png").code == 1
    assert cli("quantize", "drawn.png", "-k", "3", "-o", "drawn.png", "--force").code == 0
    assert len(unpacked((workdir / "drawn.png").read_bytes())[1]) == 3


def test_a_given_palette_is_kept_as_it_is(workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "drawn.png", "--palette", "four.gpl",
                  "-o", "out.png", "--palette-out", "out.gpl", "--json")  # fmt: skip
    given = pc.Palette.load("four.gpl")
    expected = pc.map_pixels(read_image("drawn.png").pixels, given, **EYE)
    indices, entries = unpacked((workdir / "out.png").read_bytes())
    assert outcome.code == 0
    assert outcome.json["palette"] == entries == list(given.hex)
    assert np.array_equal(indices, expected.indices)
    assert pc.Palette.load("out.gpl") == given


def test_what_a_careless_palette_file_says_is_passed_on(cli: Cli) -> None:
    outcome = cli("quantize", "tiny.png", "--palette", "odd.gpl", "--json")
    assert outcome.code == 0
    assert outcome.json["palette"] == ["#ff0000", "#000000"]
    lines = outcome.err.splitlines()
    assert all(line.startswith("palette-core: warning: odd.gpl, line ") for line in lines)
    assert [line.split("line ")[1][0] for line in lines] == ["3", "4", "5"]


def test_nor_are_the_warnings_lost_when_the_work_fails(cli: Cli) -> None:
    outcome = cli("quantize", "text.png", "--palette", "odd.gpl")
    assert outcome.code == 1
    assert outcome.err.count("palette-core: warning: odd.gpl, line ") == 3
    assert outcome.err.count("palette-core: error: cannot read text.png") == 1


def test_notes_on_the_picture_go_to_standard_error(workdir: Path, cli: Cli) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(TINY).save(workdir / "turned.png", exif=exif)
    outcome = cli("quantize", "turned.png", "--json")
    note = "palette-core: note: turned.png: turned upright, as its EXIF data says\n"
    assert outcome.err == note
    assert outcome.json["colors"] == 3


@pytest.mark.parametrize("threshold", ["0", "10", "255"])
def test_the_alpha_threshold(threshold: str, workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "cutout.png", "--alpha-threshold", threshold, "-o", "out.png")
    assert outcome.code == 0
    before, after = read_image("cutout.png").pixels, read_image(workdir / "out.png").pixels
    opaque = before[..., 3] >= int(threshold)
    assert after.shape[2] == (3 if opaque.all() else 4)
    if not opaque.all():
        assert np.array_equal(after[..., 3], np.where(opaque, 255, 0))


def test_dithered_alpha(workdir: Path, cli: Cli) -> None:
    command = "quantize cutout.png -k 5 --alpha-dither --alpha-threshold 90 -o out.png --json"
    outcome = cli(*command.split())
    assert (outcome.code, outcome.err) == (0, "")
    pixels = read_image("cutout.png").pixels
    expected = pc.quantize(pixels, 5, alpha_dither=True, alpha_threshold=90, **EYE)
    assert np.array_equal(read_image(workdir / "out.png").pixels, expected.to_array())
    # All that is opaque is measured, whatever its alpha was.
    assert outcome.json["compared"] == np.count_nonzero(expected.opaque)
    command = "palette cutout.png -k5 --alpha-dither --alpha-threshold=90 --dither floyd-steinberg"
    assert cli(*command.split()).text.split() == list(expected.palette.hex)


@pytest.mark.parametrize("given", [(), ("--palette", "four.gpl")])
def test_a_matte(given: tuple[str, ...], workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "cutout.png", *given, "--matte", "#FF8000", "-o", "out.png", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    pixels = read_image("cutout.png").pixels
    if given:
        palette = pc.Palette.load("four.gpl")
    else:
        palette = pc.find_palette(pixels, matte="#ff8000", **EYE)
    expected = pc.map_pixels(pixels, palette, matte=(255, 128, 0), **EYE)
    assert outcome.json["palette"] == list(palette.hex)
    assert np.array_equal(read_image(workdir / "out.png").pixels, expected.to_array())


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


# palette


def test_palette_saves_or_prints(workdir: Path, cli: Cli) -> None:
    command = ("palette", "drawn.png", "-k", "6", "--seed", "2")
    pixels = read_image(workdir / "drawn.png").pixels
    expected = pc.find_palette(pixels, 6, seed=2, space="oklab")

    printed = cli(*command)
    assert (printed.code, printed.err) == (0, "")
    assert printed.text.split() == list(expected.hex)

    saved = cli(*command, "-o", "out.gpl")
    assert saved.text.startswith("out.gpl: 6 colours")
    assert np.array_equal(pc.Palette.load("out.gpl").colors, expected.colors)
    assert pc.Palette.load("out.gpl").name == "drawn"

    again = cli(*command, "-o", "out.gpl", "--json", "--force")
    assert again.json["palette"] == list(expected.hex)
    assert set(again.json) == {"colors", "palette", "shares", "seconds"}


def test_the_shares_of_a_palettes_colors(workdir: Path, cli: Cli) -> None:
    for name, options in (("cutout.png", []), ("drawn.png", ["--space", "srgb", "-k", "3"])):
        report = cli("palette", name, *options, "--json").json
        palette = pc.Palette([list(bytes.fromhex(code[1:])) for code in report["palette"]])
        space = "srgb" if options else "oklab"
        nearest = pc.map_pixels(read_image(workdir / name).pixels, palette, space=space)
        opaque = ... if nearest.opaque is None else nearest.opaque
        used = np.bincount(nearest.indices[opaque].ravel(), minlength=len(palette))
        assert report["shares"] == pytest.approx(used / used.sum())


def test_a_palette_to_dither_with(cli: Cli) -> None:
    command = "palette photo.jpg -k 6 --dither atkinson --dither-strength 0.5 --space cielab"
    pixels = read_image("photo.jpg").pixels
    options = {"space": "cielab", "dither": "atkinson", "dither_strength": 0.5}
    assert cli(*command.split()).text.split() == list(pc.find_palette(pixels, 6, **options).hex)
    assert (
        cli(*command.split()).text
        != cli(*["palette", "photo.jpg", "-k", "6", "--space", "cielab"]).text
    )


# compare


def test_compare(cli: Cli) -> None:
    assert cli("quantize", "drawn.png", "-k", "4", "-o", "out.png").code == 0
    expected = pc.compare(*(read_image(name).pixels for name in ("drawn.png", "out.png")))

    outcome = cli("compare", "drawn.png", "out.png", "--json")
    assert outcome.json == dataclasses.asdict(expected)
    assert outcome.code == 0

    printed = cli("compare", "drawn.png", "out.png").text
    assert f"MSE {expected.mse:.4f}, PSNR {expected.psnr:.2f} dB, " in printed
    assert f", CIEDE2000 {expected.delta_e:.2f}\n" in printed
    assert f"{expected.different} of {expected.compared} pixels differ" in printed
    assert "opaque" not in printed


def test_compare_a_picture_with_itself(cli: Cli) -> None:
    found = cli("compare", "drawn.png", "drawn.png", "--json").json
    assert (found["mse"], found["psnr"], found["different"]) == (0.0, None, 0)
    assert "PSNR inf dB" in cli("compare", "drawn.png", "drawn.png").text
    assert found["compared"] == 80 * 60


def test_compare_counts_differences_of_opacity(workdir: Path, cli: Cli) -> None:
    expected = pc.compare(*(read_image(workdir / f"{n}.png").pixels for n in ("drawn", "cutout")))
    assert expected.opacity_differs > 0
    line = f"{expected.opacity_differs} pixels are opaque in one of them only"
    assert line in cli("compare", "drawn.png", "cutout.png").text.splitlines()


# sheet


@pytest.mark.parametrize("name", ["photo.jpg", "cutout.png"])
def test_sheet(name: str, workdir: Path, cli: Cli) -> None:
    outcome = cli("sheet", name, "-k", "4,8,256", "-o", "out.png", "--width", "60", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    pixels = read_image(name).pixels
    results = outcome.json["results"]
    for count, result in zip((4, 8, 256), results, strict=True):
        quantized = pc.quantize(pixels, count, **EYE)
        metrics = dataclasses.asdict(pc.compare(pixels, quantized.to_array()))
        assert {key: result[key] for key in metrics} == metrics
        assert result["palette"] == list(quantized.palette.hex)
        assert result["colors"] == len(quantized.palette)
        opaque = ... if quantized.opaque is None else quantized.opaque
        used = np.bincount(quantized.indices[opaque].ravel(), minlength=len(quantized.palette))
        assert result["shares"] == pytest.approx(used / used.sum())
    assert outcome.json["seconds"] > 0
    with Image.open(workdir / "out.png") as page:
        assert (page.format, page.mode) == ("PNG", "RGB")


def test_a_sheet_is_that_of_the_function(workdir: Path, cli: Cli) -> None:
    command = "sheet photo.jpg -k 5 --width 90 --space cielab --dither none --seed 4 --effort fast"
    outcome = cli(*command.split(), "-o", "out.png")
    assert outcome.code == 0
    pixels = read_image("photo.jpg").pixels
    quantized = pc.quantize(pixels, 5, space="cielab", seed=4, effort="fast")
    columns = [contact_sheet.measure(pixels, quantized, width=90)]
    notes = ["method: kmeans", "space: cielab", "dither: none"]
    expected = contact_sheet.sheet(pixels, columns, width=90, notes=notes)
    with Image.open(workdir / "out.png") as page:
        assert page.tobytes() == expected.tobytes()
    assert outcome.text.startswith(
        f"out.png: 5 colours, {expected.width} x {expected.height} pixels, "
    )


def test_a_sheet_has_defaults(cli: Cli) -> None:
    outcome = cli("sheet", "drawn.png", "-o", "out.png", "--json")
    assert [result["colors"] for result in outcome.json["results"]] == [4, 8, 16, 64]


def test_a_sheet_to_standard_output(cli: Cli) -> None:
    outcome = cli("sheet", "tiny.png", "-k", "2", "-o", "-")
    assert (outcome.code, outcome.err) == (0, "")
    with Image.open(io.BytesIO(outcome.out)) as page:
        assert (page.format, page.mode) == ("PNG", "RGB")


# Help


@pytest.mark.parametrize("choices", [METHODS, INITS, EFFORTS, SPACES, DITHERS, ORDERS])
def test_help_lists_the_choices(choices: Sequence[str], cli: Cli) -> None:
    text = cli("quantize", "--help").text
    assert all(choice in text for choice in choices)


def test_version(cli: Cli) -> None:
    assert cli("--version").text == f"palette-core {pc.__version__}\n"


# As a process of its own


def started(*arguments: str, **options: Any) -> Outcome:
    # Python's own settings of this process have no say.
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"}
    environment |= options.pop("environment", {})
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    done = subprocess.run([*RUN, *arguments], env=environment, check=False, **streams)
    return Outcome(done.returncode, done.stdout or b"", (done.stderr or b"").decode())


def test_a_process_with_pipes(workdir: Path) -> None:
    data = (workdir / "drawn.png").read_bytes()
    outcome = started("quantize", "-", "-k", "5", "-o", "-", input=data)
    assert (outcome.code, outcome.err) == (0, "")
    expected = pc.quantize(read_image(workdir / "drawn.png").pixels, 5, **EYE)
    indices, entries = unpacked(outcome.out)
    assert np.array_equal(indices, expected.indices)
    assert entries == list(expected.palette.hex)


@pytest.mark.parametrize("name", ["truncated", "0 colours", "no command"])
def test_a_process_that_fails(name: str, workdir: Path) -> None:
    command, code, words = BAD[name]
    before = files_of(workdir)
    outcome = started(*command.split())
    assert_one_line(outcome.err, words)
    assert outcome.code == code
    assert files_of(workdir) == before


@pytest.mark.parametrize("name", ["漢.png", os.fsdecode(b"\xff.png")])
def test_a_terminal_that_cannot_show_a_name(name: str, workdir: Path) -> None:
    outcome = started("quantize", "tiny.png", "-o", name,
                      environment={"PYTHONIOENCODING": "ascii:strict"})  # fmt: skip
    assert (outcome.code, outcome.err) == (0, "")
    assert ".png: 3 colours" in outcome.text
    assert (workdir / name).is_file()


def test_the_installed_command() -> None:
    (script,) = metadata.entry_points(group="console_scripts", name="palette-core")
    assert script.load() is main


def test_no_standard_input(workdir: Path) -> None:
    shell = ["sh", "-c", 'exec "$@" <&-', "sh", *RUN, "quantize", "-", "-o", "out.png"]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert_one_line(done.stderr, ["standard input"])
    assert done.returncode == 1
    assert not (workdir / "out.png").exists()


ONTO_STDOUT = pytest.mark.parametrize(
    "command",
    ["quantize tiny.png -o -", "palette tiny.png", "compare drawn.png drawn.png --json"],
)


@ONTO_STDOUT
def test_a_full_standard_output(command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        outcome = started(*command.split(), stdout=full)
    assert_one_line(outcome.err, ["No space left on device"])
    assert outcome.code == 1


def test_no_standard_output() -> None:
    shell = ["sh", "-c", 'exec "$@" >&-', "sh", *RUN, "quantize", "tiny.png", "-o", "-"]
    done = subprocess.run(shell, stderr=subprocess.PIPE, text=True, check=False)
    assert_one_line(done.stderr, ["standard output"])
    assert done.returncode == 1


@ONTO_STDOUT
def test_a_reader_that_has_gone(command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        outcome = started(*command.split(), stdout=writer)
    finally:
        os.close(writer)
    assert (outcome.code, outcome.err) == (1, "")
