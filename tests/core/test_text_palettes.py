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


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "no colours, expected one a line as 'rrggbb'"),
        (b"\n\n", 1, "no colours"),
        (b"000000\nffcc0\n", 2, "'ffcc0', expected a colour as 'rrggbb'"),
        (b"000000\r\n\r\nffcc0g\r\n", 3, "'ffcc0g'"),
        (b"000000 ffcc00\n", 1, "'000000 ffcc00'"),
        (b":10010000214601360121470136007EFE09D2190140\n", 1, "':1001000021"),  # Intel's
        ("000000\n\N{FULLWIDTH DIGIT ZERO}00000\n".encode(), 2, "expected a colour"),
    ],
)
def test_broken_lists(data: bytes, line: int, words: str) -> None:
    error = refused(hex_lines.read, data, HEX)
    assert error.line == line
    assert words in error.reason


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
        (b"", 1, "no colours, expected one a line as 'aarrggbb'"),
        (b"; paint.net Palette File\n", 1, "no colours"),
        (b"; paint.net Palette File\nFF0000\n", 2, "'FF0000', expected a colour as 'aarrggbb'"),
        (b"FF000000\r\nFF00000G\r\n", 2, "'FF00000G'"),
        (b"Dear Sir or Madam,\n", 1, "'Dear Sir or Madam,'"),
    ],
)
def test_broken_paint_net_palettes(data: bytes, line: int, words: str) -> None:
    error = refused(paint_net.read, data, TXT)
    assert error.line == line
    assert words in error.reason


def test_alpha_of_paint_net_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "half.txt"
    path.write_bytes(b"FF000000\n80FFCC00\n00000000\n")
    with pytest.warns(pc.PaletteFileWarning, match="line 2: alpha left out") as caught:
        assert list(pc.Palette.load(path)) == [*TWO, (0, 0, 0)]
    assert [warning.filename for warning in caught] == [__file__]


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
    ],
)
def test_json_of_others(value: object, palette: pc.Palette) -> None:
    text = json.dumps(value)
    assert json_object.read(text.encode(), JSON) == palette
    assert json_object.read(f"\ufeff{text}\r\n".encode(), JSON) == palette


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "no JSON: Expecting value"),
        ('{"colors": [\n"#000000"\n"#ffffff"]}', 3, "no JSON"),
        ('["#000000"] x', 1, "no JSON: Extra data"),
        ("7", 1, 'no palette: expected a list of colours or {"colors": [...]}'),
        ("{}", 1, "no palette: expected a list"),
        ('{"colors": {"a": "#000000"}}', 1, "no palette: expected a list"),
        ('["#000000", "#fff"]', 1, "the colour at index 1 is '#fff', expected '#rrggbb'"),
        ("[[0, 0, 0]]", 1, "the colour at index 0 is [0, 0, 0]"),
        ('{"colors": ["#000000"], "names": "x"}', 1, "names are no list"),
        ('{"colors": ["#000000"], "names": []}', 1, "0 names for 1 colours"),
        ('{"colors": ["#000000"], "names": [7]}', 1, "a name is no text"),
        ('{"colors": ["#000000"], "name": null}', 1, "a name is no text"),
        ('{"colors": ["#000000"], "columns": 257}', 1, "columns is 257, expected 0 to 256"),
        ('{"colors": ["#000000"], "columns": 1.5}', 1, "columns is 1.5"),
        ('{"colors": ["#000000"], "columns": true}', 1, "columns is True"),
        ("9" * 5000, 1, "no palette: Exceeds the limit"),
        ("[" * 100_000, 1, "no palette: lists in too many lists"),
    ],
)
def test_broken_json(text: str, line: int, words: str) -> None:
    error = refused(json_object.read, text.encode(), JSON)
    assert error.line == line
    assert words in error.reason
