"""GIMP imports the palette files that palette_core writes.

There is no procedure for it: only the dialog reads other formats than GIMP's own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

import palette_core as pc
from tools.harness.gimp_session import Gimp
from tools.harness.gimp_window import search_actions
from tools.harness.screen import IMAGE_WINDOW, WIDTH, Screen, wait_for

IMPORT_DIALOG, FILE_DIALOG = "^Import a New Palette$", "^Select Palette"


def cube(*steps: int) -> pc.Palette:
    """Return named colours, so many of each component."""
    reds, greens, blues = ([round(255 * i / (count - 1)) for i in range(count)] for count in steps)
    colors = [(red, green, blue) for red in reds for green in greens for blue in blues]
    return pc.Palette(colors, [f"Färbe {number}" for number in range(len(colors))])


@pytest.fixture(scope="module")
def import_file(gimp: Gimp, screen: Screen) -> Callable[[Path], None]:
    """Open the palettes, and return what chooses "Import Palette…" in its menu, and a file."""
    search_actions(screen, "palettes")
    screen.press("Down", "Return")
    wait_for(lambda: not screen.has_window("^Search Actions$"), "an end of the search")

    def is_chosen(path: Path) -> bool:
        # The dialog can lose keys while it still reads a folder, so that they are typed again.
        if screen.has_window(FILE_DIALOG):
            screen.window(FILE_DIALOG)
            screen.press("ctrl+l", "ctrl+a")
            screen.type(str(path))
            screen.press("Return")
            time.sleep(1)
        return not screen.has_window(FILE_DIALOG)

    def choose(path: Path) -> None:
        screen.window(IMAGE_WINDOW)
        screen.click(WIDTH - 100, 150, button=3)  # the list is in the upper right corner
        screen.press("i")
        screen.window(IMPORT_DIALOG)
        screen.press("alt+f", "Tab", "space")
        screen.window(FILE_DIALOG)
        wait_for(lambda: is_chosen(path), "an end of the choice")
        screen.window(IMPORT_DIALOG)
        screen.press("alt+i")
        wait_for(lambda: gimp.palette(path.name), f"the palette of {path.name}")

    return choose


@pytest.mark.parametrize("suffix", [".gpl", ".pal", ".act", ".aco", ".ase", ".css"])
def test_gimp_imports_what_is_written(
    suffix: str,
    gimp: Gimp,
    screen: Screen,
    import_file: Callable[[Path], None],
    tmp_path: Path,
) -> None:
    # GIMP reads colour tables of 256 entries alone, and of CSS it leaves out what looks alike.
    palette = cube(4, 4, 4) if suffix == ".css" else cube(8, 8, 4)
    path = tmp_path / f"cube{suffix}"
    palette.save(path)
    import_file(path)
    screen.picture(f"imported{suffix}")
    found = gimp.palette(path.name)
    assert found["colors"] == palette.colors.tolist()
    if suffix in (".gpl", ".ase"):  # of the others GIMP reads no names
        assert found["names"] == list(palette.names)
