"""Fixtures of the tests on a virtual screen."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_sample_image

from tests.gui.dialog_driver import DialogDriver
from tools.harness.gimp_session import Gimp, environment_of
from tools.harness.gimp_window import gimp_window
from tools.harness.screen import Screen, virtual_screen

# The plug-in's name begins whatever GLib, GTK and GIMP's libraries say of it, such as letters of
# two labels that clash, and is in every traceback; before it has its name it is a "process". GIMP
# has a lot to say of itself, for instance of a screen without devices.
_COMPLAINT = re.compile(r"quantize-kmeans|palette_core|\(process:\d+\)")
# What any plug-in of GIMP says at its end if GIMP was faster to hang up.
_FAREWELL = "gimp_flush(): error: Broken pipe"


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A virtual screen; its pictures go where PALETTE_CORE_TEST_PICTURES says."""
    folder = os.environ.get("PALETTE_CORE_TEST_PICTURES")
    with virtual_screen(Path(folder or tempfile.mkdtemp(prefix="screen-"))) as shown:
        yield shown


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Rerun a test that waited in vain for something: a busy machine may lose a key or a click."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun="did not appear"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep an image of the screen on which a test failed."""
    report = yield
    if report.failed and isinstance(item, pytest.Function) and "screen" in item.funcargs:
        item.funcargs["screen"].picture("failed-" + re.sub(r"[^\w.-]+", "-", item.name))
    return report


@pytest.fixture(scope="module")
def gimp(home: Path, screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gimp]:
    """GIMP in its window, a photo opened in it as from the command line."""
    with gimp_window(environment_of(home), screen, tmp_path_factory.mktemp("gimp-gui")) as session:
        yield session
    assert complaints(session.log.read_text()) == []


@pytest.fixture(scope="session")
def picture() -> NDArray[np.uint8]:
    """A small photo as RGBA, opaque."""
    small = Image.fromarray(load_sample_image("flower.jpg")).resize((160, 106))
    return np.asarray(small.convert("RGBA"))


@pytest.fixture
def dialog(gimp: Gimp, screen: Screen) -> Iterator[DialogDriver]:
    """The filter's dialog, closed when the test is done."""
    driver = DialogDriver(gimp, screen)
    driver.presets_file.unlink(missing_ok=True)
    yield driver
    driver.close_if_open()


def complaints(log: str) -> list[str]:
    """Find what the plug-in, or GIMP of it, complains of."""
    return [
        line
        for line in log.splitlines()
        if _COMPLAINT.search(line) and not line.endswith(_FAREWELL)
    ]


@pytest.fixture
def photo(gimp: Gimp) -> int:
    """The opened photo's number; it is still as it was opened."""
    (image,) = gimp.images()
    return image
