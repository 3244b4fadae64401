"""Pictures: pixels and the selection over them, and the sample that a palette is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import palette_core
from engine.kept import Kept
from engine.plane import HALF, Plane
from engine.told import told
from palette_core.options import Options
from palette_core.ordering import BY_PIXEL

if TYPE_CHECKING:
    import palette_core as pc
    from palette_core.progress import Progress
    from procedure.settings import Settings

# Which pixels are opaque is decided picture by picture, before several are counted as one.
_ALPHA_OPTIONS = ("alpha_threshold", "alpha_dither", "matte")


class Picture(Kept):
    """Pixels and the selection over them, quantized again and again as settings change.

    Parameters
    ----------
    pixels : Plane
    selection : Plane or None
        How much each pixel is selected; None where the selection does not matter.
    use : {"only", "more"}
        What the selection is for: to leave out what is not selected, or to give weights.
    """

    @told
    def __init__(self, pixels: Plane, selection: Plane | None, use: str) -> None:
        self.pixels = pixels.array
        self.selection = None if selection is None else selection.array[..., 0]
        self._use = use
        self._study: tuple[object, pc.Session] | None = None

    @property
    def is_cut(self) -> bool:
        """Whether pixels that are not selected are left out."""
        return self.selection is not None and self._use == "only"

    @property
    def selected(self) -> np.ndarray:
        """Which pixels are quantized: (height, width) of bool."""
        selected = self.selection >= HALF if self.is_cut else np.True_
        return np.broadcast_to(selected, self.pixels.shape[:2])

    @property
    def is_weighted(self) -> bool:
        """Whether selected pixels count more than others."""
        return self.selection is not None and self._use == "more"

    @told
    def equals(self, other: Picture) -> bool:
        """Return whether pixels and selection are the same."""
        if (self.selection is None) != (other.selection is None) or self._use != other._use:
            return False
        same = self.selection is None or np.array_equal(self.selection, other.selection)
        return same and np.array_equal(self.pixels, other.pixels)

    @told
    def is_used(self, use: str) -> bool:
        """Return whether the selection has this use here, "ignore" for none."""
        return use == (self._use if self.selection is not None else "ignore")

    @told
    def has_selected(self) -> bool:
        """Return whether any pixel is quantized."""
        return bool(self.selected.any())

    @told
    def has_holes(self, settings: Settings) -> bool:
        """Return whether some of the pixels will be transparent."""
        return options_of(settings).settle(self.visible(settings)).opaque is not None

    def quantize(self, settings: Settings, progress: Progress) -> pc.Quantized:
        """Quantize the pixels to their own best colours."""
        study, mapping = self.study(settings)
        options = {**design_of(settings), **mapping}
        return study.quantize(settings.colors, progress=progress, **options)

    def study(self, settings: Settings) -> tuple[pc.Session, dict[str, Any]]:
        """Return what quantizes the pixels, and the options that map them."""
        mapping = settings.mapping
        # All pixels are to be opaque; that done, alpha is free to say what is not selected.
        filled = self.is_cut and mapping["alpha_threshold"] == 0
        key = filled and mapping["matte"], self.is_weighted and settings.selection_weight
        if self._study is None or self._study[0] != (filled, key):
            study = palette_core.Session(self.visible(settings), self.weights(settings))
            self._study = (filled, key), study
        return self._study[1], {**mapping, "alpha_threshold": None} if filled else mapping

    def visible(self, settings: Settings) -> np.ndarray:
        """Return the pixels, those that are left out made transparent."""
        if not self.is_cut:
            return self.pixels
        pixels = self.pixels.copy()
        if settings.mapping["alpha_threshold"] == 0:
            pixels[..., :3] = options_of(settings).settle(pixels).rgb
            pixels[..., 3] = 255
        pixels[..., 3] = np.where(self.selection < HALF, 0, pixels[..., 3])
        return pixels

    def weights(self, settings: Settings) -> np.ndarray | None:
        """Return how much each pixel counts in the palette; None where all count the same."""
        if not self.is_weighted:
            return None
        return 1 + (settings.selection_weight - 1) / 255 * self.selection


class Sample(Kept):
    """What a palette is made from: the pixels of one picture, or those of several together.

    Parameters
    ----------
    pictures : list of Picture
    """

    @told
    def __init__(self, pictures: list[Picture]) -> None:
        self._pictures = pictures
        self._together: tuple[object, pc.Session] | None = None

    @told
    def equals(self, other: Sample) -> bool:
        """Return whether it has the same pictures."""
        mine, its = self._pictures, other._pictures
        return len(mine) == len(its) and all(
            one.equals(two) for one, two in zip(mine, its, strict=True)
        )

    def is_just(self, pictures: list[Picture]) -> bool:
        """Return whether the sample is one picture, the only one of these."""
        return len(self._pictures) == 1 and self._pictures == pictures

    def palette(self, settings: Settings, progress: Progress) -> pc.Palette:
        """Find the palette."""
        if len(self._pictures) == 1:
            study, mapping = self._pictures[0].study(settings)
        else:
            study, mapping = self._study_together(settings)
        options = {**design_of(settings), **mapping, "progress": progress}
        del options["dither_adaptive"]  # which pixels are dithered does not change the palette
        order = options["order"]
        if len(self._pictures) == 1 or order not in BY_PIXEL:
            return study.palette(settings.colors, **options)
        # Pixels of a column have no neighbours to be dithered with.
        palette = study.palette(settings.colors, **{**options, "order": "kept"})
        undithered = {**mapping, "dither": "none", "dither_adaptive": False}
        return study.map(palette, **undithered).sorted(order).palette

    def _study_together(self, settings: Settings) -> tuple[pc.Session, dict[str, Any]]:
        """Return what quantizes the pixels of all pictures as one column, and its options."""
        alpha = {name: settings.mapping[name] for name in _ALPHA_OPTIONS}
        key = tuple(alpha.values()), settings.selection_weight
        if self._together is None or self._together[0] != key:
            options = options_of(settings)
            pixels, weights = [], []
            for picture in self._pictures:
                settled = options.settle(picture.visible(settings))
                height, width = picture.pixels.shape[:2]
                opaque = np.True_ if settled.opaque is None else settled.opaque
                alpha_channel = np.where(opaque, np.uint8(255), np.uint8(0))
                alpha_channel = np.broadcast_to(alpha_channel, (height, width))
                pixels.append(np.dstack([settled.rgb, alpha_channel]).reshape(-1, 1, 4))
                weighted = picture.weights(settings)
                weights.append(np.ones((height, width)) if weighted is None else weighted)
            any_weighted = any(picture.is_weighted for picture in self._pictures)
            column = np.concatenate([one.reshape(-1, 1) for one in weights])
            study = palette_core.Session(np.concatenate(pixels), column if any_weighted else None)
            self._together = key, study
        settled_options = {"alpha_threshold": None, "alpha_dither": False, "matte": None}
        return self._together[1], {**settings.mapping, **settled_options}


def options_of(settings: Settings) -> Options:
    """Return the mapping as palette_core checks it."""
    return Options(**settings.mapping)


def palette_of(colors: tuple[str, ...]) -> pc.Palette:
    """Return a palette of colours, "#rrggbb" each."""
    levels = np.frombuffer(bytes.fromhex("".join(color[1:] for color in colors)), np.uint8)
    return palette_core.Palette(levels.reshape(-1, 3))


def design_of(settings: Settings) -> dict[str, Any]:
    """Return the options that say how colours are found."""
    start = settings.design["start"]
    return {**settings.design, "start": None if start is None else palette_of(start)}
