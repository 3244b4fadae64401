"""Krita's palettes (.kpl), Procreate's (.swatches) and StarOffice's (.soc): ZIP, XML and JSON."""

from __future__ import annotations

import colorsys
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest
from PIL import ImageCms

import palette_core as pc
from palette_core.formats import kpl, procreate, soc

KPL, SWATCHES, SOC = Path("folder/odd.kpl"), Path("folder/odd.swatches"), Path("folder/odd.soc")
TWO = [(0, 0, 0), (255, 204, 0)]
BEE = pc.Palette(TWO, ["Black & <White>", "Hönig"], "Bee", 2)


def zipped(members: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def members_of(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def colorset(entries: str, attributes: str = 'name="x" columns="4"') -> bytes:
    root = f"<ColorSet {attributes}>{entries}</ColorSet>"
    return zipped({"mimetype": "krita/x-colorset", "colorset.xml": root})


def swatches(value: object) -> bytes:
    return zipped({"Swatches.json": json.dumps(value)})


# Krita


def test_what_is_in_a_palette_for_krita() -> None:
    # As docs.krita.org describes the format: the mimetype first, and not compressed.
    data = kpl.write(BEE, KPL)
    assert data[30:65] == b"mimetypeapplication/x-krita-palette"
    members = members_of(data)
    assert list(members) == ["mimetype", "colorset.xml", "profiles.xml"]
    root = ET.fromstring(members["colorset.xml"])  # noqa: S314 - our own
    assert root.tag == "ColorSet"
    assert (root.get("name"), root.get("columns"), root.get("rows")) == ("Bee", "2", "1")
    entries = root.findall("ColorSetEntry")
    assert [entry.get("name") for entry in entries] == list(BEE.names)
    assert [entry.find("Position").attrib for entry in entries] == [
        {"row": "0", "column": "0"},
        {"row": "0", "column": "1"},
    ]
    rgb = [entry.find("RGB").attrib for entry in entries]
    assert {element["space"] for element in rgb} == {"sRGB-elle-V2-srgbtrc.icc"}
    assert [[round(255 * float(element[key])) for key in "rgb"] for element in rgb] == [
        list(color) for color in TWO
    ]
    assert kpl.read(data, KPL) == BEE


ENTRY = '<ColorSetEntry name="Honey" bitdepth="{depth}">{color}</ColorSetEntry>'


@pytest.mark.parametrize(
    ("color", "depth", "expected"),
    [
        ('<RGB space="sRGB-elle-V2-srgbtrc.icc" r="1" g="0.8" b="0"/>', "U8", (255, 204, 0)),
        ('<RGB r="1" g="0.8" b="0"/>', "U16", (255, 204, 0)),
        # Without a space Krita takes light in floating point for linear; GIMP 3.2 writes it so.
        ('<RGB r="1" g="0.603827" b="0"/>', "F32", (255, 204, 0)),
        ('<RGB space="sRGB-elle-V2-g10.icc" r="2" g="0.603827" b="-1"/>', "F32", (255, 204, 0)),
        ('<sRGB r="1.0" g="0.8" b="0"/>', "F32", (255, 204, 0)),
        ('<Gray space="prof06" g="0.2"/>', "U8", (51, 51, 51)),
        ('<CMYK space="x" c="0" m="0.2" y="1" k="0"/>', "U8", (255, 204, 0)),
        ('<Lab space="Lab identity built-in" L="100" a="0" b="0"/>', "F32", (255, 255, 255)),
    ],
)
def test_colour_spaces_of_krita(color: str, depth: str, expected: tuple[int, int, int]) -> None:
    read = kpl.read(colorset(ENTRY.format(color=color, depth=depth)), KPL)
    assert read == pc.Palette([expected], ["Honey"], "x", 4)


def test_a_profile_in_the_archive_is_applied() -> None:
    # A profile of Lab makes no sense here, and is refused; that of sRGB changes nothing, whatever
    # it is called.
    manifest = '<Profiles><Profile name="mine" filename="mine.icc"/></Profiles>'
    entry = ENTRY.format(depth="U8", color='<RGB space="mine" r="1" g="0.8" b="0"/>')
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    members: dict[str, str | bytes] = {
        "colorset.xml": f"<Colorset>{entry}</Colorset>", "profiles.xml": manifest, "mine.icc": srgb,
    }  # fmt: skip
    assert list(kpl.read(zipped(members), KPL)) == [(255, 204, 0)]
    for profile in (lab, b"", srgb[:99]):
        with pytest.raises(pc.PaletteFileError, match="line 1: a colour profile cannot be used"):
            kpl.read(zipped(members | {"mine.icc": profile}), KPL)
    del members["mine.icc"]
    with pytest.warns(pc.PaletteFileWarning, match="the profile 'mine' is missing, read as sRGB"):
        assert list(kpl.read(zipped(members), KPL)) == [(255, 204, 0)]


def test_entries_of_krita_go_row_by_row_and_group_by_group() -> None:
    def entry(level: int, row: int, column: int) -> str:
        place = f'<Position row="{row}" column="{column}"/>'
        return ENTRY.format(depth="U8", color=f'<sRGB r="{level / 255}" g="0" b="0"/>{place}')

    group = f'<Group name="g" rows="2">{entry(5, 1, 0)}{entry(4, 0, 9)}</Group>'
    data = colorset(entry(1, 0, 0) + entry(3, 1, 0) + entry(2, 0, 1) + group)
    assert [red for red, _, _ in kpl.read(data, KPL)] == [1, 2, 3, 4, 5]


# Procreate


def test_what_is_in_a_palette_for_procreate() -> None:
    ((name, content),) = members_of(procreate.write(BEE, SWATCHES)).items()
    assert name == "Swatches.json"
    (found,) = json.loads(content)
    assert found["name"] == "Bee"
    first, second, *rest = found["swatches"]
    assert rest == [None] * 28  # Procreate has 30 places
    assert second["alpha"] == 1
    assert second["colorSpace"] == 0
    hsb = (second["hue"], second["saturation"], second["brightness"])
    assert hsb == colorsys.rgb_to_hsv(1, 0.8, 0)
    assert first["brightness"] == 0


HONEY = {"hue": 0.8 / 6, "saturation": 1, "brightness": 1, "alpha": 1, "colorSpace": 0}


@pytest.mark.parametrize(
    ("value", "palette"),
    [
        ([{"name": "Bee", "swatches": [HONEY, None]}], pc.Palette(TWO[1:], name="Bee")),
        ({"name": "Bee", "swatches": [None, HONEY]}, pc.Palette(TWO[1:], name="Bee")),
        ([{"name": "A", "swatches": [HONEY]}, {"swatches": [HONEY]}], pc.Palette(2 * TWO[1:])),
        ([{"swatches": [{"components": [1, 0.8, 0], "colorModel": 0}]}], pc.Palette(TWO[1:])),
        ([{"swatches": [{"components": [0, 0.2, 1, 0]}]}], pc.Palette(TWO[1:])),
        ([], pc.Palette([])),
    ],
)
def test_palettes_of_procreate(value: object, palette: pc.Palette) -> None:
    assert procreate.read(swatches(value), SWATCHES) == palette


def test_alpha_of_procreate_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "half.swatches").write_bytes(swatches({"swatches": [HONEY | {"alpha": 0.5}]}))
    with pytest.warns(pc.PaletteFileWarning, match="alpha left out") as caught:
        assert list(pc.Palette.load(tmp_path / "half.swatches")) == TWO[1:]
    assert [warning.filename for warning in caught] == [__file__]


# StarOffice

OLD = """<?xml version="1.0" encoding="ISO-8859-1"?>
<office:color-table xmlns:office="http://openoffice.org/2000/office" xmlns:draw="x">
 <draw:color draw:name="Black &amp; &lt;White&gt;" draw:color="#000000"/>
 <draw:color draw:name="H\u00f6nig" draw:color="#FFCC00"/>
</office:color-table>"""


def test_what_is_in_a_colour_table() -> None:
    data = soc.write(BEE, SOC)
    root = ET.fromstring(data)  # noqa: S314 - our own
    assert root.tag == "{http://openoffice.org/2004/office}color-table"
    draw = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
    assert [(child.get(f"{draw}name"), child.get(f"{draw}color")) for child in root] == list(
        zip(BEE.names, BEE.hex, strict=True)
    )
    assert soc.read(data, SOC) == soc.read(OLD.encode("latin-1"), SOC) == pc.Palette(TWO, BEE.names)


# What is refused

LAUGHS = '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
XML_REFUSED = [
    ("", "line 1: not valid XML: no element found"),
    ("<a>\n<b></a>", "line 2: not valid XML: mismatched tag"),
    (f"{LAUGHS}<color-table/>", r"line 1: it has a DTD \(<!DOCTYPE>\), which is not allowed"),
    ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "it has a DTD"),
    ('<?xml version="1.0" encoding="x-no"?><a/>', "line 1: not valid XML: unknown encoding"),
    ("<html/>", "line 1: not .*: the root element is 'html'"),
]


@pytest.mark.parametrize(("content", "words"), XML_REFUSED)
def test_broken_xml(content: str, words: str) -> None:
    with pytest.raises(pc.PaletteFileError, match=words):
        soc.read(content.encode(), SOC)
    with pytest.raises(pc.PaletteFileError, match=words):
        kpl.read(zipped({"colorset.xml": content}), KPL)


@pytest.mark.parametrize("color", ["", "000000", "#00000", "black", "#00000g"])
def test_broken_colours_of_staroffice(color: str) -> None:
    table = f'<color-table>\n<color color="{color}"/></color-table>'
    with pytest.raises(pc.PaletteFileError, match=f"line 2: '{color}' is not a colour"):
        soc.read(table.encode(), SOC)


@pytest.mark.parametrize(
    ("color", "words"),
    [
        ("", "line 1: an entry has no colour in RGB, sRGB, Gray, CMYK, Lab"),
        ('<XYZ x="0" y="0" z="0"/>', "an entry has no colour"),
        ('<RGB r="1" g="1"/>', "a colour in RGB lacks numbers; it needs r, g, b"),
        ('<RGB r="1" g="nan" b="0"/>', "a colour in RGB"),
        ('<RGB r="1" g="red" b="0"/>', "a colour in RGB"),
    ],
)
def test_broken_entries_of_krita(color: str, words: str) -> None:
    with pytest.raises(pc.PaletteFileError, match=words):
        kpl.read(colorset(ENTRY.format(depth="U8", color=color)), KPL)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (7, r"line 1: not a palette: there is no \{\"swatches\""),
        ([{"swatches": {}}], "not a palette"),
        ([{"swatches": ["#000000"]}], "a swatch is '#000000' instead of an object"),
        ([{"swatches": [HONEY, HONEY | {"hue": 1.5}]}], "swatch 1 has no hue"),
        ([{"swatches": [{"components": [1, 0]}]}], "swatch 0 has no hue"),
        ([{"swatches": [HONEY | {"hue": True}]}], "swatch 0 has no hue"),
    ],
)
def test_broken_palettes_of_procreate(value: object, words: str) -> None:
    with pytest.raises(pc.PaletteFileError, match=words):
        procreate.read(swatches(value), SWATCHES)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a readable ZIP archive"),
        (b"PK\3\4junk", "not a readable ZIP archive"),
        (zipped({"other": ""}), "its archive lacks 'Swatches.json'"),
        (zipped({"Swatches.json": "[]"}, zipfile.ZIP_LZMA), "has the compression 14"),
        (zipped({"Swatches.json": " " * (17 << 20) + "[]"}), "has more than 16777216 bytes"),
    ],
)
def test_broken_archives(data: bytes, words: str) -> None:
    with pytest.raises(pc.PaletteFileError, match=words) as caught:
        procreate.read(data, SWATCHES)
    assert caught.value.byte == 0


def test_the_content_tells_the_archives_apart(tmp_path: Path) -> None:
    for name, data in (("a.zip", kpl.write(BEE, KPL)), ("b", procreate.write(BEE, SWATCHES))):
        (tmp_path / name).write_bytes(data)
        assert pc.Palette.load(tmp_path / name).name == "Bee"
    (tmp_path / "c.zip").write_bytes(zipped({"readme": ""}))
    with pytest.raises(pc.PaletteFileError, match=r"unknown suffix '\.zip', and the content"):
        pc.Palette.load(tmp_path / "c.zip")
