"""Presets: values of the arguments under a name, some shipped and some the user's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gi.repository import Gimp

from errors import UserError
from i18n import _
from procedure.arguments import ARGUMENTS
from procedure.choices import CHOICES
from procedure.settings import NO_GIMP_PALETTE

Values = dict[str, Any]

# The shipped presets; arguments that one does not name have their defaults.
SHIPPED: dict[str, Values] = {
    _("Defaults"): {},
    _("Web graphic, 16 colors"): {"colors": 16, "dither-adaptive": True},
    _("Photo, 256 colors"): {"colors": 256},
    _("Pixel art, no dithering"): {"colors": 32, "dither": "none"},
    _("E-paper, 6 colors"): {"colors": 6, "forced": "e-paper", "dither-strength": 1.0},
    _("Black and white (1-bit)"): {"colors": 2, "forced": "black-white", "dither-strength": 1.0},
}
# A palette is saved by its name in GIMP; the name of a new one belongs to one image.
_PLAIN = tuple(name for name in ARGUMENTS if name not in ("palette", "palette-name"))


def apply_preset(config: Gimp.ProcedureConfig, preset: Values) -> None:
    """Set the arguments that a preset names, and all others to their defaults."""
    with config.freeze_notify():
        for name, value in (_defaults(config) | preset).items():
            if name == "palette":
                value = Gimp.Palette.get_by_name(value) or config.get_property(name)
            config.set_property(name, value)


def read_preset(config: Gimp.ProcedureConfig) -> Values:
    """Return the arguments as a preset."""
    preset = {name: config.get_property(name) for name in _PLAIN}
    palette = config.get_property("palette")
    if preset["palette-use"] not in NO_GIMP_PALETTE and palette is not None:
        preset["palette"] = palette.get_name()
    return preset


def find_matches(config: Gimp.ProcedureConfig, presets: dict[str, Values]) -> list[str]:
    """Return the names of the presets that the arguments are those of."""
    values, defaults = read_preset(config), _defaults(config)

    def matches(preset: Values) -> bool:
        expected = defaults | preset
        # GIMP has None for an empty text.
        return all((expected.get(name) or "") == (values[name] or "") for name in values)

    return [name for name, preset in presets.items() if matches(preset)]


def _defaults(config: Gimp.ProcedureConfig) -> Values:
    return {name: config.find_property(name).get_default_value() for name in _PLAIN}


def load_presets() -> dict[str, Values]:
    """Return the user's presets; what is damaged in their file is left out."""
    try:
        presets = json.loads(_file().read_text(encoding="utf-8"))
        return {
            str(name): {key: value for key, value in preset.items() if _is_valid(key, value)}
            for name, preset in presets.items()
        }
    except (OSError, ValueError, AttributeError):
        return {}


def save_presets(presets: dict[str, Values]) -> None:
    """Write the user's presets."""
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(presets, indent=1, ensure_ascii=False), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        msg = _("Cannot save the presets in “{file}” ({reason}). Make the folder writable.")
        raise UserError(msg.format(file=file, reason=error.strerror)) from error


def _file() -> Path:
    return Path(Gimp.directory(), "plug-in-settings", "quantize-kmeans-presets.json")


def _is_valid(name: str, value: object) -> bool:
    if name == "palette":
        return isinstance(value, str) and value != ""
    if name not in _PLAIN or value is None:
        return False
    return type(value) is type(ARGUMENTS[name][1]) and value in CHOICES.get(name, (value,))
