"""GIMP in its window, on a virtual screen."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_sample_image

from tools.harness.gimp_session import Gimp, running_gimp
from tools.harness.screen import IMAGE_WINDOW, Screen


@contextlib.contextmanager
def gimp_window(
    environment: dict[str, str],
    screen: Screen,
    folder: Path,
    welcome: str = "Welcome to GIMP",
    photo: Path | None = None,
) -> Iterator[Gimp]:
    """Start GIMP with a photo, in a folder of its own; `welcome` begins its greeting's title."""
    if photo is None:
        photo = folder / "china.png"
        Image.fromarray(load_sample_image("china.jpg")).resize((320, 214)).save(photo)
    command = ["dbus-run-session", "--", "gimp", "--no-splash", "--new-instance", str(photo)]
    with running_gimp(command, {**environment, "DISPLAY": screen.display}, folder) as session:
        screen.window(IMAGE_WINDOW)
        screen.dismiss(f"^{welcome}")
        screen.fill(IMAGE_WINDOW)
        yield session


def search_actions(screen: Screen, words: str) -> None:
    """Type words into GIMP's search for actions, once it is there: keys before are shortcuts."""
    screen.window(IMAGE_WINDOW)
    screen.press("slash")
    screen.window("^Search Actions$")
    screen.type(words)
