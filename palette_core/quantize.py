"""The pipeline: pixels, alpha, histogram, design, order, mapping or dithering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from . import options
from .colorspaces import by_luminance
from .comparison import Comparison
from .design import METHODS, Design, for_dithering
from .dither import dithered
from .errors import PaletteError, PixelsError
from .histogram import ColorHistogram
from .lookup import look_up
from .options import MAX_COLORS, Options
from .palette import Palette
from .pixels import Bytes, Mask, Pixels, spread
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
        return Pixels(self.palette.colors[self.indices], self.opaque).to_array()

    def to_image(self, *, transparent_index: str = "last") -> Image:
        """Give the picture as a PIL image of mode "P".

        Parameters
        ----------
        transparent_index : {"first", "last"}, default "last"
            The place of the transparent pixels' entry in the image's palette.

            - "last" is behind the colours, so that the image has `indices`.
            - "first" is before them, so that every index in the image is one higher than in
              `indices`: that is where sprites of game consoles have it.

            `palette` and `indices` stay as they are. Where `opaque` is None there is no such entry.

        Returns
        -------
        PIL.Image.Image
            Its palette is `palette`, in its order. Where pixels are transparent, one more entry
            is theirs, black, and named by ``info["transparency"]``.

        Raises
        ------
        OptionError
            If `transparent_index` is none of these.
        PixelsError
            If these are loose colours.
        PaletteError
            If there are 256 colours and transparent pixels, which takes 257 entries.
        """
        from PIL import Image

        options.check_transparent_index(transparent_index)
        if self.indices.ndim != 2:
            raise PixelsError("loose colours are no picture; give quantize() an (H, W, 3) array")
        entries, indices = self.palette.colors, self.indices
        if self.opaque is not None:
            if len(entries) == MAX_COLORS:
                raise PaletteError(
                    f"{MAX_COLORS} colours leave no entry for the transparent pixels, expected at "
                    f"most {MAX_COLORS - 1}; take one colour out of the palette"
                )
            first = transparent_index == "first"
            transparent = 0 if first else len(entries)
            indices = np.where(self.opaque, indices + np.uint8(first), np.uint8(transparent))
            entries = np.insert(entries, transparent, 0, axis=0)
        image = Image.fromarray(indices)
        image.putpalette(entries.tobytes())
        if self.opaque is not None:
            image.info["transparency"] = transparent
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
    lightness_weight: float = 1.0,
    dither: str = "none",
    dither_strength: float = 0.75,
    dither_adaptive: bool = False,
    alpha_threshold: int | None = None,
    alpha_dither: bool = False,
    matte: ArrayLike | None = None,
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
    space : {"srgb", "linear", "oklab", "cielab"}, default "srgb"
        The colour space in which pixels and entries are compared, and in which dithering mixes
        them: "srgb", "linear" light, "oklab" [5]_, or "cielab" of 1976 under D65. "kmeans" and
        "variance-cut" design the palette in it too, the other methods design in sRGB.
    lightness_weight : float, default 1.0
        The difference in lightness counts this many times in the comparison, 0.1 to 10: 1 is the
        space as it is. Lightness is L in "oklab" and "cielab", luma in "srgb", luminance in
        "linear".
    dither : {"none", "floyd-steinberg", "jarvis-judice-ninke", "stucki", "burkes", "sierra", \
"sierra-lite", "atkinson", "bayer-2", "bayer-4", "bayer-8", "bayer-16", "blue-noise"}, \
default "none"
        The dithering. The first seven after "none" pass on what a pixel's entry misses to pixels
        at its right and below. The others lay a mask over the picture, so that the index of a
        pixel depends on its colour, its place and the palette alone. A picture whose every colour
        is in the palette has nothing to dither. Loose colours have no neighbours, and cannot be
        dithered. "kmeans" finds another palette for dithering than without it, one whose mixes are
        nearest to the colours [6]_.
    dither_strength : float, default 0.75
        How much of the error is passed on, or how freely entries are mixed, 0 to 1. With 0 every
        pixel gets its nearest entry; 1 has the truest mean, and the most noise.
    dither_adaptive : bool, default False
        Whether areas that the palette matches closely without dithering are left alone.
    alpha_threshold : int, optional
        A pixel is opaque where its alpha is at least this, 0 to 255; by default 128, and 1 with a
        matte. Transparent pixels have no vote in the palette.
    alpha_dither : bool, default False
        Whether a mask of blue noise says which half-transparent pixels are opaque, so that soft
        edges look soft. The share of the opaque ones rises from none at alpha 0 to half at the
        threshold, here 1 to 254, and to all at alpha 255. A pixel's opacity depends on its alpha
        and its place alone.
    matte : "#rrggbb" or (3,) array_like of integers, optional
        The colour of the background that the picture is for. Pixels with an alpha from 1 to 254
        are laid over it and become opaque, those with alpha 0 stay transparent, as GIMP's
        Semi-Flatten has it; with a higher threshold more stay transparent, with 0 none. The
        blending is that of browsers, in sRGB values; GIMP's is in linear light. It cannot go with
        `alpha_dither`.
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
        If the array is no picture, every pixel of it is transparent, or loose colours are to be
        dithered.
    OptionError, UnknownOptionError
        If an option's value is not valid, or the option does not exist.

    References
    ----------
    .. [1] P. R. H. Väänänen, Palette Programming, 2026, chapter 2.
    .. [2] X. Wu, Efficient statistical computations for optimal color quantization, Graphics Gems
       II, 1991.
    .. [3] P. Heckbert, Color image quantization for frame buffer display, SIGGRAPH 1982.
    .. [4] D. Arthur, S. Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
    .. [5] B. Ottosson, A perceptual color space for image processing, 2020.
    .. [6] After J. Puzicha, M. Held, J. Ketterer, J. M. Buhmann, D. W. Fellner, On spatial
       quantization of color images, IEEE Trans. Image Processing 9, 2000.

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
        lightness_weight=lightness_weight,
        dither=dither,
        dither_strength=dither_strength,
        dither_adaptive=dither_adaptive,
        alpha_threshold=alpha_threshold,
        alpha_dither=alpha_dither,
        matte=matte,
        seed=seed,
    )
    picture = _picture_to_dither(pixels, chosen)
    histogram = _histogram(picture)
    design = design_colors(histogram, picture, chosen, part(progress, 0.0, 0.8))
    palette = Palette(design.colors)
    if design.labels is None or not _is_plain(chosen):
        after = part(progress, 0.8, 1.0)
        quantized = _map(picture, palette, chosen, after, histogram.colors)
    else:
        entries = design.labels.astype(np.uint8, copy=False)
        if not METHODS[method].every_pixel:
            entries = look_up(picture.visible(), histogram.colors, entries)
        indices = spread(entries, picture.opaque).reshape(picture.shape)
        quantized = Quantized(palette, indices, picture.opaque)
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
    lightness_weight: float = 1.0,
    dither: str = "none",
    dither_strength: float = 0.75,
    alpha_threshold: int | None = None,
    alpha_dither: bool = False,
    matte: ArrayLike | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Palette:
    """Find a palette for a picture.

    Parameters
    ----------
    pixels, colors, method, init, effort, space, lightness_weight : optional
    dither, dither_strength, alpha_threshold, alpha_dither, matte, seed, progress : optional
        As for `quantize`. Nothing is dithered here: the palette is found for it.

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
        lightness_weight=lightness_weight,
        dither=dither,
        dither_strength=dither_strength,
        alpha_threshold=alpha_threshold,
        alpha_dither=alpha_dither,
        matte=matte,
        seed=seed,
    )
    picture = chosen.settle(pixels)
    design = design_colors(_histogram(picture), picture, chosen, part(progress, 0.0, 0.9))
    palette = Palette(design.colors)
    progress(1.0)
    return palette


@options.refuse_unknown
def map_pixels(
    pixels: ArrayLike,
    palette: Palette | ArrayLike,
    *,
    space: str = "srgb",
    lightness_weight: float = 1.0,
    dither: str = "none",
    dither_strength: float = 0.75,
    dither_adaptive: bool = False,
    alpha_threshold: int | None = None,
    alpha_dither: bool = False,
    matte: ArrayLike | None = None,
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
    space, lightness_weight, dither, dither_strength, dither_adaptive : optional
    alpha_threshold, alpha_dither, matte, progress : optional
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
    chosen = Options(
        space=space,
        lightness_weight=lightness_weight,
        dither=dither,
        dither_strength=dither_strength,
        dither_adaptive=dither_adaptive,
        alpha_threshold=alpha_threshold,
        alpha_dither=alpha_dither,
        matte=matte,
    )
    progress(0.0)
    quantized = _map(_picture_to_dither(pixels, chosen), palette, chosen, progress)
    progress(1.0)
    return quantized


def _picture_to_dither(pixels: ArrayLike, chosen: Options) -> Pixels:
    """Settle what is opaque, and check that the dithering can do with the pixels."""
    picture = chosen.settle(pixels)
    if len(picture.shape) == 1 and chosen.dither != "none":
        raise PixelsError(
            "loose colours have no neighbours to dither with, expected an (H, W, 3) picture; "
            'give one, or dither="none"'
        )
    return picture


def _histogram(picture: Pixels) -> ColorHistogram:
    """Count the colours of the opaque pixels."""
    visible = picture.visible()
    if not len(visible):
        raise PixelsError(
            "every pixel is transparent, expected at least one opaque pixel; lower the alpha "
            "threshold or give the picture a background"
        )
    return ColorHistogram.unique(visible)


def design_colors(
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
        space=chosen.color_space,
        init=chosen.init,
        effort=chosen.effort,
        seed=chosen.seed,
        progress=part(progress, 0.1, 1.0),
    )
    if method.for_dithering and chosen.dither != "none":
        moved = for_dithering(design.colors, histogram, chosen.color_space, chosen.dither_strength)
        return Design(by_luminance(moved))
    # Labels refer to the order that the method gave, which is then part of its result.
    return design if design.labels is not None else Design(by_luminance(design.colors))


def _is_plain(chosen: Options) -> bool:
    """Tell whether pixels get their nearest entry in sRGB, which is what labels are made of."""
    return chosen.color_space.is_srgb and chosen.dither == "none"


def _map(
    picture: Pixels,
    palette: Palette,
    chosen: Options,
    progress: Progress,
    used: Bytes | None = None,
) -> Quantized:
    """Give every opaque pixel an entry; `used` are the unique colours where known."""
    indices = dithered(
        picture.rgb,
        Comparison(palette.colors, chosen.color_space),
        chosen.dither,
        strength=chosen.dither_strength,
        adaptive=chosen.dither_adaptive,
        opaque=picture.opaque,
        seen=picture.seen,
        used=used,
        progress=progress,
    )
    return Quantized(palette, indices, picture.opaque)
