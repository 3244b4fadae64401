"""The options for finding a palette; those for mapping pixels to it are in `common_options`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from typing import Final, Literal, TypeAlias

from .color.hardware_grids import Grid
from .common_options import CommonOptions
from .design import EFFORTS, INITIALIZATIONS, METHODS
from .errors import OptionError
from .option_values import Locked, PaletteLike, check_locks, hardware_grid, locks, plain_palette
from .ordering import ORDERS
from .ordering.palette_slots import Lock
from .palette import MAX_COLORS, Palette
from .validation import ConvertedOption, Option, choice, number, switch, whole_number

ColorCount: TypeAlias = int | Literal["auto"]

AUTO: Final = "auto"
# The targets that say how many colours are enough, and their ranges.
TARGETS = {"target_psnr": (0.0, 100.0), "target_delta_e": (0.0, 100.0)}
MAX_SEED = 2**32 - 1
# The share of an entry's pixels that its exact colour must have, by default.
_KEEP_EXACT = 0.5
# The exponent of visual masking by default, with 16 colours and more. With fewer it is less, and
# without dithering 0 from 8 down, because whole colours of textured areas would be lost.
_USUAL_MASKING = 0.5
_FULL_MASKING_COLORS = 16
_FEW_UNDITHERED = 8


def _color_count(name: str, value: object) -> ColorCount:
    if isinstance(value, str) and value == AUTO:
        return AUTO
    return whole_number(name, value, 1, MAX_COLORS, " or 'auto'")


@dataclass(unsafe_hash=True)
class QuantizeOptions(CommonOptions):
    """The options for finding a palette, and for mapping an image to it.

    Parameters
    ----------
    colors : int or "auto", default 16
        The maximum number of colours, 1 to 256. If pixels are transparent it is at most 255,
        because they need one entry of the indexed image. "auto" is the number that `find_elbow`
        suggests, in addition to `locked`. With `target_psnr` or `target_delta_e` it is the smallest
        number that reaches the target: with one colour less, this method at this effort misses it.
        It is never less than `locked` needs, and cannot be combined with `start`.
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
        error of an entry, or a fifth with visual masking, or three fifths where several palettes
        are compared (see `visual_masking`). It is replaced by the mean of its
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
        where only the means are corrected). With 8 to 15 colours and without dithering, two other
        palettes are designed too, with full masking: one with more weight for rare colours, and one
        in sRGB. The palette is used that looks most like the image by a measure after SSIMULACRA 2
        and Butteraugli, unless small regions lose their hue with it. Otherwise the default is 0.
        Loose colours and palettes with alpha are not changed. Not for "sklearn-kmeans", nor for
        palettes of several images.
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
        their hue would be lost and no larger area loses more. They need 0.03 % of the pixels,
        inside the region or its strokes, and the squared error at most doubles. With 0 no colour is
        kept. Only for "kmeans".
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
        None, plain_palette
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
        few = 0 if self.is_dithered else _FEW_UNDITHERED
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
    def compares_palettes(self) -> bool:
        """Whether alternative palettes are designed too, and the one that looks best is used."""
        if self.colors == AUTO or self.is_dithered or self.visual_masking is not None:
            return False
        return _FEW_UNDITHERED <= self.colors < _FULL_MASKING_COLORS and self.fits_local_means

    @property
    def needs_suggestion(self) -> bool:
        """Whether the number of colours is the suggested one, because there is no target."""
        return self.colors == AUTO and not self._targets

    @property
    def _targets(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in TARGETS if getattr(self, name) is not None}

    def _check_targets(self) -> None:
        given = list(self._targets)
        if self.colors == AUTO and len(given) > 1:
            raise OptionError(
                "`target_psnr` and `target_delta_e` cannot be combined; remove one of them"
            )
        if self.colors == AUTO and self.keeps_alpha:
            raise OptionError(
                "`colors='auto'` cannot be combined with `alpha='palette'`; "
                "set a number of colours",
                "conflict",
                alpha=self.alpha,
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
        if self.keeps_alpha:
            able = [name for name, other in METHODS.items() if other.supports_alpha]
            self._check_method_is_in(able, "alpha='palette'", alpha=self.alpha)
        if self.init not in method.inits:
            able = [name for name, other in METHODS.items() if self.init in other.inits]
            raise OptionError(
                f"`method={self.method!r}` does not support `init={self.init!r}`; use "
                f"`init='auto'`, or one of these methods: {', '.join(able)}",
                "conflict",
                init=self.init,
                method=self.method,
            )
        able = [name for name, other in METHODS.items() if other.supports_constraints]
        for option in ("locked", "start", "grid"):
            if getattr(self, option):
                self._check_method_is_in(able, option, **{option: True})
        if self.keep_exact not in (0, _KEEP_EXACT):
            able = [name for name, other in METHODS.items() if other.is_adaptable]
            self._check_method_is_in(able, "keep_exact", keep_exact=True)
        if self.rare:
            self.check_weights("rare")
        if self.visual_masking:
            self.check_weights("visual_masking")

    def _check_method_is_in(self, able: list[str], option: str, **values: object) -> None:
        """Check that the method is one of those that support an option."""
        if self.method not in able:
            advice = " or ".join(f"`method={name!r}`" for name in able)
            raise OptionError(
                f"`method={self.method!r}` does not support `{option}`; use {advice}",
                "conflict",
                **values,
                method=self.method,
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
