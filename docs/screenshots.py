"""Take the images of the filter's dialog from the running program.

    python -m docs.screenshots

For a machine with GIMP 3 and the tools of the GUI tests, by an ordinary user. The plug-in is
installed for a home of its own. GIMP is in British English, like the guide.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc
from tools.harness.gimp_session import environment_of
from tools.harness.gimp_window import gimp_window
from tools.harness.screen import Screen, virtual_screen

PROJECT = Path(__file__).parents[1]
IMAGES = Path(__file__).parent / "images"
DIALOG = "^Quantize with k-means$"
# Where the preview's tools are, as the dialog opens.
SPLIT, LOSS = (463, 112), (375, 112)
STILL_SECONDS = 2.0


def main() -> None:
    """Take all screenshots."""
    with tempfile.TemporaryDirectory(prefix="screenshots-") as place:
        home = Path(place)
        environment = environment_of(home) | set_british(home)
        subprocess.run([PROJECT / "install.sh", "--no-demo"], env=environment, check=True)
        photo = home / "china.png"
        Image.fromarray(load_sample_image("china.jpg")).save(photo)
        with (
            virtual_screen(home) as screen,
            gimp_window(environment, screen, home, welcome="Welcome", photo=photo),
        ):
            screen.press("alt+r", "k")
            screen.window(DIALOG)
            take(screen, "dialog")
            screen.click(*SPLIT)
            take(screen, "dialog-split")
            screen.click(*SPLIT)
            screen.click(*LOSS)
            take(screen, "dialog-loss")
            screen.press("Escape")


def set_british(home: Path) -> dict[str, str]:
    """Return variables for British English, with a locale, because nothing is translated in C."""
    locales = home / "locales"
    shutil.copytree("/usr/lib/locale/C.utf8", locales / "en_GB.UTF-8")
    return {"LOCPATH": str(locales), "LANG": "en_GB.UTF-8", "LANGUAGE": "en_GB"}


def take(screen: Screen, name: str) -> None:
    """Save a screenshot as a small indexed PNG."""
    time.sleep(STILL_SECONDS)
    with Image.open(screen.picture(name)) as picture:
        quantized = pc.quantize(np.asarray(picture.convert("RGB")), 256, space="oklab")
    quantized.to_image().save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
