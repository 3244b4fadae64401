"""Session: one image, quantized again and again with other options, as a live preview does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from numpy.typing import ArrayLike

from . import validation
from .api import find_palette, map_pixels, quantize
from .image.pixels import PixelsLike
from .options import Options
from .palette import Palette
from .pipeline import mapped, palette_of, palette_to_map, quantized
from .progress import Progress, no_progress
from .result import Quantized
from .subject import Subject


class Session:
    """A picture that is quantized again and again with other options.

    What a call has found out is kept for the next: what is opaque, the counted colours, the
    palette, and the result, each as long as no option changes that it depends on. Results are
    those of `quantize`, `find_palette` and `map_pixels`, to the last byte.

    Parameters
    ----------
    pixels : array_like of uint8, or PIL.Image.Image
        As for `quantize`. An array is not copied, and must not change while the session is in use.
    weights : (H, W) array_like of float, optional
    mask : (H, W) array_like of bool, optional
        As for `quantize`.

    Notes
    -----
    For use by one thread at a time. If `progress` raises, that call is over, which takes less than
    a fifth of a second with 12 megapixels; what was complete before is kept.

    Beside the pixels it holds, for N unique colours, up to some 100 N bytes, and three index maps.

    Examples
    --------
    >>> import numpy as np
    >>> session = Session(np.arange(256, dtype=np.uint8).reshape(16, 16))
    >>> [len(session.palette(colors)) for colors in (2, 3, 4)]
    [2, 3, 4]
    """

    def __init__(
        self,
        pixels: PixelsLike,
        weights: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> None:
        self._subject = Subject(pixels)
        self._weights, self._mask = weights, mask

    def palette(
        self,
        colors: int | Literal["auto"] = 16,
        *,
        progress: Progress = no_progress,
        **options: object,
    ) -> Palette:
        """Find a palette.

        Parameters
        ----------
        colors, progress, **options
            As for `find_palette`, without `weights` and `mask`.

        Returns
        -------
        Palette

        Raises
        ------
        PixelTypeError, PixelsError, OptionError, UnknownOptionError, TargetError
            As `find_palette` raises them.
        """
        chosen = self._options(find_palette, {"colors": colors, **options})
        return palette_of(self._subject, chosen, progress)

    def quantize(
        self,
        colors: int | Literal["auto"] = 16,
        *,
        progress: Progress = no_progress,
        **options: object,
    ) -> Quantized:
        """Find a palette, and put the picture into its colours.

        Parameters
        ----------
        colors, progress, **options
            As for `quantize`, without `weights` and `mask`.

        Returns
        -------
        Quantized
            Its arrays are kept, and read-only therefore.

        Raises
        ------
        PixelTypeError, PixelsError, OptionError, UnknownOptionError, TargetError
            As `quantize` raises them.
        """
        chosen = self._options(quantize, {"colors": colors, **options})
        return _read_only(quantized(self._subject, chosen, progress))

    def map(
        self, palette: Palette | ArrayLike, *, progress: Progress = no_progress, **options: object
    ) -> Quantized:
        """Put the picture into the colours of a given palette.

        Parameters
        ----------
        palette, progress, **options
            As for `map_pixels`, without `mask`.

        Returns
        -------
        Quantized
            Its arrays are kept, and read-only therefore.

        Raises
        ------
        PaletteError, ForeignColorError, PixelTypeError, PixelsError
        OptionError, UnknownOptionError
            As `map_pixels` raises them.
        """
        chosen = self._options(map_pixels, options)
        return _read_only(mapped(self._subject, palette_to_map(palette), chosen, progress))

    def _options(self, function: Callable[..., object], given: dict[str, Any]) -> Options:
        """Check options of a function that the session stands in for."""
        not_given = ("pixels", "palette", "weights", "mask", "progress")
        validation.known(function, given, without=not_given)
        weights = None if function is map_pixels else self._weights
        return Options(**given, weights=weights, mask=self._mask)


def _read_only(result: Quantized) -> Quantized:
    """Protect what is kept."""
    for array in (result.indices, result.opaque):
        if array is not None:
            array.flags.writeable = False
    return result
