"""Fixtures of the tests on a virtual screen."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gimp_session import Gimp, environment_of
from tests.gui.screen import Screen, virtual_screen
from tests.gui.window import gimp_window


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    """A virtual screen; its pictures go where PALETTE_CORE_TEST_PICTURES says."""
    folder = os.environ.get("PALETTE_CORE_TEST_PICTURES")
    with virtual_screen(Path(folder or tempfile.mkdtemp(prefix="screen-"))) as shown:
        yield shown


@pytest.fixture(scope="module")
def gimp(home: Path, screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gimp]:
    """GIMP in its window, a photo opened in it as from the command line."""
    with gimp_window(environment_of(home), screen, tmp_path_factory.mktemp("gimp-gui")) as session:
        yield session


@pytest.fixture
def photo(gimp: Gimp) -> int:
    """The opened photo's number; it is still as it was opened."""
    (image,) = gimp.images()
    return image
