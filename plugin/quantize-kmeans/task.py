"""One task: a layer and the settings for it, read from GIMP; its palette and index map.

All that is needed of GIMP is read at the beginning, so that the computing may be anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

from refusal import Refusal
from source import HALF, Source, read_layer, read_selection, read_source, read_visible

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    import palette_core as pc
    from settings import Settings


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels and the selection over them.

    Attributes
    ----------
    pixels : (height, width, 4) ndarray of uint8
    mask : (height, width) ndarray of uint8, or None
        How much each is selected; None where the selection has no say.
    """

    pixels: np.ndarray
    mask: np.ndarray | None

    def selected(self, settings: Settings) -> tuple[np.ndarray, dict[str, Any]]:
        """Give the pixels, those that are not selected made transparent, and how to map them."""
        import numpy as np

        mapping = settings.mapping
        if self.mask is None or settings.selection != "only":
            return self.pixels, mapping
        pixels = self.pixels.copy()
        if mapping["alpha_threshold"] == 0:
            # All there is becomes opaque; that done, alpha is free to say what is not selected.
            pixels[..., :3] = settings.options.settle(pixels).rgb
            pixels[..., 3] = 255
            mapping = {**mapping, "alpha_threshold": None}
        pixels[..., 3] = np.where(self.mask < HALF, 0, pixels[..., 3])
        return pixels, mapping

    def weights(self, settings: Settings) -> np.ndarray | None:
        """Tell how much each pixel counts in the palette; None where all count the same."""
        if self.mask is None or settings.selection != "more":
            return None
        return 1 + (settings.selection_weight - 1) / 255 * self.mask


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be quantized, and how.

    Attributes
    ----------
    source : Source
    picture : Picture
        The source's pixels.
    sample : list of Picture
        What makes the palette: `picture` alone, or others.
    settings : Settings
    """

    source: Source
    picture: Picture
    sample: list[Picture]
    settings: Settings

    def quantized(self, progress: Callable[[float], None]) -> pc.Quantized:
        """Find the palette, and put the selected pixels into it."""
        import palette_core

        settings = self.settings
        pixels, mapping = self.picture.selected(settings)
        if settings.given is None and self.sample == [self.picture]:
            return palette_core.quantize(
                pixels,
                settings.colors,
                weights=self.picture.weights(settings),
                progress=progress,
                **settings.design,
                **mapping,
            )
        palette = settings.given if settings.given is not None else self._palette(progress)
        return palette_core.map_pixels(pixels, palette, strict=settings.strict, **mapping)

    def _palette(self, progress: Callable[[float], None]) -> pc.Palette:
        """Find the palette of the sample."""
        import palette_core

        settings = self.settings
        selected = [picture.selected(settings) for picture in self.sample]
        options = {**settings.design, **selected[0][1], "progress": progress}
        del options["dither_adaptive"]  # which pixels are dithered has no say in the palette
        if len(selected) > 1:
            pictures = [pixels for pixels, _ in selected]
            return palette_core.find_shared_palette(pictures, settings.colors, **options)
        weights = self.sample[0].weights(settings)
        return palette_core.find_palette(
            selected[0][0], settings.colors, weights=weights, **options
        )


def read_task(image: Gimp.Image, layer: Gimp.Layer, settings: Settings) -> Task:
    """Read what the settings need, or refuse."""
    source = read_source(image, layer, settings.selection)
    picture = _picture(image, source.x, source.y, source.pixels, settings)
    if settings.sample == "layer":
        sample = [picture]
    elif settings.sample == "visible":
        sample = [_picture(image, 0, 0, read_visible(image), settings)]
    else:
        layers = [read_layer(layer) for layer in image.get_layers()]
        sample = [_picture(image, *layer, settings) for layer in layers]
    if len(sample) > 1 and picture.weights(settings) is not None:
        msg = (
            "Selected pixels can count more in one layer or in what is visible, not in each of "
            "all layers. Take another of these, or let the selection mean something else."
        )
        raise Refusal(msg)
    return Task(source, picture, sample, settings)


def _picture(image: Gimp.Image, x: int, y: int, pixels: np.ndarray, settings: Settings) -> Picture:
    """Put the selection over pixels that are at (x, y) in the image."""
    if settings.selection == "ignore" or Gimp.Selection.is_empty(image):
        return Picture(pixels, None)
    height, width = pixels.shape[:2]
    return Picture(pixels, read_selection(image, x, y, width, height))
