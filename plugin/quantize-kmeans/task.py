"""One task: a layer and the settings for it, read from GIMP; its palette and index map.

All that is needed of GIMP is read at the beginning, so that the computing may be anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

from refusal import Refusal
from source import HALF, Source, check_there, read_layer, read_selection, read_source, read_visible
from words import _

if TYPE_CHECKING:
    import numpy as np

    import palette_core as pc
    from palette_core.progress import Progress
    from settings import Settings


class Picture:
    """Pixels and the selection over them, quantized again and again as settings change.

    Parameters
    ----------
    pixels : (height, width, 4) ndarray of uint8
    mask : (height, width) ndarray of uint8, or None
        How much each is selected; None where the selection has no say.
    """

    def __init__(self, pixels: np.ndarray, mask: np.ndarray | None) -> None:
        self.pixels, self.mask = pixels, mask
        self._kept: tuple[object, pc.Study] | None = None

    def equals(self, other: Picture) -> bool:
        """Tell whether pixels and selection are the same."""
        import numpy as np

        if (self.mask is None) != (other.mask is None):
            return False
        same_mask = self.mask is None or np.array_equal(self.mask, other.mask)
        return same_mask and np.array_equal(self.pixels, other.pixels)

    def is_weighed(self, settings: Settings) -> bool:
        """Tell whether selected pixels count more than others."""
        return self.mask is not None and settings.selection == "more"

    def study(self, settings: Settings) -> tuple[pc.Study, dict[str, Any]]:
        """Give what quantizes the selected pixels, and the options that map them."""
        import palette_core

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
        import numpy as np

        if self.mask is None or settings.selection != "only":
            return self.pixels
        pixels = self.pixels.copy()
        if settings.mapping["alpha_threshold"] == 0:
            pixels[..., :3] = settings.options.settle(pixels).rgb
            pixels[..., 3] = 255
        pixels[..., 3] = np.where(self.mask < HALF, 0, pixels[..., 3])
        return pixels

    def _weights(self, settings: Settings) -> np.ndarray | None:
        """Tell how much each pixel counts in the palette; None where all count the same."""
        if not self.is_weighed(settings):
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

    def is_of_same_pixels(self, other: Task) -> bool:
        """Tell whether the same was read for another task."""
        one, two = self.source, other.source
        return (
            (one.x, one.y, one.whole) == (two.x, two.y, two.whole)
            and len(self.sample) == len(other.sample)
            and self.picture.equals(other.picture)
            and all(mine.equals(its) for mine, its in zip(self.sample, other.sample, strict=True))
        )

    @property
    def colors(self) -> np.ndarray:
        """The colours that the result is to be near to: (height, width, 3 or 4)."""
        if self.settings.mapping["matte"] is None:
            return self.source.pixels
        return self.settings.options.settle(self.source.pixels).rgb

    def palette(self, progress: Progress) -> pc.Palette:
        """Find the palette."""
        import palette_core

        settings = self.settings
        if settings.given is not None:
            return settings.given
        study, mapping = self.sample[0].study(settings)
        options = {**settings.design, **mapping, "progress": progress}
        del options["dither_adaptive"]  # which pixels are dithered has no say in the palette
        if len(self.sample) == 1:
            return study.palette(settings.colors, **options)
        pictures = [picture.visible(settings) for picture in self.sample]
        return palette_core.find_shared_palette(pictures, settings.colors, **options)

    def quantized(self, progress: Progress) -> pc.Quantized:
        """Put the selected pixels into the palette."""
        settings = self.settings
        study, mapping = self.picture.study(settings)
        if settings.given is None and self.sample == [self.picture]:
            options = {**settings.design, **mapping}
            return study.quantize(settings.colors, progress=progress, **options)
        palette = self.palette(lambda part: progress(0.8 * part))
        return study.map(
            palette,
            strict=settings.strict,
            progress=lambda part: progress(0.8 + 0.2 * part),
            **mapping,
        )

    def recolored(self, quantized: pc.Quantized) -> np.ndarray:
        """Give the source's pixels in their colours, as an RGB layer has them: (height, width, 4).

        The layer keeps its alpha, so that half-transparent pixels need a colour too; where that is
        to be settled, pixels become opaque or transparent.
        """
        import numpy as np

        import palette_core

        settings, source = self.settings, self.source
        pixels = source.pixels.copy()
        selected = np.True_ if source.selected is None else source.selected
        layers = [quantized]
        if not settings.settles_alpha:
            everything = {**settings.mapping, "alpha_threshold": 1}
            layers.insert(
                0, palette_core.map_pixels(source.pixels, quantized.palette, **everything)
            )
        for layer in layers:
            where = selected if layer.opaque is None else selected & layer.opaque
            np.copyto(pixels[..., :3], layer.to_array()[..., :3], where=where[..., np.newaxis])
        if settings.settles_alpha:
            opaque = 255 if quantized.opaque is None else np.where(quantized.opaque, 255, 0)
            np.copyto(pixels[..., 3], opaque, where=selected, casting="unsafe")
        return pixels


class Reader:
    """Reads from GIMP what tasks need, each part once for as long as it stays as it is."""

    def __init__(self, image: Gimp.Image, layer: Gimp.Layer) -> None:
        self.image, self.layer = image, layer
        self._key: object = None
        self._task: Task | None = None

    def task(self, settings: Settings) -> Task:
        """Give the task for settings, from what was read before if that has all they need."""
        key = settings.selection, settings.sample
        if self._task is None or key != self._key:
            self._task, self._key = _read_task(self.image, self.layer, settings), key
        _check_weights(self._task, settings)
        return replace(self._task, settings=settings)

    def current_task(self, settings: Settings) -> Task:
        """Give the task for settings as the image is now: it may have been changed meanwhile."""
        if self._task is not None:
            now = _read_task(self.image, self.layer, settings)
            if not now.is_of_same_pixels(self._task):
                self._task, self._key = now, (settings.selection, settings.sample)
        return self.task(settings)


def _read_task(image: Gimp.Image, layer: Gimp.Layer, settings: Settings) -> Task:
    check_there(image, layer)
    source = read_source(image, layer, settings.selection)
    picture = _picture(image, source.x, source.y, source.pixels, settings)
    if settings.sample == "layer":
        sample = [picture]
    elif settings.sample == "visible":
        sample = [_picture(image, 0, 0, read_visible(image), settings)]
    else:
        layers = [read_layer(layer) for layer in image.get_layers()]
        sample = [_picture(image, *layer, settings) for layer in layers]
    return Task(source, picture, sample, settings)


def _picture(image: Gimp.Image, x: int, y: int, pixels: np.ndarray, settings: Settings) -> Picture:
    """Put the selection over pixels that are at (x, y) in the image."""
    if settings.selection == "ignore" or Gimp.Selection.is_empty(image):
        return Picture(pixels, None)
    height, width = pixels.shape[:2]
    return Picture(pixels, read_selection(image, x, y, width, height))


def _check_weights(task: Task, settings: Settings) -> None:
    if len(task.sample) > 1 and task.picture.is_weighed(settings):
        msg = _(
            "Selected pixels can count more in one layer or in what is visible, not in each of "
            "all layers. Take another of these, or let the selection mean something else."
        )
        raise Refusal(msg)
