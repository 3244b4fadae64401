"""The commands `compare` and `sheet`."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.report import contact_sheet

from .command_line import EYE, Cli
from .reference_metrics import read_image

pytestmark = pytest.mark.usefixtures("workdir")


def test_compare_measures_as_the_function_does(cli: Cli) -> None:
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
    line = f"pixels that are opaque in only one of them: {expected.opacity_differs}"
    assert line in cli("compare", "drawn.png", "cutout.png").text.splitlines()


@pytest.mark.parametrize("name", ["photo.jpg", "cutout.png"])
def test_a_sheet_has_the_results_of_every_number(name: str, workdir: Path, cli: Cli) -> None:
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
    outcome = cli(*command.split(), "--order", "popularity", "-o", "out.png")
    assert outcome.code == 0
    pixels = read_image("photo.jpg").pixels
    quantized = pc.quantize(pixels, 5, space="cielab", seed=4, effort="fast", order="popularity")
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
