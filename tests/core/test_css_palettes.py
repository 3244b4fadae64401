"""Colours in style sheets: .css and .scss."""

from __future__ import annotations

from pathlib import Path

import pytest
import tinycss2
import tinycss2.color4
from hypothesis import given

import palette_core as pc
from palette_core.formats import css, scss

from .strategies import palettes

CSS, SCSS = Path("folder/odd.css"), Path("folder/odd.scss")
BEE = pc.Palette(
    [[0, 0, 0], [255, 204, 0], [7, 80, 100], [255, 205, 0]],
    ["Black", "Honey: dark/light!", "", "Honey: dark/light!"],
    "Bee",
)


def test_the_bytes_of_style_sheets_and_the_names_in_them() -> None:
    assert css.write(BEE, CSS).decode() == (
        ":root {\n"
        "  --color-Black: #000000\n"
        "; --color-Honey-dark-light: #ffcc00\n"
        "; --color-3: #075064\n"
        "; --color-Honey-dark-light-2: #ffcd00\n"
        "}\n"
    )
    assert scss.write(BEE, SCSS).decode() == (
        "$color-Black: #000000;\n"
        "$color-Honey-dark-light: #ffcc00;\n"
        "$color-3: #075064;\n"
        "$color-Honey-dark-light-2: #ffcd00;\n"
    )
    for form, path in ((css, CSS), (scss, SCSS)):
        again = form.read(form.write(BEE, path), path)
        assert again.names == ("Black", "Honey-dark-light", "", "Honey-dark-light-2")


@given(palettes())
def test_another_parser_finds_every_variable_once_with_its_colour(palette: pc.Palette) -> None:
    """Read with tinycss2 what is written."""
    (rule,) = tinycss2.parse_stylesheet(
        css.write(palette, CSS).decode(), skip_whitespace=True, skip_comments=True
    )
    found = tinycss2.parse_blocks_contents(rule.content, skip_whitespace=True)
    assert tinycss2.serialize(rule.prelude).strip() == ":root"
    assert [declaration.type for declaration in found] == ["declaration"] * len(palette)
    assert len({declaration.name for declaration in found}) == len(palette)
    colors = []
    for declaration in found:
        (value,) = (token for token in declaration.value if token.type != "whitespace")
        colors.append(tuple(tinycss2.color4.parse_color(value).coordinates))
    assert colors == [tuple(level / 255 for level in color) for color in palette]


# What is read

RED, BLUE = (255, 0, 0), (0, 0, 255)
READ = {
    "short": ("a { color: #f00 }", [RED]),
    "capitals": ("A { COLOR: #FF0000; BACKGROUND: RGB(0, 0, 255) }", [RED, BLUE]),
    "rgb with commas": ("a{color:rgb(255,0,0)}", [RED]),
    "rgb with blanks": ("a { color: rgb( 255 0 0 ) }", [RED]),
    "rgb over lines": ("a { color: rgb(255,\n  0,\n  0\n) }", [RED]),
    "percent": ("a { color: rgb(100%, 0%, 50%) }", [(255, 0, 128)]),
    "fractions": ("a { color: rgb(254.6 .4 0) }", [RED]),
    "opaque alpha": ("a { color: #f00f; b: #ff0000ff; c: rgba(255, 0, 0, 1) }", [RED] * 3),
    "several in a value": ("a { background: linear-gradient(#f00, rgb(0,0,255)) }", [RED, BLUE]),
    "in another function": ("$a: darken(#f00, 10%);", [RED]),
    "no last semicolon": ("$a: #f00", [RED]),
    "no last brace": ("a { color: #f00", [RED]),
    "a map": ("$a: (\n  'red': #f00,\n  'blue': #00f\n);", [RED, BLUE]),
    "duplicates": (":root { --a: #f00; --b: #f00 }", [RED, RED]),
    "comments": ("/* #00f */ a { /* color: #00f; */ color: #f00 } // b { color: #00f }", [RED]),
    "an open comment": ("a { color: #f00 } /* a { color: #00f }", [RED]),
    "selectors": ("#add:hover, #fade > a:is(#bed) { color: #f00 }", [RED]),
    "nested": ("#add { a:hover { color: #f00 } #bed { color: #00f } }", [RED, BLUE]),
    "addresses": ("a { fill: url(#fed); b: url('x.svg#fed'); color: #f00 }", [RED]),
    "data": ("a { b: url(data:image/png;base64,x#fed); color: #f00 }", [RED]),
    "texts": ("a { content: \"#00f; b: #00f\"; color: #f00 }", [RED]),
    "interpolation": ("a { width: calc(1px - #{$b}); color: #f00 }", [RED]),
    "computed": ("a { color: rgb(var(--r), 0, 0); c: #f00 }", [RED]),
    "hsl": ("a { color: hsl(0, 100%, 50%); b: HSLA(240deg 100% 50% / 1) }", [RED, BLUE]),
    "hsl of a whole turn": ("a { color: hsl(360 100 50); b: hsl(600, 100%, 50%) }", [RED, BLUE]),
    "hsl of a negative hue": ("a { color: hsl(-360 100 50); b: hsl(-120 100 50) }", [RED, BLUE]),
    "hsl of greys": ("a { color: hsl(7 0% 20%) }", [(51, 51, 51)]),
    "names": (".a{color:red} .b{background: Blue !important} $c: rebeccapurple;",
              [RED, BLUE, (102, 51, 153)]),
    "names that are no colours": ("a { font: red; color: red-ish; color: #f00 }", [RED]),
    "a byte order mark": ("\ufeffa { color: #f00 }", [RED]),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_colours_of_style_sheets_are_found(name: str) -> None:
    sheet, colors = READ[name]
    assert list(css.read(sheet.encode(), CSS)) == colors


def test_names_of_variables_alone() -> None:
    sheet = (
        ":root { --color-sky: #00f; --sea-blue: #00f; color: #00f; --a: #00f #f00 }"
        "$color-sand: #ff0; $7: #000; $color-8: #000;"
    )
    assert css.read(sheet.encode(), CSS).names == (
        "sky", "sea-blue", "", "", "", "sand", "", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "line", "words"),
    [
        ("", 1, "no colours; write them as '#rrggbb' or 'rgb(r, g, b)'"),
        ("a { color: reddish }", 1, "no colours"),
        ("#add { width: 1px }", 1, "no colours"),
        ("a { color: #f00 }\n\nb { color: #12345 }", 3, "'#12345' is not a colour; use '#rgb'"),
        ("a {\r\n  color: #ff;\r\n}", 2, "'#ff'"),
        ("a { color: #1234567 }", 1, "'#1234567'"),
        ("a { color: #123456789 }", 1, "'#123456789'"),
        ("a { color: #ggg }", 1, "'#ggg'"),
        ("a { color: # }", 1, "'#'"),
        ("a {\n color:\n\n  rgb(0, 256, 0) }", 4, "'rgb(0, 256, 0)'"),
        ("a { color: rgb(-1, 0, 0) }", 1, "0 to 255"),
        ("a { color: rgb(0, 0) }", 1, "'rgb(0, 0)'"),
        ("a { color: rgb(0, 0, 0, 0, 0) }", 1, "is not a colour"),
        ("a { color: rgb(101%, 0%, 0%) }", 1, "is not a colour"),
        ("a { color: rgb(0, 0, 0, 1.1) }", 1, "is not a colour"),
        ("a { color: rgb(0, 0, 0", 1, "is not a colour"),
        ("a { color: rgb(from red r g b) }", 1, "'rgb(from red r g b)'"),
        ("/* a\n comment */ a { color: #12 }", 2, "'#12'"),
    ],
)
def test_broken_colours(sheet: str, line: int, words: str) -> None:
    with pytest.raises(pc.PaletteFileError) as caught:
        css.read(sheet.encode(), CSS)
    assert (caught.value.line, caught.value.byte) == (line, None)
    assert words in caught.value.reason


@pytest.mark.parametrize(
    "value", ["#f008", "#ff000080", "rgba(255, 0, 0, .5)", "rgb(255 0 0 / 0%)"]
)
def test_alpha_is_left_out_with_a_warning(value: str, tmp_path: Path) -> None:
    path = tmp_path / "half.css"
    path.write_text(f":root {{\n  --a: #00f;\n  --b: {value};\n}}\n")
    with pytest.warns(pc.PaletteFileWarning, match="line 3: alpha left out") as caught:
        assert list(pc.Palette.load(path)) == [BLUE, RED]
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize("name", ["oklch", "oklab", "lab", "lch", "hwb", "color"])
def test_colours_in_other_spaces_are_left_out_with_a_warning(name: str, tmp_path: Path) -> None:
    path = tmp_path / "wide.css"
    path.write_text(f":root {{\n  --a: #00f;\n  --b: {name}(from red 1 2 3);\n}}\n")
    with pytest.warns(
        pc.PaletteFileWarning, match=rf"line 3: colours in {name}\(\) left"
    ) as caught:
        assert list(pc.Palette.load(path)) == [BLUE]
    assert [warning.filename for warning in caught] == [__file__]


def test_mixed_colours_and_variables_are_no_other_space() -> None:
    sheet = b"a { --color: #00f; color: color-mix(in oklab, #f00, var(--lab)) }"
    assert [*css.read(sheet, CSS)] == [BLUE, RED]
