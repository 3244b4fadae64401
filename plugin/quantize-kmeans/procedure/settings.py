"""Settings: the arguments as plain values, and the reset of last values that do not fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gi.repository import Gimp

from errors import UserError
from gimp_io.palettes import read_palette
from i18n import _
from procedure.choices import CHOICES

# How the palette is found, and how pixels get its colours: options of palette_core.
_DESIGN_ARGUMENTS = ("method", "init", "effort", "seed", "order", "rare")
_MAPPING_ARGUMENTS = (
    "space", "lightness-weight", "dither", "dither-strength", "dither-adaptive",
    "alpha-threshold", "alpha-dither", "matte",
)  # fmt: skip
# This alpha threshold stands for that of palette_core: 128, or 1 with a matte.
AUTOMATIC_THRESHOLD = -1
# Colors that are locked together, as in Photoshop.
_FORCED_COLORS = {
    "none": (),
    "black-white": ("#000000", "#ffffff"),
    "primaries": (
        "#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#00ffff", "#ff00ff", "#ffff00",
    ),
    "e-paper": ("#000000", "#ffffff", "#ff0000", "#ffff00", "#0000ff", "#00ff00"),
}  # fmt: skip
# The values of the argument "palette-use" that need no palette of GIMP.
NO_GIMP_PALETTE = ("none", "library", "tiles")
# Arguments that belong to one image: its locked colours, and the name of its palette.
_OF_ONE_IMAGE = ("locked", "palette-name")


@dataclass(frozen=True)
class Settings:
    """The arguments, read once."""

    output: str
    apply_to: str
    sample: str
    selection: str
    crop: bool
    save_palette: bool
    palette_name: str
    locked: frozenset[str]  # the colours of the argument "locked", "#rrggbb" each
    preview: dict[str, Any]  # the attributes of palette_core's `PreviewSettings` for any output

    @property
    def has_gimp_palette(self) -> bool:
        """Whether a palette of GIMP is used as it is."""
        return self.preview["palette"] is not None

    @property
    def has_sample(self) -> bool:
        """Whether one palette is generated from a sample of pixels."""
        return not any(self.preview[name] for name in ("palette", "library", "tiles"))

    @property
    def makes_alpha_binary(self) -> bool:
        """Whether half-transparent pixels become opaque or transparent, in an RGB layer too."""
        mapping = self.preview["mapping"]
        return mapping["alpha"] == "dither" or mapping["matte"] is not None


def read_settings(config: Gimp.ProcedureConfig) -> Settings:
    """Return the settings; raise a `UserError` if a word or a palette is not a valid choice."""
    _check_choices(config)
    mapping = _read(config, _MAPPING_ARGUMENTS)
    if mapping["alpha_threshold"] == AUTOMATIC_THRESHOLD:
        mapping["alpha_threshold"] = None
    mapping["alpha"] = "dither" if mapping.pop("alpha_dither") else "threshold"
    mapping["matte"] = _read_text(config, "matte") or None
    colors: int | str = config.get_property("colors")
    design = _read(config, _DESIGN_ARGUMENTS)
    target = config.get_property("number")
    if target != "number":
        colors, design[target.replace("-", "_")] = "auto", config.get_property(target)
    palette_use = config.get_property("palette-use")
    palette = None if palette_use in NO_GIMP_PALETTE else _read_palette(config)
    grid = config.get_property("grid")
    design["grid"] = None if grid == "none" else int(grid) if grid.isdigit() else grid
    design["start"] = palette if palette_use == "start" else None
    design["locked"] = read_locked(config)
    locked = frozenset(lock.partition("@")[0].lower() for lock in design["locked"])
    forced = _FORCED_COLORS[config.get_property("forced")]
    design["locked"] += [color for color in forced if color not in locked]
    if palette_use == "lock":
        design["locked"] += palette
    return Settings(
        **_read(config, ("output", "apply-to", "sample", "selection", "crop", "save-palette")),
        palette_name=_read_text(config, "palette-name"),
        locked=locked,
        preview={
            "colors": colors,
            "design": design,
            "mapping": mapping,
            "palette": palette if palette_use in ("map", "strict") else None,
            "library": config.get_property("library") if palette_use == "library" else None,
            "tiles": config.get_property("tiles") if palette_use == "tiles" else None,
            "strict": palette_use == "strict",
            "selection_weight": config.get_property("selection-weight"),
        },
    )


def _check_choices(config: Gimp.ProcedureConfig) -> None:
    for name, labels in CHOICES.items():
        word = config.get_property(name)
        if word not in labels:
            msg = _("“{argument}” cannot be “{word}”. Use one of: {words}.")
            raise UserError(msg.format(argument=name, word=word or "", words=", ".join(labels)))


def _read(config: Gimp.ProcedureConfig, names: Iterable[str]) -> dict[str, Any]:
    return {name.replace("-", "_"): config.get_property(name) for name in names}


def _read_text(config: Gimp.ProcedureConfig, name: str) -> str:
    return (config.get_property(name) or "").strip()  # GIMP gives None for an empty text


def read_locked(config: Gimp.ProcedureConfig) -> list[str]:
    """Return the locked colours, "#rrggbb" or "#rrggbb@INDEX" each."""
    return _read_text(config, "locked").replace(",", " ").split()


def _read_palette(config: Gimp.ProcedureConfig) -> tuple[str, ...]:
    resource = config.get_property("palette")
    if resource is None:
        msg = _("No palette is chosen. Choose one, or generate a palette from the image.")
        raise UserError(msg)
    palette = read_palette(resource)
    if not palette:
        msg = _("“{palette}” has no colors. Choose another palette.")
        raise UserError(msg.format(palette=resource.get_name()))
    return palette


def reset_outdated(config: Gimp.ProcedureConfig, image: Gimp.Image) -> None:
    """Reset those of the last values that do not suit this version of the plug-in, or the image.

    GIMP attaches the values of a run to its image, and keeps them for the next run. For an image
    without values of its own it offers those of the last run, on whatever image. Most settings are
    a matter of taste or of the result's use and go from image to image. What names one image or
    holds its colours does not. The settings that a user has saved in the dialog are not touched.
    """
    unknown = [name for name, labels in CHOICES.items() if config.get_property(name) not in labels]
    _reset(config, unknown)
    # GIMP names what it attaches after the type of the config.
    if image.get_parasite(f"{type(config).__gtype__.name}-last") is not None:
        return
    _reset(config, _OF_ONE_IMAGE)
    if config.get_property("palette-use") == "start":  # with the earlier palette of an image
        _reset(config, ("palette-use",))


def _reset(config: Gimp.ProcedureConfig, names: Iterable[str]) -> None:
    for name in names:
        config.set_property(name, config.find_property(name).get_default_value())
