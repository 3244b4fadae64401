"""The preview: the quantized image, its palette and its metrics, computed in the background."""

from __future__ import annotations

import locale
import traceback
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from gi.repository import GLib, GObject, Gtk

import engine
from errors import UserError
from i18n import _, ngettext
from procedure.choices import CHOICES
from ui.background_job import BackgroundJob
from ui.canvas import Canvas
from ui.swatches import Swatches, SwatchesPane
from ui.widgets import set_icon

if TYPE_CHECKING:
    from gimp_io.layer_reader import Task
    from palette_core.progress import Progress
    from ui.background_job import Steps

# Images of more pixels get a provisional result first.
_LARGE = 1 << 20
_GAP = 6


class Result(NamedTuple):
    """A result: the session's metrics and settings, and what `PreviewSession.render` shows."""

    metrics: dict[str, Any]
    settings: dict[str, Any]
    shown: str


class Preview(Gtk.Box):
    """Shows the result of the newest task, which a background job computes.

    Signals
    -------
    settled (str)
        A task is done, and well if the text is empty; otherwise it says why not.
    count-chosen (int)
        The user wants the suggested number of colours.
    """

    __gsignals__ = {  # noqa: RUF012 - what PyGObject wants
        "settled": (GObject.SignalFlags.RUN_LAST, None, (str,)),
        "count-chosen": (GObject.SignalFlags.RUN_LAST, None, (int,)),
    }

    def __init__(self) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=_GAP)
        self._task: Task | None = None
        self._is_reading = False
        self._result: Result | None = None
        self._file_size: int | None = None  # of the result as a PNG file, once it is known
        self._suggested_for: dict[str, Any] | None = None  # these pixels
        self._highest: float | None = None  # the difference that is brightest in the error map
        self.canvas = Canvas()
        self.swatches = Swatches()
        self._figures = Gtk.Label(xalign=0, wrap=True, selectable=True)
        tip = _(
            "MSE and ΔE measure the difference from the original, and PSNR the similarity. "
            "Dithering makes them worse, although the image looks better."
        )
        self._figures.set_tooltip_text(tip)
        self._link = Gtk.Label(xalign=0)  # to the suggested number of colours
        self.pack_start(self._tools(), False, False, 0)
        self.pack_start(self.canvas, True, True, 0)
        self.pack_start(SwatchesPane(self.swatches), False, False, 0)
        self.pack_start(self._figures, False, False, 0)
        self.pack_start(self._link, False, False, 0)
        self.swatches.connect("entry-selected", lambda *_: self._show_result())
        self._link.connect("activate-link", self._on_link)
        self.canvas.connect("view-changed", lambda _canvas: self._map_errors())
        self.canvas.set_busy(True)  # from the start, while the engine is loaded and layers are read
        self._job = BackgroundJob(self._on_failed, self.canvas.set_busy)
        self._error_job = BackgroundJob(self._on_failed)
        self._size_job = BackgroundJob(self._on_failed)
        self._suggestion_job = BackgroundJob(self._on_failed)

    def announce_reading(self) -> None:
        """Show a text that layers are read, until there is an original to show."""
        self._is_reading = True
        self.canvas.set_status(_("Reading the layers…"))

    def show_task(self, task: Task) -> None:
        """Begin to show the result of another task."""
        self._task = task
        self._stop_measuring()
        scale = self.canvas.get_scale_factor()
        # Only the main thread may ask GIMP: answers to two threads would be mixed up.
        shown = "projection" if task.is_blended else "result"
        self._job.start(lambda progress: self._work(task, shown, scale, progress))

    def fail(self, reason: str) -> None:
        """Show why there is no result."""
        self._job.stop()
        self.canvas.set_busy(False)
        self._on_failed(UserError(reason))

    def _stop_measuring(self) -> None:
        """Stop what measures the result before."""
        self._error_job.stop()
        self._size_job.stop()

    def close(self) -> None:
        """End the work; nothing is shown any more."""
        self._job.close()
        self._error_job.close()
        self._size_job.close()
        self._suggestion_job.close()

    # Tools

    def _tools(self) -> Gtk.Box:
        box = Gtk.Box(spacing=_GAP)
        modes = Gtk.Box()
        modes.get_style_context().add_class(Gtk.STYLE_CLASS_LINKED)
        group: Gtk.RadioButton | None = None
        for mode, name, tip in (
            ("result", _("Result"), _("Shows the result. Hold the space bar to see the original.")),
            ("original", _("Original"), _("Shows the original.")),
            (
                "loss",
                _("Difference"),
                _("Shows how much the result differs from the original; brighter means more."),
            ),
        ):
            button = Gtk.RadioButton.new_with_label_from_widget(group, name)
            button.set_mode(False)
            button.set_tooltip_text(tip)
            button.connect("toggled", self._on_mode, mode)
            group = group or button
            modes.pack_start(button, False, False, 0)
        split = Gtk.ToggleButton.new_with_label(_("Split"))
        split.set_tooltip_text(_("Shows the original on the left of a line that you can drag."))
        split.connect("toggled", self._on_split)
        box.pack_start(modes, False, False, 0)
        box.pack_start(split, False, False, 0)
        for icon, tip, zoom in (
            ("zoom-original", _("Shows the image at its actual size (key 1)."), 1.0),
            ("zoom-fit-best", _("Shows the whole image (key 0)."), None),
        ):
            button = Gtk.Button()
            set_icon(button, icon, tip)
            button.connect("clicked", lambda _button, zoom=zoom: self._on_zoom(zoom))
            box.pack_end(button, False, False, 0)
        return box

    def _on_mode(self, button: Gtk.RadioButton, mode: str) -> None:
        if button.get_active():
            self.canvas.update_state(mode=mode)
            self._map_errors()

    def _on_split(self, button: Gtk.ToggleButton) -> None:
        self.canvas.update_state(split=0.5 if button.get_active() else None)

    def _on_zoom(self, zoom: float | None) -> None:
        if zoom is None:
            self.canvas.zoom_fit()
        else:
            self.canvas.zoom_to(zoom)

    # Work, on the job's thread

    def _work(self, task: Task, shown: str, scale: int, progress: Progress) -> Steps:
        session, settings = engine.session(), task.output.session_settings
        prepare_original(task)
        width, height = task.size
        yield partial(self._on_original, task.size)
        colors = session.palette(settings, progress=progress)
        is_large = width * height > _LARGE
        if is_large:
            session.prepare("provisional", self.canvas.state.view.describe(), scale)
        yield partial(self._on_palette, colors, is_large)
        colors = session.quantize(settings, progress=progress)
        metrics = session.measure(progress=progress)
        if shown == "result":
            session.prepare("result")
        yield partial(self._on_result, colors, metrics, shown)

    # What arrives

    def _on_original(self, size: tuple[int, int]) -> None:
        self.canvas.set_original(size)
        if self._is_reading:  # an error stays until there is a palette
            self._is_reading = False
            self.canvas.set_status(None)

    def _on_palette(self, colors: tuple[str, ...], has_provisional: bool) -> None:
        self.canvas.set_status(None)
        self._show_palette(colors)
        if has_provisional:
            self.canvas.update_state(result="provisional", highlight=None)

    def _on_result(self, colors: tuple[str, ...], metrics: dict[str, Any], shown: str) -> None:
        if shown == "projection":
            self._task.project()
        settings = self._task.output.session_settings
        self._result, self._file_size = Result(metrics, settings, shown), None
        self._suggest()
        self._show_palette(colors, metrics)
        self._show_result()
        self._map_errors()
        if self._task.output.is_indexed:
            self._size_job.start(self._measure_file)
        self.emit("settled", "")

    def _on_failed(self, error: Exception) -> None:
        reason = str(error)
        if not isinstance(error, UserError):
            traceback.print_exception(error)
            reason = _("Unexpected error: {error}. Please report it.").format(error=repr(error))
        self._stop_measuring()
        self._result = None
        self.canvas.update_state(result=None)
        self._figures.set_text("")
        self.swatches.set_palette(())  # those of earlier settings would look like the result
        self.canvas.set_status(reason)
        self.emit("settled", reason)

    def _show_palette(self, colors: tuple[str, ...], metrics: dict[str, Any] | None = None) -> None:
        settings = self._task.output.settings
        fixed = {color.split("@")[0].lower() for color in settings.preview["design"]["locked"]}
        locks = {
            entry: color in settings.locked for entry, color in enumerate(colors) if color in fixed
        }
        pixels = metrics and metrics["pixels"]
        # A recolored layer keeps its alpha, so only an indexed image has an entry for transparency.
        is_indexed = self._task.output.is_indexed
        transparent = (is_indexed and metrics and metrics["transparent"]) or None
        self.swatches.set_palette(colors, pixels, transparent, locks)

    def _show_result(self) -> None:
        if self._result is not None:
            highlight = self.swatches.selected
            self.canvas.update_state(result=self._result.shown, highlight=highlight)

    def _map_errors(self) -> None:
        """Map the errors of what is seen, if the map is seen."""
        if self._result is None:
            return
        if self.canvas.state.mode != "loss":
            self._highest = None
            self._error_job.stop()
            self._show_figures()
            return
        # The line with the highest difference stays: without it the canvas would become larger.
        self._show_figures()
        view = self.canvas.state.view.describe()
        self._error_job.start(lambda progress: self._measure_errors(view, progress))

    def _measure_errors(self, view: dict[str, Any], progress: Progress) -> Steps:
        highest = engine.session().error_map(view, progress=progress)
        if highest is not None:  # no other layers have been opened just now
            yield partial(self._on_error_map, highest)

    def _on_error_map(self, highest: float) -> None:
        self._highest = highest
        self.canvas.redraw()
        self._show_figures()

    def _measure_file(self, progress: Progress) -> Steps:
        yield partial(self._on_file_size, engine.session().png_size(progress=progress))

    def _on_file_size(self, size: int | None) -> None:
        self._file_size = size
        self._show_figures()

    def _suggest(self) -> None:
        """Find a number of colours to suggest, once for the same pixels."""
        description, settings = self._task.description, self._task.output.settings
        if self._suggested_for is description:
            return
        self._suggested_for = description
        self._suggestion_job.stop()
        self._link.set_text("")
        if any(self._result.metrics["pixels"]) and settings.has_sample:
            self._suggestion_job.start(self._find_suggestion)

    def _find_suggestion(self, progress: Progress) -> Steps:
        settings = self._task.output.session_settings
        colors = engine.session().suggest_colors(settings, progress=progress)
        yield partial(self._on_suggestion, colors)

    def _on_suggestion(self, colors: int) -> None:
        name = ngettext("Suggested: {colors} color", "Suggested: {colors} colors", colors)
        tip = _("Uses this number. With fewer colors much is lost, and with more little is gained.")
        self._link.set_markup(f'<a href="{colors}">{name.format(colors=colors)}</a>')
        self._link.set_tooltip_text(tip)

    def _on_link(self, _label: Gtk.Label, colors: str) -> bool:
        self.emit("count-chosen", int(colors))
        return True  # it is no page to open

    def _show_figures(self) -> None:
        metrics, settings, _shown = self._result
        text = describe_metrics(metrics)
        if self._file_size is not None:
            text += f" · PNG\N{NO-BREAK SPACE}{GLib.format_size(self._file_size)}"
        if settings["mapping"]["dither"] == "auto":
            chosen = CHOICES["dither"][metrics["dither"]]
            text += "\n" + _("Automatic dithering: {dither}").format(dither=chosen)
        if settings["library"] == "best":
            chosen = CHOICES["library"][metrics["library"]]
            text += "\n" + _("Best fit: {palette}").format(palette=chosen)
        if self._highest is not None:
            scale = _("Brightest pixels: ΔE {highest} or more")
            text += "\n" + scale.format(highest=locale.format_string("%g", self._highest))
        self._figures.set_text(text)


def prepare_original(task: Task) -> None:
    """Open a task's layers in the session, and prepare what is shown of the original."""
    task.open()
    engine.session().prepare("original")


def prepare_preview(task: Task, progress: Progress) -> Steps:
    """Compute a task's palette before there is a preview to show it; the session caches it."""
    prepare_original(task)
    engine.session().palette(task.output.session_settings, progress=progress)
    return ()


def describe_metrics(metrics: dict[str, Any]) -> str:
    """Return a line of text about how far a result is from its original."""
    if metrics["mse"] != metrics["mse"]:  # NaN: nothing is opaque
        return _("All pixels are transparent.")
    count = len(metrics["pixels"]) - metrics["pixels"].count(0)
    used = ngettext("{used} color used", "{used} colors used", count).format(used=count)
    figures = "MSE %(mse).1f · PSNR %(psnr).1f dB · ΔE %(delta_e).2f"
    return f"{used} · {locale.format_string(figures, metrics)}".replace("inf", "∞")
