"""The preview session, which does everything with pixels that a dialog needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import Mask
from ..errors import PaletteCoreError
from ..files import write_atomically
from ..palette import Palette
from ..progress import Progress, no_progress
from . import metrics
from .geometry import Area, View
from .image_pyramid import ImagePyramid
from .opening import Description, Layer, Opening, PixelBuffer, Result
from .renderer import Color, ProvisionalResult, Renderer, draw_swatches, fill_window
from .settings import PreviewSettings

# The channels of a kind of buffer, and their type.
_KINDS: dict[str, tuple[int, np.dtype[Any]]] = {
    "rgba": (4, np.dtype(np.uint8)),
    "rgb": (3, np.dtype(np.uint8)),
    "mask": (1, np.dtype(np.uint8)),
    "alpha": (1, np.dtype(np.float32)),
}
_MAX_PALETTE_COLUMNS = 16


class PreviewSession:
    """Images that are quantized repeatedly while a dialog shows the result.

    Arguments and results are plain values (numbers, strings, None, and tuples, lists and dicts of
    them) or buffers of bytes without padding between rows. An area is (x, y, width, height) in the
    coordinates of the image. `settings` are a dict of the attributes of `PreviewSettings`, a
    `view` is a dict of those of `View`. `progress` gets fractions from 0 to 1; what it raises ends
    the call.

    `open`, `palette`, `quantize`, `measure` and `prepare` are for one thread at a time; the other
    methods may be called by others meanwhile.

    Methods that compute raise a `PaletteCoreError` as `quantize` and `map_pixels` do.
    """

    def __init__(self) -> None:
        self._buffers: dict[str, PixelBuffer] = {}
        self._opening: Opening | None = None
        self._renderer = Renderer()

    # Pixels

    def allocate(self, key: str, area: Sequence[int], kind: str) -> memoryview:
        """Return a writable buffer for the pixels of an area, known by its key from now on.

        It has to be filled before `open` refers to it, and must not change after that. To read the
        pixels again, allocate another one under the same key. Kinds are "rgba" and "rgb", sRGB with
        straight alpha or without; "mask", a layer mask or selection, 0 to 255; and "alpha", 32-bit
        floats from 0 to 1.
        """
        x, y, width, height = area
        channels, dtype = _KINDS[kind]
        memory = self._new_memory(width * height * channels * dtype.itemsize)
        array = np.frombuffer(memory, dtype).reshape(height, width, channels)
        self._buffers[key] = PixelBuffer(Area(x, y, width, height), array)
        return memory

    def _new_memory(self, size: int) -> memoryview:
        return np.empty(size, np.uint8).data

    def open(
        self,
        targets: Sequence[Mapping[str, Any]],
        sample: Sequence[Mapping[str, Any]],
        original: Mapping[str, Any],
        canvas: Sequence[int],
        shown: Sequence[int] = (0,),
        is_composed: bool = False,
    ) -> tuple[bool, bool]:
        """Set the images to quantize; results for unchanged pixels stay cached.

        A layer is a dict: `area`; `pixels`, the key of a buffer; `mask` and `selection`, keys or
        None; and `use`, "only" where pixels that are not selected are left out, or "more" where
        selected pixels count more. What its mask hides is transparent.

        Parameters
        ----------
        targets : list of dict
            The layers that get the colours, from the top.
        sample : list of dict
            The layers that make the palette.
        original : dict
            The layer that the result is compared with, of the same size. Its mask hides a part of
            the result too where that is an RGB layer.
        canvas : tuple of 4 int
            The area of the canvas.
        shown : list of int
            The numbers of the targets that are seen.
        is_composed : bool
            Whether the result is the canvas with all shown targets, or the only target.

        Returns
        -------
        tuple of 2 bool
            Whether each target has a selected pixel, and whether a layer of the sample has one. If
            either is False nothing is opened.
        """
        description = Description(
            tuple(self._layer(**target) for target in targets),
            tuple(self._layer(**layer) for layer in sample),
            self._layer(**original),
            Area(*canvas),
            tuple(shown),
            is_composed,
        )
        if self._opening is not None and self._opening.description == description:
            return True, True
        opening = Opening(description, self._opening)
        if all(opening.is_selected):
            self._opening = opening
        return opening.is_selected

    def _layer(
        self, area: Sequence[int], pixels: str, mask: str | None, selection: str | None, use: str
    ) -> Layer:
        return Layer(
            Area(*area),
            self._buffers[pixels],
            None if mask is None else self._buffers[mask],
            None if selection is None else self._buffers[selection],
            use,
        )

    # Results

    def palette(
        self, settings: Mapping[str, Any], *, progress: Progress = no_progress
    ) -> tuple[str, ...]:
        """Return the colours of the palette as "#rrggbb"."""
        opening = self._opened()
        with opening.naming_layer_masks():
            chosen = opening.resolve(PreviewSettings(**settings))
            palette = opening.find_palette(chosen, progress)
        opening.palette = palette, chosen
        return palette.hex

    def quantize(
        self, settings: Mapping[str, Any], *, progress: Progress = no_progress
    ) -> tuple[str, ...]:
        """Map every target to the palette, and return its colours as "#rrggbb"."""
        opening = self._opened()
        with opening.naming_layer_masks():
            chosen = opening.resolve(PreviewSettings(**settings))
            opening.result = opening.quantize(chosen, progress)
        return opening.result.composed.palette.hex

    def measure(self, *, progress: Progress = no_progress) -> dict[str, Any]:
        """Measure the targets of the result that are seen, as `metrics.measure` describes it.

        `dither` is the dithering algorithm of the result, and `library` the name of its palette if
        that is of the library.
        """
        opening, result = self._quantized()
        shown = opening.description.shown
        pairs = (
            (result.reference(opening.targets[number].pixels), result.maps[number])
            for number in shown
        )
        measured = metrics.measure(pairs, len(shown), progress)
        return measured | {"dither": result.composed.dither, "library": result.settings.library}

    def png_size(self, *, progress: Progress = no_progress) -> int | None:
        """Return the size in bytes of the result as a PNG file of GIMP's, without metadata.

        None without a result (yet).
        """
        from ..image.indexed_png import measure_gimp_size  # loads the readers of image files

        result = self._opened().result
        if result is None:
            return None
        image = result.composed
        return measure_gimp_size(image.indices, image.opaque, len(image.palette), progress)

    def suggest_colors(
        self, settings: Mapping[str, Any], *, progress: Progress = no_progress
    ) -> int:
        """Return the number of colours that is suggested for the pixels of the palette.

        It depends only on these pixels, not on the options of the palette or of the dithering.
        """
        return self._opened().sample.find_elbow(PreviewSettings(**settings), progress).colors

    def index_map(self, target: int) -> tuple[memoryview, memoryview | None]:
        """Return the palette indices of a target, and its alpha unless all pixels are opaque."""
        quantized = self._quantized()[1].maps[target]
        opaque = quantized.opaque
        alpha = None if opaque is None else bytes_of(opaque * np.uint8(255))
        return bytes_of(quantized.indices), alpha

    def recolored(self, target: int, alpha: str | None = None) -> memoryview:
        """Return a target in its palette colours, as RGBA pixels.

        If `alpha` is the key of the layer's exact alpha, the pixels are 32-bit floats from 0 to 1,
        and have just this alpha where alpha does not become binary.
        """
        opening, result = self._quantized()
        pixels = opening.recolor(result, target)
        if alpha is None:
            return bytes_of(pixels)
        exact = pixels / np.float32(255)
        keeps_alpha: Mask | bool = True
        if result.settings.makes_alpha_binary:
            mask = opening.targets[target].mask
            keeps_alpha = False if mask is None else ~mask
        np.copyto(exact[..., 3], self._buffers[alpha].array[..., 0], where=keeps_alpha)
        return bytes_of(exact)

    # What is seen

    def prepare(self, shown: str, view: Mapping[str, Any] | None = None, scale: int = 1) -> None:
        """Compute everything that `render` needs; call it outside the main thread.

        What will be shown is "original"; "provisional", what is seen of it in the colours of the
        last palette; "result"; or, in place of that, "projection", the pixels in the buffer of that
        name. `view` and `scale` are how the provisional result is seen first.
        """
        opening, drawables = self._opened(), self._opened().drawables
        if shown == "original":
            opening.original_pyramid()
        elif shown == "provisional" and opening.palette is not None:
            provisional = ProvisionalResult(opening.original_pyramid(), *opening.palette)
            if view is not None and View(**view).image == provisional.size:
                self._renderer.draw(View(**view), scale, provisional)
            drawables["provisional"] = provisional
        elif shown == "result":
            drawables["result"] = opening.result_pyramid(self._quantized()[1])
        else:
            drawables["projection"] = ImagePyramid.from_array(self._buffers["projection"].array)

    def render(
        self,
        view: Mapping[str, Any],
        shown: str,
        *,
        scale: int = 1,
        highlight: int | None = None,
        line: int | None = None,
        frame: Color | None = None,
    ) -> memoryview | None:
        """Return the RGBA pixels of a window, or None if they are not computed yet.

        Parameters
        ----------
        view, scale
        shown : {"original", "provisional", "result", "projection", "error-map"}
        highlight : int, optional
            An entry whose pixels stand out in the result. The entry after the last one is that of
            the transparent pixels.
        line : int, optional
            The column of a line in the window; the original is drawn on its left.
        frame : tuple of 3 int, optional
            The colour of a frame around the window, which shows that it has the focus.
        """
        opening, seen = self._opening, View(**view)
        if opening is None or opening.size != seen.image:
            return None
        original = opening.drawables.get("original")
        image = opening.drawables.get("original" if shown == "error-map" else shown)
        if highlight is not None and opening.result is not None:
            image = opening.result.highlight(highlight)
        if original is None or image is None:
            return None
        if shown == "error-map":
            drawn = self._renderer.draw_error_map(seen, scale, original, opening.error_map)
        else:
            drawn = self._renderer.draw(seen, scale, image)
        if line is not None:
            column = max(0, line - seen.box[0])
            before = self._renderer.draw(seen, scale, original)
            drawn = np.concatenate([before[:, :column], drawn[:, column:]], axis=1)
        return bytes_of(fill_window(seen, scale, drawn, line, frame))

    def error_map(
        self, view: Mapping[str, Any], *, progress: Progress = no_progress
    ) -> float | None:
        """Compute the error map of the part that a view shows.

        Return the CIEDE2000 from which on all differences look alike; None without a result (yet).
        """
        opening = self._opened()
        result = opening.result
        if result is None:
            return None
        reference = result.reference(opening.original)
        found = metrics.map_errors(reference, result.composed, View(**view), progress)
        opening.error_map = found
        return found.highest

    def swatch_pixels(
        self,
        colors: Sequence[str | None],
        side: int,
        locked: Collection[int] = (),
        scale: int = 1,
        shares: Sequence[float] = (),
    ) -> memoryview:
        """Return the RGBA pixels of palette entries, as `draw_swatches` describes them.

        After the squares of all entries come the same squares with the frame of a selected entry.
        """
        return bytes_of(draw_swatches(colors, side, locked, scale, shares))

    # Palettes

    def clean_name(self, text: str) -> str:
        """Return a palette's name as one printable line, which may be empty."""
        return Palette([], name=text).name

    def save_palette(self, folder: str, name: str, colors: Sequence[str]) -> str:
        """Write a palette file for GIMP, completely or not at all, and return its path.

        If there is a file of that name it is a `FileExistsError`.
        """
        from ..formats import gpl  # loads all formats

        stem = re.sub(r"[^\w-]+", "-", name).strip("-") or "palette"
        path = Path(folder, f"{stem}.gpl")
        # GIMP's Palettes dialog then shows 256 colours as 16 rows of 16, and 20 as two rows of ten.
        rows = -(-len(colors) // _MAX_PALETTE_COLUMNS)
        columns = -(-len(colors) // rows)
        palette = Palette(colors, name=name, columns=columns)
        write_atomically(path, gpl.write(palette, path), overwrite=False)
        return str(path)

    def _opened(self) -> Opening:
        if self._opening is None:
            raise RuntimeError("nothing has been opened")
        return self._opening

    def _quantized(self) -> tuple[Opening, Result]:
        opening = self._opened()
        if opening.result is None:
            raise RuntimeError("nothing has been quantized")
        return opening, opening.result


def bytes_of(array: NDArray[Any]) -> memoryview:
    """Return the bytes of an array, without a copy if it is contiguous."""
    return np.ascontiguousarray(array).data.cast("B")


def describe_error(error: PaletteCoreError) -> tuple[str, str, dict[str, Any]]:
    """Return the message of an error as a sentence, its code and its values."""
    text = str(error).replace("`", "")
    return f"{text[:1].upper()}{text[1:]}.", error.code, error.values
