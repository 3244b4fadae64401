"""The dialog's Help button opens the guide, and not GIMP's manual."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.gui.test_dialog import DIALOG
from tools.harness.gimp_session import Gimp
from tools.harness.screen import IMAGE_WINDOW, Screen, wait_for

pytestmark = pytest.mark.gimp


@pytest.fixture(scope="module")
def opened(home: Path) -> Path:
    """A file that a program for Markdown, the user's own, writes what it opens into."""
    seen = home / "opened"
    applications = home / ".local" / "share" / "applications"
    applications.mkdir(parents=True, exist_ok=True)
    program = home / ".local" / "bin" / "reader"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" >"{seen}"\n')
    program.chmod(0o755)
    (applications / "reader.desktop").write_text(
        f'[Desktop Entry]\nType=Application\nName=Reader\nExec="{program}" %u\n'
        "MimeType=text/markdown;text/plain;\n"
    )
    (applications / "mimeapps.list").write_text(
        "[Default Applications]\ntext/markdown=reader.desktop\ntext/plain=reader.desktop\n"
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
    page = home / ".local" / "share" / "palette-core" / "docs" / "guide" / "gimp.md"
    assert unquote(urlsplit(opened.read_text()).path) == str(page)
    assert page.is_file()
    assert screen.has_window(DIALOG)  # it stays
    screen.window(DIALOG)
    screen.press("alt+c")
    wait_for(lambda: not screen.has_window(DIALOG), "an end of the dialog")
