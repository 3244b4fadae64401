"""GIMP palette files, from GIMP and from other programs."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL.GimpPaletteFile import GimpPaletteFile

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.formats import gpl

from .strategies import colors

HERE = Path("folder/odd.gpl")
BEE = pc.Palette([[0, 0, 0], [255, 204, 0], [7, 80, 100]], ["Black", "Honey", ""], "Bee", 2)
BEE_FILE = (
    b"GIMP Palette\n"
    b"Name: Bee\n"
    b"Columns: 2\n"
    b"#\n"
    b"  0   0   0\tBlack\n"
    b"255 204   0\tHoney\n"
    b"  7  80 100\t#075064\n"
)


def read(data: bytes) -> tuple[pc.Palette, list[str]]:
    """Read a file, and collect what it warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        palette = gpl.read(data, HERE)
    assert all(warning.category is pc.PaletteFileWarning for warning in caught)
    return palette, [str(warning.message) for warning in caught]


# What is written


def test_the_bytes_of_a_small_file() -> None:
    assert gpl.write(BEE, HERE) == BEE_FILE
    assert read(BEE_FILE) == (BEE, [])


def test_a_palette_without_a_name_is_named_after_the_file() -> None:
    data = gpl.write(pc.Palette([[1, 2, 3]]), HERE)
    assert data.splitlines()[1] == b"Name: odd"


@given(st.text(st.characters(), min_size=40), st.integers(0, 255))
def test_long_names_are_cut_short_between_characters(text: str, level: int) -> None:
    palette = pc.Palette([[level] * 3], [text], "Long")
    written = gpl.write(palette, HERE)
    ((name,), messages) = read(written)[0].names, read(written)[1]
    assert not messages
    assert palette.names[0].startswith(name)
    assert len(written.splitlines(keepends=True)[-1]) <= 100
    if len(palette.names[0].encode()) <= 87:
        assert name == palette.names[0]


@given(colors(1, 256))
def test_pillow_reads_what_is_written(rgb: Bytes) -> None:
    palette = pc.Palette(rgb, ["ü" * 300] * len(rgb), "a name: " * 50, 256)
    found, mode = GimpPaletteFile(io.BytesIO(gpl.write(palette, HERE))).getpalette()
    assert mode == "RGB"
    assert found == rgb.tobytes()


@pytest.mark.parametrize("name", ["two\nlines.gpl", "bytes \udcff.gpl"])
def test_a_file_name_that_is_no_palette_name(tmp_path: Path, name: str) -> None:
    pc.Palette([[1, 2, 3]]).save(tmp_path / name)
    assert list(pc.Palette.load(tmp_path / name)) == [(1, 2, 3)]


# What is read


class Odd(NamedTuple):
    """A file, and what is read; entries that are careless as GIMP 3.0 was seen to read them."""

    data: bytes
    colors: list[tuple[int, int, int]]
    names: tuple[str, ...] = ("",)
    name: str = "x"
    columns: int = 0
    warned: tuple[str, ...] = ()


HEAD = b"GIMP Palette\nName: x\nColumns: 0\n#\n"
ONE = [(1, 2, 3)]
ODD = {
    "CRLF": Odd(BEE_FILE.replace(b"\n", b"\r\n"), list(BEE), BEE.names, "Bee", 2),
    "comments and empty lines": Odd(HEAD + b"# one\n\n1 2 3\n#4 5 6\n\n7 8 9\n",
                                    [(1, 2, 3), (7, 8, 9)], ("", "")),
    "no last newline": Odd(HEAD + b"1 2 3\tlast", ONE, ("last",)),
    "no name and no columns": Odd(b"GIMP Palette\n1 2 3\n", ONE, name="odd.gpl"),
    "no columns": Odd(b"GIMP Palette\nName: x\n1 2 3\n", ONE),
    "blanks around the name": Odd(b"GIMP Palette\nName:   x \n1 2 3\n", ONE),
    "an empty name": Odd(b"GIMP Palette\nName: \n1 2 3\n", ONE, name=""),
    "version 2": Odd(b"GIMP Palette v2\nName: x\n1 2 3\n", ONE),
    "a comment before the name": Odd(b"GIMP Palette\n# by me\nName: x\n1 2 3\n", ONE),
    "a header in another order": Odd(
        b"GIMP Palette\nColumns:4\n#\n\nName:x\n1 2 3\n", ONE, columns=4),
    "a header of another program": Odd(
        b"GIMP Palette\nName: x\nAuthor: Nobody: none\n1 2 3\n", ONE),
    "Aseprite's": Odd(
        b"GIMP Palette\nChannels: RGBA\n#\n  1   2   3 255\tUntitled\n  4   5   6   0\tmask\n"
        b"7 8 9\n",
        [(1, 2, 3), (4, 5, 6), (7, 8, 9)], ("Untitled", "mask", ""), name="odd.gpl",
        warned=("line 5: alpha left out",),
    ),
    "Aseprite's with names": Odd(
        b"GIMP Palette\nName: x\nColumns: 2\nChannels: RGBA\n1 2 3 255\n4 5 6 255 two  words\n",
        [(1, 2, 3), (4, 5, 6)], ("", "two  words"), columns=2),
    "other channels": Odd(b"GIMP Palette\nName: x\nChannels: RGB\n1 2 3 4\n", ONE, ("4",)),
    "lospec.com's": Odd(
        b"GIMP Palette\n#Palette Name: x\n#Description: \n#Colors: 1\n1\t2\t3\t010203\n",
        ONE, ("010203",)),
    "a byte order mark": Odd(b"\xef\xbb\xbf" + HEAD + b"1 2 3\n", ONE),
    "UTF-16": Odd((HEAD + b"1 2 3\tx\n").decode().encode("utf-16"), ONE, ("x",)),
    "CR": Odd(HEAD.replace(b"\n", b"\r") + b"1 2 3\r", ONE),
    "tabs": Odd(HEAD + b"\t1\t2\t3\tx\n", ONE, ("x",)),
    "no blank to line up": Odd(HEAD + b"1 2 3 x\n", ONE, ("x",)),
    "blanks in a name": Odd(HEAD + b"1 2 3 two  words \n", ONE, ("two  words",)),
    "extra numbers": Odd(HEAD + b"1 2 3 4 5\n", ONE, ("4 5",)),
    "signs": Odd(HEAD + b"+1 2 3\n-0 2 3\n", [(1, 2, 3), (0, 2, 3)], ("", "")),
    "fractions": Odd(HEAD + b"1.9 2.5 3.999 x\n", ONE, ("x",)),
    "leading zeros": Odd(HEAD + b"001 002 0000003\n", ONE),
    "no numbers": Odd(
        HEAD + b"9 9 9\nfoo bar baz qux\n", [(9, 9, 9), (0, 0, 0)], ("", "qux"),
        warned=("line 6: no number for red, read as 0", "green", "blue"),
    ),
    "missing parts": Odd(
        HEAD + b"9 8 7\n5\n5 6\n", [(9, 8, 7), (5, 0, 0), (5, 6, 0)], ("", "", ""),
        warned=("line 6: no number for green", "line 6: no number for blue",
                "line 7: no number for blue"),
    ),
    "commas": Odd(HEAD + b"1,2,3\n4, 5, 6, a, b\n", [*ONE, (4, 5, 6)], ("", "a, b")),
    "a line of blanks": Odd(HEAD + b"1 2 3\n   \n\t\n", ONE),
    "out of range": Odd(
        HEAD + b"300 -5 256 x\n", [(255, 0, 255)], ("x",),
        warned=("line 5: red 300 is out of range, clipped to 0..255", "green -5", "blue 256"),
    ),
    "a name in Latin-1": Odd(b"GIMP Palette\nName: x\n1 2 3 caf\xe9\n", ONE, ("café",)),
    "a name in UTF-8": Odd("GIMP Palette\nName: x\n1 2 3 café\n".encode(), ONE, ("café",)),
    "a byte of zero": Odd(HEAD + b"1 2 3\ta\0b\n4 5 6\n", [*ONE, (4, 5, 6)], ("a", "")),
    "columns 256": Odd(b"GIMP Palette\nName: x\nColumns: 256\n1 2 3\n", ONE, columns=256),
    "columns 300": Odd(b"GIMP Palette\nName: x\nColumns: 300\n1 2 3\n", ONE,
                       warned=("line 3: columns 300 are out of range, read as 0",)),
    "columns -1": Odd(b"GIMP Palette\nName: x\nColumns: -1\n1 2 3\n", ONE,
                      warned=("line 3: columns -1 are out of range, read as 0",)),
    "columns with blanks": Odd(b"GIMP Palette\nName: x\nColumns:   4 \n1 2 3\n", ONE, columns=4),
    "columns 4x": Odd(b"GIMP Palette\nName: x\nColumns: 4x\n1 2 3\n", ONE, columns=4),
    "columns 1_0": Odd(b"GIMP Palette\nName: x\nColumns: 1_0\n1 2 3\n", ONE, columns=1),
    "the first line only": Odd(b"GIMP Palette", [], (), name="odd.gpl"),
    "no colours": Odd(b"GIMP Palette\nName: x\nColumns: 4\n#\n", [], (), columns=4),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_careless_file_is_read(name: str) -> None:
    odd = ODD[name]
    palette, messages = read(odd.data)
    assert palette == pc.Palette(odd.colors, odd.names, odd.name, odd.columns)
    assert len(messages) == len(odd.warned)
    for message, words in zip(messages, odd.warned, strict=True):
        assert message.startswith(f"{HERE}, line ")
        assert words in message


def test_a_number_of_any_length() -> None:
    # Python's own conversion stops at 4300 digits.
    palette, messages = read(HEAD + b"9" * 5000 + b" 2 3\n")
    assert palette.colors[0, 1:].tolist() == [2, 3]
    assert "line 5: red" in messages[0]


REFUSED = {
    "an empty file": (b"", 1, "'GIMP Palette'"),
    "another file": (b"JASC-PAL\n0100\n1\n1 2 3\n", 1, "'GIMP Palette'"),
    "other letters": (b"Gimp palette\nName: x\n1 2 3\n", 1, "'GIMP Palette'"),
    "a blank first": (b" " + BEE_FILE, 1, "'GIMP Palette'"),
    "binary junk": (bytes(range(256)) * 4, 1, "'GIMP Palette'"),
    "columns x": (b"GIMP Palette\nName: x\nColumns: x\n1 2 3\n", 3, "columns is 'x'"),
    "columns empty": (b"GIMP Palette\nName: x\nColumns: \n1 2 3\n", 3, "0 to 256"),
    "columns beyond a C int": (
        b"GIMP Palette\nName: x\nColumns: 99999999999\n1 2 3\n", 3, "columns"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_gimp_refuses_is_refused_with_line_and_reason(name: str) -> None:
    data, line, words = REFUSED[name]
    with pytest.raises(pc.PaletteFileError) as caught:
        gpl.read(data, HERE)
    assert (caught.value.path, caught.value.line) == (str(HERE), line)
    assert words in caught.value.reason
    assert str(caught.value).startswith(f"{HERE}, line {line}: ")
