"""Lists in hexadecimal (.hex), Paint.NET's palettes (.txt) and JSON (.json)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import palette_core as pc
from palette_core.formats import hex_lines, json_object, paint_net

HEX, TXT, JSON = Path("folder/odd.hex"), Path("folder/odd.txt"), Path("folder/odd.json")
TWO = [(0, 0, 0), (255, 204, 0)]
BEE = pc.Palette(TWO, ["Black", "Hönig"], "Bee", 2)


def refused(read: object, data: bytes, path: Path) -> pc.PaletteFileError:
    assert callable(read)
    with pytest.raises(pc.PaletteFileError) as caught:
        read(data, path)
    assert caught.value.byte is None
    return caught.value


# .hex


def test_the_bytes_of_a_list() -> None:
    assert hex_lines.write(BEE, HEX) == b"000000\nffcc00\n"


@pytest.mark.parametrize(
    "data",
    [
        b"000000\nFFCC00",
        b"\xef\xbb\xbf000000\r\nffcc00\r\n\r\n",
        b"#000000\n#FfCc00\n",
        b"\n 000000 \n\n\tffcc00\n \n",
    ],
)
def test_lists_as_programs_write_them(data: bytes) -> None:
    assert hex_lines.read(data, HEX) == pc.Palette(TWO)


# Lists of any kind, of "#000000" and "#ffcc00"
LISTS = {
    "hexadecimal": "000000\nffcc00\n",
    "CR": "000000\rffcc00\r",
    "three digits": "#000\n#fc0\n",
    "three digits without a number sign": "000\nFC0\n",
    "alpha, as in CSS": "#000000ff\n#ffcc00ff\n#000f",
    "alpha in the end": "000000ff\nffcc00ff\n",
    "alpha at the beginning": "ff000000\nffffcc00\n",
    "alpha at the beginning, with 0x": "0xff000000\n0xFFFFCC00\n",
    "0x": "0x000000\n0XFFCC00\n",
    "one line": "000000,ffcc00\n",
    "one line with blanks": "  #000000 #ffcc00",
    "a list of Python": "['#000000', '#ffcc00']",
    "numbers": "0 0 0\n255 204 0\n",
    "numbers with commas": "0,0,0\n255, 204, 0\n",
    "numbers with tabs": "0\t0\t0\n255\t204\t000\n",
    "tuples of Python": "(0, 0, 0),\n(255, 204, 0),\n",
    "numbers with alpha": "0 0 0 255\n255 204 0 255\n",
    "CSS": "rgb(0, 0, 0)\nrgba(255, 204, 0)\n",
    "comments": "; one\n// two\n# three\n#five\n#\n000000 ; x\nffcc00 // #ffffff\n",
    "comments behind": "#000000 # black\n#ffcc00 #honey\n",
    "titles": "hex\n000000\nffcc00\n",
    "UTF-16": "#000000\r\n#ffcc00\r\n",
}
NAMED = {
    "names first": "Black,#000000\nHönig,#ffcc00\n",
    "names first, with blanks": "Black #000000\nHönig #FC0\n",
    "names first, without a number sign": "Black 000000\nHönig 0xffcc00\n",
    "names last": "#000000 Black\nffcc00 Hönig\n",
    "names last, with commas": "#000000,Black\n#ffcc00,Hönig\n",
    "names with a colon": "Black: #000000\nHönig = #ffcc00\n",
    "quotes and titles": '"name","hex"\n"Black","#000000"\n"Hönig","#ffcc00"\n',
    "indices, as show prints them": "0 #000000 Black\n1 #ffcc00 Hönig\n",
    "numbers": "0 0 0 Black\n255 204 0\tHönig\n",
    "numbers with alpha": "0 0 0 255 Black\n255 204 0 255 Hönig\n",
    "numbers last": "Black,0,0,0\nHönig (255, 204, 0)\n",
    "KDE": "KDE RGB Palette\n  0   0   0\tBlack\n255 204   0\tHönig\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_as_people_write_them(name: str, tmp_path: Path) -> None:
    data = LISTS[name].encode("utf-16" if name == "UTF-16" else "utf-8")
    expected = [*TWO, TWO[0]] if "#000f" in LISTS[name] else TWO
    for suffix in (".txt", ".hex", ".pal", ".csv", ""):
        path = tmp_path / f"list{suffix}"
        path.write_bytes(data)
        assert pc.Palette.load(path) == pc.Palette(expected)


@pytest.mark.parametrize("name", NAMED)
def test_lists_with_names(name: str, tmp_path: Path) -> None:
    for suffix, encoding in ((".txt", "utf-8"), (".hex", "latin-1"), (".colors", "utf-16")):
        path = tmp_path / f"list{suffix}"
        path.write_bytes(NAMED[name].encode(encoding))
        assert pc.Palette.load(path) == pc.Palette(TWO, ["Black", "Hönig"])


@pytest.mark.parametrize("name", ["two  words", "Green (x)", "no. 7, light", "N°5", "a/b"])
def test_names_of_any_kind_in_lists(name: str) -> None:
    for line in (f"#ffcc00 {name}", f"255 204 0 {name}", f"{name} #ffcc00", f"3 #ffcc00 {name}"):
        assert paint_net.read(line.encode(), TXT) == pc.Palette(TWO[1:], [name])


def test_which_of_eight_digits_are_alpha() -> None:
    # Behind "#" the last ones, as in CSS; else the first or the last, where more of them are "ff",
    # or the first in Paint.NET's files, or what is usual with the suffix.
    red, blue = (255, 0, 0), (0, 0, 255)
    with pytest.warns(pc.PaletteFileWarning, match="line 2: alpha left out"):
        assert list(paint_net.read(b"#ff0000ff\n#0000ff80", TXT)) == [red, blue]
    two_last = b"ff0000ff\n0000ffff\n0000ff80"
    with pytest.warns(pc.PaletteFileWarning, match="line 3: alpha left out"):
        assert list(paint_net.read(two_last, TXT)) == [red, blue, blue]
    with pytest.warns(pc.PaletteFileWarning, match="line 2: alpha left out"):
        assert list(hex_lines.read(b"ffff0000\n800000fe", HEX)) == [red, (0, 0, 254)]
    assert list(paint_net.read(b"ff0000ff", TXT)) == [blue]
    assert list(hex_lines.read(b"ff0000ff", HEX)) == [red]
    told = b"; paint.net Palette File\nff0000ff\n800000ff\n000000ff"
    with pytest.warns(pc.PaletteFileWarning, match="line 3: alpha left out"):
        assert list(paint_net.read(told, TXT)) == [blue, blue, blue]


# Paint.NET

PAINT_NET = b"; paint.net Palette File\r\n; Palette Name: Bee\r\nFF000000\r\nFFFFCC00\r\n"
# As Paint.NET itself and lospec.com write it.
FULL = (
    "; paint.net Palette File\n"
    "; Lines that start with a semicolon are comments\n"
    "; Colors are written as 8-digit hexadecimal numbers: aarrggbb\n"
    "; For example, this would specify green: FF00FF00\n"
    "FF000000\nffffcc00\n"
)
LOSPEC = (
    ";paint.net Palette File\n;Downloaded from Lospec.com/palette-list\n;Palette Name: Bee\n"
    ";Description: \n;Colors: 2\nFF000000\nFFffcc00"
)


def test_the_bytes_of_a_paint_net_palette() -> None:
    assert paint_net.write(BEE, TXT) == PAINT_NET
    assert paint_net.write(pc.Palette(TWO), TXT) == PAINT_NET.replace(
        b"; Palette Name: Bee\r\n", b""
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (PAINT_NET.decode(), "Bee"),
        (FULL, ""),
        (LOSPEC, "Bee"),
        ("\ufeff" + LOSPEC, "Bee"),
        ("FF000000 ; black\n\n\nFFFFCC00; honey\n", ""),
    ],
)
def test_paint_net_palettes_as_programs_write_them(text: str, name: str) -> None:
    assert paint_net.read(text.encode(), TXT) == pc.Palette(TWO, name=name)


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "no colours; write colours as '#rrggbb'"),
        (b"; paint.net Palette File\n", 1, "no colours"),
        (
            b"; paint.net Palette File\nFF000\n",
            2,
            "'FF000' is not a colour; write colours",
        ),
        (b"FF000000\r\nFF00000G\r\n", 2, "'FF00000G'"),
        (b"Dear Sir or Madam,\n", 1, "'Dear Sir or Madam'"),
    ],
)
def test_broken_paint_net_palettes(data: bytes, line: int, words: str) -> None:
    error = refused(paint_net.read, data, TXT)
    assert error.line == line
    assert words in error.reason


# JSON


def test_what_is_in_the_json() -> None:
    assert json.loads(json_object.write(BEE, JSON)) == {
        "name": "Bee",
        "columns": 2,
        "colors": ["#000000", "#ffcc00"],
        "names": ["Black", "Hönig"],
    }
    assert json_object.read(json_object.write(BEE, JSON), JSON) == BEE


@pytest.mark.parametrize(
    ("value", "palette"),
    [
        (["#000000", "#FFCC00"], pc.Palette(TWO)),
        ([], pc.Palette([])),
        ({"colors": ["000000", "ffcc00"]}, pc.Palette(TWO)),
        # lospec.com
        (
            {"name": "Bee", "author": "A. Mellifera", "colors": ["000000", "ffcc00"]},
            pc.Palette(TWO, name="Bee"),
        ),
        ({"name": "two\nlines", "colors": []}, pc.Palette([], name="two lines")),
        (["#000", "#FC0"], pc.Palette(TWO)),
        ({"colors": 2, "palette": ["#000000", "#ffcc00"]}, pc.Palette(TWO)),
        ({"Black": "#000", "": "#fc0"}, pc.Palette(TWO, ["Black", ""])),
        ({"colors": {"Black": "#000", "": "#fc0"}}, pc.Palette(TWO, ["Black", ""])),
        ([[0, 0, 0], [255, 204, 0]], pc.Palette(TWO)),
        ([[0, 0, 0], [255, 204, 0, 1.0]], pc.Palette(TWO)),
        ([[0, 0, 0], [1, 0.8, 0]], pc.Palette(TWO)),
        ([{"name": "Black", "hex": "000000"}, {"hex": "ffcc00"}], pc.Palette(TWO, ["Black", ""])),
        ([{"r": 0, "g": 0, "b": 0}, {"r": 255, "g": 204, "b": 0, "a": 255}], pc.Palette(TWO)),
        # Sketch
        (
            {
                "colors": [
                    {"red": 0, "green": 0, "blue": 0, "alpha": 1},
                    {"red": 1, "green": 0.8, "blue": 0, "alpha": 1},
                ]
            },
            pc.Palette(TWO),
        ),
    ],
)
def test_json_of_others(value: object, palette: pc.Palette) -> None:
    text = json.dumps(value)
    assert json_object.read(text.encode(), JSON) == palette
    assert json_object.read(f"\ufeff{text}\r\n".encode(), JSON) == palette


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "not valid JSON: Expecting value"),
        ('{"colors": [\n"#000000"\n"#ffffff"]}', 3, "not valid JSON"),
        ('["#000000"] x', 1, "not valid JSON: Extra data"),
        ("7", 1, 'not a palette: write a list of colours or {"colors": [...]}'),
        ("{}", 1, "not a palette: write a list"),
        ('{"colors": {"a": 7}}', 1, "not a palette: write a list"),
        ('{"colors": 3}', 1, "not a palette: write a list"),
        ('["#000000", "#ffff0"]', 1, "the colour at index 1 is '#ffff0'; write '#rrggbb'"),
        ("[[0, 0]]", 1, "the colour at index 0 is [0, 0]"),
        ("[[0, 0, 256]]", 1, "the colour at index 0 is [0, 0, 256]"),
        ("[[2, 0, 0.5]]", 1, "the colour at index 0 is [2, 0, 0.5]"),
        ("[[0, 0, NaN]]", 1, "the colour at index 0 is [0, 0, nan]"),
        ("[[true, 0, 0]]", 1, "the colour at index 0 is [True, 0, 0]"),
        ('[{"name": "x"}]', 1, "the colour at index 0 is {'name': 'x'}"),
        ('{"name": "x", "hex": "#00000g"}', 1, "the colour at index 0 is 'x'"),
        ('{"colors": ["#000000"], "names": "x"}', 1, "names must be a list"),
        ('{"colors": ["#000000"], "names": []}', 1, "0 names for 1 colour"),
        ('{"colors": ["#000000"], "names": [7]}', 1, "names must be"),
        ('{"colors": ["#000000"], "name": null}', 1, "names must be"),
        (
            '{"colors": ["#000000"], "columns": 257}',
            1,
            "from 0 to 256, not 257",
        ),
        ('{"colors": ["#000000"], "columns": 1.5}', 1, "whole number from 0 to 256, not 1.5"),
        ('{"colors": ["#000000"], "columns": true}', 1, "whole number, not True"),
        ("9" * 5000, 1, "not a palette: Exceeds the limit"),
        ("[" * 100_000, 1, "not a palette: lists are nested too deeply"),
    ],
)
def test_broken_json(text: str, line: int, words: str) -> None:
    error = refused(json_object.read, text.encode(), JSON)
    assert error.line == line
    assert words in error.reason
