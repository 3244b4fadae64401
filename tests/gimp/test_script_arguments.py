"""Wrong arguments of a script are errors, and nothing has changed."""

from __future__ import annotations

import itertools

from tests.gimp.conftest import Studio
from tests.gimp.test_user_errors import expect_error

# Of each argument that takes one of a few words, one of these.
CHOICES = {
    "method": "median-cut",
    "effort": "balanced",
    "space": "cielab",
    "dither": "blue-noise",
    "output": "new-image",
    "init": "k-means++",
    "number": "target-psnr",
    "palette_use": "strict",
    "order": "luminance",
    "grid": "rgb565",
    "selection": "ignore",
    "sample": "visible",
    "apply_to": "all-layers",
}


def test_unknown_words_are_refused_with_the_valid_ones(studio: Studio) -> None:
    image = studio.draw()
    words = itertools.cycle(["nonsense", "", "K-Means", "none "])
    for (argument, valid), word in zip(CHOICES.items(), words, strict=False):
        name = argument.replace("_", "-")
        expect_error(studio, image, f"“{name}”", f"“{word}”", valid, **{argument: word})


def test_a_palette_that_is_left_out(studio: Studio) -> None:
    image = studio.draw()
    studio.gimp.new_palette("Active", ["#000000", "#ffffff"])
    studio.gimp.activate_palette("Active")
    uses = {"map": "new-image", "strict": "convert", "start": "layer", "lock": "palette"}
    for use, output in uses.items():
        expect_error(studio, image, "No palette", palette_use=use, output=output)
    assert studio.gimp.quantize(image, palette_use="map", palette="Active")["ok"]
    studio.gimp.delete_palette("Active")
