"""A session: one image, quantized repeatedly with different options for a live preview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter

from numpy.typing import ArrayLike

from .api import PaletteArguments, ProgressArgument
from .common_options import CommonOptions
from .image.pixels import Pixels, PixelsLike, to_array
from .option_values import pixel_mask, pixel_weights
from .options import QuantizeOptions
from .palette import Palette, to_mappable_palette
from .pipeline import prepare_image, run_find_palette, run_map, run_quantize
from .result import Quantized
from .signatures import method_takes
from .stages import StageCache

_quantize_key = attrgetter(*(field.name for field in fields(QuantizeOptions)))
_mapping_key = attrgetter(*(field.name for field in fields(CommonOptions)))


@dataclass(eq=False)
class SessionQuantizeArguments(QuantizeOptions, ProgressArgument):
    """The arguments of `Session.quantize` and `Session.palette`."""


@dataclass(eq=False)
class SessionMapArguments(CommonOptions, PaletteArguments, ProgressArgument):
    """The arguments of `Session.map`."""


class Session:
    """An image that is quantized repeatedly with different options.

    The results of each step are cached for the next call: which pixels are opaque, the histogram,
    the palette, and the index map. A step is repeated only if an option changes that it depends on.
    The results are exactly those of `quantize`, `find_palette` and `map_pixels`.

    Parameters
    ----------
    pixels : array_like of uint8, or PIL.Image.Image
        As for `quantize`. An array is not copied, and must not change while the session is in use.
    weights : (H, W) array_like of float, optional
    mask : (H, W) array_like of bool, optional
        As for `quantize`.

    Notes
    -----
    Only one thread may use a session at a time. If `progress` raises an exception, the call ends;
    with 12 megapixels this takes less than 0.2 s. Results of finished steps stay cached.

    For N unique colours, a session needs up to 100 N bytes and three index maps beside the pixels.

    Examples
    --------
    >>> import numpy as np
    >>> session = Session(np.arange(256, dtype=np.uint8).reshape(16, 16))
    >>> [len(session.palette(colors)) for colors in (2, 3, 4)]
    [2, 3, 4]
    """

    def __init__(
        self, pixels: PixelsLike, weights: ArrayLike | None = None, mask: ArrayLike | None = None
    ) -> None:
        self._mask, self._weights = pixel_mask(mask), pixel_weights(weights)
        self._pixels = to_array(pixels)
        self._cache = StageCache()

    @method_takes(SessionQuantizeArguments)
    def palette(self, arguments: SessionQuantizeArguments) -> Palette:
        """Find a palette.

        Returns
        -------
        Palette

        Raises
        ------
        PixelTypeError, PixelsError, OptionError, UnknownOptionError, TargetError
            As `find_palette` raises them.
        """
        return run_find_palette(
            self._prepare(arguments),
            arguments,
            arguments.progress,
            weights=self._weights,
            cache=self._cache,
        )

    @method_takes(SessionQuantizeArguments)
    def quantize(self, arguments: SessionQuantizeArguments) -> Quantized:
        """Find a palette, and map the image to it.

        Returns
        -------
        Quantized
            Its arrays are cached, and therefore read-only.

        Raises
        ------
        PixelTypeError, PixelsError, OptionError, UnknownOptionError, TargetError
            As `quantize` raises them.
        """
        key = _quantize_key(arguments)
        return self._run(run_quantize, key, arguments, weights=self._weights)

    @method_takes(SessionMapArguments)
    def map(self, arguments: SessionMapArguments) -> Quantized:
        """Map the image to a given palette.

        Returns
        -------
        Quantized
            Its arrays are cached, and therefore read-only.

        Raises
        ------
        PaletteError, ForeignColorError, PixelTypeError, PixelsError
        OptionError, UnknownOptionError
            As `map_pixels` raises them.
        """
        palette = to_mappable_palette(arguments.palette)
        key = palette, arguments.strict, _mapping_key(arguments)
        return self._run(run_map, key, arguments, palette=palette, strict=arguments.strict)

    def _run(
        self,
        run: Callable[..., Quantized],
        key: object,
        arguments: SessionQuantizeArguments | SessionMapArguments,
        **inputs: object,
    ) -> Quantized:
        """Return the read-only result of a function of the pipeline, which is cached."""
        arguments.progress(0.0)
        inputs |= {"options": arguments, "progress": arguments.progress, "cache": self._cache}
        result = self._cache.run(run, key, self._prepare(arguments), **inputs)
        arguments.progress(1.0)
        for array in (result.indices, result.opaque):
            if array is not None:
                array.flags.writeable = False
        return result

    def _prepare(self, options: CommonOptions) -> Pixels:
        if self._weights is not None and isinstance(options, QuantizeOptions):
            options.check_weights()
        return prepare_image(self._cache, options, self._pixels, self._mask)
