"""The canvas: shows an image before and after, with zoom, and a split line that can be dragged."""

from __future__ import annotations

from dataclasses import replace

from gi.repository import Gdk, GLib, GObject, Gtk

import engine
from errors import UserError
from i18n import _
from ui.canvas_state import CanvasState, Viewport
from ui.widgets import add_style, paint, theme_color

# How near to the line the pointer can take it, in GTK's pixels.
_REACH = 6
# An arrow key moves the image by this part of the window, and the line by that.
_STEP, _SPLIT_STEP = 1 / 8, 1 / 32
# The minimum width and height.
_MIN_SIDE = 160
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
    """Shows an image, and its quantized result.

    Left of the line is the original, right of it the result. The wheel zooms around the pointer;
    dragging moves the image, or the line. While the right button or the space bar is held the
    original is shown. The keys + and - zoom, 0 fits, 1 is 1 : 1; arrows move the image, and the
    line together with Shift.
    """

    # Another part of the image is seen, or in another size.
    view_changed = GObject.Signal("view-changed")

    def __init__(self) -> None:
        super().__init__()
        self.state = CanvasState()
        self._dragged: tuple[float, float] | None = None
        self._drags_line = False
        self._scrolled = 0.0
        self._redraw = 0

        self._image = Gtk.Image()
        self._layout = Gtk.Layout(can_focus=True, width_request=_MIN_SIDE, height_request=_MIN_SIDE)
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
        for above in (self._spinner, self._status):
            add_style(above, "over-image")  # so that they can be seen on any image
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
            "style-updated": lambda _layout: self.redraw(),
        }.items():
            self._layout.connect(signal, handler)

    # What is shown

    def set_original(self, size: tuple[int, int]) -> None:
        """Show the image that the session has opened; its results have the same size."""
        if self.state.view.image != size:
            self.update_state(result=None)
            self._look(Viewport.fit(size, self.state.view.window))
        self.update_state(has_original=True)

    def update_state(self, **changes: object) -> None:
        """Change attributes of the state, and draw."""
        self.state = replace(self.state, **changes)
        self.redraw()

    def set_busy(self, is_busy: bool) -> None:
        """Show that there is work, or that it is done."""
        self._spinner.set_visible(is_busy)
        self._spinner.props.active = is_busy

    def set_status(self, text: str | None) -> None:
        """Show a line of text over the image, such as an error; None removes it."""
        self._status.set_text(text or "")
        self._status.set_visible(bool(text))

    # What is seen of it

    def zoom_fit(self) -> None:
        """Show the whole image, also when the window changes."""
        self._look(Viewport.fit(self.state.view.image, self.state.view.window))

    def zoom_to(self, zoom: float) -> None:
        """Set how many pixels of the screen a pixel of the image has."""
        self._look(self.state.view.zoomed(zoom))

    def _look(self, view: Viewport) -> None:
        if view != self.state.view:
            self.update_state(view=view)
            self.emit("view-changed")

    def redraw(self) -> None:
        """Draw soon, once for all that has changed until then."""
        if not self._redraw:
            self._redraw = self.add_tick_callback(self._draw)

    def _draw(self, *_: object) -> bool:
        self._redraw = 0
        if not self.state.has_original:
            return GLib.SOURCE_REMOVE
        frame = None
        if self._layout.is_focus():
            frame = theme_color(self._layout, "theme_selected_bg_color", "selected_bg_color")
        scale = self.get_scale_factor()
        try:
            pixels = engine.session().render(**self.state.describe(), scale=scale, frame=frame)
        except UserError as error:
            self.set_status(str(error))
        else:
            if pixels is not None:  # otherwise another image has been opened just now
                paint(self._image, *self.state.view.window, bytes(pixels))
        return GLib.SOURCE_REMOVE

    # Mouse and keyboard

    def _on_size(self, *_: object) -> None:
        size, scale = self._layout.get_allocation(), self.get_scale_factor()
        window = max(1, size.width * scale), max(1, size.height * scale)
        if window != self.state.view.window:
            self._look(self.state.view.resized(window))

    def _on_focus(self, _layout: Gtk.Layout, _event: Gdk.EventFocus) -> bool:
        self.update_state(is_peeking=False)
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
            self._look(self.state.view.stepped(steps, self._place(event)))
        return Gdk.EVENT_STOP

    def _on_press(self, _layout: Gtk.Layout, event: Gdk.EventButton) -> bool:
        if event.type != Gdk.EventType.BUTTON_PRESS:
            return Gdk.EVENT_PROPAGATE
        self._layout.grab_focus()
        if event.button == Gdk.BUTTON_SECONDARY:
            self.update_state(is_peeking=True)
        else:
            self._drags_line = event.button == Gdk.BUTTON_PRIMARY and self._is_at_line(event)
            self._dragged = self._place(event)
            self._point(event)
        return Gdk.EVENT_STOP

    def _on_release(self, _layout: Gtk.Layout, event: Gdk.EventButton) -> bool:
        if event.button == Gdk.BUTTON_SECONDARY:
            self.update_state(is_peeking=False)
        self._dragged, self._drags_line = None, False
        self._point(event)
        return Gdk.EVENT_STOP

    def _on_motion(self, _layout: Gtk.Layout, event: Gdk.EventMotion) -> bool:
        if self._dragged is None:
            self._point(event)
            return Gdk.EVENT_PROPAGATE
        x, y = self._place(event)
        if self._drags_line:
            self._move_line(x / self.state.view.window[0])
        else:
            before = self._dragged
            self._look(self.state.view.moved(x - before[0], y - before[1]))
        self._dragged = x, y
        return Gdk.EVENT_STOP

    def _on_key(self, _layout: Gtk.Layout, event: Gdk.EventKey) -> bool:
        key = Gdk.keyval_name(event.keyval) or ""
        shifted = bool(event.state & Gdk.ModifierType.SHIFT_MASK)
        if event.state & (Gdk.ModifierType.CONTROL_MASK | Gdk.ModifierType.MOD1_MASK):
            return Gdk.EVENT_PROPAGATE
        if shifted and key in ("Left", "Right") and self.state.has_line:
            step = _SPLIT_STEP if key == "Right" else -_SPLIT_STEP
            self._move_line(self.state.split + step)
            return Gdk.EVENT_STOP
        view = self.state.view
        width, height = (side * _STEP for side in view.window)
        moves = {"Left": (width, 0), "Right": (-width, 0), "Up": (0, height), "Down": (0, -height)}
        if key in moves and view.can_move:
            self._look(view.moved(*moves[key]))
        elif key in ("plus", "equal", "KP_Add"):
            self._look(view.stepped(1))
        elif key in ("minus", "KP_Subtract"):
            self._look(view.stepped(-1))
        elif key in ("0", "KP_0"):
            self.zoom_fit()
        elif key in ("1", "KP_1"):
            self.zoom_to(1)
        elif key == "space":
            self.update_state(is_peeking=True)
        else:
            return Gdk.EVENT_PROPAGATE
        return Gdk.EVENT_STOP

    def _on_key_release(self, _layout: Gtk.Layout, event: Gdk.EventKey) -> bool:
        if event.keyval != Gdk.KEY_space:
            return Gdk.EVENT_PROPAGATE
        self.update_state(is_peeking=False)
        return Gdk.EVENT_STOP

    def _move_line(self, share: float) -> None:
        self.update_state(split=min(max(share, 0.0), 1.0))

    def _place(self, event: Gdk.EventButton) -> tuple[float, float]:
        """Return the pointer's position in the window, in pixels of the screen."""
        scale = self.get_scale_factor()
        return event.x * scale, event.y * scale

    def _is_at_line(self, event: Gdk.EventButton) -> bool:
        reach = _REACH * self.get_scale_factor()
        line = self.state.line
        return self.state.has_line and abs(self._place(event)[0] - line) <= reach

    def _point(self, event: Gdk.EventButton) -> None:
        """Set the pointer's shape by what a press of the button would move."""
        if self._drags_line or (self._dragged is None and self._is_at_line(event)):
            name = "col-resize"
        elif self.state.view.can_move:
            name = "grab" if self._dragged is None else "grabbing"
        else:
            name = "default"
        window = self._layout.get_bin_window()
        window.set_cursor(Gdk.Cursor.new_from_name(self.get_display(), name))
