"""Last values of another image, or of an older version, are taken as far as they fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import palette_core as pc
from tests.gimp.conftest import Studio

LAST = "GimpProcedureConfigRun-plug-in-quantize-kmeans"
VALUES = """\
(colors 7)
(space "srgb")
(dither "none")
(matte "#1e6432")
(locked "#ff0000")
(palette-name "Of one image")
(palette-use "start")
(palette "GimpPalette" "Earlier" "${gimp_dir}/palettes/Earlier.gpl")
(grid "rgb565")
(order "a word of some other version")
"""


@pytest.fixture
def last(studio: Studio) -> Iterator[Path]:
    """The file of the last values; what is in it goes again."""
    file = Path(studio.gimp.directory()) / "plug-in-settings" / f"{LAST}.last"
    file.parent.mkdir(exist_ok=True)
    yield file
    file.unlink()


def test_last_values_are_used_again(studio: Studio, last: Path) -> None:
    gimp = studio.gimp
    last.write_text(VALUES)
    image = studio.draw("rgba")
    pixels = studio.seen(image)
    same = {"matte": "#1e6432", "grid": "rgb565"}

    outcome = studio.quantize(image, run_mode="with-last-vals", plain=False)
    assert outcome["palette"] != "Of one image"
    expected = pc.quantize(pixels, 7, **same)
    assert gimp.colormap(outcome["image"]) == expected.palette.colors.tolist()

    # Those that GIMP has attached to an image are its own.
    gimp.attach_parasite(image, f"{LAST}-last", VALUES.replace("start", "none"))
    outcome = studio.quantize(image, run_mode="with-last-vals", plain=False)
    assert outcome["palette"] == "Of one image"
    expected = pc.quantize(pixels, 7, locked=["#ff0000"], **same)
    assert gimp.colormap(outcome["image"]) == expected.palette.colors.tolist()

    # Scripts say all themselves.
    outcome = studio.quantize(image, colors=3, locked="#ff0000", palette_name="Said")
    assert outcome["palette"] == "Said"
    assert [255, 0, 0] in gimp.colormap(outcome["image"])
