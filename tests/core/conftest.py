"""The pictures that the tests share."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_sample_image

from palette_core.arrays import Bytes
from palette_core.cli import main

from .command_line import BEE, TINY, Cli, Outcome


def _frozen(pixels: Bytes) -> Bytes:
    # Whatever writes into a shared picture fails at once instead of spoiling the next test.
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    return pixels


@pytest.fixture(scope="session")
def photo() -> Bytes:
    """A photo at full size: 427 x 640 pixels, about 97 000 colours."""
    return _frozen(load_sample_image("china.jpg"))


@pytest.fixture(scope="session")
def flower() -> Bytes:
    """A photo with few hues, shrunk."""
    return _frozen(load_sample_image("flower.jpg")[::7, ::7])


@pytest.fixture(scope="session")
def drawn() -> Bytes:
    """A drawing: a smooth sky, flat discs and one lone pixel."""
    y, x = np.mgrid[0:60, 0:80]
    pixels = np.stack([2 * x + y, 90 + 2 * y, 250 - 3 * y], axis=-1).astype(np.uint8)
    for row, column, radius, color in (
        (20, 20, 12, (255, 210, 40)),
        (42, 55, 15, (30, 90, 50)),
        (42, 60, 6, (31, 92, 50)),
    ):
        pixels[(y - row) ** 2 + (x - column) ** 2 < radius**2] = color
    pixels[3, 70] = (255, 0, 255)
    return _frozen(pixels)


@pytest.fixture(scope="session")
def small_photo(photo: Bytes) -> Bytes:
    """The photo, shrunk: 61 x 92 pixels."""
    return _frozen(photo[::7, ::7])


@pytest.fixture(params=["small_photo", "flower", "drawn"])
def picture(request: pytest.FixtureRequest) -> Bytes:
    """Each of the small pictures in turn."""
    pixels: Bytes = request.getfixturevalue(request.param)
    return pixels


@pytest.fixture(scope="session")
def cutout(drawn: Bytes) -> Bytes:
    """The drawing with alpha: a transparent left edge, and a ramp from 0 to 255."""
    alpha = np.broadcast_to(np.linspace(0, 255, drawn.shape[1]).astype(np.uint8), drawn.shape[:2])
    return _frozen(np.dstack([drawn, alpha]))


@pytest.fixture
def current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def workdir(current_folder: Path, drawn: Bytes, cutout: Bytes, small_photo: Bytes) -> Path:
    """The current folder, which contains four images and a palette."""
    Image.fromarray(drawn).save("drawn.png")
    Image.fromarray(cutout).save("cutout.png")
    Image.fromarray(TINY).save("tiny.png")
    Image.fromarray(small_photo).save("photo.jpg", quality=95)
    BEE.save("bee.gpl")
    return current_folder


@pytest.fixture
def cli(capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """A run of the command line in this process."""

    def run(*arguments: str) -> Outcome:
        try:
            code = main(arguments)
        except SystemExit as end:  # how argparse ends --help and --version
            code = int(end.code or 0)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Outcome(code, out, err.decode())

    return run
