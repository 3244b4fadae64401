"""The preview: the layer as it will be, its palette, and what it costs, worked out meanwhile."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GObject, Gtk

import engine
from errors import UserError
from i18n import _, ngettext
from procedure.choices import ORDERS
from ui.background_job import Latest
from ui.canvas import Canvas
from ui.swatches import Swatches

if TYPE_CHECKING:
    from engine.costs import Costs, LossMap
    from engine.draft import Draft
    from engine.index_map import IndexMap
    from engine.plane import Plane
    from engine.raster import Raster
    from gimp_io.layer_reader import Task
    from palette_core.progress import Progress

# Layers of more pixels are seen in a quick draft first.
_LARGE = 1 << 20
_SWATCHES_HEIGHT = 84
_GAP = 6


class Original(NamedTuple):
    """The layer, ready to be seen."""

    raster: Raster


class Found(NamedTuple):
    """The palette, "#rrggbb" each, and of a large layer a draft of what is seen of it."""

    colors: tuple[str, ...]
    draft: Draft | None


class Result(NamedTuple):
    """The result, ready to be seen; `raster` is None where GIMP has to show it first."""

    maps: list[IndexMap]
    made: IndexMap
    raster: Raster | None
    costs: Costs


class Preview(Gtk.Box):
    """Shows what becomes of a layer, by a thread of its own; a newer task overtakes an older one.

    Signals
    -------
    settled (str)
        A task is done, and well if the text is empty; otherwise it says why not.
    lock-requested (str), unlock-requested (str), replace-requested (str)
        What was chosen in the menu of an entry, which is named by its colour, "#rrggbb".
    order-requested (str)
        In which order the palette is to be, one of `ORDERS`.
    """

    __gsignals__ = {  # noqa: RUF012 - what PyGObject wants
        "settled": (GObject.SignalFlags.RUN_LAST, None, (str,)),
        "lock-requested": (GObject.SignalFlags.RUN_LAST, None, (str,)),
        "unlock-requested": (GObject.SignalFlags.RUN_LAST, None, (str,)),
        "replace-requested": (GObject.SignalFlags.RUN_LAST, None, (str,)),
        "order-requested": (GObject.SignalFlags.RUN_LAST, None, (str,)),
    }

    def __init__(self) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=_GAP)
        self._task: Task | None = None
        self._original: tuple[Plane, Raster] | None = None
        self._colors: tuple[str, ...] = ()
        self._result: Result | None = None
        self.canvas = Canvas()
        self.swatches = Swatches(ORDERS)
        self._figures = Gtk.Label(xalign=0, wrap=True, selectable=True)
        scrolled = Gtk.ScrolledWindow(
            hscrollbar_policy=Gtk.PolicyType.NEVER,
            propagate_natural_height=True,
            max_content_height=_SWATCHES_HEIGHT,
        )
        scrolled.add(self.swatches)
        self.pack_start(self._tools(), False, False, 0)
        self.pack_start(self.canvas, True, True, 0)
        self.pack_start(scrolled, False, False, 0)
        self.pack_start(self._figures, False, False, 0)
        self.swatches.connect("entry-selected", lambda *_: self._show_result())
        for signal in ("lock-requested", "unlock-requested", "replace-requested"):
            self.swatches.connect(signal, self._on_menu, signal)
        self.swatches.connect(
            "order-requested", lambda _swatches, order: self.emit("order-requested", order)
        )
        self.canvas.connect("view-changed", lambda _canvas: self._map_losses())
        self._latest = Latest(self._on_arrived, self._on_failed, self.canvas.set_busy)
        self._losses = Latest(self._on_losses, self._on_failed, lambda _busy: None)

    def show_task(self, task: Task) -> None:
        """Begin to show the result of another task."""
        self._task = task
        self._latest.start(lambda progress: self._work(task, progress))

    def fail(self, reason: str) -> None:
        """Show why there is no result."""
        self._latest.stop()
        self._on_failed(UserError(reason))

    def close(self) -> None:
        """End the work; nothing is shown any more."""
        self._latest.close()
        self._losses.close()

    # Tools

    def _tools(self) -> Gtk.Box:
        box = Gtk.Box(spacing=_GAP)
        modes = Gtk.Box()
        modes.get_style_context().add_class(Gtk.STYLE_CLASS_LINKED)
        names = {"result": _("Result"), "original": _("Original"), "loss": _("Loss")}
        tips = {
            "result": _("The layer in its new colours; hold the space bar to see the original"),
            "original": _("The layer as it is"),
            "loss": _("Where the new colours differ from the old ones, and how much"),
        }
        group: Gtk.RadioButton | None = None
        for mode, name in names.items():
            button = Gtk.RadioButton.new_with_label_from_widget(group, name)
            button.set_mode(False)
            button.set_tooltip_text(tips[mode])
            button.connect("toggled", self._on_mode, mode)
            group = group or button
            modes.pack_start(button, False, False, 0)
        split = Gtk.ToggleButton.new_with_label(_("Split"))
        split.set_tooltip_text(_("Original on the left of a line that can be dragged"))
        split.connect("toggled", lambda button: self._on_split(button.get_active()))
        box.pack_start(modes, False, False, 0)
        box.pack_start(split, False, False, 0)
        zooms = {
            "1 : 1": (_("One pixel of the layer for one of the screen (1)"), 1.0),
            _("Fit"): (_("All of the layer (0)"), None),
        }
        for name, (tip, zoom) in zooms.items():
            button = Gtk.Button.new_with_label(name)
            button.set_tooltip_text(tip)
            button.connect("clicked", lambda _button, zoom=zoom: self._on_zoom(zoom))
            box.pack_end(button, False, False, 0)
        return box

    def _on_mode(self, button: Gtk.RadioButton, mode: str) -> None:
        if button.get_active():
            self.canvas.set_mode(mode)
            self._map_losses()

    def _on_split(self, divides: bool) -> None:
        self.canvas.set_split(0.5 if divides else None)

    def _on_zoom(self, zoom: float | None) -> None:
        if zoom is None:
            self.canvas.zoom_fit()
        else:
            self.canvas.zoom_to(zoom)

    def _on_menu(self, _swatches: Swatches, entry: int, signal: str) -> None:
        self.emit(signal, self._colors[entry])

    # Work, on its thread

    def _work(self, task: Task, progress: Progress) -> Iterator[object]:
        plane, work, original = task.original, task.work, self._original
        if original is None or original[0] is not plane:
            original = plane, plane.raster()
            yield Original(original[1])
            self._original = original
        colors = work.palette(lambda part: progress(0.4 * part))
        draft = None
        if plane.width * plane.height > _LARGE:
            draft = engine.load().draft(original[1], colors, task.settings.mapping)
            if self.canvas.view.picture == draft.size:  # here, and not as it is drawn
                draft.prepare(self.canvas.view)
        yield Found(colors, draft)
        maps = work.quantized(lambda part: progress(0.4 + 0.5 * part))
        costs = work.measure(maps, lambda part: progress(0.9 + 0.1 * part))
        made = work.composed(maps)
        yield Result(maps, made, None if task.is_blended else work.raster(made), costs)

    # What arrives

    def _on_arrived(self, value: Original | Found | Result) -> None:
        if isinstance(value, Original):
            self.canvas.set_original(value.raster)
        elif isinstance(value, Found):
            self.canvas.set_status(None)
            self._show_palette(value.colors, None)
            if value.draft is not None:
                self.canvas.set_result(value.draft)
        else:
            if value.raster is None:
                try:
                    value = value._replace(raster=self._task.projection(value.maps))
                except Exception as error:  # GLib would only print it
                    self._on_failed(error)
                    return
            self._result = value
            self._show_palette(value.made.colors, value.costs)
            self._show_result()
            self._map_losses()
            self.emit("settled", "")

    def _on_failed(self, error: Exception) -> None:
        reason = str(error)
        if not isinstance(error, UserError):
            traceback.print_exception(error)
            reason = _("Something went wrong that should not: {error}").format(error=repr(error))
        self._result = None
        self.canvas.set_result(None)
        self._figures.set_text("")
        self.canvas.set_status(reason)
        self.emit("settled", reason)

    def _show_palette(self, colors: tuple[str, ...], costs: Costs | None) -> None:
        self._colors = colors
        kept = {color.split("@")[0].lower() for color in self._task.settings.design["locked"]}
        locked = [entry for entry, color in enumerate(colors) if color in kept]
        if costs is None:
            self.swatches.set_palette(colors, locked=locked)
        else:
            transparent = costs.transparent or None
            self.swatches.set_palette(colors, costs.pixels, transparent, locked)

    def _show_result(self) -> None:
        if self._result is None:
            return
        raster, entry = self._result.raster, self.swatches.selected
        try:
            self.canvas.set_result(raster if entry is None else self._result.made.raster(entry))
        except UserError as refusal:
            self._on_failed(refusal)

    def _map_losses(self) -> None:
        """Measure the losses of what is seen, if they are to be seen."""
        if self._result is None:
            return
        self._figures.set_text(in_words(self._result.costs))
        if self.canvas.mode != "loss":
            self._losses.stop()
            return
        task, made, view = self._task, self._result.made, self.canvas.view
        left, top, right, bottom = view.box
        size = right - left, bottom - top

        def work(progress: Progress) -> Iterator[LossMap]:
            yield task.work.map_losses(made, view.seen, size, progress)

        self._losses.start(work)

    def _on_losses(self, losses: LossMap) -> None:
        self.canvas.set_loss(losses)
        scale = _("Brightest: ΔE {highest:g} and more").format(highest=losses.highest)
        self._figures.set_text(f"{in_words(self._result.costs)}\n{scale}")


def in_words(costs: Costs) -> str:
    """Say what a result costs."""
    if not costs.pixels or costs.mse != costs.mse:  # nothing is opaque
        return _("Every pixel is transparent")
    used = ngettext("{used} colour used", "{used} colours used", costs.used)
    figures: dict[str, Any] = {"used": costs.used, "mse": costs.mse, "psnr": costs.psnr}
    words = f"{used} · MSE {{mse:.1f}} · PSNR {{psnr:.1f}} dB · ΔE {{delta_e:.2f}}"
    return words.format(delta_e=costs.delta_e, **figures).replace("inf", "∞")
