"""Work: a layer's palette and index map by settings, found anew as these change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import palette_core
from index_map import IndexMap
from kept import Kept
from palette_core.options import Options
from palette_core.progress import part
from plane import HALF, Plane
from refusal import Refusal
from told import told
from words import _

if TYPE_CHECKING:
    import palette_core as pc
    from costs import Costs, LossMap
    from palette_core.progress import Progress
    from raster import Raster
    from settings import Settings


class Picture(Kept):
    """Pixels and the selection over them, quantized again and again as settings change.

    Parameters
    ----------
    pixels : Plane
    mask : Plane or None
        How much each is selected; None where the selection has no say.
    """

    @told
    def __init__(self, pixels: Plane, mask: Plane | None) -> None:
        self.pixels = pixels.array
        self.mask = None if mask is None else mask.array[..., 0]
        self._kept: tuple[object, pc.Study] | None = None

    @told
    def equals(self, other: Picture) -> bool:
        """Tell whether pixels and selection are the same."""
        if (self.mask is None) != (other.mask is None):
            return False
        same_mask = self.mask is None or np.array_equal(self.mask, other.mask)
        return same_mask and np.array_equal(self.pixels, other.pixels)

    def is_weighed(self, settings: Settings) -> bool:
        """Tell whether selected pixels count more than others."""
        return self.mask is not None and settings.selection == "more"

    def study(self, settings: Settings) -> tuple[pc.Study, dict[str, Any]]:
        """Give what quantizes the selected pixels, and the options that map them."""
        mapping = settings.mapping
        cut = self.mask is not None and settings.selection == "only"
        # All pixels are to be opaque; that done, alpha is free to say what is not selected.
        filled = cut and mapping["alpha_threshold"] == 0
        key = (
            cut,
            filled and mapping["matte"],
            self.is_weighed(settings),
            settings.selection_weight,
        )
        if self._kept is None or self._kept[0] != key:
            study = palette_core.Study(self.visible(settings), self._weights(settings))
            self._kept = key, study
        return self._kept[1], {**mapping, "alpha_threshold": None} if filled else mapping

    def visible(self, settings: Settings) -> np.ndarray:
        """Give the pixels, those that are not selected made transparent."""
        if self.mask is None or settings.selection != "only":
            return self.pixels
        pixels = self.pixels.copy()
        if settings.mapping["alpha_threshold"] == 0:
            pixels[..., :3] = options_of(settings).settle(pixels).rgb
            pixels[..., 3] = 255
        pixels[..., 3] = np.where(self.mask < HALF, 0, pixels[..., 3])
        return pixels

    def _weights(self, settings: Settings) -> np.ndarray | None:
        """Tell how much each pixel counts in the palette; None where all count the same."""
        if not self.is_weighed(settings):
            return None
        return 1 + (settings.selection_weight - 1) / 255 * self.mask


class Work(Kept):
    """What is to be quantized, and how.

    Parameters
    ----------
    pixels : Plane
    selection : Plane or None
        How much each of the pixels is selected; None where all are to be changed.
    picture : Picture
        The pixels, with the selection as far as it has a say in the palette.
    sample : list of Picture
        What makes the palette: `picture` alone, or others.
    settings : Settings
    """

    @told
    def __init__(
        self,
        pixels: Plane,
        selection: Plane | None,
        picture: Picture,
        sample: list[Picture],
        settings: Settings,
    ) -> None:
        if len(sample) > 1 and picture.is_weighed(settings):
            msg = _(
                "Selected pixels can count more in one layer or in what is visible, not in each "
                "of all layers. Take another of these, or let the selection mean something else."
            )
            raise Refusal(msg)
        self._pixels = pixels.array
        selected = np.True_ if selection is None else selection.array[..., 0] >= HALF
        self._selected = np.broadcast_to(selected, self._pixels.shape[:2])
        self._picture, self._sample, self._settings = picture, sample, settings

    # Palette and index map

    @told
    def palette(self, progress: Progress) -> tuple[str, ...]:
        """Find the palette, "#rrggbb" each."""
        return self._palette(progress).hex

    @told
    def quantized(self, progress: Progress) -> IndexMap:
        """Put the selected pixels into the palette."""
        settings = self._settings
        study, mapping = self._picture.study(settings)
        if settings.given is None and self._sample == [self._picture]:
            options = {**_design_of(settings), **mapping}
            return IndexMap(study.quantize(settings.colors, progress=progress, **options))
        palette = self._palette(part(progress, 0, 0.8))
        mapped = study.map(
            palette, strict=settings.strict, progress=part(progress, 0.8, 1), **mapping
        )
        return IndexMap(mapped)

    @told
    def mapped(self, pixels: Plane, made: IndexMap) -> IndexMap:
        """Put another layer into the same palette."""
        options = {**self._settings.mapping, "strict": self._settings.strict}
        found = palette_core.map_pixels(pixels.array, made.quantized.palette, **options)
        return IndexMap(found)

    def _palette(self, progress: Progress) -> pc.Palette:
        settings = self._settings
        if settings.given is not None:
            return palette_of(settings.given)
        study, mapping = self._sample[0].study(settings)
        options = {**_design_of(settings), **mapping, "progress": progress}
        del options["dither_adaptive"]  # which pixels are dithered has no say in the palette
        if len(self._sample) == 1:
            return study.palette(settings.colors, **options)
        pictures = [picture.visible(settings) for picture in self._sample]
        return palette_core.find_shared_palette(pictures, settings.colors, **options)

    # What becomes of the layer

    @told
    def recolored(self, made: IndexMap, alpha: Plane | None) -> Recolored:
        """Give the pixels in their colours, as an RGB layer has them.

        With `alpha`, the layer's own, they have just that where alpha is not to be settled.
        """
        pixels = self._recolored(made)
        if alpha is None:
            return Recolored(pixels, None)
        exact = alpha.array[..., 0]
        if self._settings.settles_alpha:
            np.copyto(exact, pixels[..., 3] / np.float32(255), where=self._selected)
        return Recolored(pixels, exact)

    @told
    def raster(self, made: IndexMap) -> Raster:
        """Make what becomes of the pixels ready to be seen."""
        from raster import Raster

        # An RGB layer keeps its alpha, and what is not selected.
        if self._settings.output == "layer" and made.has_holes:
            return Raster.of_pixels(self._recolored(made))
        return made.raster()

    def _recolored(self, made: IndexMap) -> np.ndarray:
        """Give the pixels in their colours: (height, width, 4).

        The layer keeps its alpha, so that half-transparent pixels need a colour too; where that is
        to be settled, pixels become opaque or transparent.
        """
        settings, quantized = self._settings, made.quantized
        pixels = self._pixels.copy()
        layers = [quantized]
        if not settings.settles_alpha:
            everything = {**settings.mapping, "alpha_threshold": 1}
            layers.insert(0, palette_core.map_pixels(self._pixels, quantized.palette, **everything))
        for layer in layers:
            where = self._selected if layer.opaque is None else self._selected & layer.opaque
            np.copyto(pixels[..., :3], layer.to_array()[..., :3], where=where[..., np.newaxis])
        if settings.settles_alpha:
            opaque = 255 if quantized.opaque is None else np.where(quantized.opaque, 255, 0)
            np.copyto(pixels[..., 3], opaque, where=self._selected, casting="unsafe")
        return pixels

    # What it costs

    @told
    def measure(self, made: IndexMap, progress: Progress) -> Costs:
        """Measure the result."""
        from costs import measure

        return measure(self._colors(), made.quantized, progress)

    @told
    def map_losses(
        self,
        made: IndexMap,
        seen: tuple[float, float, float, float],
        size: tuple[int, int],
        progress: Progress,
    ) -> LossMap:
        """Draw where the result differs; `seen` and `size` are those of `costs.map_losses`."""
        from costs import map_losses

        return map_losses(self._colors(), made.quantized, seen, size, progress)

    def _colors(self) -> np.ndarray:
        """Give the colours that the result is to be near to: (height, width, 3 or 4)."""
        if self._settings.mapping["matte"] is None:
            return self._pixels
        return options_of(self._settings).settle(self._pixels).rgb


class Recolored(Kept):
    """Pixels of an RGB layer, (height, width, 4) uint8, and their exact alpha, float32, or None."""

    def __init__(self, pixels: np.ndarray, alpha: np.ndarray | None) -> None:
        self._pixels, self._alpha = pixels, alpha

    @told
    def strip(self, top: int, rows: int) -> bytes:
        """Give rows from one on: as floats from 0 to 1 where there is exact alpha."""
        strip = self._pixels[top : top + rows]
        if self._alpha is not None:
            strip = strip / np.float32(255)
            strip[..., 3] = self._alpha[top : top + rows]
        return strip.tobytes()


def options_of(settings: Settings) -> Options:
    """Give the mapping as palette_core checks it."""
    return Options(**settings.mapping)


def palette_of(colors: tuple[str, ...]) -> pc.Palette:
    """Give a palette of colours, "#rrggbb" each."""
    levels = np.frombuffer(bytes.fromhex("".join(color[1:] for color in colors)), np.uint8)
    return palette_core.Palette(levels.reshape(-1, 3))


def _design_of(settings: Settings) -> dict[str, Any]:
    start = settings.design["start"]
    return {**settings.design, "start": None if start is None else palette_of(start)}
