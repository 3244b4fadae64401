"""The guide that install.sh puts beside the plug-in's environment."""

from __future__ import annotations

import sys
from pathlib import Path

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp, Gio, GLib

from words import _

PAGE = Path(sys.prefix).parent / "docs" / "guide" / "gimp.md"


def show() -> None:
    """Open it in whatever the user reads such files with."""
    if not PAGE.is_file():
        Gimp.message(_("The guide is not installed. Run install.sh again."))
        return
    try:
        Gio.AppInfo.launch_default_for_uri(PAGE.as_uri(), None)
    except GLib.Error:
        Gimp.message(_("No program for the guide was found. It is {page}.").format(page=PAGE))
