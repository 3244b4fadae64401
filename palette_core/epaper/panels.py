"""E-paper panels: their colours, nominal and measured, and the format of their memory.

To add a panel, add it to `PANELS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..arrays import Bytes
from ..color.spaces import argsort_by_luminance, linear_to_srgb, srgb_to_linear
from ..palette import Palette
from ..palette_library import LIBRARY
from ..registry import Choice, by_name


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel(Choice):
    """An e-paper panel."""

    # The width and height of the usual model in pixels; None if models differ.
    size: tuple[int, int] | None = None
    nominal: str  # the colours in files for the panel's driver, as "rrggbb" separated by spaces
    measured: str  # the colours that the panel shows, in the same order
    # The numbers of the colours in the memory of the panel, as its driver has them.
    codes: tuple[int, ...]
    # The bits per pixel there: 1, 2 or 4. With 1 and three colours there are two planes.
    bits: int
    source: str  # where the measured colours come from

    @cached_property
    def palette(self) -> Palette:
        """The nominal colours."""
        return Palette([f"#{code}" for code in self.nominal.split()], name=self.label)

    @cached_property
    def measured_palette(self) -> Palette:
        """The measured colours."""
        return Palette([f"#{code}" for code in self.measured.split()], name=self.label)

    @property
    def has_greys(self) -> bool:
        """Whether there are greys between black and white."""
        colors = self.palette.colors
        return int((colors == colors[:, :1]).all(axis=1).sum()) > 2

    def pack(self, indices: Bytes) -> bytes:
        """Return entries, (H, W), as the bytes of the panel's memory.

        Rows go from the top down. The first pixel of a byte is in the highest bits, and rows are
        filled up to whole bytes. Of two planes the first has 0 for black, and the second, which
        follows it, 1 for the third colour.
        """
        codes = np.array(self.codes, np.uint8)[indices]
        if self.bits == 1 and len(self.codes) > 2:
            return _pack(np.minimum(codes, 1), 1) + _pack(codes // np.uint8(2), 1)
        return _pack(codes, self.bits)


def find_ends(palette: Bytes) -> tuple[int, int]:
    """Return the entries of the darkest and the lightest colour."""
    order = argsort_by_luminance(palette)
    return int(order[0]), int(order[-1])


def relative_colors(measured: Bytes) -> Bytes:
    """Return colours as they look to eyes that are adapted to the panel, (K, 3) uint8.

    The lightest colour becomes white and the darkest black. Between them linear light is scaled in
    each channel, so that mixtures of dots stay mixtures: relative colorimetry with black point
    compensation, as colour management has it.
    """
    light = srgb_to_linear(measured)
    darkest, lightest = find_ends(measured)
    black, white = light[darkest], light[lightest]
    return np.rint(linear_to_srgb((light - black) / (white - black))).astype(np.uint8)


def _pack(values: Bytes, bits: int) -> bytes:
    height, width = values.shape
    per_byte = 8 // bits
    padded = np.zeros((height, -(-width // per_byte), per_byte), np.uint8)
    padded.reshape(height, -1)[:, :width] = values
    shifts = np.arange(8 - bits, -1, -bits, dtype=np.uint8)
    packed: Bytes = np.bitwise_or.reduce(padded << shifts, axis=2)
    return packed.tobytes()


_EPAPER_DITHERING = "epaper-dithering 6.1.1"
_NOT_MEASURED = "not measured: even steps between the panel's black and white"

PANELS = by_name(
    [
        Panel(
            name="spectra-6",
            label="Spectra 6",
            summary="black, white, yellow, red, blue and green",
            size=(800, 480),
            nominal="000000 ffffff ffff00 ff0000 0000ff 00ff00",
            measured="1f1829 a8b4b6 b4ad00 711813 24468b 32543c",
            codes=(0, 1, 2, 3, 5, 6),  # Waveshare epd7in3e
            bits=4,
            source=f"{_EPAPER_DITHERING}, SPECTRA_7_3_6COLOR_V2, photographed",
        ),
        Panel(
            name="acep-7",
            label="ACeP 7 (Gallery)",
            summary="black, white, green, blue, red, yellow and orange",
            size=(800, 480),
            nominal="000000 ffffff 00ff00 0000ff ff0000 ffff00 ff8000",
            measured="393039 ffffff 3a5b46 3d3b5e 9c484b d0be47 b16a49",
            codes=(0, 1, 2, 3, 4, 5, 6),  # Waveshare epd7in3f
            bits=4,
            source="Pimoroni inky, inky_uc8159, relative to the panel's white",
        ),
        Panel(
            name="black-white-red",
            label="Black, white and red",
            summary="three colours, in two planes",
            size=(800, 480),
            nominal="000000 ffffff ff0000",
            measured="0a070e adb2ae 55180e",
            codes=(0, 1, 3),  # Waveshare epd7in5b_V2
            bits=1,
            source=f"{_EPAPER_DITHERING}, BWRY_3_97, photographed",
        ),
        Panel(
            name="black-white-yellow",
            label="Black, white and yellow",
            summary="three colours, in two planes",
            size=(800, 480),
            nominal="000000 ffffff ffff00",
            measured="0a070e adb2ae ac8000",
            codes=(0, 1, 3),  # Waveshare epd7in5b_V2
            bits=1,
            source=f"{_EPAPER_DITHERING}, BWRY_3_97, photographed",
        ),
        Panel(
            name="black-white-yellow-red",
            label="Black, white, yellow and red",
            summary="four colours, 2 bits per pixel",
            size=(800, 480),
            nominal="000000 ffffff ffff00 ff0000",
            measured="0a070e adb2ae ac8000 55180e",
            codes=(0, 1, 2, 3),  # Waveshare epd7in3g
            bits=2,
            source=f"{_EPAPER_DITHERING}, BWRY_3_97, photographed",
        ),
        Panel(
            name="black-white",
            label="Black and white",
            summary="1 bit per pixel",
            nominal="000000 ffffff",
            measured="000000 ffffff",
            codes=(0, 1),  # Waveshare getbuffer
            bits=1,
            source=_NOT_MEASURED,
        ),
        Panel(
            name="grey-4",
            label="4 greys",
            summary="black to white in 4 levels",
            nominal=LIBRARY["grey-4"].codes,
            measured=LIBRARY["grey-4"].codes,
            codes=tuple(range(4)),
            bits=2,
            source=_NOT_MEASURED,
        ),
        Panel(
            name="grey-16",
            label="16 greys",
            summary="black to white in 16 levels",
            nominal=LIBRARY["grey-16"].codes,
            measured=LIBRARY["grey-16"].codes,
            codes=tuple(range(16)),
            bits=4,
            source=_NOT_MEASURED,
        ),
    ]
)
