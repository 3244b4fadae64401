"""GIMP and the command line: from the same pixels, options and seed they make the same picture."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc
from tests.gimp.conftest import Studio
from tests.gimp.pictures import drawn
from tools.harness.gimp_session import decode, environment_of

# The filter's own defaults are those of the command line.
WAYS = {
    "defaults": ({}, ""),
    "rules": (
        {"locked": "#c02020", "grid": "rgb565", "order": "hue", "dither": "none", "seed": 7},
        "--lock #c02020 --grid rgb565 --order hue --dither none --seed 7",
    ),
    "blue noise": (
        {"dither": "blue-noise", "rare": 0.5, "alpha_dither": True, "effort": "fast"},
        "--dither blue-noise --rare 0.5 --alpha dither --effort fast",
    ),
}


@pytest.mark.parametrize(
    ("picture", "way"), [*(("photo", way) for way in WAYS), ("rgba", "blue noise")]
)
def test_same_picture(studio: Studio, home: Path, tmp_path: Path, picture: str, way: str) -> None:
    pixels = drawn("rgba")
    if picture == "photo":
        photo = load_sample_image("flower.jpg")[::4, ::4]
        pixels = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])
    arguments, options = WAYS[way]
    file, saved, palette_file = (tmp_path / name for name in ("in.png", "out.png", "out.gpl"))
    Image.fromarray(pixels).save(file)
    command = [
        home / ".local" / "bin" / "palette-core",
        "quantize",
        file,
        "-k",
        "16",
        *options.split(),
    ]
    command += ["-o", saved, "--palette-out", palette_file]
    subprocess.run(command, env=environment_of(home), check=True, capture_output=True)

    image = studio.draw(pixels=pixels, kind="rgba" if picture == "rgba" else "rgb")
    outcome = studio.quantize(image, colors=16, plain=False, **arguments)
    colors = studio.gimp.colormap(outcome["image"])
    assert colors == pc.Palette.load(palette_file).colors.tolist()
    native = decode(studio.gimp.read_native(studio.gimp.layers(outcome["image"])[0]))
    with Image.open(saved) as written:
        shown = np.asarray(written.convert("RGBA"))
    opaque = shown[..., 3] == 255
    np.testing.assert_array_equal(np.array(colors)[native[..., 0]][opaque], shown[opaque][:, :3])
    if picture == "rgba":
        np.testing.assert_array_equal(native[..., 1], shown[..., 3])
