"""Colours in hexadecimal."""

from __future__ import annotations

import re

Levels = tuple[int, int, int, int]

_DIGITS = re.compile("(?:#|0[xX])?([0-9A-Fa-f]{3,8})")


def parse_hex_color(code: str) -> Levels | None:
    """Return red, green, blue and alpha of a colour in hexadecimal; None if it is something else.

    The digits are those of CSS Color 4: "#rgb", "#rgba", "#rrggbb" or "#rrggbbaa". Instead of "#"
    they may begin with "0x" or with nothing.
    """
    match = _DIGITS.fullmatch(code)
    if match is None or len(match[1]) in (5, 7):
        return None
    digits = match[1]
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
    return red, green, blue, alpha
