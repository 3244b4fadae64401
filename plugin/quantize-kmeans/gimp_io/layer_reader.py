"""The layer reader: reads the layers to quantize, and those that make the palette.

This is the one place that decides which layers, masks and selections count, for every output. Their
pixels become masks in `palette_core/preview/selected_image.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from gi.repository import Gegl, Gimp

import engine
from errors import UserError
from gimp_io.image_writer import find_source, is_blended, project
from gimp_io.layers import Part, PixelReader, check_drawables
from i18n import _

if TYPE_CHECKING:
    from gimp_io.layers import Area
    from procedure.outputs import Output


# To read more pixels takes longer than a moment.
_MANY_PIXELS = 1 << 23


class Task(NamedTuple):
    """What is done."""

    parts: list[Part]  # what gets the colours: the selected layer, the visible image, or all layers
    output: Output
    description: dict[str, Any]  # the arguments of `PreviewSession.open`
    reader: LayerReader

    @property
    def size(self) -> tuple[int, int]:
        """The width and height of what is seen."""
        width, height = self.description["original"]["area"][2:]
        return width, height

    @property
    def is_blended(self) -> bool:
        """Whether only GIMP can show the result, because a visible layer is seen through."""
        is_projected = self.output.scope == "all-layers" and self.output.changes_image
        return is_projected and is_blended(self.parts)

    def open(self) -> None:
        """Open the layers in the session, or refuse where none of their pixels is selected."""
        are_targets_selected, is_sample_selected = engine.session().open(**self.description)
        if not are_targets_selected:
            msg = _(
                "No pixel of the layer is at least half selected. Select more, or choose Select > "
                "None."
            )
            raise UserError(msg)
        if not is_sample_selected:
            msg = _(
                "No pixel of any layer is at least half selected. Select more, or choose Select > "
                "None."
            )
            raise UserError(msg)

    def project(self) -> None:
        """Read GIMP's projection of the result for the preview; only on the main thread."""
        project(self.reader.image, self.reader.pixels)


class LayerReader:
    """Reads from GIMP what tasks need, once for as long as the image stays as it is."""

    def __init__(self, image: Gimp.Image, layer: Gimp.Layer | None) -> None:
        self.image, self.layer = image, layer  # no layer if several are selected
        self.pixels = PixelReader(image)
        self._known: dict[object, Any] = {}

    def source(self) -> LayerReader | None:
        """Return a reader of the image that this one was made from by the filter, if it is open."""
        source = find_source(self.image)
        if source is None:
            return None
        return LayerReader(source, check_drawables(source.get_selected_layers()))

    def task(self, output: Output) -> Task:
        """Return the task for an output; raise a `UserError` if it cannot be made."""
        output.check(self.image, self.layer)
        parts, description = self._once(_key(output), lambda: self._read(output))
        return Task(parts, output, description, self)

    def takes_long(self, output: Output) -> bool:
        """Whether many pixels have to be read for an output, in which time GIMP does nothing else.

        Raises a `UserError` if they would be read for a task that cannot be.
        """
        if _key(output) in self._known:
            return False
        output.check(self.image, self.layer)
        layers = len(self.image.get_layers())
        return self.image.get_width() * self.image.get_height() * layers > _MANY_PIXELS

    def current_task(self, output: Output) -> Task:
        """Return the task for an output as the image is now: it may have been changed meanwhile."""
        self._known.clear()
        return self.task(output)

    def _once(self, key: object, read: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Return what was read for a key, or read it."""
        if key not in self._known:
            self._known[key] = read()
        return self._known[key]

    def _read(self, output: Output) -> tuple[list[Part], dict[str, Any]]:
        """Return the parts to quantize, and the arguments for the session."""
        has_selection = self._selected_area() is not None
        use = output.settings.selection if has_selection else "ignore"
        wholes = self._parts(output.scope)
        # GIMP's filters write within the selection alone, whatever it means for the palette.
        is_limited = use == "only" or (output.recolors_layer and has_selection)
        if output.scope == "all-layers":  # the selection matters for the palette alone
            parts, target_use = wholes, "ignore"
        elif is_limited:
            parts, target_use = [self._cut(part) for part in wholes], "only"
        else:
            parts, target_use = [self._select(part, use) for part in wholes], use
        # What is changed in place keeps its layer mask.
        targets = [part.describe(is_masked=not output.changes_image) for part in parts]
        visible = [number for number, part in enumerate(parts) if part.is_visible]
        is_composed = output.scope == "all-layers"
        return parts, {
            "targets": targets,
            "sample": self._sample(output, wholes, targets, use, target_use),
            "original": self._original(output) if is_composed else parts[0].describe(),
            "canvas": (0, 0, self.image.get_width(), self.image.get_height()),
            "shown": visible or list(range(len(parts))),
            "is_composed": is_composed,
        }

    def _sample(
        self,
        output: Output,
        wholes: list[Part],
        targets: list[dict[str, Any]],
        use: str,
        target_use: str,
    ) -> list[dict[str, Any]]:
        """Return the pixels that make the palette: none that a layer mask hides.

        Where they are those that get new colours, they are the targets themselves, which saves
        counting them twice. With a given palette none are read.
        """
        settings = output.settings
        if not settings.has_sample:
            return targets
        is_other = settings.sample not in ("automatic", output.scope)
        parts = self._parts(settings.sample) if is_other else wholes
        is_masked = output.changes_image and any(part.mask for part in parts)
        if is_other or is_masked or use != target_use:
            sample = [self._select(part, use).describe() for part in parts]
        else:
            sample = targets
        if output.samples_visible_layers:
            visible = [part.is_visible for part in parts]
            sample = list(itertools.compress(sample, visible)) or sample
        return sample

    def _original(self, output: Output) -> dict[str, Any]:
        """Return what all layers are compared with."""
        if output.changes_image:
            return self._parts("visible")[0].describe()
        return self._once("side-by-side", self.pixels.read_side_by_side).describe()

    def _parts(self, scope: str) -> list[Part]:
        if scope == "visible":
            return [self._once("visible", lambda: self.pixels.read_visible(self.image, "visible"))]
        layers = [self.layer] if scope == "layer" else self.image.get_layers()
        return [
            self._once(layer.get_id(), lambda layer=layer: self.pixels.read_layer(layer))
            for layer in layers
        ]

    def _selected_area(self) -> Area | None:
        """Return the bounds of the selection; None if there is none."""
        return self._once("bounds", lambda: selected_area(self.image))

    def _select(self, part: Part, use: str) -> Part:
        """Return a part with the selection, for this use."""
        if use == "ignore":
            return part
        area = self._selected_area()
        key = self._once("selection", lambda: self.pixels.read_selection(area))
        return part._replace(selection=key, use=use)

    def _cut(self, part: Part) -> Part:
        """Return the selected area of a part; raise a `UserError` if it is empty."""
        common = Gegl.Rectangle()
        selected = Gegl.Rectangle.new(*self._selected_area())
        if not common.intersect(Gegl.Rectangle.new(*part.area), selected):
            msg = _(
                "The selection is outside the layer. Select a part of it, or choose Select > None."
            )
            raise UserError(msg)
        area = common.x, common.y, common.width, common.height
        return self._select(part, "only")._replace(area=area)


def _key(output: Output) -> tuple[object, ...]:
    """Return all that what is read for an output depends on."""
    settings = output.settings
    in_place = settings.output if output.changes_image else None
    return output.scope, in_place, settings.selection, settings.sample, settings.has_sample


def selected_area(image: Gimp.Image) -> Area | None:
    """Return the bounds of an image's selection; None if nothing is selected."""
    if Gimp.Selection.is_empty(image):
        return None
    left, top, right, bottom = list(Gimp.Selection.bounds(image))[2:]
    return left, top, right - left, bottom - top
