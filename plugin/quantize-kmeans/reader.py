"""The reader: all that is needed of GIMP, so that the computing may be anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

import engine
from source import Source, check_there, read_layer, read_selection, read_source, read_visible

if TYPE_CHECKING:
    from plane import Plane
    from settings import Settings
    from work import Picture, Work


class Task(NamedTuple):
    """What is to be done: a layer or its part, the settings, and the work on its pixels."""

    source: Source
    settings: Settings
    work: Work


class Reading(NamedTuple):
    """What was read for a selection and a sample: the source, and what makes the palette."""

    source: Source
    picture: Picture
    sample: list[Picture]

    def equals(self, other: Reading) -> bool:
        """Tell whether the same pixels were read before."""
        one, two = self.source, other.source
        return (
            (one.x, one.y, one.whole) == (two.x, two.y, two.whole)
            and len(self.sample) == len(other.sample)
            and self.picture.equals(other.picture)
            and all(mine.equals(its) for mine, its in zip(self.sample, other.sample, strict=True))
        )


class Reader:
    """Reads from GIMP what tasks need, each part once for as long as it stays as it is."""

    def __init__(self, image: Gimp.Image, layer: Gimp.Layer) -> None:
        self.image, self.layer = image, layer
        self._key: object = None
        self._reading: Reading | None = None

    def task(self, settings: Settings) -> Task:
        """Give the task for settings, from what was read before if that has all they need."""
        key = settings.selection, settings.sample
        if self._reading is None or key != self._key:
            self._reading, self._key = _read(self.image, self.layer, settings), key
        source, picture, sample = self._reading
        work = engine.load().Work(source.pixels, source.selected, picture, sample, settings)
        return Task(source, settings, work)

    def current_task(self, settings: Settings) -> Task:
        """Give the task for settings as the image is now: it may have been changed meanwhile."""
        if self._reading is not None:
            now = _read(self.image, self.layer, settings)
            if not now.equals(self._reading):
                self._reading, self._key = now, (settings.selection, settings.sample)
        return self.task(settings)


def _read(image: Gimp.Image, layer: Gimp.Layer, settings: Settings) -> Reading:
    check_there(image, layer)
    source = read_source(image, layer, settings.selection)
    picture = _picture(image, source.x, source.y, source.pixels, settings)
    if settings.sample == "layer":
        sample = [picture]
    elif settings.sample == "visible":
        sample = [_picture(image, 0, 0, read_visible(image), settings)]
    else:
        layers = [read_layer(layer) for layer in image.get_layers()]
        sample = [_picture(image, *layer, settings) for layer in layers]
    return Reading(source, picture, sample)


def _picture(image: Gimp.Image, x: int, y: int, pixels: Plane, settings: Settings) -> Picture:
    """Put the selection over pixels that are at (x, y) in the image."""
    mask = None
    if settings.selection != "ignore" and not Gimp.Selection.is_empty(image):
        mask = read_selection(image, x, y, pixels.width, pixels.height)
    return engine.load().Picture(pixels, mask)
