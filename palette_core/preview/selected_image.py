"""Selected images: pixels, the selection over them, and the sample that makes a palette."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..arrays import AnyFloats, Bytes, Mask
from ..common_options import CommonOptions
from ..dither import AUTOMATIC, Content, measure_content, merge_contents
from ..elbow import Elbow, measure_elbow
from ..errors import PixelsError
from ..image.histogram import ColorHistogram, merge_histograms
from ..options import QuantizeOptions
from ..ordering import BY_PIXEL
from ..palette import MAX_COLORS, Palette
from ..pipeline import choose_dither, choose_mapping_dither
from ..progress import Progress, subprogress
from ..session import Session
from .settings import Colors, PreviewSettings

# A pixel is selected where the selection has at least this value.
_HALF = 128


class SelectedImage:
    """An image with a selection, which is quantized repeatedly with changed settings.

    The pixels are sRGB with straight alpha, (H, W, 3) or (H, W, 4). The selection, (H, W), says how
    much each is selected; it is None where it does not matter. With the use "only" pixels that are
    not selected are left out, with "more" the selection is a weight.

    Attributes
    ----------
    mask : (H, W) ndarray of bool, or None
        Which pixels are quantized; None for all of them.
    is_weighted : bool
        Whether selected pixels count more than others.
    """

    def __init__(self, pixels: Bytes, selection: Bytes | None = None, use: str = "only") -> None:
        self.pixels, self.selection = pixels, selection
        self.mask: Mask | None = None
        if selection is not None and use == "only":
            self.mask = selection >= _HALF
        self.is_weighted = selection is not None and use == "more"
        self._session: tuple[float | None, Session] | None = None
        self._transparency: dict[tuple[Any, ...], bool] = {}
        self._contents: dict[tuple[Any, ...], Content] = {}

    @property
    def has_selected(self) -> bool:
        """Whether any pixel is quantized."""
        return self.mask is None or bool(self.mask.any())

    def has_transparency(self, settings: PreviewSettings) -> bool:
        """Return whether some of the pixels will be transparent."""
        key = settings.alpha_options
        if key not in self._transparency:
            prepared = settings.prepare_image(self.pixels, self.mask)
            self._transparency[key] = prepared.opaque is not None
        return self._transparency[key]

    def content(self, settings: PreviewSettings) -> Content:
        """Return the content of the pixels, by which automatic dithering is chosen."""
        key = settings.alpha_options
        if key not in self._contents:
            prepared = settings.prepare_image(self.pixels, self.mask)
            self._contents[key] = measure_content(prepared.rgb, prepared.opaque)
        return self._contents[key]

    def session(self, settings: PreviewSettings) -> Session:
        """Return the session that quantizes the pixels."""
        weight = settings.selection_weight if self.is_weighted else None
        if self._session is None or self._session[0] != weight:
            self._session = weight, Session(self.pixels, self.weights(settings), self.mask)
        return self._session[1]

    def weights(self, settings: PreviewSettings) -> AnyFloats | None:
        """Return the weights of the pixels; None if all are equal."""
        if self.selection is None or not self.is_weighted:
            return None
        return 1 + (settings.selection_weight - 1) / 255 * self.selection

    def histogram(self, settings: PreviewSettings) -> ColorHistogram:
        """Return the histogram of the opaque pixels, which may be empty."""
        prepared = settings.prepare_image(self.pixels, self.mask)
        weights = self.weights(settings)
        if weights is not None:
            weights = weights.reshape(-1) if prepared.opaque is None else weights[prepared.opaque]
        return ColorHistogram.unique(prepared.opaque_colors(), weights)


class PaletteSample:
    """The pixels that a palette is found for: one image, or several together."""

    def __init__(self, images: Sequence[SelectedImage]) -> None:
        self.images = images
        self._session: tuple[object, Session] | None = None

    def choose_dither(self, colors: Colors, settings: PreviewSettings) -> PreviewSettings:
        """Return the settings with an algorithm in place of automatic dithering."""
        if settings.mapping.get("dither") != AUTOMATIC:
            return settings
        content = merge_contents(image.content(settings) for image in self.images)
        if settings.palette is None:
            options = {**settings.design_options, **settings.mapping}
            chosen = choose_dither(QuantizeOptions(colors, **options), content).dither
        else:
            palette, mapping = Palette(settings.palette), CommonOptions(**settings.mapping)
            chosen = choose_mapping_dither(mapping, content, palette).dither
        return replace(settings, mapping={**settings.mapping, "dither": chosen})

    def find_palette(
        self, colors: Colors, settings: PreviewSettings, progress: Progress
    ) -> Palette:
        """Return the palette."""
        is_single = len(self.images) == 1
        session = self.images[0].session(settings) if is_single else self._joint_session(settings)
        mapping = dict(settings.mapping)
        if not is_single:
            mapping |= {"alpha": "threshold", "alpha_threshold": None, "matte": None}
        options = {**settings.design_options, **mapping, "progress": progress}
        # Which pixels are dithered does not change the palette.
        options.pop("dither_adaptive", None)
        order = options.get("order", "kept")
        if is_single or order not in BY_PIXEL:
            return session.palette(colors, **options)
        # Pixels of a column have no neighbours, so they are mapped without dithering.
        palette = session.palette(colors, **{**options, "order": "kept"})
        undithered = {**mapping, "dither": "none", "dither_adaptive": False}
        return session.map(palette, **undithered).sorted(order).palette

    def histogram(self, settings: PreviewSettings) -> ColorHistogram:
        """Return the histogram of all opaque pixels, which may be empty."""
        return merge_histograms(image.histogram(settings) for image in self.images)

    def find_elbow(self, settings: PreviewSettings, progress: Progress) -> Elbow:
        """Return the elbow curve of all images together."""
        histogram = self.histogram(settings)
        if not len(histogram):
            raise PixelsError("every pixel is transparent; lower `alpha_threshold`", "transparent")
        progress(0.2)
        most = MAX_COLORS
        if settings.reserves_transparent:
            most -= any(image.has_transparency(settings) for image in self.images)
        return measure_elbow(histogram, most, subprogress(progress, 0.2, 1.0))

    def _joint_session(self, settings: PreviewSettings) -> Session:
        """Return the session that quantizes all images as one column of pixels.

        Which pixels are opaque is decided in each image, before they are put together.
        """
        key = settings.alpha_options, settings.selection_weight
        if self._session is None or self._session[0] != key:
            weights = None
            if any(image.is_weighted for image in self.images):
                weights = np.concatenate([_weight_column(one, settings) for one in self.images])
            columns = [_pixel_column(image, settings) for image in self.images]
            self._session = key, Session(np.concatenate(columns), weights)
        return self._session[1]


def _pixel_column(image: SelectedImage, settings: PreviewSettings) -> Bytes:
    """Return the pixels as a column with binary alpha: (N, 1, 4)."""
    prepared = settings.prepare_image(image.pixels, image.mask)
    column = np.full((*prepared.shape, 4), 255, np.uint8)
    column[..., :3] = prepared.rgb
    if prepared.opaque is not None:
        column[~prepared.opaque, 3] = 0
    return column.reshape(-1, 1, 4)


def _weight_column(image: SelectedImage, settings: PreviewSettings) -> AnyFloats:
    """Return the weights of the pixels as a column: (N, 1)."""
    weights = image.weights(settings)
    if weights is None:
        weights = np.ones(image.pixels.shape[:2])
    return weights.reshape(-1, 1)
