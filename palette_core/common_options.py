"""The options that all functions share: for opacity, and for mapping pixels to a palette.

Options are values: two are equal if they mean the same, and they cannot be changed. Each has its
type, default, check and documentation here. The functions in `api` and the methods of `Session` get
their parameters and the text about them from here and from `options`.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from numpy.typing import ArrayLike

from .arrays import Mask
from .color.spaces import SPACES, ColorSpace
from .dither import AUTOMATIC, CUSTOM, DITHERS
from .dither.custom_matrix import ThresholdMatrix, threshold_matrix
from .dither.error_diffusion import ErrorDiffusion
from .errors import OptionError
from .image.alpha import binarize_alpha, keep_alpha
from .image.pixels import Pixels
from .mapping.run_merging import MAX_LOSSY
from .option_values import color
from .ordering.palette_slots import Color
from .validation import ConvertedOption, Option, choice, number, switch, whole_number

LIGHTNESS_WEIGHTS = (0.1, 10.0)
# How much more than in Oklab itself lightness counts without dithering, where its edges show.
_UNDITHERED_OKLAB_LIGHTNESS = 1.25
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
        unchanged, except "oklab" without dithering: there lightness counts 1.25 times as much, and
        0.8 uses the space unchanged. Lightness is L in "oklab" and "cielab", luma in "srgb", and
        luminance in "linear".
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
    dither_strength : float, default 0.8
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
    dither_strength: Option[float] = ConvertedOption(0.8, number, 0, 1)
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
        is_raised = self.space == "oklab" and not self.is_dithered
        usual = _UNDITHERED_OKLAB_LIGHTNESS if is_raised else 1.0
        return SPACES[self.space].with_lightness_weight(usual * self.lightness_weight)

    @property
    def is_dithered(self) -> bool:
        """Whether pixels can get other entries than the nearest ones."""
        return self.dither != "none" and self.dither_strength > 0

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
