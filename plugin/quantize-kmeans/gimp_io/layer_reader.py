"""The reader: reads from GIMP what is quantized, and what makes the palette.

This is the one place that decides which pixels count, for every output.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

import engine
from engine.layout import Layout, Place
from errors import UserError
from gimp_io.layers import (
    Part,
    check_there,
    read_layer,
    read_selection,
    read_side_by_side,
    read_visible,
)
from gimp_io.projection import is_blended, project
from i18n import _
from procedure.outputs import MAX_COLORS, MOST_WITH_TRANSPARENCY

if TYPE_CHECKING:
    from engine.index_map import IndexMap
    from engine.picture import Picture, Sample
    from engine.plane import Plane
    from engine.raster import Raster
    from engine.work import Work
    from procedure.outputs import Output
    from procedure.settings import Settings


class Task(NamedTuple):
    """What is done: the parts to quantize, the original to compare with, and the work on them."""

    parts: list[Part]
    original: Plane
    settings: Settings
    output: Output
    work: Work
    image: Gimp.Image

    @property
    def is_blended(self) -> bool:
        """Whether GIMP alone knows what the result looks like: its layers are seen through."""
        return (
            self.output.scope == "all-layers"
            and self.output.changes_image
            and is_blended(self.parts)
        )

    def projection(self, maps: list[IndexMap]) -> Raster:
        """Return what the result looks like, as GIMP shows it; for the main thread."""
        return project(self.image, maps).raster()


class Reading(NamedTuple):
    """What was read for some settings.

    Attributes
    ----------
    parts : list of Part
        What is put into the palette: the selected layer, the visible image, or every layer.
    targets : list of Picture
        Their pixels.
    sample : Sample
        What makes the palette.
    layout : Layout
    original : Plane
        What the result is compared with.
    """

    parts: list[Part]
    targets: list[Picture]
    sample: Sample
    layout: Layout
    original: Plane

    def equals(self, other: Reading) -> bool:
        """Return whether the same pixels were read before."""
        return (
            self.layout == other.layout
            and self.original.equals(other.original)
            and all(one.equals(two) for one, two in zip(self.targets, other.targets, strict=True))
            and self.sample.equals(other.sample)
        )


class Reader:
    """Reads from GIMP what tasks need, once for as long as the image stays as it is.

    Parameters
    ----------
    image : Gimp.Image
    layer : Gimp.Layer or None
        The selected layer; None if there are several.
    """

    def __init__(self, image: Gimp.Image, layer: Gimp.Layer | None) -> None:
        self.image, self.layer = image, layer
        self._key: object = None
        self._reading: Reading | None = None

    def task(self, output: Output) -> Task:
        """Return the task for an output, from what was read before if that has all it needs."""
        key = _key(output)
        if self._reading is None or key != self._key:
            self._reading, self._key = self._read(output), key
        parts, targets, sample, layout, original = self._reading
        settings = self._leave_room(output)
        in_layer = (parts[0].selected, parts[0].mask) if output.recolors_layer else ()
        work = engine.load().Work(targets, sample, layout, original, settings, *in_layer)
        return Task(parts, original, settings, output, work, self.image)

    def current_task(self, output: Output) -> Task:
        """Return the task for an output as the image is now: it may have been changed meanwhile."""
        if self._reading is not None:
            key, now = _key(output), self._read(output)
            if key != self._key or not now.equals(self._reading):
                self._reading, self._key = now, key
        return self.task(output)

    def _leave_room(self, output: Output) -> Settings:
        """Return settings of one colour less where transparent pixels need the 256th entry."""
        settings = output.settings
        if settings.colors != MAX_COLORS or not output.is_indexed:
            return settings
        _, targets, _, layout, _ = self._reading
        is_covered = layout.is_covered or settings.crop
        if is_covered and not any(target.has_holes(settings) for target in targets):
            return settings
        return replace(settings, colors=MOST_WITH_TRANSPARENCY)

    def _read(self, output: Output) -> Reading:
        settings = output.settings
        check_there(self.image, self.layer)
        is_empty = Gimp.Selection.is_empty(self.image)
        use = "ignore" if is_empty else settings.selection
        wholes = self._parts(output.scope)
        if not output.changes_image:  # what is changed in place keeps its layer mask
            wholes = [part.with_mask() for part in wholes]
        # GIMP's filters write within the selection alone, whatever it means for the palette.
        is_limited = use == "only" or (output.recolors_layer and not is_empty)
        if output.scope == "all-layers":  # the selection matters for the palette alone
            parts, targets = wholes, [self._picture(part, "ignore") for part in wholes]
        elif is_limited:
            parts = [part.cut(self.image) for part in wholes]
            targets = [engine.load().Picture(part.pixels, part.selected, "only") for part in parts]
        else:
            parts, targets = wholes, [self._picture(part, use) for part in wholes]
        sample = self._sample(output, wholes, targets, use)
        places = tuple(
            Place(part.x, part.y, part.width, part.height, part.is_visible) for part in parts
        )
        layout = Layout((self.image.get_width(), self.image.get_height()), places)
        original = self._original(output, parts)
        return Reading(parts, targets, engine.load().Sample(sample), layout, original)

    def _sample(
        self, output: Output, wholes: list[Part], targets: list[Picture], use: str
    ) -> list[Picture]:
        """Read the pixels that make the palette: none that a layer mask hides.

        Where they are those that get new colours, they are the targets themselves, which saves
        counting them twice. With a given palette none are read.
        """
        settings = output.settings
        if settings.given is not None:
            return targets
        is_other = settings.sample not in ("automatic", output.scope)
        parts = self._parts(settings.sample) if is_other else wholes
        if (
            is_other
            or any(part.mask for part in parts)
            or not all(target.is_used(use) for target in targets)
        ):
            pictures = [self._picture(part.with_mask(), use) for part in parts]
        else:
            pictures = targets
        if output.samples_visible_layers:
            visible = [part.is_visible for part in parts]
            pictures = list(itertools.compress(pictures, visible)) or pictures
        if use == "only" and not any(picture.has_selected() for picture in pictures):
            msg = _("The selection misses all layers. Select a part of them, or nothing.")
            raise UserError(msg)
        return pictures

    def _parts(self, scope: str) -> list[Part]:
        if scope == "layer":
            return [read_layer(self.layer)]
        if scope == "visible":
            return [read_visible(self.image)]
        return [read_layer(layer) for layer in self.image.get_layers()]

    def _picture(self, part: Part, use: str) -> Picture:
        selection = None
        if use != "ignore":
            selection = read_selection(self.image, part.x, part.y, part.width, part.height)
        return engine.load().Picture(part.pixels, selection, use)

    def _original(self, output: Output, parts: list[Part]) -> Plane:
        """Read what the result is compared with."""
        if output.scope != "all-layers":
            return parts[0].with_mask().pixels
        if output.changes_image:
            return read_visible(self.image).pixels
        return read_side_by_side(self.image).pixels


def _key(output: Output) -> object:
    """Return what decides which pixels are read."""
    settings = output.settings
    in_place = settings.output if output.changes_image else None
    has_palette = settings.given is not None
    return output.scope, in_place, settings.selection, settings.sample, has_palette
