"""Names of colours against scikit-image's CIEDE2000, and the legend as spreadsheets read it."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor
from skimage.color import deltaE_ciede2000, rgb2lab

import palette_core as pc
from palette_core.color_names import css_colors, find_nearest_names, read_chart

from .command_line import TINY, Cli, assert_one_line

THREADS = "DMC,Name,Color\r\n310,Black,#000000\r\n666,Red,#f00\r\n699,Green,#056517\r\n"


@pytest.fixture(autouse=True)
def threads(workdir: Path) -> None:
    """Write a chart of threads into the current folder, beside tiny.png."""
    (workdir / "threads.csv").write_bytes(THREADS.encode())


def read_legend(data: bytes) -> list[dict[str, str]]:
    """Return the rows of a legend, as a program that knows nothing about it reads them."""
    assert data.startswith(b"\xef\xbb\xbf")  # Excel reads UTF-8 by this mark only
    return list(csv.DictReader(data.decode("utf-8-sig").splitlines()))


def test_names_are_the_nearest_by_ciede2000() -> None:
    named = css_colors()
    palette = pc.Palette(np.random.default_rng(3).integers(0, 256, (60, 3)))
    labs = [rgb2lab(colors.colors / 255) for colors in (palette, named)]
    expected = deltaE_ciede2000(labs[0][:, np.newaxis], labs[1][np.newaxis])
    found = find_nearest_names(palette, named)
    chosen = expected[np.arange(60), found.entries]
    assert chosen == pytest.approx(expected.min(axis=1), abs=0.01)
    assert found.differences == pytest.approx(chosen, abs=0.01)


def test_css_has_every_colour_once() -> None:
    named = css_colors()
    assert len(set(named)) == len(named) == len(set(map(ImageColor.getrgb, ImageColor.colormap)))
    by_name = dict(zip(named.names, named.hex, strict=True))
    assert by_name["rebeccapurple"] == "#663399"
    assert by_name["cyan"] == "#00ffff"
    assert find_nearest_names(pc.Palette(["#e6e6fa"]), named).differences[0] == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (THREADS, [("310 Black", "#000000"), ("666 Red", "#ff0000"), ("699 Green", "#056517")]),
        ("Snow,#ffffff\n\nInk,#000\n", [("Snow", "#ffffff"), ("Ink", "#000000")]),
        (
            "#ff0000;Rouge\n#00ff00;Vert, clair\n",
            [("Rouge", "#ff0000"), ("Vert, clair", "#00ff00")],
        ),
        ('"Red, dark",#a00000\n', [("Red, dark", "#a00000")]),
        ("Höfn\t#0000ff\n", [("Höfn", "#0000ff")]),
        # Without "#"
        ("Code,Hex\n310,000000\n666,E31D42\n", [("310", "#000000"), ("666", "#e31d42")]),
        ("ffe2e2;Salmon\n", [("Salmon", "#ffe2e2")]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_chart_is_read(text: str, expected: list[tuple[str, str]], encoding: str) -> None:
    chart = read_chart(text.encode(encoding), "chart.csv")
    assert list(zip(chart.names, chart.hex, strict=True)) == expected


def test_a_palette_with_names_is_a_chart(cli: Cli) -> None:
    pc.Palette(["#000", "#fc0"], ["Night", "Honey"]).save("chart.gpl")
    assert cli("show", "#fb1", "--names", "chart.gpl").text.startswith("0 #ffbb11 Honey (")


def test_a_chart_comes_from_a_pipe(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = cli("show", "#fb1", "--names", "threads.csv")
    assert expected.text.startswith("0 #ffbb11 666 Red (")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(THREADS.encode())))
    assert cli("show", "#fb1", "--names", "-") == expected
    for command in ("show - --names -", "quantize - --legend a.csv --names -"):
        outcome = cli(*command.split())
        assert outcome.code == 2
        assert_one_line(outcome.err, ["only one input can come from standard input"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["no colours"]),
        ("Name,Color\n", ["no colours"]),
        ("Ink,#000\nSnow\n", ["line 2", "expected a name and one colour"]),
        ("Ink,#000\n,#fff\n", ["line 2"]),
        ("A,#000\nB,#111,#222\n", ["line 2"]),
        ("300326,a0b0c0\n300427,000000\n", ["no colours"]),
        ("A,000000\nB,1f1f1f\nC,white\n", ["no colours"]),
        ("H\xf6nig,#fc0\n", ["not UTF-8"]),
    ],
)
def test_a_wrong_chart_is_refused(text: str, words: list[str], cli: Cli) -> None:
    Path("chart.csv").write_bytes(text.encode("latin-1"))
    outcome = cli("show", "#fff", "--names", "chart.csv")
    assert (outcome.code, outcome.out) == (1, b"")
    assert_one_line(outcome.err, ["chart.csv", *words])


def test_the_legend_counts_the_pixels(cli: Cli) -> None:
    options = ("-k", "4", "--dither", "none", "-o", "out.png", "--legend", "legend.csv")
    outcome = cli("quantize", "tiny.png", *options, "--names", "threads.csv")
    assert outcome.code == 0
    rows = read_legend(Path("legend.csv").read_bytes())
    assert list(rows[0]) == [
        *("index", "color", "name", "name_color", "difference", "pixels", "percent"),
    ]
    with Image.open("out.png") as image:
        indices = np.asarray(image)
        shown = np.asarray(image.convert("RGB"))
    assert (shown == TINY).all()
    for row in rows:
        assert int(row["pixels"]) == (indices == int(row["index"])).sum()
    red = next(row for row in rows if row["color"] == "#ff0000")
    assert (red["name"], red["name_color"], red["difference"]) == ("666 Red", "#ff0000", "0.00")
    assert (red["pixels"], red["percent"]) == ("2", "50.00")


def test_the_legend_has_names_of_the_palette_itself(cli: Cli) -> None:
    outcome = cli("quantize", "tiny.png", "--palette", "bee.gpl", "--legend", "-")
    rows = read_legend(outcome.out)
    assert [row["name"] for row in rows] == ["Black", "Hönig", ""]
    assert sum(int(row["pixels"]) for row in rows) == 4


def test_transparent_pixels_are_not_counted(cli: Cli) -> None:
    image = Image.new("RGBA", (4, 4), "#ff0000")
    image.paste((0, 0, 0, 0), (0, 0, 4, 2))
    image.save("half.png")
    (row,) = read_legend(cli("quantize", "half.png", "-k", "2", "--legend", "-").out)
    assert (row["pixels"], row["percent"]) == ("8", "100.00")


def test_a_name_is_no_formula(cli: Cli) -> None:
    Path("bad.csv").write_text('"=1+1",#f00\n', encoding="utf-8")
    outcome = cli("quantize", "tiny.png", "--legend", "-", "--names", "bad.csv")
    assert {row["name"] for row in read_legend(outcome.out)} == {"'=1+1"}


def test_show_names_colours(cli: Cli) -> None:
    assert cli("show", "#f00,#639", "--names", "css").text == (
        "0 #ff0000 red (0.0)\n1 #663399 rebeccapurple (0.0)\n"
    )
    found = cli("show", "#f00,#0a0a0a", "--names", "css", "--json").json
    assert found["names"] == ["red", "black"]
    dark, black = rgb2lab(np.array([[10, 10, 10], [0, 0, 0]]) / 255)
    assert found["differences"] == pytest.approx([0, deltaE_ciede2000(dark, black)], abs=0.01)


def test_frames_of_an_animation_are_counted_together(cli: Cli) -> None:
    frames = [Image.new("RGB", (4, 4), color) for color in ("#ff0000", "#0000ff", "#00ff00")]
    frames[0].save("clip.webp", save_all=True, append_images=frames[1:], lossless=True)
    rows = read_legend(cli("quantize", "clip.webp", "-k", "3", "--legend", "-").out)
    counts = {row["color"]: row["pixels"] for row in rows}
    assert counts == {"#ff0000": "16", "#0000ff": "16", "#00ff00": "16"}


def test_every_image_of_several_has_a_legend(cli: Cli) -> None:
    alone = ("-k", "3", "--names", "css", "--legend")
    assert cli("quantize", "tiny.png", "drawn.png", "-o", "out", *alone, "tables/").code == 0
    for name in ("tiny", "drawn"):
        expected = cli("quantize", f"{name}.png", *alone, "-").out
        assert Path("tables", f"{name}.csv").read_bytes() == expected
    again = cli("quantize", "tiny.png", "drawn.png", "-o", "new", *alone, "tables/")
    assert again.code == 1
    assert_one_line(again.err, ["tables/tiny.csv: the file exists", "--force"])
    assert not Path("new").exists()
