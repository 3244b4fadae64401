"""The palette library against facts about the machines, by name and on the command line."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ImageColor
from pygments.formatters.terminal256 import Terminal256Formatter

import palette_core as pc
from palette_core.color.hardware_grids import Grid
from palette_core.palette_library import LIBRARY, find_palette

from .command_line import Cli

SIZES = {
    "black-white": 2,
    "grey-4": 4,
    "grey-16": 16,
    "teletext": 8,
    "cga": 16,
    "cga-0": 4,
    "cga-1": 4,
    "ega": 64,
    "vga": 256,
    "windows-16": 16,
    "macintosh-16": 16,
    "web-safe": 216,
    "xterm-256": 256,
    "apple-ii": 16,
    "c64": 16,
    "c64-colodore": 16,
    "zx-spectrum": 16,
    "amstrad-cpc": 27,
    "msx": 16,
    "nes": 64,
    "game-boy": 4,
    "okabe-ito": 8,
}
# The voltages of Y in the data book of the TMS9918, of its colours 1 to 15.
TMS9918_LUMA = (0, 53, 67, 40, 53, 47, 73, 53, 67, 73, 80, 47, 53, 80, 100)


def colors(name: str) -> NDArray[np.int64]:
    return pc.Palette.named(name).colors.astype(np.int64)


def luma(name: str) -> NDArray[np.float64]:
    """Return the luma of BT.601, 0 to 255, which the machines with analogue video produced."""
    weighted: NDArray[np.float64] = colors(name) @ [0.299, 0.587, 0.114]
    return weighted


def test_every_palette_has_its_size_and_its_label_as_a_name() -> None:
    assert {name: len(pc.Palette.named(name)) for name in LIBRARY} == SIZES
    for name, entry in LIBRARY.items():
        assert pc.Palette.named(name).name == entry.label
        assert entry.summary
        assert entry.source


def test_rgbi_colours_are_two_thirds_and_one_third() -> None:
    expected = [[170 * (n >> bit & 1) + 85 * (n >> 3) for bit in (2, 1, 0)] for n in range(16)]
    expected[6][1] //= 2  # the monitor halves the green of dark yellow
    assert colors("cga").tolist() == expected
    assert colors("cga-0").tolist() == [expected[n] for n in (0, 10, 12, 14)]
    assert colors("cga-1").tolist() == [expected[n] for n in (0, 11, 13, 15)]


def test_the_colours_of_cga_are_at_their_numbers_in_ega_and_vga() -> None:
    attributes = [0, 1, 2, 3, 4, 5, 20, 7, *range(56, 64)]  # the default registers of EGA
    assert colors("ega")[attributes].tolist() == colors("cga").tolist()
    assert colors("vga")[:16].tolist() == colors("cga").tolist()
    assert set(pc.Palette.named("ega")) == set(product((0, 85, 170, 255), repeat=3))


# Numbers and 6-bit levels in the table of a BIOS.
@pytest.mark.parametrize(
    ("number", "levels"),
    [
        (17, "050505"),
        (30, "383838"),
        (33, "10003f"),
        (43, "3f2f00"),
        (57, "271f3f"),
        (84, "3f2d3f"),
        (103, "2d313f"),
        (115, "1c1500"),
        (149, "0e181c"),
        (155, "1a141c"),
        (195, "00100c"),
        (219, "08100e"),
        (226, "0d0b10"),
        (247, "0b0c10"),
        (248, "000000"),
        (255, "000000"),
    ],
)
def test_vga_is_the_table_of_the_bios(number: int, levels: str) -> None:
    expected = [level << 2 | level >> 4 for level in bytes.fromhex(levels)]
    assert colors("vga")[number].tolist() == expected


def test_levels_of_digital_colours() -> None:
    assert set(pc.Palette.named("teletext")) == set(product((0, 255), repeat=3))
    assert Grid((1, 1, 1)).contains(pc.Palette.named("teletext").colors).all()
    assert sorted(pc.Palette.named("web-safe")) == list(
        product((0x00, 0x33, 0x66, 0x99, 0xCC, 0xFF), repeat=3)
    )
    assert colors("grey-16")[:, 0].tolist() == [17 * n for n in range(16)]
    assert colors("grey-4")[:, 2].tolist() == [0, 85, 170, 255]


def test_the_zx_spectrum_counts_blue_red_green_and_bright() -> None:
    palette = pc.Palette.named("zx-spectrum")
    assert palette.hex[1:8:2] == ("#0000d8", "#d800d8", "#00d8d8", "#d8d8d8")
    assert palette.hex[8:] == (
        *("#000000", "#0000ff", "#ff0000", "#ff00ff"),
        *("#00ff00", "#00ffff", "#ffff00", "#ffffff"),
    )
    assert (np.diff(luma("zx-spectrum")[:8]) > 0).all()


def test_the_amstrad_counts_in_threes() -> None:
    assert pc.Palette.named("amstrad-cpc").hex[1::5] == (
        *("#000080", "#ff0000", "#0080ff", "#ff8080", "#80ff00", "#ffffff"),
    )
    steps = np.rint(colors("amstrad-cpc") / 127.5)
    assert (steps @ [3, 9, 1] == np.arange(27)).all()


def test_windows_has_the_colours_of_html() -> None:
    names = "black maroon green olive navy purple teal silver gray red lime yellow blue fuchsia"
    expected = [ImageColor.getrgb(name) for name in f"{names} aqua white".split()]
    assert list(pc.Palette.named("windows-16")) == expected


def test_xterm_has_the_colours_of_pygments() -> None:
    table = Terminal256Formatter().xterm_colors
    assert list(pc.Palette.named("xterm-256"))[16:] == table[16:256]


@pytest.mark.parametrize(("name", "tolerance"), [("c64", 1.5), ("c64-colodore", 7)])
def test_the_c64_has_nine_levels_of_luma(name: str, tolerance: float) -> None:
    levels = luma(name)
    pairs = [(6, 9), (2, 11), (4, 8), (12, 14), (5, 10), (3, 15), (7, 13)]
    for one, other in pairs:
        assert levels[one] == pytest.approx(levels[other], abs=tolerance)
    ascending = levels[[0, *(one for one, _ in pairs), 1]]
    assert (np.diff(ascending) > 8).all()


def test_colours_of_the_apple_ii_and_their_complements_add_up_to_white() -> None:
    lores = colors("apple-ii")
    inverse = lores[[15 - n for n in range(16)]]
    assert np.abs(lores + inverse - 255).max() <= 1
    assert lores[5].tolist() == lores[10].tolist() == [128, 128, 128]


def test_the_msx_has_the_luma_of_the_data_book() -> None:
    assert luma("msx")[1:] / 2.55 == pytest.approx(TMS9918_LUMA, abs=0.5)


def test_the_nes_has_four_rows_of_twelve_hues() -> None:
    rows = colors("nes").reshape(4, 16, 3)
    assert (rows[:, 14:] == 0).all()  # 54 colours, and black
    assert len(set(pc.Palette.named("nes"))) == 54
    assert rows[2, 0].tolist() == rows[3, 0].tolist()  # white has two numbers
    grey = rows[:, [0]]
    assert (np.ptp(grey, axis=-1) <= 2).all()
    assert (np.diff(rows[:, 1:13] @ [0.299, 0.587, 0.114], axis=0) > 0).all()
    assert rows[0, 1].argmax() == 2  # blue, red, green
    assert rows[0, 6].argmax() == 0
    assert rows[0, 10].argmax() == 1


def test_okabe_and_ito_are_as_published() -> None:
    published = [(0, 0, 0), (230, 159, 0), (86, 180, 233), (0, 158, 115)]
    published += [(240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167)]
    assert list(pc.Palette.named("okabe-ito")) == published


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("zxspectrum", "did you mean 'zx-spectrum'?"),
        ("C64", "did you mean 'c64'?"),
        ("rainbow-99", "palette-core palettes lists all"),
    ],
)
def test_an_unknown_name_suggests_one(name: str, advice: str, cli: Cli) -> None:
    message = f"there is no palette {name!r} in the library; {advice}"
    with pytest.raises(pc.OptionError) as caught:
        find_palette(name)
    assert str(caught.value) == message
    outcome = cli("show", f"@{name}")
    assert (outcome.code, outcome.out) == (2, b"")
    assert outcome.err == f"palette-core: error: {message}\n"


@pytest.mark.usefixtures("workdir")
def test_every_command_takes_a_name_in_place_of_a_file(cli: Cli) -> None:
    assert cli("show", "@cga-1").text.splitlines()[2] == "2 #ff55ff"
    assert cli("convert", "@c64", "c64.gpl").text == "c64.gpl: 16 colours\n"
    assert pc.Palette.load("c64.gpl").name == "Commodore 64"
    assert cli("sort", "@nes", "nes.gpl", "--merge", "0").text == "nes.gpl: 54 colours\n"
    done = cli("quantize", "tiny.png", "--palette", "@teletext", "--json").json
    assert done["palette"] == list(pc.Palette.named("teletext").hex)
    assert done["mse"] == 0
    locked = cli("palette", "tiny.png", "-k", "9", "--lock-palette", "@cga-0", "--json").json
    assert set(pc.Palette.named("cga-0").hex) <= set(locked["palette"])


def test_palettes_lists_all(cli: Cli) -> None:
    outcome = cli("palettes")
    assert [line.split()[:2] for line in outcome.text.splitlines()] == [
        [name, str(size)] for name, size in SIZES.items()
    ]
    listed = {entry["name"]: entry for entry in cli("palettes", "--json").json["palettes"]}
    assert list(listed) == list(SIZES)
    assert listed["game-boy"]["palette"] == ["#0f380f", "#306230", "#8bac0f", "#9bbc0f"]
    assert set(listed["nes"]) == {"name", "label", "summary", "source", "colors", "palette"}
