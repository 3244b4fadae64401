"""The guide that install.sh puts beside the plug-in's environment."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, Gio, GLib

import engine
from i18n import _


def show() -> None:
    """Open it in whatever the user reads such files with."""
    page = _environment().parent / "docs" / "guide" / "gimp.md"
    if not page.is_file():
        Gimp.message(_("The guide is not installed. Run install.sh again."))
        return
    try:
        Gio.AppInfo.launch_default_for_uri(page.as_uri(), None)
    except GLib.Error:
        Gimp.message(_("No program for the guide was found. It is {page}.").format(page=page))


def _environment() -> Path:
    """Give the folder of the environment that computes."""
    with contextlib.suppress(OSError, ValueError):
        return engine.named_python().parent.parent
    return Path(sys.prefix)
