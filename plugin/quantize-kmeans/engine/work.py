"""Work: the palette and the index maps by settings, found anew as these change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import palette_core
from engine.index_map import IndexMap
from engine.kept import Kept
from engine.picture import Picture, Sample, options_of, palette_of
from engine.plane import Plane, masked_alpha
from engine.recolored import Recolored, blend, recolor
from engine.told import told
from palette_core.progress import subprogress

if TYPE_CHECKING:
    import palette_core as pc
    from engine.costs import Costs, LossMap
    from engine.layout import Layout
    from engine.raster import Raster
    from palette_core.progress import Progress
    from procedure.settings import Settings


class Work(Kept):
    """What is to be quantized, and how.

    Parameters
    ----------
    targets : list of Picture
        What is put into the palette: one picture, or every layer of the image.
    sample : Sample
        What makes the palette.
    layout : Layout
        Where the targets are.
    original : Plane
        What the result is compared with: as large as the only target, or as the canvas.
    settings : Settings
    selection, mask : Plane or None
        How much of an RGB layer is changed, and how much its layer mask shows of it.
    """

    @told
    def __init__(
        self,
        targets: list[Picture],
        sample: Sample,
        layout: Layout,
        original: Plane,
        settings: Settings,
        selection: Plane | None = None,
        mask: Plane | None = None,
    ) -> None:
        self._targets, self._sample, self._layout = targets, sample, layout
        self._original, self._settings = original.array, settings
        self._selection = None if selection is None else selection.array[..., 0]
        self._mask = None if mask is None else mask.array[..., 0]

    # Palette and index maps

    @told
    def palette(self, progress: Progress) -> tuple[str, ...]:
        """Find the palette, "#rrggbb" each."""
        return self._palette(progress).hex

    @told
    def quantized(self, progress: Progress) -> list[IndexMap]:
        """Map every target to the palette."""
        settings = self._settings
        if settings.given is None and self._sample.is_just(self._targets):
            return [IndexMap(self._targets[0].quantize(settings, progress))]
        palette = self._palette(subprogress(progress, 0, 0.8))
        parts = parts_of(subprogress(progress, 0.8, 1), len(self._targets))
        return [
            self._mapped(target, palette, its)
            for target, its in zip(self._targets, parts, strict=True)
        ]

    def _mapped(self, target: Picture, palette: pc.Palette, progress: Progress) -> IndexMap:
        settings = self._settings
        if len(self._targets) == 1:
            study, mapping = target.study(settings)
            return IndexMap(
                study.map(palette, strict=settings.strict, progress=progress, **mapping)
            )
        # Of many layers, what a study remembers would take too much memory.
        options = {**settings.mapping, "strict": settings.strict, "progress": progress}
        return IndexMap(palette_core.map_pixels(target.pixels, palette, **options))

    def _palette(self, progress: Progress) -> pc.Palette:
        if self._settings.given is not None:
            return palette_of(self._settings.given)
        return self._sample.palette(self._settings, progress)

    # What is seen

    @told
    def composed(self, maps: list[IndexMap]) -> IndexMap:
        """Return what is seen of the index maps: of all layers the topmost opaque pixels."""
        if self._settings.scope != "all-layers":
            return maps[0]
        width, height = self._layout.size
        indices, opaque = np.zeros((height, width), np.uint8), np.zeros((height, width), np.bool_)
        for number in reversed(self._layout.shown):
            quantized, place = maps[number].quantized, self._layout.places[number]
            here, there = place.within(width, height)
            where = np.True_ if quantized.opaque is None else quantized.opaque[here]
            np.copyto(indices[there], quantized.indices[here], where=where)
            opaque[there] |= where
        return IndexMap(
            palette_core.Quantized(
                maps[0].quantized.palette, indices, None if opaque.all() else opaque
            )
        )

    @told
    def recolored(self, made: IndexMap, alpha: Plane | None) -> Recolored:
        """Return the layer in its colours, as an RGB layer has it.

        With `alpha`, the layer's own, it has just that where alpha does not become binary.
        """
        pixels = self._recolor(made)
        if alpha is None:
            return Recolored(pixels, None)
        exact = alpha.array[..., 0]
        if self._settings.settles_alpha:
            selected = self._targets[0].selected
            np.copyto(exact, pixels[..., 3] / np.float32(255), where=selected)
        return Recolored(pixels, exact)

    @told
    def raster(self, made: IndexMap) -> Raster:
        """Make what the result looks like ready to be seen."""
        from engine.raster import Raster

        if self._settings.output != "layer":
            return made.raster()
        pixels = blend(self._targets[0].pixels, self._recolor(made), self._selection)
        if self._mask is not None:
            pixels[..., 3] = masked_alpha(pixels[..., 3], self._mask)
        return Raster.of_pixels(pixels)

    def _recolor(self, made: IndexMap) -> np.ndarray:
        target = self._targets[0]
        return recolor(target.pixels, target.selected, made.quantized, self._settings)

    # What it costs

    @told
    def measure(self, maps: list[IndexMap], progress: Progress) -> Costs:
        """Measure the result: of several layers, those that are visible."""
        from engine.costs import measure, total

        shown = self._layout.shown
        return total(
            [
                measure(self._in_matte(self._targets[number].pixels), maps[number].quantized, its)
                for number, its in zip(shown, parts_of(progress, len(shown)), strict=True)
            ]
        )

    @told
    def map_losses(
        self,
        made: IndexMap,
        seen: tuple[float, float, float, float],
        size: tuple[int, int],
        progress: Progress,
    ) -> LossMap:
        """Draw where the result differs; `seen` and `size` are those of `costs.map_losses`."""
        from engine.costs import map_losses

        colors = self._in_matte(self._original)
        return map_losses(colors, made.quantized, seen, size, progress)

    def _in_matte(self, pixels: np.ndarray) -> np.ndarray:
        """Return the colours that the result should be near to: (height, width, 3 or 4)."""
        if self._settings.mapping["matte"] is None:
            return pixels
        return options_of(self._settings).settle(pixels).rgb


def parts_of(progress: Progress, count: int) -> list[Progress]:
    """Return callbacks for equal parts of what a callback is told of."""
    return [subprogress(progress, number / count, (number + 1) / count) for number in range(count)]
