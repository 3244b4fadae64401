"""A run of a procedure: check, ask the user, quantize, write."""

from __future__ import annotations

import contextlib
import signal
import traceback
from collections.abc import Sequence
from typing import NamedTuple

from gi.repository import Gimp, GLib, GObject

import engine
from errors import NO_MEMORY, Cancelled, UserError
from gimp_io.image_writer import is_result
from gimp_io.layer_reader import LayerReader
from gimp_io.layers import check_drawables
from gimp_io.palettes import gimp_palette, usual_name
from i18n import _
from procedure.outputs import read_output
from procedure.settings import reset_outdated

# In bytes: the name of a palette is that of its file, and GIMP may add a number.
_MAX_NAME_BYTES = 200


class Outcome(NamedTuple):
    """The image with the result, the number of its colours, and the palette's name in GIMP."""

    image: Gimp.Image
    colors: int
    palette: str


def run_procedure(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    config: Gimp.ProcedureConfig,
    image: Gimp.Image | None = None,
    drawables: Sequence[Gimp.Drawable] = (),
) -> Gimp.ValueArray:
    """Run a procedure, and return its return values.

    Without an image, as from the menu of the Palettes dialog, it is the one that is open, or the
    user chooses one.
    """
    restore_default_signals()
    try:
        outcome = _run(procedure, run_mode, config, image, drawables)
    except Cancelled:
        return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, GLib.Error())
    except UserError as error:
        return _failure(procedure, str(error))
    except MemoryError:
        return _failure(procedure, NO_MEMORY)
    except Exception as error:
        traceback.print_exc()
        reason = _("Unexpected error: {error}. Please report it.").format(error=repr(error))
        return _failure(procedure, reason)
    return _success(procedure, outcome)


def restore_default_signals() -> None:
    """Restore the default handlers of the signals that end the process.

    libgimp's handlers print something first, which takes memory. A process that was just allocating
    memory itself would hang, and GIMP with it.
    """
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"):
        if hasattr(signal, name):  # Windows has two of them
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def _run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    config: Gimp.ProcedureConfig,
    image: Gimp.Image | None,
    drawables: Sequence[Gimp.Drawable],
) -> Outcome:
    is_interactive = run_mode == Gimp.RunMode.INTERACTIVE
    if image is None:
        image = _find_open_image(is_interactive)
        drawables = image.get_selected_layers() or image.get_layers()
    reader = LayerReader(image, check_drawables(drawables))
    if run_mode == Gimp.RunMode.WITH_LAST_VALS and is_result(image):
        reader = _require_source(reader)
    if run_mode != Gimp.RunMode.NONINTERACTIVE:
        reset_outdated(config, reader.image)
    if is_interactive:
        from ui import dialog

        reader = dialog.ask(procedure, config, reader)
    outcome = quantize(reader, config)
    if run_mode != Gimp.RunMode.NONINTERACTIVE:
        if outcome.image != reader.image:
            with contextlib.suppress(TypeError):  # GIMP may run without windows
                Gimp.Display.new(outcome.image)
        Gimp.displays_flush()
    return outcome


def _find_open_image(is_interactive: bool) -> Gimp.Image:
    """Return the only open image, or the one of several that the user chooses."""
    images = Gimp.get_images()
    if not images:
        raise UserError(_("No image is open. Open the image to make the palette from."))
    if len(images) > 1 and is_interactive:
        from ui.choosers import choose_image

        return choose_image(images)
    if len(images) > 1:
        msg = _(
            "Several images are open. Close all but one, or call plug-in-quantize-kmeans with the "
            "image."
        )
        raise UserError(msg)
    return images[0]


def _require_source(reader: LayerReader) -> LayerReader:
    """Return a reader of the image that this one was made from by the filter.

    GIMP repeats a filter on the active image, which after a run is the new one.
    """
    source = reader.source()
    if source is None:
        msg = _(
            "“{image}” was created by this filter and is already indexed. Open its source image, "
            "and run the filter on that."
        )
        raise UserError(msg.format(image=reader.image.get_name()))
    return source


def quantize(reader: LayerReader, config: Gimp.ProcedureConfig) -> Outcome:
    """Make the output; the image changes only at the end, in one undo step."""
    Gimp.progress_init(_("Quantize with k-means"))
    image, output = reader.image, read_output(config)
    task = reader.current_task(output)
    task.open()
    Gimp.progress_update(0.1)
    colors = engine.session().quantize(
        output.session_settings,
        progress=lambda fraction: Gimp.progress_update(0.1 + 0.8 * fraction),
    )
    output.prepare(task)
    name = _choose_palette_name(output.settings.palette_name, image)
    # This takes GIMP's Cancel button away, which would kill the process while it writes.
    Gimp.progress_end()
    if output.saves_palette or output.is_indexed:
        with gimp_palette(name, colors, keep=output.saves_palette) as palette:
            result, name = output.write(image, palette), palette.get_name()
    else:
        result = output.write(image, None)
    output.warn_of_transparency(len(colors))
    return Outcome(result, len(colors), name if output.saves_palette else "")


def _choose_palette_name(name: str, image: Gimp.Image) -> str:
    """Return the palette's name in one line: the given one, or the usual one of the image."""
    candidates = (name, usual_name(image), _("Palette"))
    short = (text.encode()[:_MAX_NAME_BYTES].decode(errors="ignore") for text in candidates)
    return next(filter(None, map(engine.session().clean_name, short)), "")


def _success(procedure: Gimp.Procedure, outcome: Outcome) -> Gimp.ValueArray:
    values = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, GLib.Error())
    kinds = (Gimp.Image, GObject.TYPE_INT, GObject.TYPE_STRING)
    for position, (kind, value) in enumerate(zip(kinds, outcome, strict=True), start=1):
        values.remove(position)
        values.insert(position, GObject.Value(kind, value))
    return values


def _failure(procedure: Gimp.Procedure, reason: str) -> Gimp.ValueArray:
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, GLib.Error(reason))
