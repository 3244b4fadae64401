"""The outputs: a new image, the converted image, a recoloured layer, or only a palette.

An output checks what would keep it from being made, describes itself for the dialog, prepares all
that it needs before anything changes, and then writes the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gi.repository import Gimp

import engine
from errors import UserError
from gimp_io import image_writer
from gimp_io.layers import RGBA, RGBA_EXACT, check_exists
from i18n import _, ngettext
from procedure.settings import Settings, read_settings

if TYPE_CHECKING:
    from gimp_io.layer_reader import Task

_MAX_COLORS = 256
# GIMP exports the transparency of an indexed image with at most so many colours.
_MAX_COLORS_WITH_TRANSPARENCY = 255
# GIMP 3.2 has layers that it draws itself, and these methods to tell them.
_DRAWN_KINDS = ("is_link_layer", "is_vector_layer")


class Output:
    """An output, and the settings that it is made with."""

    is_indexed = False  # whether the result is an indexed image
    changes_image = False  # whether the user's own image is changed
    recolors_layer = False  # whether an RGB layer gets the colours, within the selection only
    scope = "layer"  # what is quantized: this, the "visible" image or "all-layers"
    samples_visible_layers = False  # whether hidden layers do not count, unless all are hidden
    is_cropped = False  # whether a new image is as large as its layer, not as the canvas
    mask_effect = _("Pixels hidden by the layer mask become transparent.")
    _several_layers = _(
        "Several layers are selected. Choose “Visible image”, or select one layer and run the "
        "filter again."
    )

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # A given palette is used as it is, and is one of GIMP's already.
        self.saves_palette = settings.save_palette and not settings.has_gimp_palette

    @property
    def needs_layer(self) -> bool:
        """Whether one layer has to be selected."""
        samples_layer = self.settings.sample == "layer" and self.settings.has_sample
        return self.scope == "layer" or samples_layer

    @property
    def session_settings(self) -> dict[str, Any]:
        """The attributes of `palette_core.preview.PreviewSettings`."""
        return self.settings.preview | {
            "recolors": self.recolors_layer,
            "reserves_transparent": self.is_indexed,
            "is_cropped": self.is_cropped,
        }

    def selection_use(self, image: Gimp.Image) -> str:
        """Return what the selection is for: "only", "more", or "ignore" where there is none."""
        return "ignore" if Gimp.Selection.is_empty(image) else self.settings.selection

    def check(self, image: Gimp.Image, layer: Gimp.Layer | None) -> None:
        """Raise a `UserError` if the output cannot be made of the image and the selected layer.

        GIMP ends a plug-in that writes into a locked layer, in the middle of an undo group. Locks
        of position and visibility do not matter: nothing is moved, shown or hidden. The layer is
        None if several are selected.
        """
        check_exists(image, layer)
        if not image.get_layers():
            raise UserError(_("The image has no layers. Add one first."))
        if self.needs_layer and layer is None:
            raise UserError(self._several_layers)
        if self.scope == "all-layers" and image.get_floating_sel() is not None:
            msg = _("The image has a floating selection. Anchor it or make it a layer first.")
            raise UserError(msg)
        has_tiles = self.settings.preview["tiles"] is not None
        if has_tiles and self.scope == "all-layers" and len(image.get_layers()) > 1:
            msg = _("Palettes for tiles need a single layer. Choose Image > Flatten Image first.")
            raise UserError(msg)

    def describe(self, image: Gimp.Image, layer: Gimp.Layer | None) -> str:
        """Return what is made, what the palette comes from, and how a layer mask counts."""
        check_exists(image, layer)
        if self.needs_layer and layer is None:
            return ""
        sentences = [self._describe_result(image, layer), self._describe_sample(image)]
        if self.scope == "layer" and layer.get_mask() is not None and layer.get_apply_mask():
            sentences.append(self.mask_effect)
        return " ".join(filter(None, sentences))

    def _describe_result(self, image: Gimp.Image, layer: Gimp.Layer | None) -> str:
        raise NotImplementedError

    def _describe_sample(self, image: Gimp.Image) -> str:
        """Return which pixels the palette comes from, if that is not obvious."""
        use = self.selection_use(image)
        is_obvious = len(image.get_layers()) == 1 and use == "ignore"
        if is_obvious or not self.settings.has_sample:
            return ""
        text = {
            "only": _("The palette is made from the selected pixels of {where}."),
            "more": _("The palette is made from {where}; selected pixels have priority."),
            "ignore": _("The palette is made from {where}."),
        }[use]
        return text.format(where=self._sample_name(image))

    def _sample_name(self, image: Gimp.Image) -> str:
        sample = self.settings.sample
        sample = self.scope if sample == "automatic" else sample
        if sample == "layer":
            return _("this layer")
        if sample == "visible":
            return _("the visible image")
        if self.samples_visible_layers and 0 < _count_visible(image) < len(image.get_layers()):
            return _("all visible layers")
        return _("all layers")

    def prepare(self, task: Task) -> None:
        """Compute and fetch everything that `write` needs, so that it cannot fail half-way."""

    def write(self, image: Gimp.Image, palette: Gimp.Palette | None) -> Gimp.Image:
        """Write the result, and return its image."""
        raise NotImplementedError

    def warn_of_transparency(self, colors: int) -> None:
        """Show a message if transparent pixels need the 256th entry."""


class IndexedOutput(Output):
    """An output with index maps of layers."""

    is_indexed = True

    def prepare(self, task: Task) -> None:
        """Fetch the index maps."""
        image_writer.prepare_indexed()
        self.maps = [
            image_writer.LayerMap(part.layer, part.area, *engine.session().index_map(number))
            for number, part in enumerate(task.parts)
        ]

    def warn_of_transparency(self, colors: int) -> None:
        """Show a message if transparent pixels need the 256th entry."""
        wanted = self.settings.preview["colors"]
        if all(layer_map.alpha is None for layer_map in self.maps):
            return
        if colors == _MAX_COLORS:
            msg = _(
                "All 256 palette entries are used, so GIMP exports this image without "
                "transparency. Use at most 255 colors to keep the transparency."
            )
            Gimp.message(msg)
        elif wanted == _MAX_COLORS and colors == _MAX_COLORS_WITH_TRANSPARENCY:
            Gimp.message(_("255 colors were used. The last entry is for transparent pixels."))


class NewImage(IndexedOutput):
    """A new indexed image: of a layer, of the visible image, or of all layers as frames."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.scope = settings.apply_to
        self.is_cropped = settings.crop and self.scope != "all-layers"

    def describe(self, image: Gimp.Image, layer: Gimp.Layer | None) -> str:
        """Return also what becomes of pixels that are not selected."""
        text = super().describe(image, layer)
        if text and self.selection_use(image) == "only" and self.scope != "all-layers":
            text += " " + _("Pixels outside the selection become transparent.")
        return text

    def write(self, image: Gimp.Image, palette: Gimp.Palette | None) -> Gimp.Image:
        """Return the new image."""
        return image_writer.new_image(image, self.maps, palette, crop=self.is_cropped)

    def _describe_result(self, image: Gimp.Image, layer: Gimp.Layer | None) -> str:
        if self.scope == "visible":
            return _("Opens a new image of everything visible; this image is unchanged.")
        if self.scope == "layer":
            text = _("Opens a new image of the layer “{layer}”; this image is unchanged.")
            return text.format(layer=layer.get_name())
        count = len(image.get_layers())
        text = ngettext(
            "Opens a new image with one frame; this image is unchanged.",
            "Opens a new image with {count} frames; this image is unchanged.",
            count,
        )
        return text.format(count=count)


class ConvertedImage(IndexedOutput):
    """The user's image, converted to indexed colours with all its layers."""

    changes_image = True
    scope = "all-layers"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.samples_visible_layers = settings.sample == "automatic"

    def check(self, image: Gimp.Image, layer: Gimp.Layer | None) -> None:
        """Raise a `UserError` if a layer of the image cannot be converted as it is."""
        super().check(image, layer)
        for each in image.get_layers():
            if each.is_group():
                msg = _(
                    "GIMP cannot convert layer groups to indexed colors. Merge “{layer}” first, "
                    "or choose “New indexed image” of the visible image."
                )
                raise UserError(msg.format(layer=each.get_name()))
            _check_unlocked(each)
            _check_not_drawn(each)

    def write(self, image: Gimp.Image, palette: Gimp.Palette | None) -> Gimp.Image:
        """Convert the image, in one undo step."""
        image_writer.convert_image(image, self.maps, palette)
        return image

    def _describe_result(self, image: Gimp.Image, _layer: Gimp.Layer | None) -> str:
        count = len(image.get_layers())
        text = ngettext(
            "Converts this image to indexed colors.",
            "Converts all {count} layers of this image to indexed colors.",
            count,
        )
        if 1 < count != _count_visible(image):
            text += " " + _("Hidden layers are converted too.")
        return text.format(count=count)


class RecoloredLayer(Output):
    """The selected RGB or greyscale layer, with the colours of the palette."""

    changes_image = True
    recolors_layer = True
    mask_effect = _("Pixels hidden by the layer mask do not affect the palette.")
    _several_layers = _("Several layers are selected. Select one and run the filter again.")

    def check(self, image: Gimp.Image, layer: Gimp.Layer | None) -> None:
        """Raise a `UserError` if the layer's colours, or its alpha if needed, cannot change."""
        super().check(image, layer)
        if layer.is_group():
            msg = _(
                "“{layer}” is a layer group. Select a layer inside it, or choose “New indexed "
                "image”."
            )
            raise UserError(msg.format(layer=layer.get_name()))
        if image.get_base_type() == Gimp.ImageBaseType.INDEXED:
            msg = _(
                "The image is indexed, so its layers share one palette. Choose “Convert this image "
                "to indexed” or “New indexed image”."
            )
            raise UserError(msg)
        _check_not_drawn(layer)
        if layer.is_gray() != (image.get_base_type() == Gimp.ImageBaseType.GRAY):
            raise UserError(_("The floating selection belongs to a layer mask. Anchor it first."))
        self._check_locks(layer)
        if not all(map(image.get_component_active, self._channels(image))):
            msg = _(
                "A channel of the image is inactive, so GIMP would not change it. Click it in the "
                "Channels dialog to activate it."
            )
            raise UserError(msg)

    def _check_locks(self, layer: Gimp.Layer) -> None:
        """Raise a `UserError` if the layer, or a group around it, is locked."""
        if self.settings.makes_alpha_binary and layer.is_floating_sel():
            msg = _("GIMP cannot change the alpha of a floating selection. Make it a layer first.")
            raise UserError(msg)
        item = layer
        while item is not None:
            _check_unlocked(item)
            if self.settings.makes_alpha_binary and item.get_lock_alpha():
                msg = _(
                    "The alpha channel of “{layer}” is locked. Unlock it, or turn off the matte "
                    "and the dithering of transparency."
                )
                raise UserError(msg.format(layer=item.get_name()))
            item = item.get_parent()

    def _channels(self, image: Gimp.Image) -> Iterator[Gimp.ChannelType]:
        """Yield the channels that are written."""
        if image.get_base_type() == Gimp.ImageBaseType.GRAY:
            yield Gimp.ChannelType.GRAY
        else:
            yield from (Gimp.ChannelType.RED, Gimp.ChannelType.GREEN, Gimp.ChannelType.BLUE)
        if self.settings.makes_alpha_binary:
            yield Gimp.ChannelType.ALPHA

    def prepare(self, task: Task) -> None:
        """Compute the layer's pixels."""
        (self._part,) = task.parts
        # 8 bits would round the alpha of a more precise image.
        alpha = task.reader.pixels.read_alpha(self._part)
        self._format = RGBA if alpha is None else RGBA_EXACT
        self._pixels = engine.session().recolored(0, alpha)

    def write(self, image: Gimp.Image, _palette: Gimp.Palette | None) -> Gimp.Image:
        """Replace the layer's pixels, in one undo step."""
        image_writer.replace_pixels(self._part, self._pixels, self._format)
        return image

    def _describe_result(self, image: Gimp.Image, layer: Gimp.Layer | None) -> str:
        text = _("Recolors the selected pixels of “{layer}”.")
        if Gimp.Selection.is_empty(image):
            text = _("Recolors “{layer}”.")
        return text.format(layer=layer.get_name())


class PaletteOnly(Output):
    """A palette without an image; the preview shows the sampled pixels in its colours."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.scope = "layer" if settings.sample == "automatic" else settings.sample
        self.saves_palette = not settings.has_gimp_palette

    @property
    def session_settings(self) -> dict[str, Any]:
        """The settings, without dithering."""
        settings = super().session_settings
        return settings | {"mapping": settings["mapping"] | {"dither": "none"}}

    def write(self, image: Gimp.Image, _palette: Gimp.Palette | None) -> Gimp.Image:
        """Return the image as it is."""
        return image

    def _describe_result(self, _image: Gimp.Image, _layer: Gimp.Layer | None) -> str:
        if not self.saves_palette:
            return _("Creates nothing, because this palette is already in GIMP. Change the output.")
        return _("Saves a palette only; no image is changed.")


_OUTPUTS = {
    "new-image": NewImage,
    "convert": ConvertedImage,
    "layer": RecoloredLayer,
    "palette": PaletteOnly,
}


def read_output(config: Gimp.ProcedureConfig) -> Output:
    """Return the output that the arguments choose; raise a `UserError` if they are not valid."""
    settings = read_settings(config)
    return _OUTPUTS[settings.output](settings)


def _check_unlocked(layer: Gimp.Layer) -> None:
    if layer.get_lock_content():
        msg = _("The pixels of “{layer}” are locked. Unlock them, or choose “New indexed image”.")
        raise UserError(msg.format(layer=layer.get_name()))


def _check_not_drawn(layer: Gimp.Layer) -> None:
    """Raise a `UserError` for a layer that GIMP 3.2 draws again at undo and redo."""
    if any(getattr(layer, name)() for name in _DRAWN_KINDS if hasattr(layer, name)):
        msg = _(
            "“{layer}” is a link or vector layer. Rasterize it first, or choose “New indexed "
            "image”."
        )
        raise UserError(msg.format(layer=layer.get_name()))


def _count_visible(image: Gimp.Image) -> int:
    return sum(layer.get_visible() for layer in image.get_layers())
