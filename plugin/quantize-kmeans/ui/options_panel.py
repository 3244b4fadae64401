"""The options panel: a widget for each argument, bound to it, in the order of use."""

from __future__ import annotations

from collections.abc import Iterable

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gimp", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gimp, GimpUi, GObject, Gtk

from i18n import _
from procedure.choices import CHOICES

_GAP = 6
_WIDTH = 400
_COLOR_COUNTS = (2, 4, 8, 16, 32, 64, 128, 256)
_STYLE = b"button.color-count { padding-left: 0; padding-right: 0; min-width: 0; }"
_BOTH_WAYS = GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE

# Conditions: an argument, and some of its values.
_TARGET = ("number", ("target-psnr", "target-delta-e"))
_GIVEN_PALETTE = ("palette-use", ("map", "strict"))
_NO_DITHER = ("dither", ("none",))
_NO_IMAGE = ("output", ("palette",))
_NO_NEW_IMAGE = ("output", ("convert", "layer", "palette"))
# These arguments are hidden unless their condition holds,
_SHOWN_IF = {
    "target-psnr": ("number", ("target-psnr",)),
    "target-delta-e": ("number", ("target-delta-e",)),
    "palette": ("palette-use", ("map", "strict", "start", "lock")),
    "selection-weight": ("selection", ("more",)),
}
# and these have no effect, and are greyed out, if one of their conditions holds.
_DISABLED_IF = {
    **dict.fromkeys(
        (
            *("number", "target-psnr", "target-delta-e", "palette-name", "order", "locked"),
            *("forced", "grid", "rare", "sample", "method", "effort", "init", "seed"),
        ),
        (_GIVEN_PALETTE,),
    ),
    "colors": (_GIVEN_PALETTE, _TARGET),
    "save-palette": (_GIVEN_PALETTE, _NO_IMAGE),
    "dither": (_NO_IMAGE,),
    "dither-strength": (_NO_IMAGE, _NO_DITHER),
    "dither-adaptive": (_NO_IMAGE, _NO_DITHER),
    "apply-to": (_NO_NEW_IMAGE,),
    "crop": (_NO_NEW_IMAGE, ("apply-to", ("all-layers",))),
}
# The less usual arguments, by headings.
_MORE = {
    _("Palette"): ("locked", "forced", "grid", "rare", "order"),
    _("Sampling"): ("sample", "selection", "selection-weight", "apply-to", "crop"),
    _("Dithering"): ("dither-adaptive",),
    _("Transparency"): ("alpha-threshold", "alpha-dither", "matte"),
    _("Algorithm"): ("method", "effort", "space", "lightness-weight", "init", "seed"),
}


class OptionsPanel(Gtk.ScrolledWindow):
    """All options, in a column that scrolls on a low screen.

    Parameters
    ----------
    config : Gimp.ProcedureConfig
        Holds the arguments.
    note : Gtk.Label
        Describes the output; it is put below the choice of that.
    """

    def __init__(self, config: Gimp.ProcedureConfig, note: Gtk.Label) -> None:
        super().__init__(hscrollbar_policy=Gtk.PolicyType.NEVER, width_request=_WIDTH)
        self._config = config
        self._widgets: dict[str, list[Gtk.Widget]] = {}
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=_GAP, margin_end=2 * _GAP)
        box.pack_start(self._new_usual_options(note), False, False, 0)
        box.pack_start(self._new_more_options(), False, False, 0)
        self.add(box)
        conditions = (*_SHOWN_IF.values(), *(each for ifs in _DISABLED_IF.values() for each in ifs))
        for argument in sorted({argument for argument, _values in conditions}):
            config.connect(f"notify::{argument}", lambda *_: self._update_rows())
        self.connect("map", lambda _self: self._update_rows())

    def focus_first(self) -> None:
        """Move the keyboard focus to the number of colours."""
        _focusable(self._widgets["colors"][-1]).grab_focus()

    def _new_usual_options(self, note: Gtk.Label) -> Gtk.Grid:
        grid = self._new_grid(("colors",))
        buttons = self._new_count_buttons()
        buttons.set_tooltip_text(_tooltip(self._config.find_property("number")))
        self._widgets["number"] = [buttons]
        grid.attach(buttons, 1, _count_rows(grid), 1, 1)
        self._add_rows(grid, ("number", *_TARGET[1], "palette-use", "palette", "dither"))
        self._add_rows(grid, ("dither-strength", "output"))
        grid.attach(note, 1, _count_rows(grid), 1, 1)
        self._add_rows(grid, ("save-palette", "palette-name"))
        return grid

    def _new_more_options(self) -> Gtk.Expander:
        """Return the other options, in an expander whose state is kept with the last values."""
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=_GAP, margin_top=_GAP)
        for heading, arguments in _MORE.items():
            label = Gtk.Label(xalign=0)
            label.set_markup(f"<b>{heading}</b>")
            grid = self._new_grid(arguments)
            grid.set_margin_start(2 * _GAP)
            box.pack_start(label, False, False, 0)
            box.pack_start(grid, False, False, 0)
        expander = Gtk.Expander.new_with_mnemonic(_("More opt_ions"))
        self._config.bind_property("more", expander, "expanded", _BOTH_WAYS)
        expander.add(box)
        return expander

    def _new_grid(self, arguments: Iterable[str]) -> Gtk.Grid:
        grid = Gtk.Grid(row_spacing=_GAP, column_spacing=2 * _GAP)
        self._add_rows(grid, arguments)
        return grid

    def _add_rows(self, grid: Gtk.Grid, arguments: Iterable[str]) -> None:
        """Add widgets below the others of a grid, with a label unless they bring their own."""
        for argument in arguments:
            spec, row = self._config.find_property(argument), _count_rows(grid)
            widget = _new_widget(self._config, spec)
            focusable = _focusable(widget)
            widget.set_hexpand(True)
            widget.set_tooltip_text(_tooltip(spec))
            guard_scrolling(widget)
            if isinstance(focusable, Gtk.Entry):
                focusable.set_activates_default(True)
            widgets = self._widgets.setdefault(argument, [])
            if not isinstance(widget, Gtk.CheckButton):
                label = Gtk.Label.new_with_mnemonic(spec.get_nick())
                label.set_xalign(0)
                label.set_mnemonic_widget(focusable)
                label.set_tooltip_text(_tooltip(spec))
                grid.attach(label, 0, row, 1, 1)
                widgets.append(label)
            grid.attach(widget, 1, row, 1, 1)
            widgets.append(widget)

    def _new_count_buttons(self) -> Gtk.Box:
        """Return a button for each of the usual numbers of colours."""
        box = Gtk.Box(homogeneous=True, hexpand=True)
        box.get_style_context().add_class(Gtk.STYLE_CLASS_LINKED)
        style = Gtk.CssProvider()
        style.load_from_data(_STYLE)
        for count in _COLOR_COUNTS:
            button = Gtk.Button.new_with_label(str(count))
            button.get_style_context().add_class("color-count")
            button.get_style_context().add_provider(style, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)
            button.connect("clicked", lambda _button, count=count: self._set_color_count(count))
            box.pack_start(button, True, True, 0)
        return box

    def _set_color_count(self, count: int) -> None:
        self._config.set_property("number", "number")
        self._config.set_property("colors", count)

    def _update_rows(self) -> None:
        """Hide and grey out what has no effect."""
        for argument, widgets in self._widgets.items():
            is_shown = argument not in _SHOWN_IF or self._holds_any([_SHOWN_IF[argument]])
            is_disabled = self._holds_any(_DISABLED_IF.get(argument, ()))
            for widget in widgets:
                widget.set_visible(is_shown)
                widget.set_sensitive(not is_disabled)

    def _holds_any(self, conditions: Iterable[tuple[str, tuple[str, ...]]]) -> bool:
        return any(self._config.get_property(name) in values for name, values in conditions)


def choose_active_palette(config: Gimp.ProcedureConfig) -> None:
    """Choose GIMP's active palette if there is no other choice, as GIMP's own choosers do."""
    active = Gimp.context_get_palette()
    if active is not None and config.get_property("palette") is None:
        config.set_property("palette", active)


def guard_scrolling(widget: Gtk.Widget) -> None:
    """Make the mouse wheel scroll the panel unless the widget, or a part of it, has the focus.

    GTK's spin buttons, sliders and combo boxes take the wheel wherever the pointer is. A user who
    scrolls the panel would change what comes under the pointer, without seeing it.
    """
    if isinstance(widget, (Gtk.SpinButton, Gtk.Range, Gtk.ComboBox)):
        widget.connect("scroll-event", _on_scroll)
    elif isinstance(widget, Gtk.Container):
        for child in widget.get_children():
            guard_scrolling(child)


def _on_scroll(widget: Gtk.Widget, _event: Gdk.EventScroll) -> bool:
    focus = widget.get_toplevel().get_focus()  # of a combo box this is the button within
    if focus is None or not (focus == widget or focus.is_ancestor(widget)):
        widget.stop_emission_by_name("scroll-event")  # then the panel gets the event
    return Gdk.EVENT_PROPAGATE


def _tooltip(spec: GObject.ParamSpec) -> str:
    return spec.get_blurb().partition("\n")[0]  # the words for scripts are below


def _count_rows(grid: Gtk.Grid) -> int:
    tops = [grid.child_get_property(child, "top-attach") for child in grid.get_children()]
    return max(tops, default=-1) + 1


def _new_widget(config: Gimp.ProcedureConfig, spec: GObject.ParamSpec) -> Gtk.Widget:
    name = spec.name
    if name in CHOICES:
        return _new_combo_box(config, name)
    if name in ("colors", "dither-strength"):
        return _new_slider(config, name, *((1, 0) if name == "colors" else (0.05, 2)))
    if name == "palette":
        return _new_palette_chooser(config, name)
    if spec.value_type == GObject.TYPE_BOOLEAN:
        return GimpUi.prop_check_button_new(config, name, spec.get_nick())
    if spec.value_type == GObject.TYPE_STRING:
        return GimpUi.prop_entry_new(config, name, 0)
    steps = (1, 10, 0) if spec.value_type == GObject.TYPE_INT else (0.1, 1, 2)
    return GimpUi.prop_spin_button_new(config, name, *steps)


def _new_combo_box(config: Gimp.ProcedureConfig, name: str) -> Gtk.ComboBoxText:
    box = Gtk.ComboBoxText()
    for value, label in CHOICES[name].items():
        box.append(value, label)
    config.bind_property(name, box, "active-id", _BOTH_WAYS)
    return box


def _new_palette_chooser(config: Gimp.ProcedureConfig, name: str) -> Gtk.Widget:
    """Return GIMP's chooser without its label, as the panel has one."""
    # The chooser's own handler complains of None, so this one comes first.
    config.connect(f"notify::{name}", lambda *_: choose_active_palette(config))
    chooser = GimpUi.prop_palette_chooser_new(config, name, _("Palette"))
    label = chooser.get_label()
    label.set_no_show_all(True)
    label.hide()
    return chooser


def _new_slider(config: Gimp.ProcedureConfig, name: str, step: float, digits: int) -> Gtk.Box:
    """Return a slider with a spin button."""
    box = Gtk.Box(spacing=_GAP)
    scale = GimpUi.prop_hscale_new(config, name, step, step, digits)
    scale.set_draw_value(False)
    spin_button = GimpUi.prop_spin_button_new(config, name, step, 10 * step, digits)
    box.pack_start(scale, True, True, 0)
    box.pack_start(spin_button, False, False, 0)
    return box


def _focusable(widget: Gtk.Widget) -> Gtk.Widget:
    """Return what a mnemonic leads to: the spin button of a slider, else the widget itself."""
    return widget.get_children()[-1] if isinstance(widget, Gtk.Box) else widget
