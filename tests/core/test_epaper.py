"""E-paper: bytes by hand, the gamut by SciPy, light on average, text without dots."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy.spatial import Delaunay

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import linear_to_oklab, oklab_to_linear, srgb_to_linear
from palette_core.epaper.gamut import Gamut
from palette_core.epaper.panels import PANELS, relative_colors
from palette_core.epaper.text import find_text
from palette_core.report.figures import font

from .command_line import Cli

VIVID = ("spectra-6", "acep-7", "black-white-red", "black-white-yellow", "black-white-yellow-red")


def page() -> Bytes:
    """Draw a page with letters of soft edges."""
    image = Image.new("RGB", (160, 48), "white")
    draw = ImageDraw.Draw(image)
    draw.text((4, 2), "Sphinx of quartz", "black", font(13))
    draw.text((4, 22), "judge my vow", "black", font(18))
    return np.asarray(image)


# The memory of the panels


@pytest.mark.parametrize(
    ("panel", "rows", "expected"),
    [
        ("spectra-6", [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]], "012356 653210"),
        ("acep-7", [[0, 1, 2, 3, 4, 5, 6]], "01234560"),
        ("grey-16", [[0, 15, 8, 7]], "0f87"),
        ("grey-4", [[0, 1, 2, 3, 3]], "1bc0"),
        ("black-white", [[1, 0, 1, 0, 1, 1, 1, 1, 1]], "af80"),
        ("black-white-red", [[0, 1, 2, 1], [2, 2, 0, 0]], "70c0 20c0"),
        ("black-white-yellow", [[0, 1, 2, 1, 1, 1, 1, 1, 2]], "7f80 2080"),
        ("black-white-yellow-red", [[0, 1, 2, 3, 3], [2, 0, 0, 1, 1]], "1bc0 8140"),
    ],
)
def test_bytes_are_those_written_by_hand(panel: str, rows: list[list[int]], expected: str) -> None:
    assert PANELS[panel].pack(np.array(rows, np.uint8)).hex() == expected.replace(" ", "")


def test_nibbles_are_packed_as_the_driver_packs_them() -> None:
    # Waveshare's drivers write colours in this order: (buffer[i] << 4) + buffer[i + 1].
    order = {"spectra-6": "kwyr-bg", "acep-7": "kwgbryo"}
    colors = {"k": "#000000", "w": "#ffffff", "y": "#ffff00", "r": "#ff0000", "b": "#0000ff"}
    colors |= {"g": "#00ff00", "o": "#ff8000"}
    for name, letters in order.items():
        panel = PANELS[name]
        codes = {colors[letter]: code for code, letter in enumerate(letters) if letter != "-"}
        indices = np.random.default_rng(1).integers(0, len(panel.palette), (6, 8), np.uint8)
        written = [codes[panel.palette.hex[entry]] for entry in indices.ravel()]
        pairs = zip(written[::2], written[1::2], strict=True)
        expected = bytes((high << 4) + low for high, low in pairs)
        assert panel.pack(indices) == expected


# Colours


@pytest.mark.parametrize("name", PANELS)
def test_relative_colours_keep_mixtures_and_end_in_black_and_white(name: str) -> None:
    panel = PANELS[name]
    measured = panel.measured_palette.colors
    relative = relative_colors(measured)
    assert {(0, 0, 0), (255, 255, 255)} <= {tuple(color) for color in relative.tolist()}
    light = srgb_to_linear(measured)
    black, white = light[light.sum(axis=1).argmin()], light[light.sum(axis=1).argmax()]
    expected = np.clip((light - black) / (white - black), 0, 1)
    assert srgb_to_linear(relative) == pytest.approx(expected, abs=0.005)
    assert len(panel.codes) == len(panel.palette) == len(measured)


@pytest.mark.parametrize("name", ["spectra-6", "acep-7"])
def test_the_gamut_is_the_convex_hull(name: str) -> None:
    palette = relative_colors(PANELS[name].measured_palette.colors)
    points = np.random.default_rng(0).random((2000, 3))
    expected = Delaunay(srgb_to_linear(palette)).find_simplex(points) >= 0
    assert (Gamut(palette).contains(points) == expected).all()
    assert 0.02 < expected.mean() < 0.6


@pytest.mark.parametrize("name", PANELS)
def test_greys_do_not_change(name: str) -> None:
    gamut = Gamut(relative_colors(PANELS[name].measured_palette.colors))
    greys = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(16, 16, 3)
    assert (gamut.compress(greys, 1) == greys).all()


@pytest.mark.parametrize("name", ["spectra-6", "acep-7"])
def test_compressed_colours_fit_into_the_gamut(name: str, photo: Bytes) -> None:
    gamut = Gamut(relative_colors(PANELS[name].measured_palette.colors))
    oklab = linear_to_oklab(srgb_to_linear(photo[::8, ::8].reshape(-1, 3)))
    assert gamut.contains(oklab_to_linear(gamut.compress_oklab(oklab))).all()
    assert not gamut.contains(oklab_to_linear(oklab)).all()


def test_four_colours_keep_yellow_and_turn_blue_grey() -> None:
    gamut = Gamut(relative_colors(PANELS["black-white-yellow-red"].measured_palette.colors))
    yellow, orange, red, blue, green = gamut.compress(
        np.array(
            [(246, 195, 0), (240, 120, 20), (200, 30, 30), (60, 90, 200), (30, 160, 90)], np.uint8
        ),
        1,
    ).astype(int)
    for vivid in (yellow, orange, red):
        assert np.ptp(vivid) > 70
    assert np.ptp(blue) < 10
    assert yellow[1] > orange[1] > red[1]
    assert green[2] <= green[0]


@pytest.mark.parametrize("name", ["black-white", "grey-4"])
def test_panels_without_hues_remove_them(name: str, photo: Bytes) -> None:
    gamut = Gamut(relative_colors(PANELS[name].measured_palette.colors))
    assert np.ptp(gamut.compress(photo[::8, ::8], 0), axis=-1).max() <= 1


def test_nothing_changes_without_compression(photo: Bytes) -> None:
    palette = relative_colors(PANELS["spectra-6"].measured_palette.colors)
    small = photo[::8, ::8]
    assert np.abs(Gamut(palette).compress(small, 0).astype(int) - small).max() <= 1


@pytest.mark.parametrize("name", PANELS)
def test_flat_areas_in_nominal_colours_get_their_entry(name: str) -> None:
    colors = PANELS[name].palette.colors
    stripes = np.repeat(np.repeat(colors, 4, axis=0)[np.newaxis], 8, axis=0)
    made = pc.quantize_for_epaper(stripes, name, fit="none")
    assert (made.indices == np.repeat(np.arange(len(colors)), 4)).all()
    assert (np.asarray(made.to_image().convert("RGB")) == stripes).all()
    assert (made.to_array()[0, ::4] == PANELS[name].measured_palette.colors).all()


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("level", [60, 128, 220])
def test_dots_mix_to_the_light_of_a_grey(name: str, level: int) -> None:
    grey = np.full((64, 64, 3), level, np.uint8)
    made = pc.quantize_for_epaper(grey, name, fit="none")
    relative = relative_colors(PANELS[name].measured_palette.colors)[made.indices]
    seen = srgb_to_linear(relative).mean(axis=(0, 1))
    assert seen == pytest.approx(srgb_to_linear(grey)[0, 0], abs=0.03)
    if name.startswith("black-white-"):
        assert set(np.unique(made.indices)) <= {0, 1}


@pytest.mark.parametrize("name", ["black-white-red", "black-white-yellow-red"])
def test_red_is_used_for_red_alone(name: str) -> None:
    sky = np.full((40, 40, 3), (90, 140, 230), np.uint8)
    roof = np.full((40, 40, 3), (150, 40, 30), np.uint8)
    red = PANELS[name].palette.hex.index("#ff0000")
    shares = [
        (pc.quantize_for_epaper(image, name, fit="none").indices == red).mean()
        for image in (sky, roof)
    ]
    assert shares[0] < 0.02
    assert shares[1] > 0.3


# Text


@pytest.mark.parametrize("name", VIVID)
def test_text_has_no_dots(name: str) -> None:
    sharp = pc.quantize_for_epaper(page(), name, fit="none")
    assert set(np.unique(sharp.indices)) == {0, 1}
    is_dark = page().max(axis=2) < 128
    assert ((sharp.indices == 0) == is_dark).mean() > 0.995
    soft = pc.quantize_for_epaper(page(), name, fit="none", sharp_text=False)
    assert ((soft.indices == 0) != is_dark).sum() > ((sharp.indices == 0) != is_dark).sum()


def test_a_photo_is_no_text(photo: Bytes) -> None:
    assert find_text(photo)[0].mean() < 0.01


@pytest.mark.parametrize("level", [40, 90, 120, 160])
def test_the_edge_of_a_grey_area_on_paper_has_its_tone(level: int) -> None:
    image = np.full((64, 64, 3), 255, np.uint8)
    image[16:, 16:] = level
    made = pc.quantize_for_epaper(image, "black-white", fit="none")
    edge = np.concatenate([made.indices[16:18, 16:].ravel(), made.indices[18:, 16:18].ravel()])
    inside = made.indices[20:, 20:]
    assert edge.mean() == pytest.approx(inside.mean(), abs=0.1)


@pytest.mark.parametrize("ink", [0, 60, 90])
def test_thin_strokes_have_no_gaps(ink: int) -> None:
    image = Image.new("L", (120, 24), 255)
    ImageDraw.Draw(image).text((4, 2), "quartz vow", ink, font(11))
    made = pc.quantize_for_epaper(image.convert("RGB"), "black-white", fit="none")
    # Where the strokes cover more than half of a pixel.
    is_covered = np.asarray(image) < (255 + ink) / 2
    assert (made.indices[is_covered] == 0).mean() > 0.99
    assert (made.indices[~is_covered] == 1).mean() > 0.95


# Size, rotation, transparency


def test_the_image_gets_the_size_of_the_panel(photo: Bytes) -> None:
    assert pc.quantize_for_epaper(photo, "spectra-6", dither="none").indices.shape == (480, 800)
    made = pc.quantize_for_epaper(photo, "grey-4", size=(60, 90), fit="pad", dither="none")
    assert made.indices.shape == (90, 60)
    assert (made.indices[:20] == 3).all()
    assert (made.indices[35:55] != 3).any()
    assert pc.quantize_for_epaper(photo, "grey-4", dither="none").indices.shape == (427, 640)


def test_an_image_is_rotated_counterclockwise() -> None:
    image = np.full((8, 4, 3), 255, np.uint8)
    image[:4] = 0
    made = pc.quantize_for_epaper(image, "black-white", rotate=90)
    assert made.indices.tolist() == [[0, 0, 0, 0, 1, 1, 1, 1]] * 4


def test_transparent_pixels_are_paper() -> None:
    image = np.zeros((8, 8, 4), np.uint8)
    image[:, 4:, 3] = 255
    made = pc.quantize_for_epaper(image, "spectra-6", fit="none")
    assert made.indices.tolist() == [[1] * 4 + [0] * 4] * 8


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"panel": "spectra-7"}, "`panel` cannot be 'spectra-7'"),
        ({"fit": "stretch"}, "`fit` cannot be 'stretch'"),
        ({"rotate": 45}, "use 0, 90, 180 or 270"),
        ({"gamut": 2}, "`gamut` must be a number from 0 to 1"),
        ({"dither": "auto"}, "`dither` cannot be 'auto'"),
        ({"measured": ["#000", "#fff"]}, "has 2 colours, but the panel has 3"),
        ({"measured": ["#fff", "#000", "#f00"]}, "give them in this order"),
        ({"measured": ["#0000ff", "#ffffff", "#f00"]}, "lighter than black in every channel"),
    ],
)
def test_wrong_values(options: dict[str, object], words: str) -> None:
    arguments = {"pixels": page(), "panel": "black-white-red"} | options
    with pytest.raises(pc.OptionError, match=words):
        pc.quantize_for_epaper(**arguments)


def test_your_own_measurement_is_used(photo: Bytes) -> None:
    own = ["#101010", "#c0c0c0", "#a02020"]
    made = pc.quantize_for_epaper(photo[::8, ::8], "black-white-red", fit="none", measured=own)
    assert made.measured.hex == ("#101010", "#c0c0c0", "#a02020")
    assert made.to_image().getpalette()[6:9] == [255, 0, 0]


# The command


@pytest.fixture
def drawn_page(workdir: Path) -> None:
    """Write a page into the current folder."""
    Image.fromarray(page()).save(workdir / "page.png")


@pytest.mark.usefixtures("drawn_page")
def test_the_command_writes_image_bytes_and_preview(cli: Cli) -> None:
    names = ("-o", "out.png", "--raw", "out.bin", "--preview", "seen.png")
    outcome = cli("epaper", "page.png", "--panel", "spectra-6", "--fit", "none", *names)
    assert outcome.text.splitlines() == [
        "out.png: Spectra 6, 160 x 48 pixels",
        "out.bin: Spectra 6, 160 x 48 pixels, 3840 bytes",
        "seen.png: Spectra 6, 160 x 48 pixels",
    ]
    made = pc.quantize_for_epaper(page(), "spectra-6", fit="none")
    assert Path("out.bin").read_bytes() == made.to_raw()
    with Image.open("out.png") as image, Image.open("seen.png") as seen:
        assert image.mode == seen.mode == "P"
        assert (np.asarray(image) == made.indices).all()
        assert (np.asarray(seen.convert("RGB")) == made.to_array()).all()


@pytest.mark.usefixtures("drawn_page")
def test_the_command_reports_shares_as_json(cli: Cli) -> None:
    size = ("--panel", "grey-4", "--size", "80x24", "-o", "out.png")
    found = cli("epaper", "page.png", *size, "--json").json
    assert (found["width"], found["height"], found["bytes_raw"]) == (80, 24, 480)
    assert sum(found["shares"]) == pytest.approx(1)
    assert found["palette"] == found["measured"] == ["#000000", "#555555", "#aaaaaa", "#ffffff"]


@pytest.mark.usefixtures("drawn_page")
def test_bytes_go_to_a_pipe(cli: Cli) -> None:
    piped = cli("epaper", "page.png", "--panel", "spectra-6", "--fit", "none", "--raw", "-")
    assert piped.out == pc.quantize_for_epaper(page(), "spectra-6", fit="none").to_raw()
