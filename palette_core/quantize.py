"""The pipeline: pixels, histogram, design, order, mapping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from . import options
from .colorspaces import by_luminance
from .design import METHODS, Design
from .errors import PaletteError, PixelsError
from .histogram import ColorHistogram
from .mapping import look_up, map_colors
from .nearest import nearest
from .options import MAX_COLORS, Options
from .palette import Palette
from .pixels import Bytes, Mask, Pixels
from .progress import Progress, part, silent

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, eq=False)
class Quantized:
    """A picture in palette colours.

    Attributes
    ----------
    palette : Palette
        At most 256 colours.
    indices : (H, W) ndarray of uint8
        The index map: the palette entry of every pixel, 0 where it is transparent. (N,) for loose
        colours.
    opaque : (H, W) ndarray of bool, or None
        Which pixels are opaque; None where all of them are.
    """

    palette: Palette
    indices: Bytes
    opaque: Mask | None

    def to_array(self) -> Bytes:
        """Give the picture in palette colours.

        Returns
        -------
        (H, W, 3) ndarray of uint8, or (H, W, 4) where `opaque` is not None
            sRGB; transparent pixels are all 0. (N, 3) for loose colours.
        """
        rgb = self.palette.colors[self.indices]
        if self.opaque is None:
            return rgb
        alpha = np.where(self.opaque, 255, 0).astype(np.uint8)
        return np.dstack([np.where(self.opaque[..., np.newaxis], rgb, 0).astype(np.uint8), alpha])

    def to_image(self) -> Image:
        """Give the picture as a PIL image of mode "P".

        Returns
        -------
        PIL.Image.Image
            Its palette is `palette`, in its order. Where pixels are transparent, one more entry
            behind those is theirs, and named by ``info["transparency"]``.

        Raises
        ------
        PixelsError
            If these are loose colours.
        PaletteError
            If there are 256 colours and transparent pixels, which takes 257 entries.
        """
        from PIL import Image

        if self.indices.ndim != 2:
            raise PixelsError("loose colours are no picture; give quantize() an (H, W, 3) array")
        entries, indices = self.palette.colors, self.indices
        if self.opaque is not None:
            if len(entries) == MAX_COLORS:
                raise PaletteError(
                    f"{MAX_COLORS} colours leave no entry for the transparent pixels, expected at "
                    f"most {MAX_COLORS - 1}; take one colour out of the palette"
                )
            indices = np.where(self.opaque, indices, np.uint8(len(entries)))
            entries = np.vstack([entries, np.zeros((1, 3), np.uint8)])
        image = Image.fromarray(indices)
        image.putpalette(entries.tobytes())
        if self.opaque is not None:
            image.info["transparency"] = len(entries) - 1
        return image


@options.refuse_unknown
def quantize(
    pixels: ArrayLike,
    colors: int = 16,
    *,
    method: str = "kmeans",
    init: str = "auto",
    effort: str = "balanced",
    space: str = "srgb",
    dither: str = "none",
    dither_strength: float = 1.0,
    alpha_threshold: int = 128,
    seed: int = 0,
    progress: Progress = silent,
) -> Quantized:
    """Find a palette for a picture, and put the picture into its colours.

    Parameters
    ----------
    pixels : array_like of uint8
        sRGB: (H, W, 3), (H, W, 4) with straight alpha, (H, W) grey, or (N, 3) loose colours.
    colors : int, default 16
        How many colours at most, 1 to 256. Where pixels are transparent at most 255 are used: the
        256th entry of an indexed picture is theirs.
    method : {"kmeans", "variance-cut", "wu", "median-cut", "sklearn-kmeans", "sklearn-minibatch"}
        How to find the colours, by default "kmeans". In all methods but "sklearn-kmeans" the
        palette goes from dark to light, and every pixel gets its nearest entry.

        - "kmeans" clusters the unique colours, weighted by their counts.
        - "variance-cut" is its start alone: clusters are divided from the top down, which is
          faster and less exact.
        - "wu" [2]_ and "median-cut" [3]_ cut boxes of colours in two: Wu the one of the largest
          squared error, where that falls most; Heckbert the one of the most pixels, at their
          median.
        - "sklearn-kmeans" is the book's script [1]_: all pixels, each in the colour of its
          cluster, in the order of the clusters.
        - "sklearn-minibatch" is scikit-learn's k-means on draws from the unique colours, which
          the book names for large pictures.
    init : {"auto", "k-means++", "k-means++-single", "random", "variance-cut"}, default "auto"
        Where "kmeans", "sklearn-kmeans" and "sklearn-minibatch" take their first guess of the
        centres from; the other methods have none, and take "auto" only.

        - "auto" is "variance-cut" for "kmeans", and "k-means++" for the other two.
        - "k-means++" draws colours far from each other [4]_, for each centre the best of several.
        - "k-means++-single" draws one colour for each centre.
        - "random" draws pixels, ten times, and keeps the best draw: as it is after a few steps in
          "kmeans", after all of them in "sklearn-kmeans", before them in "sklearn-minibatch".
        - "variance-cut" takes what the method of this name finds.
    effort : {"fast", "balanced", "high", "best"}, default "balanced"
        How hard "kmeans" tries: more is slower, and never worse.
    space : {"srgb"}, default "srgb"
        The colour space of design and mapping.
    dither : {"none"}, default "none"
        The dithering.
    dither_strength : float, default 1.0
        Its strength, 0 to 1.
    alpha_threshold : int, default 128
        A pixel is opaque where its alpha is at least this, 0 to 255. Transparent pixels have no
        vote in the palette.
    seed : int, default 0
        Seed of the random draws, 0 to 2**32 - 1. The same input, options and seed give the same
        result.
    progress : callable, optional
        Gets fractions from 0 to 1, and may raise an exception to stop the work.

    Returns
    -------
    Quantized
        A picture with no more unique colours than `colors` keeps them exactly.

    Raises
    ------
    PixelTypeError, PixelsError
        If the array is no picture, or every pixel of it is transparent.
    OptionError, UnknownOptionError
        If an option's value is not valid, or the option does not exist.

    References
    ----------
    .. [1] P. R. H. Väänänen, Palette Programming, 2026, chapter 2.
    .. [2] X. Wu, Efficient statistical computations for optimal color quantization, Graphics Gems
       II, 1991.
    .. [3] P. Heckbert, Color image quantization for frame buffer display, SIGGRAPH 1982.
    .. [4] D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.

    Examples
    --------
    >>> import numpy as np
    >>> ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    >>> quantized = quantize(ramp, 4)
    >>> len(quantized.palette), quantized.indices.shape
    (4, (16, 16))
    """
    chosen = Options(
        colors=colors,
        method=method,
        init=init,
        effort=effort,
        space=space,
        dither=dither,
        dither_strength=dither_strength,
        alpha_threshold=alpha_threshold,
        seed=seed,
    )
    picture = Pixels.from_array(pixels, alpha_threshold)
    histogram = _histogram(picture)
    design = _design(histogram, picture, chosen, part(progress, 0.0, 0.8))
    if design.labels is not None and METHODS[method].every_pixel:
        entries = design.labels
    else:
        entries = _entries(picture, histogram, design)
    quantized = _spread(entries.astype(np.uint8, copy=False), Palette(design.colors), picture)
    progress(1.0)
    return quantized


@options.refuse_unknown
def find_palette(
    pixels: ArrayLike,
    colors: int = 16,
    *,
    method: str = "kmeans",
    init: str = "auto",
    effort: str = "balanced",
    space: str = "srgb",
    alpha_threshold: int = 128,
    seed: int = 0,
    progress: Progress = silent,
) -> Palette:
    """Find a palette for a picture.

    Parameters
    ----------
    pixels, colors, method, init, effort, space, alpha_threshold, seed, progress
        As for `quantize`.

    Returns
    -------
    Palette
        The palette that `quantize` gives with these options.

    Raises
    ------
    PixelTypeError, PixelsError, OptionError, UnknownOptionError
        As `quantize` raises them.
    """
    chosen = Options(
        colors=colors,
        method=method,
        init=init,
        effort=effort,
        space=space,
        alpha_threshold=alpha_threshold,
        seed=seed,
    )
    picture = Pixels.from_array(pixels, alpha_threshold)
    design = _design(_histogram(picture), picture, chosen, part(progress, 0.0, 0.9))
    palette = Palette(design.colors)
    progress(1.0)
    return palette


@options.refuse_unknown
def map_pixels(
    pixels: ArrayLike,
    palette: Palette | ArrayLike,
    *,
    space: str = "srgb",
    dither: str = "none",
    dither_strength: float = 1.0,
    alpha_threshold: int = 128,
    progress: Progress = silent,
) -> Quantized:
    """Put a picture into the colours of a given palette.

    Parameters
    ----------
    pixels : array_like of uint8
        As for `quantize`.
    palette : Palette, or (K, 3) array_like of integers
        1 to 256 colours. Their order is kept, as are duplicates and colours that no pixel takes;
        of equally near colours a pixel takes the first.
    space, dither, dither_strength, alpha_threshold, progress
        As for `quantize`.

    Returns
    -------
    Quantized

    Raises
    ------
    PaletteError
        If the palette has no colour or more than 256.
    PixelTypeError, PixelsError, OptionError, UnknownOptionError
        As `quantize` raises them.
    """
    if not isinstance(palette, Palette):
        palette = Palette(palette)
    if not 1 <= len(palette) <= MAX_COLORS:
        raise PaletteError(f"the palette has {len(palette)} colours, expected 1 to {MAX_COLORS}")
    Options(  # for its checks
        space=space,
        dither=dither,
        dither_strength=dither_strength,
        alpha_threshold=alpha_threshold,
    )
    progress(0.0)
    picture = Pixels.from_array(pixels, alpha_threshold)
    quantized = _spread(map_colors(picture.visible(), palette.colors), palette, picture)
    progress(1.0)
    return quantized


def _histogram(picture: Pixels) -> ColorHistogram:
    """Count the colours of the opaque pixels."""
    visible = picture.visible()
    if not len(visible):
        raise PixelsError(
            "every pixel is transparent, expected at least one opaque pixel; lower the alpha "
            "threshold or give the picture a background"
        )
    return ColorHistogram.unique(visible)


def _design(
    histogram: ColorHistogram, picture: Pixels, chosen: Options, progress: Progress
) -> Design:
    """Find the colours, in their order."""
    progress(0.0)
    count = chosen.colors if picture.opaque is None else min(chosen.colors, MAX_COLORS - 1)
    method = METHODS[chosen.method]
    if len(histogram) <= count:
        return Design(by_luminance(histogram.colors))
    if method.every_pixel:
        histogram = ColorHistogram.every_pixel(picture.visible())
    progress(0.1)
    design = method.design(
        histogram,
        count,
        init=chosen.init,
        effort=chosen.effort,
        seed=chosen.seed,
        progress=part(progress, 0.1, 1.0),
    )
    # Labels refer to the order that the method gave, which is then part of its result.
    return design if design.labels is not None else Design(by_luminance(design.colors))


def _entries(picture: Pixels, histogram: ColorHistogram, design: Design) -> Bytes:
    """Give every opaque pixel its nearest entry, of which the design may know the bins'."""
    if design.labels is None:
        labels = nearest(histogram.colors, design.colors)
    else:
        labels = design.labels.astype(np.uint8, copy=False)
    return look_up(picture.visible(), histogram.colors, labels)


def _spread(labels: Bytes, palette: Palette, picture: Pixels) -> Quantized:
    """Put the opaque pixels' entries back into the picture's shape."""
    if picture.opaque is None:
        return Quantized(palette, labels.reshape(picture.shape), None)
    indices = np.zeros(picture.shape, np.uint8)
    indices[picture.opaque] = labels
    return Quantized(palette, indices, picture.opaque)
