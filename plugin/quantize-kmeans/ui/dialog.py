"""The dialog: the preview on the left, the options on the right."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from gi.repository import Gdk, Gimp, GimpUi, Gio, GLib, Gtk

import engine
from errors import Cancelled, UserError
from i18n import _
from procedure.outputs import read_output
from procedure.settings import NO_GIMP_PALETTE, read_locked
from ui.background_job import BackgroundJob
from ui.choosers import choose_color
from ui.options_panel import OptionsPanel, choose_active_palette
from ui.preview import Preview, prepare_preview

if TYPE_CHECKING:
    from gimp_io.layer_reader import LayerReader

# The preview starts when the options have not changed for so long, as they do when a slider moves.
_DELAY_MILLISECONDS = 60
_FIRST_DELAY_MILLISECONDS = 5
_SIZE = (1080, 640)
_FRAME = 40  # around a window, with its title bar
_GAP = 12


class Dialog:
    """GIMP's dialog for a procedure, with the preview and the options panel in it.

    The attribute `reader` becomes that of the source image if the user chooses that.
    """

    def __init__(
        self, procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, reader: LayerReader
    ) -> None:
        self._config, self.reader = config, reader
        self._timeout = 0
        self._is_announced = False  # that layers are read
        self._window = GimpUi.ProcedureDialog.new(procedure, config, _("Quantize with k-means"))
        self._window.set_default_size(*self._fitting_size())
        # It is seen at once, while layers are read and its content is made.
        self._window.show()
        self._window.get_display().flush()
        # An error occurs again for the preview, which shows it.
        self._first_job = BackgroundJob(lambda _error: None)
        self._start_first_job()
        self._preview = Preview()
        self._preview.connect("settled", lambda _preview, reason: self._set_ok(not reason))
        self._preview.connect("count-chosen", lambda _preview, colors: self._set_count(colors))
        actions = {
            "lock": self._lock,
            "unlock": self._unlock,
            "replace": self._replace,
            "sort": lambda order: config.set_property("order", order),
        }
        self._preview.swatches.connect(
            "action-requested", lambda _swatches, action, value: actions[action](value)
        )
        self._add_help_button()
        self._ok = self._window.get_widget_for_response(Gtk.ResponseType.OK)
        self._panes = Gtk.Box(spacing=_GAP, border_width=_GAP)
        self._panes.pack_start(self._preview, True, True, 0)
        self._panel = self._add_panel()
        content = self._window.get_content_area()
        for child in content.get_children():
            if isinstance(child, Gtk.ButtonBox):  # saves one set of settings; presets have names
                child.hide()
        source = reader.source()
        if source is not None:
            content.pack_start(self._new_source_bar(source), False, False, 0)
        # Scrolls where the screen is smaller than the dialog, as it may be if it is scaled by two.
        scroller = Gtk.ScrolledWindow(overlay_scrolling=False)
        scroller.add(self._panes)
        content.pack_start(scroller, True, True, 0)
        scroller.show_all()
        self._window.connect("map-event", lambda *_: self._on_change(_FIRST_DELAY_MILLISECONDS))
        self._changes = config.connect("notify", lambda *_: self._on_change())
        self._panel.focus_first()
        # Tab goes by the places of controls, and may have been pressed since the window is visible.
        self._window.get_preferred_size()
        self._window.size_allocate(self._window.get_allocation())

    def run(self) -> bool:
        """Return whether the user pressed OK."""
        try:
            return bool(self._window.run())
        finally:
            # On large images a step of a job takes seconds, for which the user need not wait.
            self._window.hide()
            self._window.get_display().flush()
            self._config.disconnect(self._changes)
            if self._timeout:
                GLib.source_remove(self._timeout)
            self._first_job.close()
            self._preview.close()
            self._window.destroy()

    def _fitting_size(self) -> tuple[int, int]:
        """Return the usual size, or less on a small screen."""
        display = self._window.get_display()
        monitor = display.get_primary_monitor() or display.get_monitor(0)
        area = monitor.get_workarea()
        return min(_SIZE[0], area.width - _FRAME), min(_SIZE[1], area.height - _FRAME)

    def _add_help_button(self) -> None:
        """Add a Help button, which F1 presses too."""
        button = Gtk.Button.new_with_mnemonic(_("_Help"))
        button.connect("clicked", lambda _button: show_guide())
        keys = Gtk.AccelGroup()
        button.add_accelerator("clicked", keys, Gdk.KEY_F1, 0, Gtk.AccelFlags(0))
        self._window.add_accel_group(keys)
        row = self._window.get_action_area()
        row.pack_start(button, False, False, 0)
        row.set_child_secondary(button, True)
        button.show()

    def _new_source_bar(self, source: LayerReader) -> Gtk.InfoBar:
        """Return an offer to use the image that this one was made from."""
        bar = Gtk.InfoBar(message_type=Gtk.MessageType.INFO)
        text = _("This image was created by this filter and is already indexed.")
        bar.get_content_area().add(Gtk.Label(label=text))
        bar.add_button(_("Use the Original Image"), Gtk.ResponseType.ACCEPT)
        bar.connect("response", lambda bar, _response: self._use_source(bar, source))
        bar.show_all()
        return bar

    def _use_source(self, bar: Gtk.InfoBar, source: LayerReader) -> None:
        bar.hide()
        self.reader = source
        self._panel.destroy()
        self._panel = self._add_panel()
        self._update_preview()

    def _add_panel(self) -> OptionsPanel:
        """Add the options for the image."""
        panel = OptionsPanel(self._config, self.reader.image)
        panel.show_all()
        self._panes.pack_start(panel, False, False, 0)
        return panel

    # From the options to the preview

    def _start_first_job(self) -> None:
        """Compute the first palette while the dialog is made, if all is there in a moment."""
        if engine.start_loading().done():
            with contextlib.suppress(UserError):
                output = read_output(self._config)
                if not self.reader.takes_long(output):
                    task = self.reader.task(output)
                    self._first_job.start(partial(prepare_preview, task))

    def _on_change(self, delay: int = _DELAY_MILLISECONDS) -> None:
        if self._timeout:
            GLib.source_remove(self._timeout)
        self._timeout = GLib.timeout_add(delay, self._update_preview)

    def _update_preview(self) -> bool:
        # The window can be used meanwhile.
        if self._first_job.is_busy or not engine.start_loading().done():
            return GLib.SOURCE_CONTINUE
        self._timeout = 0
        try:
            output = read_output(self._config)
            self._panel.note.set_text(output.describe(self.reader.image, self.reader.layer))
            if self.reader.takes_long(output) and not self._is_announced:
                self._announce_reading()
                return GLib.SOURCE_REMOVE
            self._is_announced = False
            task = self.reader.task(output)
        except UserError as error:
            self._preview.fail(str(error))
        else:
            self._set_ok(True)
            self._preview.show_task(task)
        return GLib.SOURCE_REMOVE

    def _announce_reading(self) -> None:
        """Show that layers are read, and go on when it is drawn: reading stops all drawing."""

        def go_on(*_: object) -> bool:
            self._on_change(_FIRST_DELAY_MILLISECONDS)
            return GLib.SOURCE_REMOVE

        self._is_announced = True
        self._preview.announce_reading()
        self._window.add_tick_callback(go_on)  # before the next frame is drawn

    def _set_ok(self, is_allowed: bool) -> None:
        self._ok.set_sensitive(is_allowed)

    # From the preview to the options

    def _set_count(self, colors: int) -> None:
        self._config.set_property("number", "number")
        self._config.set_property("colors", colors)

    def _lock(self, color: str) -> None:
        """Lock a colour; its swatch stays where it is, which is from dark to light by default."""
        locked = [*read_locked(self._config), color]
        if self._config.get_property("order") == "kept" and "@" not in "".join(locked):
            self._config.set_property("order", "luminance")
        self._config.set_property("locked", " ".join(locked))

    def _unlock(self, color: str) -> None:
        locked = read_locked(self._config)
        others = [lock for lock in locked if lock.split("@")[0].lower() != color]
        self._config.set_property("locked", " ".join(others))

    def _replace(self, color: str) -> None:
        """Replace a colour by one that the user chooses, and lock it."""
        title = _("Replace {color}").format(color=color)
        chosen = choose_color(self._window, title, color)
        if chosen is not None:
            self._unlock(color)
            self._lock(chosen)


def ask(
    procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, reader: LayerReader
) -> LayerReader:
    """Show the dialog, and return the reader to use; raise `Cancelled` if the user cancels."""
    GimpUi.init(procedure.get_name())
    # One of an earlier run may be another than the one that is active now.
    if config.get_property("palette-use") in NO_GIMP_PALETTE:
        config.set_property("palette", None)
    choose_active_palette(config)
    dialog = Dialog(procedure, config, reader)
    if not dialog.run():
        raise Cancelled
    return dialog.reader


def show_guide() -> None:
    """Open the guide's page on the filter in a web browser."""
    page = engine.find_guide()
    if page is None:
        Gimp.message(_("The guide is not installed. Run the filter's installer again."))
        return
    try:
        Gio.AppInfo.launch_default_for_uri(page.as_uri(), None)
    except GLib.Error:
        Gimp.message(_("No program can open the guide. It is here: {page}").format(page=page))
