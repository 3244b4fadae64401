"""The dialog's Help button opens the guide, and not GIMP's manual."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from tests.gui.test_dialog import DIALOG
from tools.harness.gimp_session import Gimp
from tools.harness.screen import IMAGE_WINDOW, Screen, wait_for

pytestmark = pytest.mark.gimp


@pytest.fixture(scope="module")
def opened(home: Path) -> Path:
    """A file that the user's own web browser writes what it opens into."""
    seen = home / "opened"
    applications = home / ".local" / "share" / "applications"
    applications.mkdir(parents=True, exist_ok=True)
    program = home / ".local" / "bin" / "browser"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" >"{seen}"\n')
    program.chmod(0o755)
    (applications / "browser.desktop").write_text(
        f'[Desktop Entry]\nType=Application\nName=Browser\nExec="{program}" %u\n'
        "MimeType=text/html;\n"
    )
    (applications / "mimeapps.list").write_text(
        "[Default Applications]\ntext/html=browser.desktop\n"
    )
    return seen


def test_help(opened: Path, gimp: Gimp, screen: Screen, home: Path) -> None:
    assert gimp.images()
    screen.window(IMAGE_WINDOW)
    screen.press("alt+r", "k")
    screen.window(DIALOG)
    screen.press("alt+h")
    wait_for(opened.is_file, "the guide")
    wait_for(opened.read_text, "its address")
    page = home / ".local" / "share" / "palette-core" / "docs" / "guide" / "gimp.html"
    assert unquote(urlsplit(opened.read_text()).path) == str(page)
    sources = re.findall('<img src="([^"]+)"', page.read_text())
    assert len(sources) > 1
    for source in sources:
        with Image.open(page.parent / source) as image:
            assert image.format == "PNG"
    assert screen.has_window(DIALOG)  # it stays
    screen.window(DIALOG)
    screen.press("alt+c")
    wait_for(lambda: not screen.has_window(DIALOG), "an end of the dialog")
