"""What GIMP does not let a filter do, found out before anything changes.

GIMP ends a plug-in that writes into a locked layer, in the middle of an undo group.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

from errors import UserError
from gimp_io.layers import check_there
from i18n import _

if TYPE_CHECKING:
    from procedure.settings import Settings

# Whether GIMP draws a layer itself, as GIMP 3.2 can: methods that 3.0 does not have.
_DRAWN = ("is_link_layer", "is_vector_layer")


def check_output(image: Gimp.Image, layer: Gimp.Layer | None, settings: Settings) -> None:
    """Refuse what cannot be done with this image and the selected layer, None for several.

    The locks of positions and of visibility do not matter: nothing is moved, shown or hidden.
    """
    check_there(image, layer)
    if not image.get_layers():
        raise UserError(_("There is no layer. Add one to the image first."))
    if settings.needs_layer and layer is None:
        msg = _("This needs one selected layer. Select one, or choose the visible image.")
        raise UserError(msg)
    if settings.scope == "all-layers" and image.get_floating_sel() is not None:
        msg = _("There is a floating selection. Anchor it or make it a layer first.")
        raise UserError(msg)
    if settings.output == "convert":
        _check_image(image)
    elif settings.output == "layer":
        _check_layer(image, layer, settings)


def _check_image(image: Gimp.Image) -> None:
    """Refuse an image that cannot be converted to indexed colours as it is."""
    for layer in image.get_layers():
        if layer.is_group():
            msg = _(
                "GIMP cannot convert layer groups to indexed colours. Merge “{layer}” first, or "
                "choose a new image of the visible image."
            )
            raise UserError(msg.format(layer=layer.get_name()))
        if layer.get_lock_content():
            msg = _("The pixels of “{layer}” are locked. Unlock them, or choose a new image.")
            raise UserError(msg.format(layer=layer.get_name()))
        _check_drawn(layer)


def _check_drawn(layer: Gimp.Layer) -> None:
    """Refuse what GIMP 3.2 draws anew, over what was written, at undo or redo."""
    if any(getattr(layer, name)() for name in _DRAWN if hasattr(layer, name)):
        msg = _("GIMP draws “{layer}” itself. Make it a normal layer, or choose a new image.")
        raise UserError(msg.format(layer=layer.get_name()))


def _check_layer(image: Gimp.Image, layer: Gimp.Layer, settings: Settings) -> None:
    """Refuse a layer whose colours, and its alpha where that changes, cannot be replaced."""
    name = layer.get_name()
    if layer.is_group():
        msg = _("“{layer}” is a layer group. Select a layer in it, or choose a new image.")
        raise UserError(msg.format(layer=name))
    if image.get_base_type() == Gimp.ImageBaseType.INDEXED:
        msg = _("A layer of an indexed image takes no new colours. Convert the image instead.")
        raise UserError(msg)
    _check_drawn(layer)
    if layer.is_gray() != (image.get_base_type() == Gimp.ImageBaseType.GRAY):
        raise UserError(_("The floating selection belongs to a layer mask. Anchor it first."))
    if settings.settles_alpha and layer.is_floating_sel():
        msg = _("GIMP keeps the alpha of a floating selection. Make it a layer first.")
        raise UserError(msg)
    for item in _with_parents(layer):
        if item.get_lock_content():
            msg = _("The pixels of “{layer}” are locked. Unlock them, or choose a new image.")
            raise UserError(msg.format(layer=item.get_name()))
        if settings.settles_alpha and item.get_lock_alpha():
            msg = _(
                "The alpha of “{layer}” is locked. Unlock it, or leave out the matte and the "
                "dithered alpha."
            )
            raise UserError(msg.format(layer=item.get_name()))
    if not all(image.get_component_active(channel) for channel in _channels(image, settings)):
        msg = _(
            "A channel of the image is not active, so that GIMP would leave it as it is. Click it "
            "in the Channels dialog first."
        )
        raise UserError(msg)


def _with_parents(layer: Gimp.Layer) -> Iterator[Gimp.Layer]:
    """Yield a layer and the groups around it, whose locks hold for it too."""
    item = layer
    while item is not None:
        yield item
        item = item.get_parent()


def _channels(image: Gimp.Image, settings: Settings) -> Iterator[Gimp.ChannelType]:
    """Yield the channels that are written."""
    if image.get_base_type() == Gimp.ImageBaseType.GRAY:
        yield Gimp.ChannelType.GRAY
    else:
        yield from (Gimp.ChannelType.RED, Gimp.ChannelType.GREEN, Gimp.ChannelType.BLUE)
    if settings.settles_alpha:
        yield Gimp.ChannelType.ALPHA
