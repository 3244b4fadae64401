"""One undo step takes a change back, one redo step brings it again, to the last pixel."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gimp.pictures import drawn
from tools.harness.gimp_session import Gimp, encode
from tools.harness.screen import IMAGE_WINDOW, Screen, wait_for

CASES = [
    ("rgb", "u8", {"output": "convert"}),
    ("rgba", "float", {"output": "convert"}),
    ("graya", "u16", {"output": "convert"}),
    ("rgb", "u8", {"output": "layer"}),
    ("rgba", "float", {"output": "layer"}),
    ("rgba", "float", {"output": "layer", "matte": "#1e6432"}),
]


@pytest.mark.parametrize("filtered", [False, True], ids=["plain", "with a filter"])
@pytest.mark.parametrize(("kind", "precision", "arguments"), CASES)
def test_all_is_undone_and_redone_in_one_step(
    gimp: Gimp, screen: Screen, kind: str, precision: str, arguments: dict[str, str], filtered: bool
) -> None:
    gimp.close_all()
    pixels = drawn(kind)
    image = gimp.make_image(kind, precision, pixels.shape[1], pixels.shape[0], encode(pixels))
    if filtered:
        gimp.add_filter(gimp.layers(image)[0], "gegl:invert-gamma")
    gimp.show(image)
    undo_and_redo(gimp, screen, image, **arguments)


def undo_and_redo(
    gimp: Gimp, screen: Screen, image: int, drawables: list[int] | None = None, **arguments: str
) -> None:
    """Run the filter on the image in the window, take it back and bring it again."""

    def described() -> dict[str, Any]:
        return {key: value for key, value in gimp.describe(image).items() if key != "dirty"}

    before = described()
    outcome = gimp.quantize(image, drawables, colors=5, **arguments)
    assert outcome["ok"], outcome
    after = described()
    assert after != before

    screen.window(IMAGE_WINDOW)
    screen.press("ctrl+z")
    wait_for(lambda: described() == before, "the image as it was")
    screen.press("ctrl+y")
    wait_for(lambda: described() == after, "the result once more")
