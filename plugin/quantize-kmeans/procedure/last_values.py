"""Last values: what belongs to one image is not offered for another.

GIMP keeps the values of the last run, and attaches them to its image too. It begins with those of
the image, and without any of these with those of the last run on whatever image. Settings that
are a matter of taste, or of what the result is for, go from image to image; what names one image,
or holds its colours, does not. A setting that the user has saved in the dialog may hold anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

from procedure.choices import CHOICES

if TYPE_CHECKING:
    from collections.abc import Iterable

# Colours that were locked, or put in place of others; a name for the palette of one image.
_OF_ONE_IMAGE = ("locked", "palette-name")


def adapt(config: Gimp.ProcedureConfig, image: Gimp.Image) -> None:
    """Make last values those that a run on an image begins with."""
    outdated = [name for name, words in CHOICES.items() if config.get_property(name) not in words]
    _reset(config, outdated)  # an older version of the plug-in may have had other words
    # GIMP names what it attaches after the type of the config.
    if image.get_parasite(f"{type(config).__gtype__.name}-last") is not None:
        return
    _reset(config, _OF_ONE_IMAGE)
    if config.get_property("palette-use") == "start":  # from the earlier palette of an image
        _reset(config, ("palette-use",))


def _reset(config: Gimp.ProcedureConfig, names: Iterable[str]) -> None:
    for name in names:
        config.set_property(name, config.find_property(name).get_default_value())
