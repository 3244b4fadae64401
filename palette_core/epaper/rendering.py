"""An image reduced to the colours of an e-paper panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import validation
from ..arrays import Bytes
from ..common_options import CommonOptions
from ..dither import AUTOMATIC, DITHERS
from ..errors import OptionError, PixelsError
from ..image.alpha import blend_over
from ..image.pixels import Pixels, PixelsLike, split, to_array
from ..option_values import PaletteLike
from ..palette import Palette
from ..pipeline import run_map
from ..progress import Progress, no_progress
from ..result import Quantized
from .gamut import Gamut
from .panels import PANELS, Panel, find_ends, relative_colors
from .text import find_text

if TYPE_CHECKING:
    from PIL.Image import Image

FITS = ("crop", "pad", "none")
ROTATIONS = (0, 90, 180, 270)
EPAPER_DITHERS = tuple(name for name in DITHERS if name != AUTOMATIC)
_WHITE = (255, 255, 255)
# The channels of a grey differ by at most this much.
_GREY_SPREAD = 8


@dataclass(frozen=True, eq=False)
class EpaperImage:
    """An image for an e-paper panel.

    Attributes
    ----------
    panel : Panel
    indices : (H, W) ndarray of uint8
        The panel's colour of every pixel, counted from 0.
    measured : Palette
        The colours that the panel shows.
    """

    panel: Panel
    indices: Bytes
    measured: Palette

    def to_image(self) -> Image:
        """Return the image in nominal colours: a Pillow image of mode "P"."""
        return Quantized(self.panel.palette, self.indices, None).to_image()

    def to_raw(self) -> bytes:
        """Return the bytes for the panel's memory; the guide describes the format of each panel."""
        return self.panel.pack(self.indices)

    def to_array(self) -> Bytes:
        """Return the image as the panel shows it, in measured colours: (H, W, 3) uint8."""
        return self.measured.colors[self.indices]


def quantize_for_epaper(
    pixels: PixelsLike,
    panel: str,
    *,
    size: tuple[int, int] | None = None,
    fit: str = "crop",
    rotate: int = 0,
    measured: PaletteLike | None = None,
    gamut: float = 0.75,
    sharp_text: bool = True,
    dither: str = "dbs",
    dither_strength: float = 1.0,
    progress: Progress = no_progress,
) -> EpaperImage:
    """Reduce an image to the colours of an e-paper panel.

    Pixels are matched to the colours that the panel shows, and the result is written in its nominal
    colours.

    Parameters
    ----------
    pixels : array_like of uint8, or PIL.Image.Image
        As for `quantize`: (H, W, 3), (H, W, 4) or (H, W). Transparent pixels become white.
    panel : {"spectra-6", "acep-7", "black-white-red", "black-white-yellow", \
"black-white-yellow-red", "black-white", "grey-4", "grey-16"}
    size : (int, int), optional
        The width and height of the panel. By default those of the usual model, or those of the
        image for panels without colours.
    fit : {"crop", "pad", "none"}, default "crop"
        How the image gets this size: scaled and cropped, scaled with white margins, or not at all.
    rotate : {0, 90, 180, 270}, default 0
        Degrees counterclockwise, before the image gets its size.
    measured : Palette, or (K, 3) array_like of integers, optional
        The colours that your panel shows, in the panel's order, instead of the built-in ones.
    gamut : float, default 0.75
        How far colours that the panel cannot mix are moved into its gamut, 0 to 1. With 0 they stay
        as vivid as possible, but shades among them are lost.
    sharp_text : bool, default True
        Whether letters and thin lines in black and white are not dithered.
    dither : str, default "dbs"
        As for `quantize`, except "auto".
    dither_strength : float, default 1
        0 to 1.
    progress : callable, optional
        Receives fractions from 0 to 1.

    Returns
    -------
    EpaperImage

    Raises
    ------
    OptionError
        If a value is not valid.
    PixelTypeError, PixelsError
        If the array is not an image.

    Notes
    -----
    Colours are compared as they look to eyes that are adapted to the panel: its white is white and
    its black is black (`panels.relative_colors`). Dots are mixed in linear light, as the eye does.

    Examples
    --------
    >>> import numpy as np
    >>> page = np.full((2, 4, 3), 255, np.uint8)
    >>> page[:, :2] = 0
    >>> quantize_for_epaper(page, "spectra-6", fit="none").to_raw().hex()
    '00110011'
    """
    chosen = PANELS[validation.choice("panel", panel, PANELS)]
    validation.choice("fit", fit, FITS)
    if rotate not in ROTATIONS:
        raise OptionError(f"`rotate` cannot be {rotate!r}; use 0, 90, 180 or 270")
    amount = validation.number("gamut", gamut, 0, 1)
    validation.choice("dither", dither, EPAPER_DITHERS)
    options = CommonOptions(space="linear", dither=dither, dither_strength=dither_strength)
    shown = _check_measured(chosen, measured)
    rgb = _resize(np.rot90(_over_white(pixels), rotate // 90), size or chosen.size, fit)
    indices = _match(rgb, chosen, shown, amount, options, sharp_text, progress)
    progress(1.0)
    return EpaperImage(chosen, indices, shown)


def _check_measured(panel: Panel, measured: PaletteLike | None) -> Palette:
    if measured is None:
        return panel.measured_palette
    palette = measured if isinstance(measured, Palette) else Palette(measured)
    if len(palette) != len(panel.palette):
        raise OptionError(
            f"`measured` has {len(palette)} colours, but the panel has {len(panel.palette)}; give "
            f"them in this order: {panel.summary}"
        )
    black, white = find_ends(palette.colors)
    if (black, white) != find_ends(panel.palette.colors):
        raise OptionError(
            "`measured` must have the panel's black as its darkest and the panel's white as its "
            f"lightest colour; give them in this order: {panel.summary}"
        )
    if (palette.colors[black] >= palette.colors[white]).any():
        raise OptionError("`measured` needs a white that is lighter than black in every channel")
    return palette


def _over_white(pixels: PixelsLike) -> Bytes:
    """Return an image over white paper, (H, W, 3)."""
    rgb, alpha = split(to_array(pixels))
    if rgb.ndim != 3 or not rgb.size:
        raise PixelsError("e-paper needs an image; give an array of shape (H, W, 3)")
    return rgb if alpha is None else blend_over(rgb, alpha, _WHITE)


def _resize(rgb: Bytes, size: tuple[int, int] | None, fit: str) -> Bytes:
    """Return an image of a width and height, scaled by Pillow's Lanczos filter."""
    height, width = rgb.shape[:2]
    if size is None or fit == "none" or size == (width, height):
        return np.ascontiguousarray(rgb)
    from PIL import Image, ImageOps

    image, method = Image.fromarray(np.ascontiguousarray(rgb)), Image.Resampling.LANCZOS
    if fit == "pad":
        return np.asarray(ImageOps.pad(image, size, method, color="white"))
    return np.asarray(ImageOps.fit(image, size, method))


def _match(
    rgb: Bytes,
    panel: Panel,
    measured: Palette,
    amount: float,
    options: CommonOptions,
    sharp_text: bool,
    progress: Progress,
) -> Bytes:
    """Return the panel's colour of every pixel."""
    relative = relative_colors(measured.colors)
    gamut = Gamut(relative)
    compressed = gamut.compress(rgb, amount)
    for nominal, shown in zip(panel.palette.colors, relative, strict=True):
        compressed[(rgb == nominal).all(axis=2)] = shown
    is_text = is_dark = np.zeros(rgb.shape[:2], np.bool_)
    if sharp_text and not panel.has_greys:
        is_text, is_dark = find_text(rgb)
    ends = find_ends(relative)
    letters = np.where(is_dark, *ends).astype(np.uint8)
    if is_text.all():
        return letters
    image = Pixels(compressed, ~is_text if is_text.any() else None)
    entries = run_map(image, Palette(relative), options, progress).indices
    if gamut.has_grey_edge:
        # In the light of few dots a dark grey is close to red, but greys have to stay greys.
        grey = run_map(image, Palette(relative[list(ends)]), options).indices
        is_grey = np.ptp(compressed, axis=2) <= _GREY_SPREAD
        entries = np.where(is_grey, np.array(ends, np.uint8)[grey], entries)
    return np.where(is_text, letters, entries)
