"""The exceptions of the plug-in, and its messages for errors of palette_core."""

from __future__ import annotations

import locale
from typing import Any

from i18n import _

NO_MEMORY = _("There is not enough memory. Close other programs, or use a smaller image.")
# By the codes of palette_core's errors.
_MESSAGES = {
    "color": _("“{value}” is not a color. Use #rrggbb, such as #ff8000."),
    "conflict": _("{first} and {second} cannot be combined. Change one of them."),
    "delta-e": _("{colors} colors reach a mean ΔE of {best} at best here. Raise the target."),
    "foreign-colors": _(
        "The image has colors that are not in the palette, such as {color}; pixels affected: "
        "{count}. Choose another palette, or “Use an existing palette”, which takes the nearest "
        "colors."
    ),
    "lock-count": _(
        "{count} colors are locked, but the palette can have only {limit}. Unlock some, or raise "
        "the number of colors."
    ),
    "lock-index": _(
        "A color is locked at index {index}, but the last index is {last}. Lower the index, or "
        "raise the number of colors."
    ),
    "lock-index-twice": _(
        "Two colors are locked at index {index}. Choose another index for one of them."
    ),
    "lock-limit": _(
        "{count} colors are locked, but the palette can have only {limit}. Unlock some."
    ),
    "lock-order": _(
        "Locked colors with an index cannot be sorted. Remove the index, or set the palette order "
        "to “Automatic”."
    ),
    "masked": _("The layer mask hides all pixels. Edit or disable it, or choose another layer."),
    "missing-package": _(
        "This method needs {package}, which is not installed. Choose another method."
    ),
    "opaque-machine": _(
        "This machine has no transparent pixels. Choose another machine, or Image > Flatten Image "
        "first."
    ),
    "palette-size": _(
        "The palette has {count} colors, but 256 is the maximum. Choose a smaller palette."
    ),
    "psnr": _("{colors} colors reach at most {best} dB here. Lower the target."),
    "transparent": _(
        "All pixels are transparent. Choose another layer or selection, or lower the alpha "
        "threshold."
    ),
}
# Options that are set by another argument, and its value.
_SET_BY = {
    "alpha": ("alpha-dither", None),
    "start": ("palette-use", "start"),
    "target_psnr": ("number", "target-psnr"),
    "target_delta_e": ("number", "target-delta-e"),
    "weights": ("selection", "more"),
}


class UserError(Exception):
    """What is wrong and what to do about it, in the user's language."""


class Cancelled(Exception):  # noqa: N818 - it is no error
    """The user pressed Cancel."""


def to_message(text: str, code: str, values: dict[str, Any]) -> str:
    """Return the message for an error of palette_core; its own English text if there is none."""
    if code == "conflict":
        first, second = (_name_option(*option) for option in values.items())
        values = {"first": first, "second": second}
    if "best" in values:
        values = values | {"best": locale.format_string("%.2f", values["best"])}
    return _MESSAGES.get(code, "{text}").format(text=text, **values)


def _name_option(option: str, value: object) -> str:
    """Return the label of an option in the dialog, with that of its value if it has one."""
    # Elsewhere there are no bindings of GIMP, which the arguments need.
    from procedure.arguments import ARGUMENTS
    from procedure.choices import CHOICES

    argument, value = _SET_BY.get(option, (option.replace("_", "-"), value))
    name = ARGUMENTS[argument][0].replace("_", "")
    is_number = type(value) in (int, float)
    shown = locale.format_string("%g", value) if is_number else CHOICES.get(argument, {}).get(value)
    return f"“{name}: {shown}”" if shown else f"“{name}”"
