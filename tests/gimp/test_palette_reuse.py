"""The palette of a run is in GIMP once, and is the active one; no other palette is touched."""

from __future__ import annotations

import palette_core as pc
from tests.gimp.conftest import Studio
from tools.harness.gimp_session import Gimp


def named(gimp: Gimp, start: str) -> dict[str, object]:
    """Return the palettes whose names begin so, in lower or upper case."""
    names = [name for name in gimp.palettes() if name.lower().startswith(start.lower())]
    return {name: gimp.palette(name) for name in names}


def test_equal_palettes_are_reused(studio: Studio) -> None:
    gimp, image, name = studio.gimp, studio.draw("rgb"), "a+b (c) [d] #7"
    saved = {}
    for run, (colors, output) in enumerate(
        [
            (5, "palette"),
            (5, "new-image"),
            (4, "layer"),
            (4, "palette"),
            (5, "convert"),
            (3, "palette"),
        ]
    ):
        target = studio.draw("rgb") if output in ("layer", "convert") else image
        outcome = studio.quantize(target, colors=colors, palette_name=name, output=output)
        assert gimp.active_palette() == outcome["palette"]
        saved[run] = outcome["palette"]
        colors_there = gimp.palette(outcome["palette"])["colors"]
        assert colors_there == pc.quantize(studio.seen(image), colors).palette.colors.tolist()
    assert list(saved.values()) == [name, name, f"{name} #1", f"{name} #1", name, f"{name} #2"]
    assert len(named(gimp, name)) == 3


def test_other_palettes_are_neither_reused_nor_changed(studio: Studio) -> None:
    gimp, image = studio.gimp, studio.draw("rgb")
    colors = list(pc.quantize(studio.seen(image), 5).palette.hex)
    theirs = {
        "Sea": colors[::-1],
        "Sea #1": colors[:4],
        "Sea #2": [*colors, "#123456"],
        "Sea #2b": colors,
        "Seaside": colors,
        "sea": colors,
        "My Sea": colors,
    }
    for name, entries in theirs.items():
        gimp.new_palette(name, entries)
    before = {**named(gimp, "sea"), **named(gimp, "My Sea")}
    assert set(before) == set(theirs)

    outcome = gimp.quantize(image, colors=5, palette_name="Sea")
    again = gimp.quantize(image, colors=5, palette_name="Sea")

    assert outcome["palette"] == again["palette"]
    assert outcome["palette"] not in theirs
    assert {**named(gimp, "sea"), **named(gimp, "My Sea")} == {
        **before,
        outcome["palette"]: gimp.palette(outcome["palette"]),
    }


def test_a_palette_of_the_user_is_reused_and_stays_after_a_failure(studio: Studio) -> None:
    gimp, image = studio.gimp, studio.draw("rgb")
    gimp.new_palette("Mine", list(pc.quantize(studio.seen(image), 5).palette.hex))
    mine = gimp.palette("Mine")
    for options in ({"save_palette": False}, {"output": "convert", "save_palette": False}, {}):
        outcome = studio.quantize(studio.draw("rgb"), colors=5, palette_name="Mine", **options)
        assert named(gimp, "Mine") == {"Mine": mine}
    assert outcome["palette"] == "Mine"


def test_a_palette_has_at_most_16_columns(studio: Studio) -> None:
    image = studio.draw("rgb")
    for colors, columns in ((1, 1), (5, 5), (17, 9), (256, 16)):
        outcome = studio.gimp.quantize(image, colors=colors, output="palette", palette_name="Rows")
        palette = studio.gimp.palette(outcome["palette"])
        assert (len(palette["colors"]), palette["columns"]) == (colors, columns)


def test_a_palette_that_is_not_kept_does_not_become_the_active_one(studio: Studio) -> None:
    gimp = studio.gimp
    gimp.new_palette("Theirs", ["#000000", "#ffffff"])
    gimp.activate_palette("Theirs")
    for options in (
        {"save_palette": False},
        {"palette_use": "map", "palette": "Theirs"},
        {"matte": "no colour"},
    ):
        gimp.quantize(studio.draw("rgb"), palette_name="Not kept", **options)
        assert gimp.active_palette() == "Theirs"
