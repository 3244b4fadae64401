"""Canvas: a layer before and after, zoomed and moved, divided by a line that can be dragged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, GObject, Gtk

import engine
from errors import UserError
from i18n import _
from ui.paint import paint, theme_color
from ui.scene import Scene
from ui.viewport import Viewport

if TYPE_CHECKING:
    from engine.costs import LossMap
    from engine.draft import Draft
    from engine.raster import Raster

# How near to the line the pointer takes it, in pixels of GTK's.
_REACH = 6
# What one press of an arrow key moves: the picture by this part of the window, the line by that.
_STEP, _SPLIT_STEP = 1 / 8, 1 / 32
# The least width and height.
_LEAST = 160
# Words and the spinner are seen on any picture.
_STYLE = b"""
.over-picture { color: white; background-color: rgba(30, 30, 34, 0.85); border-radius: 4px; }
label.over-picture { padding: 6px 10px; }
"""
_EVENTS = (
    Gdk.EventMask.BUTTON_PRESS_MASK
    | Gdk.EventMask.BUTTON_RELEASE_MASK
    | Gdk.EventMask.POINTER_MOTION_MASK
    | Gdk.EventMask.SCROLL_MASK
    | Gdk.EventMask.SMOOTH_SCROLL_MASK
    | Gdk.EventMask.KEY_PRESS_MASK
    | Gdk.EventMask.KEY_RELEASE_MASK
    | Gdk.EventMask.FOCUS_CHANGE_MASK
)


class Canvas(Gtk.Overlay):
    """Shows a layer, and what becomes of it.

    Left of the line is the original, right of it the result. The wheel zooms around the pointer;
    dragging moves the picture, or the line. While the right button or the space bar is held the
    original is shown. The keys + and - zoom, 0 fits, 1 is 1 : 1; arrows move the picture, and the
    line together with Shift.

    Signals
    -------
    view-changed
        Another part of the picture is seen, or in another size; `view` tells which.
    split-changed (float)
        The user moved the line; the part of the window left of it, 0 to 1.
    """

    __gsignals__ = {  # noqa: RUF012 - what PyGObject wants
        "view-changed": (GObject.SignalFlags.RUN_LAST, None, ()),
        "split-changed": (GObject.SignalFlags.RUN_LAST, None, (float,)),
    }

    def __init__(self) -> None:
        super().__init__()
        self._scene, self._painter = Scene(), engine.load().painter()
        self._view = Viewport((1, 1), (1, 1))
        self._dragged: tuple[float, float] | None = None
        self._drags_line = False
        self._scrolled = 0.0
        self._redraw = 0

        self._image = Gtk.Image()
        self._layout = Gtk.Layout(can_focus=True, width_request=_LEAST, height_request=_LEAST)
        self._layout.add_events(_EVENTS)
        self._layout.put(self._image, 0, 0)
        self._layout.get_accessible().set_name(_("Preview"))
        self.add(self._layout)
        self._spinner = Gtk.Spinner(
            halign=Gtk.Align.END, valign=Gtk.Align.START, margin=8, no_show_all=True
        )
        self._spinner.set_size_request(28, 28)
        self._spinner.get_accessible().set_name(_("Working"))
        self._status = Gtk.Label(
            halign=Gtk.Align.CENTER, valign=Gtk.Align.CENTER, margin=16, no_show_all=True, wrap=True
        )
        style = Gtk.CssProvider()
        style.load_from_data(_STYLE)
        for above in (self._spinner, self._status):
            context = above.get_style_context()
            context.add_class("over-picture")
            context.add_provider(style, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)
            self.add_overlay(above)
            self.set_overlay_pass_through(above, True)
        for signal, handler in {
            "size-allocate": self._on_size,
            "scroll-event": self._on_scroll,
            "button-press-event": self._on_press,
            "button-release-event": self._on_release,
            "motion-notify-event": self._on_motion,
            "key-press-event": self._on_key,
            "key-release-event": self._on_key_release,
            "focus-in-event": self._on_focus,
            "focus-out-event": self._on_focus,
            "notify::scale-factor": self._on_size,
            "style-updated": self._on_style,
        }.items():
            self._layout.connect(signal, handler)
        self.connect("destroy", self._on_destroy)

    # What is shown

    @property
    def view(self) -> Viewport:
        """Which part of the picture is seen, and how large."""
        return self._view

    @property
    def mode(self) -> str:
        """What is shown: "result", "original" or "loss"."""
        return self._scene.mode

    @property
    def split(self) -> float | None:
        """The part of the window that the original has in the mode "result"; None without line."""
        return self._scene.split

    def set_original(self, raster: Raster) -> None:
        """Show another layer; its size is that of the results."""
        self._scene.original = raster
        if self._view.picture != raster.size:
            self._scene.result = self._scene.loss = None
            self._look(Viewport.fit(raster.size, self._view.window))
        self.redraw()

    def set_result(self, raster: Raster | Draft | None) -> None:
        """Show another result, of the original's size; without any the original is seen."""
        self._scene.result = raster
        self.redraw()

    def set_loss(self, loss: LossMap) -> None:
        """Show another loss map."""
        self._scene.loss = loss
        self.redraw()

    def set_mode(self, mode: str) -> None:
        """Show the "result", the "original", or the "loss"."""
        self._scene.mode = mode
        self.redraw()

    def set_split(self, share: float | None) -> None:
        """Put the line so that the original has this part of the window; None takes it away."""
        self._scene.split = None if share is None else min(max(share, 0.0), 1.0)
        self.redraw()

    def peek(self, original: bool) -> None:
        """Show the original, or again what is shown otherwise."""
        self._scene.peeking = original
        self.redraw()

    def set_busy(self, busy: bool) -> None:
        """Show that there is work, or that it is done."""
        self._spinner.set_visible(busy)
        self._spinner.props.active = busy

    def set_status(self, text: str | None) -> None:
        """Show a line of words over the picture, such as why there is no result; None for none."""
        self._status.set_text(text or "")
        self._status.set_visible(bool(text))

    # What is seen of it

    def zoom_fit(self) -> None:
        """Show the whole picture, also when the window changes."""
        self._look(Viewport.fit(self._view.picture, self._view.window))

    def zoom_to(self, zoom: float) -> None:
        """Zoom to so many pixels of the screen a pixel of the picture."""
        self._look(self._view.zoomed(zoom))

    def zoom_by(self, steps: int, at: tuple[float, float] | None = None) -> None:
        """Zoom in by steps, or out; around a place in the window, in pixels of the screen."""
        self._look(self._view.stepped(steps, at))

    def _look(self, view: Viewport) -> None:
        if view != self._view:
            self._view = view
            self.redraw()
            self.emit("view-changed")

    def redraw(self) -> None:
        """Draw soon, once for all that has changed until then."""
        if not self._redraw:
            self._redraw = GLib.idle_add(self._draw, priority=GLib.PRIORITY_HIGH_IDLE + 30)

    def _draw(self) -> bool:
        self._redraw = 0
        frame = None
        if self._layout.is_focus():
            frame = theme_color(self._layout, "theme_selected_bg_color", "selected_bg_color")
        scene, view, scale = self._scene, self._view, self.get_scale_factor()
        try:
            paint(self._image, *view.window, self._painter.paint(scene, view, scale, frame))
        except UserError as refusal:
            self.set_status(str(refusal))
        return GLib.SOURCE_REMOVE

    # Hands

    def _on_size(self, *_: object) -> None:
        size, scale = self._layout.get_allocation(), self.get_scale_factor()
        window = max(1, size.width * scale), max(1, size.height * scale)
        if window != self._view.window:
            self._look(self._view.resized(window))

    def _on_style(self, _layout: Gtk.Layout) -> None:
        self.redraw()

    def _on_focus(self, _layout: Gtk.Layout, _event: Gdk.EventFocus) -> bool:
        self._scene.peeking = False
        self.redraw()
        return Gdk.EVENT_PROPAGATE

    def _on_scroll(self, _layout: Gtk.Layout, event: Gdk.EventScroll) -> bool:
        smooth, _across, down = event.get_scroll_deltas()
        if smooth:
            self._scrolled -= down
        else:
            _known, direction = event.get_scroll_direction()
            ways = {Gdk.ScrollDirection.UP: 1.0, Gdk.ScrollDirection.DOWN: -1.0}
            self._scrolled += ways.get(direction, 0.0)
        steps = int(self._scrolled)
        self._scrolled -= steps
        if steps:
            self.zoom_by(steps, self._place(event))
        return Gdk.EVENT_STOP

    def _on_press(self, _layout: Gtk.Layout, event: Gdk.EventButton) -> bool:
        if event.type != Gdk.EventType.BUTTON_PRESS:
            return Gdk.EVENT_PROPAGATE
        self._layout.grab_focus()
        if event.button == Gdk.BUTTON_SECONDARY:
            self.peek(True)
        else:
            self._drags_line = event.button == Gdk.BUTTON_PRIMARY and self._is_at_line(event)
            self._dragged = self._place(event)
            self._point(event)
        return Gdk.EVENT_STOP

    def _on_release(self, _layout: Gtk.Layout, event: Gdk.EventButton) -> bool:
        if event.button == Gdk.BUTTON_SECONDARY:
            self.peek(False)
        self._dragged, self._drags_line = None, False
        self._point(event)
        return Gdk.EVENT_STOP

    def _on_motion(self, _layout: Gtk.Layout, event: Gdk.EventMotion) -> bool:
        if self._dragged is None:
            self._point(event)
            return Gdk.EVENT_PROPAGATE
        x, y = self._place(event)
        if self._drags_line:
            self._move_line(x / self._view.window[0])
        else:
            before = self._dragged
            self._look(self._view.moved(x - before[0], y - before[1]))
        self._dragged = x, y
        return Gdk.EVENT_STOP

    def _move_line(self, share: float) -> None:
        self.set_split(share)
        self.emit("split-changed", self._scene.split)

    def _on_key(self, _layout: Gtk.Layout, event: Gdk.EventKey) -> bool:
        key = Gdk.keyval_name(event.keyval) or ""
        shifted = bool(event.state & Gdk.ModifierType.SHIFT_MASK)
        if event.state & (Gdk.ModifierType.CONTROL_MASK | Gdk.ModifierType.MOD1_MASK):
            return Gdk.EVENT_PROPAGATE
        if shifted and key in ("Left", "Right") and self._scene.has_line:
            step = _SPLIT_STEP if key == "Right" else -_SPLIT_STEP
            self._move_line((self._scene.split or 0.0) + step)
            return Gdk.EVENT_STOP
        width, height = (side * _STEP for side in self._view.window)
        moves = {"Left": (width, 0), "Right": (-width, 0), "Up": (0, height), "Down": (0, -height)}
        if key in moves and self._view.can_move:
            self._look(self._view.moved(*moves[key]))
        elif key in ("plus", "equal", "KP_Add"):
            self.zoom_by(1)
        elif key in ("minus", "KP_Subtract"):
            self.zoom_by(-1)
        elif key in ("0", "KP_0"):
            self.zoom_fit()
        elif key in ("1", "KP_1"):
            self.zoom_to(1)
        elif key == "space":
            self.peek(True)
        else:
            return Gdk.EVENT_PROPAGATE
        return Gdk.EVENT_STOP

    def _on_key_release(self, _layout: Gtk.Layout, event: Gdk.EventKey) -> bool:
        if event.keyval != Gdk.KEY_space:
            return Gdk.EVENT_PROPAGATE
        self.peek(False)
        return Gdk.EVENT_STOP

    def _on_destroy(self, _canvas: Canvas) -> None:
        if self._redraw:
            GLib.source_remove(self._redraw)
            self._redraw = 0

    def _place(self, event: Gdk.EventButton) -> tuple[float, float]:
        """Give the pointer's place in the window, in pixels of the screen."""
        scale = self.get_scale_factor()
        return event.x * scale, event.y * scale

    def _is_at_line(self, event: Gdk.EventButton) -> bool:
        reach = _REACH * self.get_scale_factor()
        line = self._scene.line(self._view)
        return self._scene.has_line and abs(self._place(event)[0] - line) <= reach

    def _point(self, event: Gdk.EventButton) -> None:
        """Let the pointer say what a press would take."""
        if self._drags_line or (self._dragged is None and self._is_at_line(event)):
            name = "col-resize"
        elif self._view.can_move:
            name = "grab" if self._dragged is None else "grabbing"
        else:
            name = "default"
        window = self._layout.get_bin_window()
        window.set_cursor(Gdk.Cursor.new_from_name(self.get_display(), name))
