"""Swatches: a palette in its order, a small square for each colour."""

from __future__ import annotations

import locale
from collections.abc import Sequence

from gi.repository import Gdk, GLib, GObject, Gtk

import engine
from i18n import _
from procedure.choices import CHOICES
from ui.widgets import add_style, paint

# Up to 64 colours have large squares. The side of a square.
_FEW = 64
_LARGE, _SMALL = 22, 11
_MIN_IN_ROW, _MAX_IN_ROW = 8, 257
# The height that a palette takes at most; it can be scrolled then.
_MAX_HEIGHT = 96


class Swatches(Gtk.FlowBox):
    """Shows a palette.

    A click, or the arrow keys, select an entry, a second click none. Tab goes to the palette and
    on from it, not through its entries. The secondary button, the Menu key and Shift+F10 open a
    menu.
    """

    # Another entry is selected, or None. The one after the last colour is transparent.
    entry_selected = GObject.Signal("entry-selected", arg_types=(object,))
    # An item of an entry's menu was chosen: "lock", "unlock" or "replace" and the colour of the
    # entry, "#rrggbb", or "sort" and one of `CHOICES["order"]`.
    action_requested = GObject.Signal("action-requested", arg_types=(str, str))

    def __init__(self) -> None:
        super().__init__(
            selection_mode=Gtk.SelectionMode.SINGLE,
            homogeneous=True,
            halign=Gtk.Align.START,
            valign=Gtk.Align.START,
            row_spacing=0,
            column_spacing=0,
            min_children_per_line=_MIN_IN_ROW,
            max_children_per_line=_MAX_IN_ROW,
        )
        self.get_accessible().set_name(_("Palette"))
        self._colors: list[str | None] = []  # None for the transparent entry
        self._locks: dict[int, bool] = {}
        self._shares: list[float] = []  # of the pixels, shown by bars; empty as long as unknown
        self._framed: int | None = None
        self._pixels, self._side = memoryview(b""), 0
        self._menu: Gtk.Menu | None = None
        self.connect("selected-children-changed", self._on_selected)
        self.connect("button-press-event", self._on_press)
        self.connect("popup-menu", self._on_menu_key)
        self.connect("key-press-event", self._on_key)
        self.connect("notify::scale-factor", self._paint_all)

    # What is shown

    @property
    def selected(self) -> int | None:
        """The selected entry."""
        children = self.get_selected_children()
        return children[0].get_index() if children else None

    def set_palette(
        self,
        palette: Sequence[str],
        pixels: Sequence[int] | None = None,
        transparent: int | None = None,
        locks: dict[int, bool] | None = None,
    ) -> None:
        """Show another palette; if the selected entry is not in it, nothing is selected.

        The colours are "#rrggbb". `pixels` are how many each entry has, `transparent` how many are
        transparent, None without such an entry. Locked entries have a mark; `locks` says whether
        the user can unlock them.
        """
        self._colors = [*palette, *([] if transparent is None else [None])]
        self._locks = locks or {}
        counts = [*(pixels or ()), transparent or 0]
        total = sum(counts)
        self._shares = [count / total for count in counts[: len(self._colors)]] if total else []
        self._arrange()
        self._paint_all()
        for entry, child in enumerate(self.get_children()):
            text = self._describe(entry)
            child.get_accessible().set_name(text)
            child.set_tooltip_text("\n".join(filter(None, (text, self._describe_menu(entry)))))

    def _arrange(self) -> None:
        """Add or remove children until there is one for each entry."""
        children = self.get_children()
        for child in children[len(self._colors) :]:
            child.destroy()
        for _number in range(len(children), len(self._colors)):
            child = Gtk.FlowBoxChild()
            child.add(Gtk.Image())
            add_style(child, "palette-swatch")
            child.show_all()
            self.add(child)

    def _paint_all(self, *_: object) -> None:
        if not self._colors:  # as after an error, when there may be no engine
            return
        scale = self.get_scale_factor()
        self._side = scale * (_LARGE if len(self._colors) <= _FEW else _SMALL)
        locked = tuple(self._locks)
        self._pixels = engine.session().swatch_pixels(
            self._colors, self._side, locked, scale, self._shares
        )
        for entry in range(len(self._colors)):
            self._paint(entry)

    def _paint(self, entry: int) -> None:
        side = self._side
        length = 4 * side * side
        start = length * (entry + (len(self._colors) if entry == self._framed else 0))
        pixels = bytes(self._pixels[start : start + length])
        paint(self.get_child_at_index(entry).get_child(), side, side, pixels)

    def _describe(self, entry: int) -> str:
        index = _("Index {index}").format(index=entry)
        words = [index, self._colors[entry] or _("transparent")]
        if self._shares:
            words.append(share_in_words(self._shares[entry]))
        if entry in self._locks:
            words.append(_("locked") if self._locks[entry] else _("locked by another option"))
        return ", ".join(words)

    def _describe_menu(self, entry: int) -> str:
        """Return what the menu of an entry is for, "" if that is only to sort the palette."""
        if self._colors[entry] is None or not self._locks.get(entry, True):
            return ""
        if entry in self._locks:
            return _("Right-click to unlock or replace this color.")
        return _("Right-click to lock or replace this color.")

    # Mouse and keyboard

    def do_focus(self, direction: Gtk.DirectionType) -> bool:
        """Move the focus to the palette as a whole; arrow keys move it from entry to entry."""
        if direction not in (Gtk.DirectionType.TAB_FORWARD, Gtk.DirectionType.TAB_BACKWARD):
            return Gtk.FlowBox.do_focus(self, direction)
        child = self.get_child_at_index(self.selected or 0)
        if child is None or self.get_focus_child() is not None:
            return False
        child.grab_focus()
        return True

    def _on_selected(self, _box: Gtk.FlowBox) -> None:
        before, self._framed = self._framed, self.selected
        for entry in (before, self._framed):
            if entry is not None and entry < len(self._colors):
                self._paint(entry)
        self.emit("entry-selected", self.selected)

    def _on_press(self, _box: Gtk.FlowBox, event: Gdk.EventButton) -> bool:
        child = self.get_child_at_pos(int(event.x), int(event.y))
        if child is None or event.type != Gdk.EventType.BUTTON_PRESS:
            return Gdk.EVENT_PROPAGATE
        if event.triggers_context_menu():
            child.grab_focus()
            self.popup(child.get_index(), event)
            return Gdk.EVENT_STOP
        if event.button == Gdk.BUTTON_PRIMARY and child.is_selected():
            self.unselect_all()
            return Gdk.EVENT_STOP
        return Gdk.EVENT_PROPAGATE

    def _on_menu_key(self, _box: Gtk.FlowBox) -> bool:
        child = self.get_focus_child()
        if child is None:
            return False
        self.popup(child.get_index(), None)
        return True

    def _on_key(self, box: Gtk.FlowBox, event: Gdk.EventKey) -> bool:
        # GTK 3.24.52 does not bind it any more.
        if event.keyval == Gdk.KEY_F10 and event.state & Gdk.ModifierType.SHIFT_MASK:
            return self._on_menu_key(box)
        return Gdk.EVENT_PROPAGATE

    def popup(self, entry: int, event: Gdk.Event | None) -> None:
        """Open the menu of an entry, at the pointer if an event is given."""
        if self._colors[entry] is None:
            return
        if self._menu is not None:
            self._menu.destroy()
        self._menu = Gtk.Menu()
        self._menu.attach_to_widget(self, None)
        lock = ("unlock", _("_Unlock")) if entry in self._locks else ("lock", _("_Lock"))
        for action, label in (lock, ("replace", _("_Replace color…"))):
            item = Gtk.MenuItem.new_with_mnemonic(label)
            item.set_sensitive(self._locks.get(entry, True))
            self._append_item(self._menu, item, action, self._colors[entry])
        orders = Gtk.Menu()
        for order, label in CHOICES["order"].items():
            self._append_item(orders, Gtk.MenuItem.new_with_label(label), "sort", order)
        sort = Gtk.MenuItem.new_with_mnemonic(_("_Sort palette"))
        sort.set_submenu(orders)
        self._menu.append(sort)
        self._menu.show_all()
        if event is not None:
            self._menu.popup_at_pointer(event)
        else:
            south, north = Gdk.Gravity.SOUTH_WEST, Gdk.Gravity.NORTH_WEST
            self._menu.popup_at_widget(self.get_child_at_index(entry), south, north, None)

    def _append_item(self, menu: Gtk.Menu, item: Gtk.MenuItem, action: str, value: str) -> None:
        item.connect("activate", lambda _item: self.emit("action-requested", action, value))
        menu.append(item)


class SwatchesPane(Gtk.ScrolledWindow):
    """Swatches in rows as wide as the pane, with a scrollbar if they do not fit."""

    def __init__(self, swatches: Swatches) -> None:
        super().__init__(hscrollbar_policy=Gtk.PolicyType.NEVER, overlay_scrolling=False)
        self._swatches = swatches
        self.add(swatches)
        self.connect("size-allocate", lambda *_: GLib.idle_add(self._fit_height))

    def _fit_height(self) -> bool:
        width = self.get_allocated_width()
        height = self._swatches.get_preferred_height_for_width(width).natural_height
        self.set_min_content_height(min(height, _MAX_HEIGHT))
        return GLib.SOURCE_REMOVE


def share_in_words(share: float) -> str:
    """Return the share of the pixels that an entry has, as text."""
    if 0 < share < 0.0005:
        return _("less than 0.1 % of the pixels")
    percent = locale.format_string("%.1f", 100 * share)
    return _("{share} % of the pixels").format(share=percent)
