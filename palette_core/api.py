"""Quantizing: the functions that users call, and all of their options. `pipeline` does the work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from numpy.typing import ArrayLike

from . import validation
from .image.pixels import PixelsLike
from .options import Locked, Options
from .palette import Palette
from .pipeline import mapped, palette_of, palette_to_map, quantized
from .progress import Progress, no_progress
from .result import Quantized
from .subject import Subject


@validation.refuse_unknown
def quantize(
    pixels: PixelsLike,
    colors: int | Literal["auto"] = 16,
    *,
    target_psnr: float | None = None,
    target_delta_e: float | None = None,
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
    order: str = "kept",
    locked: Palette | Iterable[Locked] = (),
    start: Palette | ArrayLike | None = None,
    weights: ArrayLike | None = None,
    mask: ArrayLike | None = None,
    rare: float = 0.0,
    grid: str | int | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Quantized:
    """Find a palette for a picture, and put the picture into its colours.

    Parameters
    ----------
    pixels : array_like of uint8, or PIL.Image.Image
        sRGB: (H, W, 3), (H, W, 4) with straight alpha, (H, W) grey, or (N, 3) loose colours. A
        Pillow image counts by its mode, palette, transparency and colour profile, and upright as
        its EXIF data says. Do not pass ``np.asarray(image)`` of an indexed image: these are
        indices, which would be taken for greys.
    colors : int or "auto", default 16
        How many colours at most, 1 to 256. Where pixels are transparent at most 255 are used: the
        256th entry of an indexed picture is theirs. "auto" is as few as reach a target, of which
        it takes one: with one colour less, this method at this effort misses it. It is never less
        than `locked` needs places for, and cannot go with `start`.
    target_psnr : float, optional
        With "auto", the least `psnr` in dB, 0 to 100, that `compare` is to measure where every
        pixel has its nearest entry. Dithering trades this error for detail: it does not count
        here, so that a picture gets the same number of colours with and without it. Nor do
        `weights` and `rare`, which change the palette: it is the error of all pixels alike.
    target_delta_e : float, optional
        The same by the mean colour difference: the greatest `delta_e`, 0 to 100; 0 is no loss.
    method : {"kmeans", "variance-cut", "wu", "median-cut", "sklearn-kmeans", "sklearn-minibatch"}
        How to find the colours, by default "kmeans". In all methods but "sklearn-kmeans" the
        palette goes from dark to light, unless `locked` or `start` say where entries are, and
        every pixel gets its nearest entry.

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
        In "oklab" greys stay grey on palettes of neutrals and vivid colours, though some of the
        latter are nearer.
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
        nearest to the colours [6]_; locked colours and what is kept of a start stay where they are.
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
    order : {"kept", "luminance", "hue", "tour", "popularity", "appearance"}, default "kept"
        Which entry comes first; every order gives the same picture.

        - "kept" is that of the method: from dark to light in all but "sklearn-kmeans".
        - "luminance" goes from dark to light.
        - "hue" has the greys first, from dark to light, and then the colours from red over yellow,
          green and blue to purple, by the angle of their hue in Oklab from 0. A grey has a chroma
          below 0.02 there.
        - "tour" goes from the darkest entry on a short path through Oklab [7]_, so that neighbours
          look alike.
        - "popularity" goes from the entry of most pixels to that of fewest, in the result as it is
          dithered.
        - "appearance" is the order in which the result's pixels meet them, row by row; entries
          that no pixel has come last.
    locked : Palette, or sequence of colours, optional
        Colours that are in the palette whatever the picture: "#rrggbb" or (3,) integers, and with
        an index "#rrggbb@INDEX" or ``((red, green, blue), index)``. They stay exactly as they are,
        used or not. Each takes one of the entries; "kmeans" designs the others around them, without
        dithering never worse than as many designed alone. Those with an index have it, 0 to
        `colors` - 1, and the rest take the first free ones in the order given. Before a locked
        index that few colours do not reach, places are filled with a colour that is not in the
        palette yet. Only for "kmeans".
    start : Palette, or (S, 3) array_like of integers, optional
        An earlier palette, whose entries stay exactly as they are, at their index, as long as they
        serve: an entry is given up if the squared error falls by more than a tenth of what an
        entry has of it on average, be it by the mean of its cluster, or because its cluster can do
        with the next entry while a new one gains that much elsewhere. With dithering those that
        are new move to where mixes are best, or back to one that was given up where that costs no
        more than such a gain. Entries that are new have the index of the nearest one that was given
        up. Of a palette of more than `colors` entries those go first that are missed least; to one
        of fewer some are added behind. Only for "kmeans", which then searches less widely: as a
        first guess for another picture it is some hundredths worse than none. So `locked` and
        `grid` are kept to with a start too, but "never worse than" does not hold for them then.
        It takes the place of `init`.
    weights : (H, W) array_like of float, optional
        How much each pixel counts in the design of the palette, at least 0; (N,) for loose colours.
        They change nothing in the mapping. Not for "sklearn-kmeans".
    mask : (H, W) array_like of bool, optional
        The pixels to quantize, such as those of a selection; (N,) for loose colours. The others
        are transparent whatever `alpha_threshold`, `alpha_dither` and `matte` say: they are not
        counted, get no entry, and are not `opaque` in the result.
    rare : float, default 0.0
        How much rare colours count beside the others, 0 to 1: a colour of n pixels, or of the
        weight n, counts as ``n ** (1 - rare)``. With 0 every pixel counts the same, with 1 every
        colour. Not for "sklearn-kmeans".
    grid : {"rgb332", "rgb444", "rgb555", "rgb565"} or int, optional
        The colours that a display can show, by its bits for red, green and blue, or by as many for
        each, 1 to 8: entries are chosen from those, which without dithering is never worse than to
        move them there afterwards. The level v of n bits is ``v * 255 / (2**n - 1)``, rounded.
        Entries that are locked stay what they are, on the grid or not. Only for "kmeans".
    seed : int, default 0
        Seed of the random draws, 0 to 2**32 - 1. The same input, options and seed give the same
        result.
    progress : callable, optional
        Gets fractions from 0 to 1, and may raise an exception to stop the work.

    Returns
    -------
    Quantized
        A picture with no more unique colours than `colors` keeps them exactly, unless `locked`
        takes the entries or `grid` has other colours.

    Raises
    ------
    PixelTypeError, PixelsError
        If the array is no picture, every pixel of it is transparent, loose colours are to be
        dithered, the mask or the weights have another shape, or the weights are all 0.
    OptionError, UnknownOptionError
        If an option's value is not valid, or the option does not exist. Among others if more
        colours are locked than there are entries, or two at one index; with transparent pixels
        there are 255 at most.
    TargetError
        If no number of colours up to 256 reaches the target; it names the best that can be had.

    References
    ----------
    .. [1] Pekka Väänänen, Palette Programming, 2026, chapter 2.
    .. [2] Xiaolin Wu, Efficient statistical computations for optimal color quantization, Graphics
       Gems II, 1991.
    .. [3] Paul Heckbert, Color image quantization for frame buffer display, SIGGRAPH 1982.
    .. [4] David Arthur, Sergei Vassilvitskii, k-means++: the advantages of careful seeding, SODA
       2007.
    .. [5] Björn Ottosson, A perceptual color space for image processing, 2020.
    .. [6] After J. Puzicha, M. Held, J. Ketterer, J. M. Buhmann, D. W. Fellner, On spatial
       quantization of color images, IEEE Trans. Image Processing 9, 2000.
    .. [7] By the exchanges of G. A. Croes, A method for solving traveling-salesman problems, 1958,
       and I. Or, thesis, Northwestern University, 1976.

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
        target_psnr=target_psnr,
        target_delta_e=target_delta_e,
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
        order=order,
        locked=locked,
        start=start,
        weights=weights,
        mask=mask,
        rare=rare,
        grid=grid,
        seed=seed,
    )
    return quantized(Subject(pixels), chosen, progress)


@validation.refuse_unknown
def find_palette(
    pixels: PixelsLike,
    colors: int | Literal["auto"] = 16,
    *,
    target_psnr: float | None = None,
    target_delta_e: float | None = None,
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
    order: str = "kept",
    locked: Palette | Iterable[Locked] = (),
    start: Palette | ArrayLike | None = None,
    weights: ArrayLike | None = None,
    mask: ArrayLike | None = None,
    rare: float = 0.0,
    grid: str | int | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Palette:
    """Find a palette for a picture.

    Parameters
    ----------
    pixels, colors, target_psnr, target_delta_e, method, init, effort, space : optional
    lightness_weight, dither, dither_strength, alpha_threshold, alpha_dither : optional
    matte, order, locked, start, weights, mask, rare, grid, seed, progress : optional
        As for `quantize`. The dithering is what the palette is found for; only for an order by
        pixels it is done.

    Returns
    -------
    Palette
        The palette that `quantize` gives with these options.

    Raises
    ------
    PixelTypeError, PixelsError, OptionError, UnknownOptionError, TargetError
        As `quantize` raises them.
    """
    chosen = Options(
        colors=colors,
        target_psnr=target_psnr,
        target_delta_e=target_delta_e,
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
        order=order,
        locked=locked,
        start=start,
        weights=weights,
        mask=mask,
        rare=rare,
        grid=grid,
        seed=seed,
    )
    return palette_of(Subject(pixels), chosen, progress)


@validation.refuse_unknown
def map_pixels(
    pixels: PixelsLike,
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
    mask: ArrayLike | None = None,
    strict: bool = False,
    progress: Progress = no_progress,
) -> Quantized:
    """Put a picture into the colours of a given palette.

    Parameters
    ----------
    pixels : array_like of uint8, or PIL.Image.Image
        As for `quantize`.
    palette : Palette, or (K, 3) array_like of integers
        1 to 256 colours. Their order is kept, as are duplicates and colours that no pixel takes;
        of equally near colours a pixel takes the first.
    space, lightness_weight, dither, dither_strength, dither_adaptive : optional
    alpha_threshold, alpha_dither, matte, mask, progress : optional
        As for `quantize`.
    strict : bool, default False
        Whether every opaque pixel has to have one of the palette's colours already. Then nothing
        is left to dither.

    Returns
    -------
    Quantized

    Raises
    ------
    PaletteError
        If the palette has no colour or more than 256.
    ForeignColorError
        If `strict` is True and the picture has other colours: how many, the first of them in
        reading order, and its nearest entry.
    PixelTypeError, PixelsError, OptionError, UnknownOptionError
        As `quantize` raises them.
    """
    chosen = Options(
        space=space,
        lightness_weight=lightness_weight,
        dither=dither,
        dither_strength=dither_strength,
        dither_adaptive=dither_adaptive,
        alpha_threshold=alpha_threshold,
        alpha_dither=alpha_dither,
        matte=matte,
        mask=mask,
        strict=strict,
    )
    return mapped(Subject(pixels), palette_to_map(palette), chosen, progress)
