"""Opened layers: the layers that a session quantizes, and their results."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..api import map_pixels
from ..arrays import Bytes
from ..errors import PixelsError
from ..palette import MAX_COLORS, Palette
from ..progress import Progress, subprogress
from ..result import Quantized
from .geometry import Area
from .image_pyramid import ImagePyramid, to_rgba
from .recoloring import apply_layer_mask, blend_selection, recolor
from .renderer import Drawable, ErrorMap
from .selected_image import PaletteSample, SelectedImage
from .settings import Colors, PreviewSettings


@dataclass(frozen=True, eq=False)
class PixelBuffer:
    """Pixels of a rectangle of the image."""

    area: Area
    array: NDArray[Any]

    def crop(self, area: Area) -> NDArray[Any]:
        """Return the pixels of a rectangle within this one, without a copy if it is this one."""
        return np.ascontiguousarray(self.array[area.slices_in(self.area)])


class Layer(NamedTuple):
    """The data that is read from a layer; equal layers have the same pixels."""

    area: Area
    pixels: PixelBuffer
    mask: PixelBuffer | None
    selection: PixelBuffer | None
    use: str

    def masked_pixels(self) -> Bytes:
        """Return the pixels; those that the layer mask hides are transparent."""
        return self.apply_mask(self.pixels.crop(self.area))

    def apply_mask(self, pixels: Bytes) -> Bytes:
        """Return pixels of the layer's size; those that the layer mask hides are transparent."""
        if self.mask is None:
            return pixels
        return apply_layer_mask(pixels, self.mask.crop(self.area)[..., 0])

    def to_image(self) -> SelectedImage:
        """Return the pixels with their selection, which is 0 outside the selection's buffer."""
        if self.selection is None:
            return SelectedImage(self.masked_pixels())
        selection = np.zeros(self.area.shape, np.uint8)
        common = self.area.intersect(self.selection.area)
        selection[common.slices_in(self.area)] = self.selection.crop(common)[..., 0]
        return SelectedImage(self.masked_pixels(), selection, self.use)


class Description(NamedTuple):
    """The arguments of `PreviewSession.open`, which describes them."""

    targets: tuple[Layer, ...]
    sample: tuple[Layer, ...]
    original: Layer
    canvas: Area
    shown: tuple[int, ...]
    is_composed: bool


@dataclass(frozen=True, eq=False)
class Result:
    """The results of the targets, and of all of them together."""

    settings: PreviewSettings
    maps: list[Quantized]
    composed: Quantized
    _highlighted: dict[int, ImagePyramid] = field(default_factory=dict)

    def highlight(self, entry: int) -> ImagePyramid:
        """Return the result with an entry highlighted; the last such result is cached."""
        if entry not in self._highlighted:
            self._highlighted.clear()
            self._highlighted[entry] = ImagePyramid.from_quantized(self.composed, entry)
        return self._highlighted[entry]

    def reference(self, pixels: Bytes) -> Bytes:
        """Return the colours that the result of pixels should be near to: (H, W, 3 or 4)."""
        if self.settings.mapping.get("matte") is None:
            return pixels
        return self.settings.prepare_image(pixels).rgb


class Opening:
    """Layers that are quantized repeatedly, with cached results.

    What an opening before it knows about the same pixels is taken over, and what is seen as well,
    as long as there is no other result.

    Attributes
    ----------
    images : dict of Layer to SelectedImage
    drawables : dict of str to Drawable
        What can be drawn: "original", "provisional", "result", "projection".
    error_map : ErrorMap or None
    palette : tuple of Palette and PreviewSettings, or None
        The last palette.
    result : Result or None
        The last result.
    """

    def __init__(self, description: Description, before: Opening | None) -> None:
        self.description = description
        layers = description.targets + description.sample
        known = {} if before is None else before.images
        self.images: dict[Layer, SelectedImage] = {
            layer: known.get(layer) or layer.to_image() for layer in layers
        }
        self.targets = [self.images[layer] for layer in description.targets]
        self.sample = PaletteSample([self.images[layer] for layer in description.sample])
        image = self.images.get(description.original)
        self.original = image.pixels if image else description.original.masked_pixels()
        self.drawables: dict[str, Drawable] = {}
        self.error_map: ErrorMap | None = None
        self.palette: tuple[Palette, PreviewSettings] | None = None
        self.result: Result | None = None
        self._tiled: tuple[SelectedImage, PreviewSettings, Quantized] | None = None
        if before is not None:
            self._take_over(before)

    def _take_over(self, before: Opening) -> None:
        if before.sample.images == self.sample.images:
            self.sample = before.sample
        if before.size == self.size:
            self.drawables, self.error_map = dict(before.drawables), before.error_map
        if before.description.original == self.description.original:
            self.original = before.original
        else:
            self.drawables.pop("original", None)

    @property
    def size(self) -> tuple[int, int]:
        """The width and height of the original."""
        height, width = self.original.shape[:2]
        return width, height

    @property
    def is_selected(self) -> tuple[bool, bool]:
        """Whether each target has a selected pixel, and whether the sample has one."""
        sample = self.sample.images
        return (
            all(image.has_selected for image in self.targets),
            any(image.has_selected for image in sample),
        )

    def original_pyramid(self) -> ImagePyramid:
        """Return the original as an image that can be drawn."""
        known = self.drawables.get("original")
        if isinstance(known, ImagePyramid):
            return known
        pyramid = self.drawables["original"] = ImagePyramid.from_array(self.original)
        return pyramid

    @contextlib.contextmanager
    def naming_layer_masks(self) -> Iterator[None]:
        """If no pixel is opaque because layer masks hide the sample, raise the error "masked"."""
        try:
            yield
        except PixelsError as error:
            if error.code != "transparent" or not all(
                map(self._is_hidden, self.description.sample)
            ):
                raise
            message = "the layer mask hides every pixel; change it, or choose another layer"
            raise PixelsError(message, "masked") from error

    def _is_hidden(self, layer: Layer) -> bool:
        """Return whether the layer mask hides every pixel that is quantized."""
        if layer.mask is None:
            return False
        selected = self.images[layer].mask
        shown = layer.mask.crop(layer.area)[..., 0]
        return not (shown if selected is None else shown[selected]).any()

    def resolve(self, settings: PreviewSettings) -> PreviewSettings:
        """Return the settings with what is chosen by the pixels: palette and dithering.

        All targets are dithered alike.
        """
        if settings.library is not None:
            from .machine_palettes import choose_library_palette  # loads the library

            settings = choose_library_palette(settings.library, self.sample, settings)
        return self.sample.choose_dither(self._color_count(settings), settings)

    def find_palette(self, settings: PreviewSettings, progress: Progress) -> Palette:
        """Return the given palette, that of the tiles, or that of the sample."""
        if settings.palette is not None:
            return Palette(settings.palette)
        if settings.tiles is not None:
            return self._quantize_tiles(settings, progress).palette
        return self.sample.find_palette(self._color_count(settings), settings, progress)

    def quantize(self, settings: PreviewSettings, progress: Progress) -> Result:
        """Return the targets in the colours of the palette."""
        if settings.tiles is not None:
            return self._compose(settings, [self._quantize_tiles(settings, progress)])
        if settings.palette is None and len(self.targets) == 1 == len(self.sample.images):
            (target,) = self.targets
            if target is self.sample.images[0]:
                options = {**settings.design_options, **settings.mapping, "progress": progress}
                colors = self._color_count(settings)
                return self._compose(
                    settings, [target.session(settings).quantize(colors, **options)]
                )
        palette = self.find_palette(settings, subprogress(progress, 0, 0.8))
        progress = subprogress(progress, 0.8, 1)
        if len(self.targets) == 1:
            session, strict = self.targets[0].session(settings), settings.strict
            mapped = session.map(palette, strict=strict, progress=progress, **settings.mapping)
            return self._compose(settings, [mapped])
        return self._compose(settings, list(self._map_each(palette, settings, progress)))

    def _quantize_tiles(self, settings: PreviewSettings, progress: Progress) -> Quantized:
        from .machine_palettes import quantize_tiles  # loads what few images need

        (target,) = self.targets
        if self._tiled is None or self._tiled[:2] != (target, settings):
            self._tiled = target, settings, quantize_tiles(target, settings, progress)
        return self._tiled[2]

    def _map_each(
        self, palette: Palette, settings: PreviewSettings, progress: Progress
    ) -> Iterator[Quantized]:
        # The cache of a session for many layers would need too much memory.
        options = {**settings.mapping, "strict": settings.strict}
        count = len(self.targets)
        for number, target in enumerate(self.targets):
            share = subprogress(progress, number / count, (number + 1) / count)
            yield map_pixels(target.pixels, palette, progress=share, **options)

    def _color_count(self, settings: PreviewSettings) -> Colors:
        """Return the number of colours: one less if transparent pixels need an entry."""
        if settings.colors != MAX_COLORS or not settings.reserves_transparent:
            return settings.colors
        canvas = self.description.canvas
        is_covered = settings.is_cropped or all(
            canvas.intersect(layer.area) == canvas for layer in self.description.targets
        )
        if is_covered and not any(image.has_transparency(settings) for image in self.targets):
            return settings.colors
        return MAX_COLORS - 1

    def _compose(self, settings: PreviewSettings, maps: list[Quantized]) -> Result:
        """Return a result with the visible pixels of its targets: the topmost opaque ones."""
        if not self.description.is_composed:
            return Result(settings, maps, maps[0])
        canvas = self.description.canvas
        indices, opaque = np.zeros(canvas.shape, np.uint8), np.zeros(canvas.shape, np.bool_)
        for number in reversed(self.description.shown):
            quantized, area = maps[number], self.description.targets[number].area
            common = area.intersect(canvas)
            here, there = common.slices_in(area), common.slices_in(canvas)
            where = np.True_ if quantized.opaque is None else quantized.opaque[here]
            np.copyto(indices[there], quantized.indices[here], where=where)
            opaque[there] |= where
        mask = None if opaque.all() else opaque
        return Result(settings, maps, Quantized(maps[0].palette, indices, mask, maps[0].dither))

    def recolor(self, result: Result, target: int) -> Bytes:
        """Return a target in its palette colours: (H, W, 4)."""
        image, quantized = self.targets[target], result.maps[target]
        if not result.settings.recolors:
            return to_rgba(quantized.to_array())
        return recolor(image.pixels, image.mask, quantized, result.settings)

    def result_pyramid(self, result: Result) -> ImagePyramid:
        """Return a result as an image that can be drawn."""
        if not result.settings.recolors:
            return ImagePyramid.from_quantized(result.composed)
        image = self.targets[0]
        recolored = self.recolor(result, 0)
        blended = blend_selection(to_rgba(image.pixels), recolored, image.selection)
        return ImagePyramid.from_array(self.description.original.apply_mask(blended))
