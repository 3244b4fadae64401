"""What the dialog says will happen to this very image: one line below the choice of output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

from i18n import _, ngettext

if TYPE_CHECKING:
    from procedure.settings import Settings


def describe(image: Gimp.Image, layer: Gimp.Layer | None, settings: Settings) -> str:
    """Return what is made, what the palette comes from, and how a layer mask counts."""
    if settings.needs_layer and layer is None:
        return ""
    sentences = [_result(image, layer, settings), _palette(image, settings)]
    if settings.scope == "layer" and layer is not None and layer.get_mask() is not None:
        sentences.append(_mask(layer, settings))
    return " ".join(sentence for sentence in sentences if sentence)


def _result(image: Gimp.Image, layer: Gimp.Layer | None, settings: Settings) -> str:
    count = len(image.get_layers())
    if settings.output == "convert":
        text = ngettext(
            "The only layer is converted.",
            "All {count} layers are converted.",
            count,
        )
        if not _all_visible(image) and count > 1:
            text += " " + _("Hidden layers are converted too.")
        return text.format(count=count)
    if settings.output == "palette":
        return _("Saves a palette only; no image is changed.")
    name = "" if layer is None else layer.get_name()
    if settings.output == "layer":
        if Gimp.Selection.is_empty(image):
            return _("Recolours “{layer}”.").format(layer=name)
        return _("Recolours “{layer}” within the selection.").format(layer=name)
    if settings.scope == "visible":
        return _("Opens a new image of what is visible; this one is unchanged.")
    if settings.scope == "all-layers":
        text = ngettext(
            "Opens a new image of one frame; this one is unchanged.",
            "Opens a new image of {count} frames; this one is unchanged.",
            count,
        )
        return text.format(count=count)
    return _("Opens a new image of “{layer}”; this one is unchanged.").format(layer=name)


def _palette(image: Gimp.Image, settings: Settings) -> str:
    """Return from which pixels the palette comes, where that is not obvious."""
    has_selection = not Gimp.Selection.is_empty(image)
    use = settings.selection if has_selection else "ignore"
    if settings.given is not None or (len(image.get_layers()) == 1 and use == "ignore"):
        return ""
    where = _sampled(image, settings)
    if use == "only":
        return _("Palette from the selection, in {where}.").format(where=where)
    if use == "more":
        text = _("Palette from {where}; selected pixels count more.")
        return text.format(where=where)
    return _("Palette from {where}.").format(where=where)


def _sampled(image: Gimp.Image, settings: Settings) -> str:
    sample = settings.scope if settings.sample == "automatic" else settings.sample
    if sample == "layer":
        return _("this layer")
    if sample == "visible":
        return _("the visible image")
    is_narrowed = settings.output == "convert" and settings.sample == "automatic"
    if is_narrowed and any(layer.get_visible() for layer in image.get_layers()):
        return _("all layers") if _all_visible(image) else _("all visible layers")
    return _("all layers")


def _all_visible(image: Gimp.Image) -> bool:
    return all(layer.get_visible() for layer in image.get_layers())


def _mask(layer: Gimp.Layer, settings: Settings) -> str:
    if not layer.get_apply_mask():
        return ""
    if settings.output == "layer":
        return _("What its layer mask hides does not count for the palette.")
    return _("What its layer mask hides is transparent.")
