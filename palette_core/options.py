"""All options, each with its type, default, check and documentation.

Options are values: two are equal if they mean the same, and they cannot be changed. The functions
in `api` and the methods of `Session` get their parameters and the text about them from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from typing import Final, Literal, TypeAlias

from numpy.typing import ArrayLike

from .arrays import Mask
from .color.hardware_grids import Grid
from .color.spaces import SPACES, ColorSpace
from .design import EFFORTS, INITIALIZATIONS, METHODS
from .dither import AUTOMATIC, CUSTOM, DITHERS, ThresholdMatrix, threshold_matrix
from .dither.error_diffusion import ErrorDiffusion
from .errors import OptionError
from .image.alpha import binarize_alpha, keep_alpha
from .image.pixels import Pixels
from .mapping.run_merging import MAX_LOSSY
from .option_values import (
    Locked,
    PaletteLike,
    check_locks,
    color,
    hardware_grid,
    locks,
    start_palette,
)
from .ordering import ORDERS
from .ordering.palette_slots import Color, Lock
from .palette import MAX_COLORS, Palette
from .validation import ConvertedOption, Option, choice, number, switch, whole_number

ColorCount: TypeAlias = int | Literal["auto"]

AUTO: Final = "auto"
# The targets that say how many colours are enough, and their ranges.
TARGETS = {"target_psnr": (0.0, 100.0), "target_delta_e": (0.0, 100.0)}
MAX_SEED = 2**32 - 1
LIGHTNESS_WEIGHTS = (0.1, 10.0)
# The share of an entry's pixels that its exact colour must have, by default.
_KEEP_EXACT = 0.5
# The exponent of visual masking by default, with 16 colours and more. With fewer it is less, and
# without dithering 0 from 8 down, because whole colours of textured areas would be lost.
_USUAL_MASKING = 0.5
_FULL_MASKING_COLORS = 16
_FEW_UNDITHERED = 8
# What becomes of semi-transparent pixels.
ALPHAS = ("threshold", "dither", "palette")
# The options that say which pixels are opaque, and in which colour.
ALPHA_OPTIONS = ("alpha", "alpha_threshold", "matte")
# The options of a palette whose entries are opaque, with their defaults.
_ONLY_WITHOUT_ALPHA: dict[str, object] = {
    "alpha_threshold": None,
    "matte": None,
    "dither_adaptive": False,
    "target_psnr": None,
    "target_delta_e": None,
    "locked": (),
    "start": None,
    "grid": None,
}


def can_dither_alpha(dither: str) -> bool:
    """Return whether a dithering, or none, supports palettes with alpha."""
    return dither in ("none", AUTOMATIC) or isinstance(DITHERS.get(dither), ErrorDiffusion)


def _color_count(name: str, value: object) -> ColorCount:
    if isinstance(value, str) and value == AUTO:
        return AUTO
    return whole_number(name, value, 1, MAX_COLORS, " or 'auto'")


@dataclass(unsafe_hash=True)
class CommonOptions:
    """The options for opacity, and for mapping pixels to a palette.

    Parameters
    ----------
    space : {choices}, optional
        The colour space in which pixels and palette entries are compared, and in which dithering
        mixes entries: "srgb", "linear" light, "oklab" (Björn Ottosson, A perceptual color space for
        image processing, 2020), or "cielab" of 1976 under D65. By default it is "oklab" if `dither`
        is set, and "srgb" if it is "none". The methods "kmeans" and "variance-cut" also design the
        palette in it; the other methods design in sRGB. In "oklab" greys stay grey on palettes of
        neutral and vivid colours, even where a vivid colour is nearer.
    lightness_weight : float, default 1.0
        The weight of lightness differences in the comparison, 0.1 to 10. With 1 the space is used
        unchanged. Lightness is L in "oklab" and "cielab", luma in "srgb", and luminance in
        "linear".
    dither : {choices}, default "none"
        The dithering algorithm. Error diffusion, such as "floyd-steinberg", passes the error of a
        pixel on to later pixels. Ordered dithering, "bayer-2" to "bayer-16" and "blue-noise",
        compares the image with a threshold matrix, so that the index of a pixel depends only on its
        colour, its position and the palette. Flat areas in a colour of the palette, squares of 2 by
        2 pixels and all that consists of them, do not change. Nor does an image whose colours are
        all in the palette. A list of colours has no neighbours and cannot be dithered. "auto" is
        "none" for flat art and "floyd-steinberg" for all other images, and is the default of the
        command line and of the filter. Flat art consists of flat areas with few shades, the
        palette has at least 16 entries, and these include the colours of the flat areas. With
        dithering, "kmeans" finds a different palette, whose mixtures are nearest to the colours of
        the image (after J. Puzicha et al., On spatial quantization of color images, IEEE Trans.
        Image Processing 9, 2000). Locked colours and retained entries of `start` do not move.
    dither_strength : float, default 0.75
        How much of the error is diffused, or how freely entries are mixed, 0 to 1. With 0 every
        pixel gets its nearest entry; with 1 local means are most exact, and noise is strongest.
    dither_adaptive : bool, default False
        Whether to leave areas without dithering that the palette already matches.
    threshold_matrix : (h, w) array_like of numbers, optional
        The threshold matrix of ``dither="custom"``, which is ordered dithering by this matrix, at
        most 256 x 256. Only the order of the numbers matters: pixels with low ones get the lighter
        of two entries first. The matrix is repeated over the image.
    lossy : int, default 0
        How much error may be added for smaller PNG and GIF files, 0 to 100, in thousandths of the
        distance from black to white in Oklab. With 20 a difference is just visible. Runs of up to 8
        pixels get the entry of the run before or after them in their row, if their squared error
        grows by at most the square of this for every run that is saved. Transparent pixels and
        pixels in a colour of the palette do not change. A list of colours has no runs.
    alpha : {choices}, default "threshold"
        What becomes of semi-transparent pixels.

        - "threshold": pixels are opaque from `alpha_threshold` on, and transparent below.
        - "dither": as "threshold", with alpha dithered by a blue noise matrix, so that soft edges
          look soft. The share of opaque pixels rises from none at alpha 0 to half at the threshold
          and to all at alpha 255. The threshold must be 1 to 254. Whether a pixel is opaque depends
          only on its alpha and its position.
        - "palette": entries of the palette have an alpha of their own, for PNG files. Colour and
          alpha are found, mapped and dithered together. Opaque pixels get opaque entries, and fully
          transparent ones stay so. An image without semi-transparent pixels gets the same result as
          with "threshold". Needs the method "kmeans" and error diffusion or no dithering. It cannot
          be combined with `alpha_threshold`, `matte`, `colors="auto"`, `locked`, `start`, `grid` or
          `dither_adaptive`.
    alpha_threshold : int, optional
        The smallest alpha of an opaque pixel, 0 to 255; by default 128, or 1 with a matte.
        Transparent pixels do not affect the palette.
    matte : "#rrggbb" or (3,) array_like of integers, optional
        The background colour to blend with. Pixels with an alpha from 1 to 254 are blended and
        become opaque, and those with alpha 0 stay transparent, as in GIMP's Semi-Flatten. With a
        higher threshold more pixels stay transparent, with threshold 0 none. Blending uses sRGB
        values, as in browsers, whereas GIMP blends in linear light. A matte cannot be combined with
        ``alpha="dither"``.
    """

    _: KW_ONLY
    space: ConvertedOption[str | None, str] = ConvertedOption(None, choice, SPACES)
    lightness_weight: Option[float] = ConvertedOption(1.0, number, *LIGHTNESS_WEIGHTS)
    dither: Option[str] = ConvertedOption("none", choice, (*DITHERS, CUSTOM))
    dither_strength: Option[float] = ConvertedOption(0.75, number, 0, 1)
    dither_adaptive: Option[bool] = ConvertedOption(False, switch)
    threshold_matrix: ConvertedOption[
        ThresholdMatrix | ArrayLike | None, ThresholdMatrix | None
    ] = ConvertedOption(None, threshold_matrix)
    lossy: Option[int] = ConvertedOption(0, whole_number, 0, MAX_LOSSY)
    alpha: Option[str] = ConvertedOption("threshold", choice, ALPHAS)
    alpha_threshold: Option[int | None] = ConvertedOption(None, whole_number, 0, 255)
    matte: ConvertedOption[ArrayLike | None, Color | None] = ConvertedOption(None, color)

    def __post_init__(self) -> None:
        """Set the default space, and check that the options can be combined."""
        vars(self)["space"] = self.space or ("srgb" if self.dither == "none" else "oklab")
        self._check_alpha_dither()
        if self.dither == CUSTOM and self.threshold_matrix is None:
            raise OptionError("`dither='custom'` needs a matrix; set `threshold_matrix`")
        if self.keeps_alpha:
            self._check_kept_alpha()

    @property
    def dithers_alpha(self) -> bool:
        """Whether alpha is reduced to one bit by dithering."""
        return self.alpha == "dither"

    @property
    def keeps_alpha(self) -> bool:
        """Whether palette entries have an alpha of their own."""
        return self.alpha == "palette"

    def _check_alpha_dither(self) -> None:
        if self.dithers_alpha and self.matte is not None:
            raise OptionError(
                "`alpha='dither'` cannot be combined with `matte`, which leaves no "
                "semi-transparent pixels; use one of them",
                "conflict",
                alpha=self.alpha,
                matte=self.matte,
            )
        if self.dithers_alpha and self.alpha_threshold in (0, 255):
            raise OptionError(
                f"`alpha_threshold={self.alpha_threshold}` cannot be combined with "
                "`alpha='dither'`; use a threshold from 1 to 254",
                "conflict",
                alpha_threshold=self.alpha_threshold,
                alpha=self.alpha,
            )

    def _check_kept_alpha(self) -> None:
        """Check that the options can be combined with a palette with alpha."""
        for name, default in _ONLY_WITHOUT_ALPHA.items():
            if getattr(self, name, default) != default:
                raise OptionError(
                    f"`alpha='palette'` cannot be combined with `{name}`; remove one of them",
                    "conflict",
                    alpha=self.alpha,
                    **{name: getattr(self, name)},
                )
        if not can_dither_alpha(self.dither):
            able = ", ".join(name for name in DITHERS if can_dither_alpha(name))
            raise OptionError(
                f"`alpha='palette'` does not support `dither={self.dither!r}`; use one of: {able}",
                "conflict",
                alpha=self.alpha,
                dither=self.dither,
            )

    @property
    def color_space(self) -> ColorSpace:
        """The space with its weight of lightness."""
        return SPACES[self.space].with_lightness_weight(self.lightness_weight)

    def prepare_image(self, pixels: ArrayLike, mask: Mask | None = None) -> Pixels:
        """Check an array, and decide which of its pixels are opaque.

        Raises
        ------
        PixelTypeError, PixelsError
            If the array is no image, or the mask has another shape.
        """
        if self.keeps_alpha:
            return keep_alpha(pixels, mask)
        return binarize_alpha(
            pixels,
            threshold=self.alpha_threshold,
            dither=self.dithers_alpha,
            matte=self.matte,
            mask=mask,
        )


@dataclass(unsafe_hash=True)
class QuantizeOptions(CommonOptions):
    """The options for finding a palette, and for mapping an image to it.

    Parameters
    ----------
    colors : int or "auto", default 16
        The maximum number of colours, 1 to 256. If pixels are transparent it is at most 255,
        because they need one entry of the indexed image. "auto" is the smallest number that reaches
        `target_psnr` or `target_delta_e`: with one colour less, this method at this effort misses
        the target. It is never less than `locked` needs, and cannot be combined with `start`.
    target_psnr : float, optional
        With "auto", the minimum `psnr` in dB, 0 to 100, as `compare` measures it before dithering.
        So an image gets the same number of colours with and without dithering. `weights` and `rare`
        change the palette but not this measure: all pixels have the same weight in it.
    target_delta_e : float, optional
        With "auto", the maximum mean colour difference, 0 to 100, as `compare` measures `delta_e`
        before dithering; 0 means no change.
    target_as_seen : bool, default False
        Whether `target_psnr` is measured as seen from some distance: on the dithered result, after
        a blur of the image and the result in linear light by a Gaussian with a standard deviation
        of 1.5 pixels. So dithering lowers the number of colours. It needs `target_psnr` and the
        pixels of one image.
    method : {choices}, default "kmeans"
        The algorithm that finds the colours. In all methods but "sklearn-kmeans" the palette goes
        from dark to light, unless `locked` or `start` say where entries are, and every pixel gets
        its nearest entry.

        - "kmeans" clusters the unique colours, weighted by their counts.
        - "variance-cut" is its initialization alone: clusters are divided from the top down, which
          is faster and less exact.
        - "wu" and "median-cut" cut boxes of colours in two. Wu (Efficient statistical computations
          for optimal color quantization, Graphics Gems II, 1991) cuts the box of the largest
          squared error, where the error falls most; Heckbert (Color image quantization for frame
          buffer display, SIGGRAPH 1982) cuts the box of the most pixels, at their median.
        - "sklearn-kmeans" is the script of Pekka Väänänen (Palette Programming, 2026, chapter 2):
          all pixels, each in the colour of its cluster, in the order of the clusters.
        - "sklearn-minibatch" is scikit-learn's k-means on samples of the unique colours, which the
          same book recommends for large images.
    init : {choices}, default "auto"
        How "kmeans", "sklearn-kmeans" and "sklearn-minibatch" choose their initial centres; the
        other methods have none, and accept "auto" only.

        - "auto" is "variance-cut" for "kmeans", and "k-means++" for the other two.
        - "k-means++" draws colours far from each other, for each centre the best of several (David
          Arthur and Sergei Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007).
        - "k-means++-single" draws one colour for each centre.
        - "random" draws pixels ten times, and keeps the best draw: as it is after a few steps in
          "kmeans", after all of them in "sklearn-kmeans", before them in "sklearn-minibatch".
        - "variance-cut" takes the palette of the method of this name.
    effort : {choices}, default "balanced"
        How long "kmeans" searches: more is slower, and the search never ends with a larger error.
        `keep_exact` and `visual_masking` change its palette afterwards.
    order : {choices}, default "kept"
        The order of the palette entries; every order gives the same image.

        - "kept" is that of the method: from dark to light in all but "sklearn-kmeans".
        - "luminance" goes from dark to light.
        - "hue" begins with greys, from dark to light, followed by red, yellow, green, blue and
          purple, by their hue angle in Oklab. Colours with a chroma below 0.02 are greys.
        - "tour" follows a short path through Oklab from the darkest entry, so that similar colours
          are next to each other. The path is shortened by the exchanges of G. A. Croes (A method
          for solving traveling-salesman problems, 1958) and I. Or (thesis, Northwestern University,
          1976).
        - "popularity" begins with the entry of the most pixels in the dithered result.
        - "appearance" is the order in which the pixels of the result use the entries, row by row;
          unused entries come last.
    locked : Palette, or sequence of colours, optional
        Colours that are always in the palette, exactly and whether used or not: "#rrggbb" or (3,)
        integers, or with an index "#rrggbb@INDEX" or ``((red, green, blue), index)``. Each takes
        one of the entries, and "kmeans" designs the others around them. Without dithering the
        result is never worse than if the other entries were designed alone. An index is from 0 to
        `colors` - 1. Colours without an index take the first free ones in the given order. If the
        palette would end before a locked index, it is filled with a colour that it does not have
        yet. Only for "kmeans".
    start : Palette, or (S, 3) array_like of integers, optional
        An earlier palette, whose entries keep their colours and indices as long as they are useful.
        An entry is replaced only if that lowers the squared error by more than a tenth of the mean
        error of an entry, or a fifth with visual masking. It is replaced by the mean of its
        cluster, or by a new entry elsewhere if another entry can take over its cluster. With
        dithering, new entries move to where mixtures are best, or back to a replaced entry if that
        costs no more than such a gain. A new entry gets the index of the nearest replaced one. If
        the palette has more than `colors` entries, the least useful ones are removed. A smaller
        palette is extended at its end. `start` works only with "kmeans", and replaces `init`. The
        search is less wide then: for an unrelated image the error is a few per cent larger than
        without a start. `locked` and `grid` are respected, but their "never worse" does not hold.
    rare : float, default 0.0
        The weight of rare colours, 0 to 1: a colour of n pixels, or of the weight n, has the weight
        ``n ** (1 - rare)``. With 0 every pixel has the same weight, with 1 every colour. Not for
        "sklearn-kmeans".
    visual_masking : float, optional
        How much less the colours of textured areas count, 0 to 1: errors are more visible in smooth
        areas. A pixel has the weight ``(1 + a / 4) ** -visual_masking``, where a is the standard
        deviation of luma, 0 to 255, in the 6 x 6 pixels around it. Above 0, "kmeans" also corrects
        the palette so that the means of blocks of 8 x 8 pixels are close to the original, except
        with `weights`. By default this is done in Oklab with "kmeans", without `rare`, `grid` and
        ``colors="auto"``: 0.5 from 16 colours on, less with fewer (0 up to 8 without dithering,
        where only the means are corrected). Otherwise the default is 0. Loose colours and palettes
        with alpha are not changed. Not for "sklearn-kmeans", nor for palettes of several images.
    keep_exact : float, default 0.5
        How much of the pixels of an entry one colour must have, 0 to 1, so that the entry is this
        colour and not the mean; no other colour may have half as many. White paper then stays
        #ffffff. The squared error of the entry rises to at most ``1 / keep_exact`` times its value.
        From 16 entries on, flat areas of at least 0.5 % of the pixels keep their colours too, and
        the other entries are found around them. If there are at most as many areas as entries, all
        keep their colours unless the squared error more than doubles; if there are more, as many of
        the largest as fit into a rise by 10 %. With fewer entries, black and white are kept from
        2 % of the pixels on, unless the error rises by more than the mean of an entry. A colour is
        not kept like this if others within 3 levels in each channel have more than half its pixels,
        as in gradients. Noisy paper and ink are white and black if 20 % of the pixels are within 6
        levels of them. Small regions in one colour, such as a mouth or a link, keep an entry if
        their hue would be lost. They need 0.03 % of the pixels, inside the region or its strokes,
        and the squared error at most doubles. With 0 no colour is kept. Only for "kmeans".
        Locked colours, retained entries of `start` and the `grid` come first.
    grid : {"rgb332", "rgb444", "rgb555", "rgb565"} or int, optional
        Restricts the palette to the colours that a display can show. A name contains the bits for
        red, green and blue; a number is the bits per channel, 1 to 8. Without dithering the result
        is never worse than rounding the entries afterwards. The level v of n bits is
        ``v * 255 / (2**n - 1)``, rounded. Locked colours stay as they are, on the grid or not. Only
        for "kmeans".
    seed : int, default 0
        The seed of random draws, 0 to 2**32 - 1. The same image, options and seed give the same
        result.
    """

    colors: Option[ColorCount] = ConvertedOption(16, _color_count)
    _: KW_ONLY
    target_psnr: Option[float | None] = ConvertedOption(None, number, *TARGETS["target_psnr"])
    target_delta_e: Option[float | None] = ConvertedOption(None, number, *TARGETS["target_delta_e"])
    target_as_seen: Option[bool] = ConvertedOption(False, switch)
    method: Option[str] = ConvertedOption("kmeans", choice, METHODS)
    init: Option[str] = ConvertedOption("auto", choice, INITIALIZATIONS)
    effort: Option[str] = ConvertedOption("balanced", choice, EFFORTS)
    order: Option[str] = ConvertedOption("kept", choice, ORDERS)
    locked: ConvertedOption[Palette | Iterable[Locked], tuple[Lock, ...]] = ConvertedOption(
        (), locks
    )
    start: ConvertedOption[PaletteLike | None, Palette | None] = ConvertedOption(
        None, start_palette
    )
    rare: Option[float] = ConvertedOption(0.0, number, 0, 1)
    visual_masking: Option[float | None] = ConvertedOption(None, number, 0, 1)
    keep_exact: Option[float] = ConvertedOption(_KEEP_EXACT, number, 0, 1)
    grid: ConvertedOption[str | int | Grid | None, Grid | None] = ConvertedOption(
        None, hardware_grid
    )
    seed: Option[int] = ConvertedOption(0, whole_number, 0, MAX_SEED)

    def __post_init__(self) -> None:
        """Check that the options can be combined."""
        super().__post_init__()
        self._check_targets()
        self._check_method()
        self._check_slots()

    @property
    def masking(self) -> float:
        """The exponent of visual masking, automatic or not."""
        if self.visual_masking is not None:
            return self.visual_masking
        if not self.fits_local_means or self.colors == AUTO:
            return 0.0
        is_dithered = self.dither != "none" and self.dither_strength > 0
        few = 0 if is_dithered else _FEW_UNDITHERED
        share = (self.colors - few) / (_FULL_MASKING_COLORS - few)
        return _USUAL_MASKING * min(max(share, 0.0), 1.0)

    @property
    def fits_local_means(self) -> bool:
        """Whether the palette is corrected so that local means agree, with visual masking."""
        if self.visual_masking is not None:
            return self.visual_masking > 0
        # Targets, weights and a grid promise the least squared error.
        is_plain = self.colors != AUTO and not self.rare and self.grid is None
        return is_plain and self.space == "oklab" and METHODS[self.method].is_adaptable

    @property
    def _targets(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in TARGETS if getattr(self, name) is not None}

    def _check_targets(self) -> None:
        given = list(self._targets)
        if self.colors == AUTO and len(given) != 1:
            raise OptionError(
                "`target_psnr` and `target_delta_e` cannot be combined; remove one of them"
                if given
                else "`colors='auto'` needs a target; set `target_psnr` or `target_delta_e`"
            )
        if self.colors != AUTO and given:
            raise OptionError(f"`{given[0]}` needs `colors='auto'`; set it, or remove the target")

        if self.target_as_seen and self.target_psnr is None:
            raise OptionError(
                "`target_as_seen` needs `target_psnr`; set it, or remove `target_as_seen`"
            )
        if self.target_as_seen and self.dither_adaptive:
            raise OptionError(
                "`target_as_seen` cannot be combined with `dither_adaptive`; remove one of them",
                "conflict",
                target_as_seen=True,
                dither_adaptive=True,
            )

    def _check_method(self) -> None:
        """Check that the method supports the other options."""
        method = METHODS[self.method]
        if self.keeps_alpha and not method.supports_alpha:
            able = [f"`method={name!r}`" for name in METHODS if METHODS[name].supports_alpha]
            raise OptionError(
                f"`method={self.method!r}` does not support `alpha='palette'`; use "
                + " or ".join(able),
                "conflict",
                alpha=self.alpha,
                method=self.method,
            )
        if self.init not in method.inits:
            able = [name for name, other in METHODS.items() if self.init in other.inits]
            raise OptionError(
                f"`method={self.method!r}` does not support `init={self.init!r}`; use "
                f"`init='auto'`, or one of these methods: {', '.join(able)}",
                "conflict",
                init=self.init,
                method=self.method,
            )
        if not method.supports_constraints:
            able = [name for name, other in METHODS.items() if other.supports_constraints]
            self._refuse(
                able, *(name for name in ("locked", "start", "grid") if getattr(self, name))
            )
        if not method.is_adaptable and self.keep_exact not in (0, _KEEP_EXACT):
            able = [name for name, other in METHODS.items() if other.is_adaptable]
            self._refuse(able, "keep_exact")
        if self.rare:
            self.check_weights("rare")
        if self.visual_masking:
            self.check_weights("visual_masking")

    def _refuse(self, able: list[str], *unsupported: str) -> None:
        """Refuse the first of some options that the method does not support, and name others."""
        for name in unsupported:
            raise OptionError(
                f"`method={self.method!r}` does not support `{name}`; use "
                + " or ".join(f"`method={other!r}`" for other in able),
                "conflict",
                **{name: True, "method": self.method},
            )

    def check_weights(self, name: str = "weights") -> None:
        """Check that the method supports weights of pixels, for an option that needs them."""
        if METHODS[self.method].every_pixel:
            raise OptionError(
                f"`method={self.method!r}` does not support `{name}`; use another method",
                "conflict",
                **{name: True, "method": self.method},
            )

    def _check_slots(self) -> None:
        """Check that every locked index can be used."""
        check_locks(self.locked, MAX_COLORS if self.colors == AUTO else self.colors)
        if self.start is not None and self.init != "auto":
            raise OptionError(
                f"`init={self.init!r}` cannot be combined with `start`, which replaces it; "
                "remove one of them",
                "conflict",
                init=self.init,
                start=True,
            )
        has_slots = self.start is not None or any(lock.index is not None for lock in self.locked)
        if has_slots and self.order != "kept":
            placed = "an index in `locked`" if self.start is None else "`start`"
            raise OptionError(
                f"`order={self.order!r}` cannot be combined with {placed}; remove one of them",
                "lock-order" if self.start is None else "conflict",
                order=self.order,
                start=self.start is not None,
            )
        if self.colors == AUTO and self.start is not None:
            raise OptionError(
                "`colors='auto'` cannot be combined with `start`; set a number of colours",
                "conflict",
                start=True,
                **self._targets,
            )
