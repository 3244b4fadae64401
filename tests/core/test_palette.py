from __future__ import annotations

import copy
import dataclasses
import itertools
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color import spaces
from palette_core.color.spaces import sort_by_luminance

from .strategies import colors

BEE = pc.Palette([[0, 0, 0], [255, 204, 0]], ["Black", "Honey"], "Bee", 2)


def test_what_it_holds() -> None:
    assert BEE.colors.dtype == np.uint8
    assert BEE.colors.tolist() == [[0, 0, 0], [255, 204, 0]]
    assert BEE.names == ("Black", "Honey")
    assert (BEE.name, BEE.columns) == ("Bee", 2)
    assert BEE.hex == ("#000000", "#ffcc00")
    assert len(BEE) == 2
    assert list(BEE) == [(0, 0, 0), (255, 204, 0)]
    assert all(type(level) is int for color in BEE for level in color)


@pytest.mark.parametrize("given_colors", [[], np.empty((0, 3), np.uint8)])
def test_it_may_be_empty(given_colors: ArrayLike) -> None:
    palette = pc.Palette(given_colors)
    assert len(palette) == 0
    assert palette.colors.shape == (0, 3)
    assert (palette.names, palette.hex, list(palette)) == ((), (), [])


def test_colours_in_hexadecimal() -> None:
    assert (
        pc.Palette(["#000000", "#FC0"])
        == pc.Palette(("#000", "#ffcc00ff"))
        == pc.Palette([[0, 0, 0], [255, 204, 0]])
    )
    quantized = pc.map_pixels(np.zeros((2, 2, 3), np.uint8), ["#fff", "#000"])
    assert quantized.indices.tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize(
    "iterable",
    [
        ["#000", (255, 204, 0)],
        [np.zeros(3, np.uint8), "#ffcc00"],
        np.array(["#000000", "#ffcc00"]),
        np.array(["#000000", "#ffcc00"], object),
        {"#000": "Black", "#fc0": "Honey"}.keys(),
        {"Black": "#000", "Honey": (255, 204, 0)}.values(),
        iter(["#000", "#fc0"]),
    ],
)
def test_colours_in_any_iterable(iterable: Any) -> None:
    assert pc.Palette(iterable) == pc.Palette([[0, 0, 0], [255, 204, 0]])


@given(colors(1, 600))
def test_any_number_of_colours_and_any_integers(rgb: Bytes) -> None:
    for dtype in (np.uint8, np.int16, np.int64, np.uint64):
        assert np.array_equal(pc.Palette(rgb.astype(dtype)).colors, rgb)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1, 2, 3],), "shape (K, 3), not (3,)"),
        (([[1, 2, 3, 4]],), "shape (K, 3), not (1, 4)"),
        (([[[1, 2, 3]]],), "shape (K, 3)"),
        ((7,), "shape (K, 3)"),
        (("#000,#fff",), "colours must be an array or a list such as"),
        ((None,), "not NoneType; read a file with Palette.load"),
        ((["#000000", "ffcc00"],), "'ffcc00' is not a colour; use '#rrggbb' or '#rgb'"),
        ((["#000000", "#ffcc0080"],), "'#ffcc0080' is not a colour"),
        ((["#000000", [0, 0]],), "colours must be an array of shape (K, 3)"),
        (
            ([[1.0, 2.0, 3.0]],),
            "colour 0 is (1.0, 2.0, 3.0), of the type float64; use whole numbers from 0 to 255",
        ),
        (([[True, False, True]],), "colour 0 is (True, False, True), of the type bool; use whole"),
        (([(300, 1, 2)],), "colour 0 is (300, 1, 2); use whole numbers from 0 to 255"),
        (([[0, 0, 255], [0, 0, 256], [-1, 0, 0]],), "colour 1 is (0, 0, 256); use whole"),
        (([[0, -1, 0]],), "colour 0 is (0, -1, 0); use whole numbers"),
        (([["0", "0", "0"]],), "colour 0 is ('0', '0', '0'), of the type <U1; use whole numbers"),
        (([[1, 2, 3], [4, 5]],), "shape (K, 3)"),
        (([[1, 2, 3]], []), "0 names for 1 colour"),
        (([[1, 2, 3]], ["a", "b"]), "2 names for 1 colour"),
        (([[1, 2, 3]], None, "", -1), "columns must be a whole number from 0 to 256, not -1"),
        (([[1, 2, 3]], None, "", 257), "columns must be a whole number from 0 to 256, not 257"),
        (([[1, 2, 3]], None, "", 2.5), "from 0 to 256, not 2.5"),
        (([[1, 2, 3]], None, "", "two"), "from 0 to 256, not 'two'"),
    ],
)
def test_what_no_palette_can_hold(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(pc.PaletteError) as caught:
        pc.Palette(*arguments)
    assert isinstance(caught.value, ValueError)
    assert words in str(caught.value)


def test_it_cannot_be_changed() -> None:
    source = np.array([[1, 2, 3]], np.uint8)
    palette = pc.Palette(source)
    source[...] = 9
    assert list(palette) == [(1, 2, 3)]
    with pytest.raises(ValueError, match="read-only"):
        palette.colors[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        palette.name = "x"


def pickled(palette: pc.Palette) -> Any:
    return pickle.loads(pickle.dumps(palette))  # noqa: S301 - our own bytes


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickled])
def test_copies_cannot_be_changed_either(duplicate: Callable[[pc.Palette], pc.Palette]) -> None:
    palette = pc.Palette(["#010203"], ["Ink"], "Inks", 1, alpha=[128])
    duplicated = duplicate(palette)
    assert duplicated == palette
    for array in (duplicated.colors, duplicated.alpha):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize(
    "other",
    [
        pc.Palette([[0, 0, 0], [255, 204, 1]], ["Black", "Honey"], "Bee", 2),
        pc.Palette([[255, 204, 0], [0, 0, 0]], ["Black", "Honey"], "Bee", 2),
        pc.Palette([[0, 0, 0], [255, 204, 0]], ["Black", "honey"], "Bee", 2),
        pc.Palette([[0, 0, 0], [255, 204, 0]], ["Black", "Honey"], "Wasp", 2),
        pc.Palette([[0, 0, 0], [255, 204, 0]], ["Black", "Honey"], "Bee", 3),
        "Bee",
        None,
    ],
)
def test_equality_sees_every_part(other: object) -> None:
    assert other != BEE


def test_equal_palettes_hash_alike() -> None:
    same = pc.Palette(np.asfortranarray(BEE.colors), BEE.names, BEE.name, BEE.columns)
    assert same == BEE
    assert len({same, BEE}) == 1


@given(st.text(st.characters()))
def test_names_become_one_printable_line(text: str) -> None:
    palette = pc.Palette([[1, 2, 3]], [text], text)
    for name in (palette.name, *palette.names):
        assert name.translate(dict.fromkeys((0x200C, 0x200D))).isprintable()
        assert name == name.strip()
        assert len(name) <= len(text)
    if text.isprintable():
        assert palette.name == text.strip()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb", "a b"),
        ("a\tb", "a b"),
        ("\x1b[31mred", "[31mred"),
        ("  x ", "x"),
        ("café", "café"),
        ("right\u202eleft", "right left"),
        # Family: man, woman, girl (Unicode emoji sequences); Persian "I want".
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467",) * 2,
        ("می\u200cخواهم",) * 2,
    ],
)
def test_control_characters_become_blanks(text: str, line: str) -> None:
    assert pc.Palette([[1, 2, 3]], [text]).names == (line,)


def test_dark_to_light() -> None:
    # Of the six: blue is darker than red, and red than green.
    by_hand = [(0, 0, 0), (0, 0, 255), (255, 0, 0), (128, 128, 128), (0, 255, 0), (255, 255, 255)]
    for order in itertools.permutations(by_hand):
        assert sort_by_luminance(np.array(order, np.uint8)).tolist() == [list(c) for c in by_hand]


def test_equally_light_colours_are_sorted_by_red_green_blue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spaces, "luminance", lambda colors: np.zeros(len(colors)))
    in_order = sorted([[1, 0, 9], [0, 2, 0], [0, 1, 9], [0, 1, 3], [1, 0, 0]])
    assert sort_by_luminance(np.array(in_order[::-1], np.uint8)).tolist() == in_order


# Files


@pytest.mark.parametrize("name", ["bee.gpl", "bee.GPL", "böse Biene.gpl", "b.e.e.gpl"])
@pytest.mark.parametrize("as_text", [False, True])
def test_saved_and_loaded(tmp_path: Path, name: str, as_text: bool) -> None:
    path = tmp_path / name
    BEE.save(str(path) if as_text else path)
    assert pc.Palette.load(str(path) if as_text else path) == BEE


def test_another_file_is_overwritten_when_asked_only(tmp_path: Path) -> None:
    path = tmp_path / "bee.gpl"
    path.write_text("mine")
    with pytest.raises(pc.OutputExistsError, match="overwrite=True"):
        BEE.save(path)
    assert path.read_text() == "mine"
    BEE.save(path, overwrite=True)
    assert pc.Palette.load(path) == BEE


@pytest.mark.parametrize("name", ["bee.xyz", "bee", "bee.gpl~", "bee.png"])
def test_the_content_names_the_format_where_the_suffix_does_not(tmp_path: Path, name: str) -> None:
    BEE.save(tmp_path / name, format="gpl")
    assert pc.Palette.load(tmp_path / name) == BEE
