"""From GIMP's config to settings: the arguments read once, in palette_core's words."""

from __future__ import annotations

from typing import Any

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

from errors import UserError
from gimp_io.palettes import read_palette
from i18n import _
from procedure.choices import CHOICES
from procedure.settings import Settings

# How the colours are found.
_DESIGN_ARGUMENTS = ("method", "init", "effort", "seed", "order", "rare")
# How pixels get their entries, or stay transparent: the same in every layer.
_MAPPING_ARGUMENTS = (
    "space", "lightness-weight", "dither", "dither-strength", "dither-adaptive",
    "alpha-threshold", "alpha-dither", "matte",
)  # fmt: skip
# An alpha threshold: palette_core's own, 128, or 1 with a matte.
_AUTOMATIC = -1
# Ways to use a palette in which nothing is found.
_GIVEN = ("map", "strict")


def read_settings(config: Gimp.ProcedureConfig) -> Settings:
    """Read the arguments, and the palette that they name; refuse words that are none of theirs."""
    _check_choices(config)
    output = config.get_property("output")
    mapping = _read(config, _MAPPING_ARGUMENTS)
    if mapping["alpha_threshold"] == _AUTOMATIC:
        mapping["alpha_threshold"] = None
    mapping["matte"] = _text(config, "matte") or None
    if output == "palette":
        mapping["dither"] = "none"  # there is nothing to dither
    colors, target = _number(config)
    palette_use = config.get_property("palette-use")
    palette = None if palette_use == "none" else _given_palette(config)
    given = palette if palette_use in _GIVEN else None
    return Settings(
        output=output,
        selection=config.get_property("selection"),
        sample=config.get_property("sample"),
        apply_to=config.get_property("apply-to"),
        crop=_crops(config, output),
        selection_weight=config.get_property("selection-weight"),
        # A palette that is used as it is has its place already.
        keep_palette=given is None and (output == "palette" or config.get_property("save-palette")),
        palette_name=_text(config, "palette-name"),
        colors=colors,
        design=_read(config, _DESIGN_ARGUMENTS) | target | _rules(config, palette_use, palette),
        mapping=mapping,
        given=given,
        strict=palette_use == "strict",
    )


def _crops(config: Gimp.ProcedureConfig, output: str) -> bool:
    """Return whether the new image is cropped: one of frames, and other outputs, never are."""
    is_single = output == "new-image" and config.get_property("apply-to") != "all-layers"
    return is_single and config.get_property("crop")


def _check_choices(config: Gimp.ProcedureConfig) -> None:
    for name, labels in CHOICES.items():
        word = config.get_property(name)
        if word not in labels:
            msg = _("“{argument}” cannot be “{word}”. Use one of: {words}.")
            raise UserError(msg.format(argument=name, word=word or "", words=", ".join(labels)))


def _read(config: Gimp.ProcedureConfig, names: tuple[str, ...]) -> dict[str, Any]:
    return {name.replace("-", "_"): config.get_property(name) for name in names}


def _text(config: Gimp.ProcedureConfig, name: str) -> str:
    return (config.get_property(name) or "").strip()  # GIMP gives None for an empty text


def _number(config: Gimp.ProcedureConfig) -> tuple[int | str, dict[str, float]]:
    """Tell how many colours are asked for, or "auto", and the target of the latter."""
    number = config.get_property("number")
    if number == "number":
        return config.get_property("colors"), {}
    return "auto", {number.replace("-", "_"): config.get_property(number)}


def _given_palette(config: Gimp.ProcedureConfig) -> tuple[str, ...]:
    resource = config.get_property("palette")
    if resource is None:
        msg = _("No palette is chosen. Choose one, or generate a palette from the image.")
        raise UserError(msg)
    palette = read_palette(resource)
    if not palette:
        msg = _("“{palette}” has no colours. Choose another palette.")
        raise UserError(msg.format(palette=resource.get_name()))
    return palette


def _rules(
    config: Gimp.ProcedureConfig, palette_use: str, palette: tuple[str, ...] | None
) -> dict[str, Any]:
    """Give what the palette has to keep to."""
    locked = _text(config, "locked").replace(",", " ").split()
    if palette is not None and palette_use == "lock":
        locked += palette
    grid = config.get_property("grid")
    return {
        "locked": locked,
        "start": palette if palette_use == "start" else None,
        "grid": None if grid == "none" else int(grid) if grid.isdigit() else grid,
    }
