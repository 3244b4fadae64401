"""Selected images: pixels, the selection over them, and the sample that makes a palette."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Mask
from ..ordering import BY_PIXEL
from ..palette import Palette
from ..progress import Progress
from ..result import Quantized
from ..session import Session
from .settings import Colors, PreviewSettings

Weights: TypeAlias = NDArray[np.floating]

# A pixel is selected where the selection has at least this value.
HALF = 128


class SelectedImage:
    """An image and the selection over it, quantized again and again as settings change.

    Parameters
    ----------
    pixels : (H, W, 3) or (H, W, 4) ndarray of uint8
        sRGB, with straight alpha.
    selection : (H, W) ndarray of uint8, or None
        How much each pixel is selected; None where the selection does not matter.
    use : {"only", "more"}
        Whether pixels that are not selected are left out, or the selection is a weight.
    """

    def __init__(self, pixels: Bytes, selection: Bytes | None = None, use: str = "only") -> None:
        self.pixels, self.selection = pixels, selection
        self.is_cut = selection is not None and use == "only"
        self.is_weighted = selection is not None and use == "more"
        self._session: tuple[object, Session] | None = None
        self._transparency: dict[tuple[Any, ...], bool] = {}

    @property
    def selected(self) -> Mask:
        """Which pixels are quantized: (H, W)."""
        if self.selection is None or not self.is_cut:
            return np.broadcast_to(np.True_, self.pixels.shape[:2])
        return self.selection >= HALF

    def has_transparency(self, settings: PreviewSettings) -> bool:
        """Return whether some of the pixels will be transparent."""
        key = settings.alpha_options
        if key not in self._transparency:
            settled = settings.mapping_options.settle(self.masked_pixels(settings))
            self._transparency[key] = settled.opaque is not None
        return self._transparency[key]

    def quantize(self, colors: Colors, settings: PreviewSettings, progress: Progress) -> Quantized:
        """Return the image in its own best colours."""
        session, mapping = self.session(settings)
        return session.quantize(colors, progress=progress, **settings.design_options, **mapping)

    def map(self, palette: Palette, settings: PreviewSettings, progress: Progress) -> Quantized:
        """Return the image in the colours of a palette."""
        session, mapping = self.session(settings)
        return session.map(palette, strict=settings.strict, progress=progress, **mapping)

    def session(self, settings: PreviewSettings) -> tuple[Session, dict[str, Any]]:
        """Return the session that quantizes the pixels, and the options that map them."""
        mapping = dict(settings.mapping)
        # With this threshold all pixels are opaque; alpha is then free for the selection.
        is_filled = self.is_cut and mapping["alpha_threshold"] == 0
        key = (
            is_filled,
            is_filled and mapping["matte"],
            self.is_weighted and settings.selection_weight,
        )
        if self._session is None or self._session[0] != key:
            session = Session(self.masked_pixels(settings), self.weights(settings))
            self._session = key, session
        if is_filled:
            mapping["alpha_threshold"] = None
        return self._session[1], mapping

    def masked_pixels(self, settings: PreviewSettings) -> Bytes:
        """Return the pixels; those that are not selected are transparent if they are left out."""
        if self.selection is None or not self.is_cut:
            return self.pixels
        pixels = np.empty((*self.pixels.shape[:2], 4), np.uint8)
        if settings.mapping["alpha_threshold"] == 0:
            pixels[..., :3] = settings.mapping_options.settle(self.pixels).rgb
            alpha: Bytes | int = 255
        else:
            pixels[..., :3] = self.pixels[..., :3]
            alpha = self.pixels[..., 3] if self.pixels.shape[2] == 4 else 255
        pixels[..., 3] = np.where(self.selected, alpha, 0)
        return pixels

    def weights(self, settings: PreviewSettings) -> Weights | None:
        """Return how much each pixel counts in the palette; None where all count the same."""
        if self.selection is None or not self.is_weighted:
            return None
        return 1 + (settings.selection_weight - 1) / 255 * self.selection


class PaletteSample:
    """The pixels that a palette is found for: one image, or several together.

    Parameters
    ----------
    images : sequence of SelectedImage
    """

    def __init__(self, images: Sequence[SelectedImage]) -> None:
        self.images = images
        self._session: tuple[object, Session] | None = None

    def find_palette(
        self, colors: Colors, settings: PreviewSettings, progress: Progress
    ) -> Palette:
        """Return the palette."""
        if len(self.images) == 1:
            session, mapping = self.images[0].session(settings)
        else:
            session, mapping = self._joint_session(settings)
        options = {**settings.design_options, **mapping, "progress": progress}
        del options["dither_adaptive"]  # which pixels are dithered does not change the palette
        order = options["order"]
        if len(self.images) == 1 or order not in BY_PIXEL:
            return session.palette(colors, **options)
        # Pixels of a column have no neighbours, so they are mapped without dithering.
        palette = session.palette(colors, **{**options, "order": "kept"})
        undithered = {**mapping, "dither": "none", "dither_adaptive": False}
        return session.map(palette, **undithered).sorted(order).palette

    def _joint_session(self, settings: PreviewSettings) -> tuple[Session, dict[str, Any]]:
        """Return the session that quantizes all images as one column, and its options.

        Which pixels are opaque is decided in each image, before they are put together.
        """
        key = settings.alpha_options, settings.selection_weight
        if self._session is None or self._session[0] != key:
            weights = None
            if any(image.is_weighted for image in self.images):
                weights = np.concatenate([_weight_column(one, settings) for one in self.images])
            columns = [_pixel_column(image, settings) for image in self.images]
            self._session = key, Session(np.concatenate(columns), weights)
        binary = {"alpha_threshold": None, "alpha_dither": False, "matte": None}
        return self._session[1], {**settings.mapping, **binary}


def _pixel_column(image: SelectedImage, settings: PreviewSettings) -> Bytes:
    """Return the pixels as a column with binary alpha: (N, 1, 4)."""
    settled = settings.mapping_options.settle(image.masked_pixels(settings))
    column = np.full((*settled.shape, 4), 255, np.uint8)
    column[..., :3] = settled.rgb
    if settled.opaque is not None:
        column[~settled.opaque, 3] = 0
    return column.reshape(-1, 1, 4)


def _weight_column(image: SelectedImage, settings: PreviewSettings) -> Weights:
    """Return the weights of the pixels as a column: (N, 1)."""
    weights = image.weights(settings)
    if weights is None:
        weights = np.ones(image.pixels.shape[:2])
    return weights.reshape(-1, 1)
