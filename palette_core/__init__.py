"""palette_core: palette design and colour quantization for NumPy arrays.

>>> import numpy as np
>>> import palette_core as pc
>>> pixels = np.array([[[250, 0, 0], [255, 0, 0], [0, 0, 255]]], np.uint8)
>>> quantized = pc.quantize(pixels, 2)
>>> quantized.palette.hex
('#0000ff', '#fc0000')
>>> quantized.indices
array([[1, 1, 0]], dtype=uint8)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api import find_elbow, find_palette, find_shared_palette, map_pixels, quantize
    from .elbow import Elbow
    from .epaper import EpaperImage, quantize_for_epaper
    from .errors import (
        FileError,
        ForeignColorError,
        ImageFileError,
        MissingFileError,
        MissingPackageError,
        OptionError,
        OutputExistsError,
        PaletteCoreError,
        PaletteError,
        PaletteFileError,
        PaletteFileWarning,
        PixelsError,
        PixelTypeError,
        TargetError,
        UnknownOptionError,
        WorkerError,
    )
    from .metrics import Metrics, compare
    from .palette import Palette
    from .pixel_art import PixelGrid, downscale_pixel_art, find_pixel_grid
    from .result import Quantized
    from .session import Session
    from .tiles.api import quantize_tiles
    from .tiles.result import TiledImage
else:

    def __getattr__(name: str) -> object:
        """Import a public name when it is used first, so that `import palette_core` is quick."""
        if name in __all__:
            for module in _MODULES:
                found = vars(import_module(f".{module}", __name__)).get(name)
                if found is not None:
                    globals()[name] = found
                    return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# The modules of the public names, from small to large.
_MODULES = (
    "errors",
    "palette",
    "result",
    "metrics",
    "pixel_art",
    "elbow",
    "api",
    "session",
    "epaper",
    "tiles.result",
    "tiles.api",
)

__version__ = "1.0.0"

__all__ = [
    "Elbow",
    "EpaperImage",
    "FileError",
    "ForeignColorError",
    "ImageFileError",
    "Metrics",
    "MissingFileError",
    "MissingPackageError",
    "OptionError",
    "OutputExistsError",
    "Palette",
    "PaletteCoreError",
    "PaletteError",
    "PaletteFileError",
    "PaletteFileWarning",
    "PixelGrid",
    "PixelTypeError",
    "PixelsError",
    "Quantized",
    "Session",
    "TargetError",
    "TiledImage",
    "UnknownOptionError",
    "WorkerError",
    "__version__",
    "compare",
    "downscale_pixel_art",
    "find_elbow",
    "find_palette",
    "find_pixel_grid",
    "find_shared_palette",
    "map_pixels",
    "quantize",
    "quantize_for_epaper",
    "quantize_tiles",
]


def __dir__() -> list[str]:
    """Return the public names, imported or not."""
    return sorted({*globals(), *__all__})
