"""One palette for many pictures: their colours are counted one picture after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from functools import partial, reduce
from operator import add
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import validation
from .design import METHODS
from .errors import OptionError, PixelsError
from .image.histogram import ColorHistogram
from .image.image_files import is_image, to_array
from .image.pixels import Pixels, PixelsLike
from .options import Locked, Options
from .ordering import BY_COLOR, BY_PIXEL
from .palette import Palette
from .pipeline import design_colors
from .progress import Progress, no_progress, subprogress, with_progress


class Counts(NamedTuple):
    """What a palette is found from.

    Attributes
    ----------
    histogram : ColorHistogram
        The colours of all opaque pixels; no bin where there are none.
    transparent : bool
        Whether any pixel is transparent.
    """

    histogram: ColorHistogram
    transparent: bool

    @property
    def is_empty(self) -> bool:
        """Whether no pixel is opaque."""
        return not len(self.histogram.colors)


@validation.refuse_unknown
def find_shared_palette(
    pictures: Iterable[PixelsLike],
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
    rare: float = 0.0,
    grid: str | int | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Palette:
    """Find one palette for many pictures, each pixel of all of them counting the same.

    Parameters
    ----------
    pictures : iterable of array_like of uint8, or of PIL.Image.Image
        Each as for `quantize`, of any size. They are taken one by one and let go again: from a
        generator, ten thousand frames need the memory of one and of their colours.
    colors : int or "auto", default 16
        How many colours at most, 1 to 256; 1 to 255 where any picture has transparent pixels.
        With "auto" the target is that of all pictures together.
    method : str, default "kmeans"
        As for `quantize`, but not "sklearn-kmeans", which sees every pixel at once.
    order : str, default "kept"
        As for `quantize`, but not "popularity" or "appearance", which look at one picture.
    target_psnr, target_delta_e, init, effort, space, lightness_weight : optional
    dither, dither_strength, alpha_threshold, alpha_dither, matte : optional
    locked, start, rare, grid, seed : optional
        As for `find_palette`.
    progress : callable, optional
        As for `quantize`. While pictures come it gets 0 where their number is not known.

    Returns
    -------
    Palette
        That of one picture, if the pictures were parts of it; `map_pixels` puts each into it.

    Raises
    ------
    PixelTypeError, PixelsError
        If one is no picture, or no pixel of any is opaque.
    OptionError, UnknownOptionError
        As `quantize` raises them, or if the method or the order wants one picture's pixels.
    TargetError
        As `quantize` raises it.

    Notes
    -----
    Histograms are merged with one of about their own size, so that a colour is moved a few times
    and not by every picture. Counts are whole numbers, so the order of the pictures has no say.

    Examples
    --------
    >>> import numpy as np
    >>> frames = (np.full((2, 2, 3), level, np.uint8) for level in (0, 9, 250))
    >>> find_shared_palette(frames, 3).hex
    ('#000000', '#090909', '#fafafa')
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
        rare=rare,
        grid=grid,
        seed=seed,
    )
    check_method(chosen)
    if is_image(pictures):
        raise PixelsError("the pictures are one image, expected several; put it into a list")
    if isinstance(pictures, np.ndarray) and pictures.ndim < 4:
        raise PixelsError(
            f"the pictures are one array of shape {pictures.shape}, expected several; put a single "
            "picture into a list"
        )
    total = len(pictures) if isinstance(pictures, Sized) else None
    # map() keeps no picture while it waits for the next one.
    counted = map(partial(count, chosen), pictures)
    counts = merge(with_progress(counted, total, subprogress(progress, 0.0, 0.5)))
    palette = palette_for(counts, chosen, subprogress(progress, 0.5, 1.0))
    progress(1.0)
    return palette


def check_method(chosen: Options) -> None:
    """Refuse what cannot find a palette from colours and their counts.

    Raises
    ------
    OptionError
        If the method or the order wants every pixel.
    """
    if chosen.order in BY_PIXEL:
        raise OptionError(
            f"order is {chosen.order!r}, which looks at the pixels of one picture, expected one "
            f"for many: {', '.join(BY_COLOR)}"
        )
    if METHODS[chosen.method].every_pixel:
        able = [name for name, method in METHODS.items() if not method.every_pixel]
        raise OptionError(
            f"method is {chosen.method!r}, which sees all pixels at once, expected one that finds "
            f"a palette for many pictures from their colours: {', '.join(able)}"
        )


def count(chosen: Options, pixels: PixelsLike) -> Counts:
    """Count the colours of a picture.

    Raises
    ------
    PixelTypeError, PixelsError
        If it is no picture.
    """
    picture = chosen.settle(to_array(pixels))
    return Counts(ColorHistogram.unique(picture.visible()), picture.opaque is not None)


def merge(counted: Iterable[Counts]) -> Counts:
    """Add up the counts of pictures, whatever their order."""
    waiting: list[ColorHistogram] = []
    transparent = False
    for counts in counted:
        transparent |= counts.transparent
        waiting.append(counts.histogram)
        while len(waiting) > 1 and len(waiting[-2]) < 2 * len(waiting[-1]):
            waiting.append(waiting.pop() + waiting.pop())
    nothing = ColorHistogram.unique(np.empty((0, 3), np.uint8))
    return Counts(reduce(add, reversed(waiting), nothing), transparent)


def palette_for(counts: Counts, chosen: Options, progress: Progress = no_progress) -> Palette:
    """Find the palette for what was counted.

    Raises
    ------
    PixelsError
        If nothing was.
    """
    colors = counts.histogram.colors
    if counts.is_empty:
        raise PixelsError(
            "no pixel of any picture is opaque, expected at least one; give at least one picture, "
            "or lower the alpha threshold"
        )
    # A picture of the colours stands for all pictures: the designers see no more of them.
    opaque = np.ones(len(colors), np.bool_) if counts.transparent else None
    histogram = counts.histogram.emphasize(chosen.rare)
    design = design_colors(counts.histogram, histogram, Pixels(colors, opaque), chosen, progress)
    return Palette(design.colors).sorted(chosen.order)
