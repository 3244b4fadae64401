"""Wrong arguments of a script are errors, and nothing has changed."""

from __future__ import annotations

import itertools
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.gimp.conftest import Studio
from tests.gimp.pictures import drawn
from tests.gimp.test_user_errors import expect_error
from tools.harness.gimp_session import environment_of, gimp_console

pytestmark = pytest.mark.gimp

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


def test_unknown_words(studio: Studio) -> None:
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


def test_an_unknown_word_in_script_fu(home: Path, tmp_path: Path) -> None:
    photo, result = tmp_path / "photo.png", tmp_path / "result.png"
    Image.fromarray(drawn("rgb")).save(photo)
    script = f"""
    (let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{photo}")))
           (outcome (plug-in-quantize-kmeans #:run-mode RUN-NONINTERACTIVE #:image image
                      #:drawables (car (gimp-image-get-layers image)) #:dither "ordered")))
      (gimp-file-save RUN-NONINTERACTIVE (car outcome) "{result}"))
    """
    interpreter = "--batch-interpreter=plug-in-script-fu-eval"
    done = subprocess.run(
        [gimp_console(), "-i", interpreter, "-b", script, "--quit"],
        env=environment_of(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert "“dither” cannot be “ordered”" in done.stdout + done.stderr
    assert done.returncode != 0
    assert not result.exists()
