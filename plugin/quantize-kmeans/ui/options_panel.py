"""The controls: a widget for each argument, bound to it, in the order of use."""

from __future__ import annotations

from collections.abc import Sequence

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GimpUi, GObject, Gtk

from i18n import _
from procedure.choices import CHOICES
from ui import scroll_guard

_GAP = 6
_QUICK = (2, 4, 8, 16, 32, 64, 128, 256)
_STYLE = b"button.quick-choice { padding-left: 0; padding-right: 0; min-width: 0; }"
_WIDTH = 400


_TARGETS = ("target-psnr", "target-delta-e")
_GIVEN = ("palette-use", ("map", "strict"))
_UNDITHERED = ("dither", ("none",))
_NO_NEW_IMAGE = ("output", ("convert", "layer", "palette"))
# Arguments are hidden but where another has one of these values,
_SHOWN = {
    "target-psnr": ("number", ("target-psnr",)),
    "target-delta-e": ("number", ("target-delta-e",)),
    "palette": ("palette-use", ("map", "strict", "start", "lock")),
    "selection-weight": ("selection", ("more",)),
}
# and greyed out where any other has.
_WITHOUT_SAY = {
    "colors": [("number", _TARGETS), _GIVEN],
    "number": [_GIVEN],
    "target-psnr": [_GIVEN],
    "target-delta-e": [_GIVEN],
    "locked": [_GIVEN],
    "order": [_GIVEN],
    "grid": [_GIVEN],
    "rare": [_GIVEN],
    "sample": [_GIVEN],
    "method": [_GIVEN],
    "effort": [_GIVEN],
    "init": [_GIVEN],
    "seed": [_GIVEN],
    "dither": [("output", ("palette",))],
    "dither-strength": [_UNDITHERED, ("output", ("palette",))],
    "dither-adaptive": [_UNDITHERED, ("output", ("palette",))],
    "save-palette": [_GIVEN, ("output", ("palette",))],
    "palette-name": [_GIVEN],
    "apply-to": [_NO_NEW_IMAGE],
    "crop": [_NO_NEW_IMAGE, ("apply-to", ("all-layers",))],
}
# The less usual arguments, by headings.
_MORE = {
    _("Colours"): ("space", "lightness-weight", "order", "locked", "grid", "rare"),
    _("Pixels"): ("sample", "selection", "selection-weight", "apply-to", "crop", "dither-adaptive"),
    _("Transparency"): ("alpha-threshold", "alpha-dither", "matte"),
    _("Method"): ("method", "effort", "init", "seed"),
}


class Controls(Gtk.ScrolledWindow):
    """All controls, in a column that scrolls where the screen is low.

    Parameters
    ----------
    config : Gimp.ProcedureConfig
        Holds the arguments.
    note : Gtk.Label
        Says what will become of the image; it is put below the output.
    """

    def __init__(self, config: Gimp.ProcedureConfig, note: Gtk.Label) -> None:
        super().__init__(hscrollbar_policy=Gtk.PolicyType.NEVER, width_request=_WIDTH)
        self._config = config
        self._rows: dict[str, list[Gtk.Widget]] = {}
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=_GAP, margin_end=2 * _GAP)
        box.pack_start(self._first(note), False, False, 0)
        box.pack_start(self._more(), False, False, 0)
        self.add(box)
        for argument in ("number", "palette-use", "dither", "output", "selection", "apply-to"):
            config.connect(f"notify::{argument}", lambda *_: self._show_rows())
        self.connect("map", lambda _self: self._show_rows())

    def focus_first(self) -> None:
        """Let the keyboard begin with the number of colours."""
        _focusable(self._rows["colors"][-1]).grab_focus()

    def _first(self, note: Gtk.Label) -> Gtk.Grid:
        """Make the usual controls."""
        grid = _grid()
        self._attach(grid, "colors", _slider_and_number(self._config, "colors", 1, 0))
        self._attach(grid, "number", self._quick_choices(), labelled=False)
        for argument in ("number", *_TARGETS, "palette-use", "palette", "dither"):
            self._attach(grid, argument)
        strength = _slider_and_number(self._config, "dither-strength", 0.05, 2)
        self._attach(grid, "dither-strength", strength)
        self._attach(grid, "output")
        grid.attach(note, 1, _rows_of(grid), 1, 1)
        for argument in ("save-palette", "palette-name"):
            self._attach(grid, argument)
        return grid

    def _more(self) -> Gtk.Expander:
        """Make the others, under an expander that keeps its state with the last values."""
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=_GAP, margin_top=_GAP)
        for heading, arguments in _MORE.items():
            label = Gtk.Label(xalign=0)
            label.set_markup(f"<b>{heading}</b>")
            grid = _grid()
            grid.set_margin_start(2 * _GAP)
            for argument in arguments:
                self._attach(grid, argument)
            box.pack_start(label, False, False, 0)
            box.pack_start(grid, False, False, 0)
        expander = Gtk.Expander.new_with_mnemonic(_("Ad_vanced options"))
        both = GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE
        self._config.bind_property("more", expander, "expanded", both)
        expander.add(box)
        return expander

    def _attach(
        self,
        grid: Gtk.Grid,
        argument: str,
        widget: Gtk.Widget | None = None,
        *,
        labelled: bool = True,
    ) -> None:
        """Put a labelled widget below the others of a grid."""
        spec = self._config.find_property(argument)
        widget = widget or _widget(self._config, spec)
        widget.set_hexpand(True)
        tooltip = spec.get_blurb().partition("\n")[0]  # below it are the words for scripts
        widget.set_tooltip_text(tooltip)
        scroll_guard.leave_to_pane(widget)
        if isinstance(_focusable(widget), Gtk.Entry):
            _focusable(widget).set_activates_default(True)
        row = _rows_of(grid)
        widgets = [widget]
        if labelled and not isinstance(widget, Gtk.CheckButton):
            label = Gtk.Label.new_with_mnemonic(spec.get_nick())
            label.set_xalign(0)
            label.set_mnemonic_widget(_focusable(widget))
            label.set_tooltip_text(tooltip)
            grid.attach(label, 0, row, 1, 1)
            widgets.insert(0, label)
        grid.attach(widget, 1, row, 1, 1)
        self._rows.setdefault(argument, []).extend(widgets)

    def _quick_choices(self) -> Gtk.Box:
        """Make a button for each of the usual numbers of colours."""
        box = Gtk.Box(homogeneous=True)
        box.get_style_context().add_class(Gtk.STYLE_CLASS_LINKED)
        style = Gtk.CssProvider()
        style.load_from_data(_STYLE)
        for number in _QUICK:
            button = Gtk.Button.new_with_label(str(number))
            button.get_style_context().add_class("quick-choice")
            button.get_style_context().add_provider(style, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)
            button.connect("clicked", lambda _button, n=number: self._choose(n))
            box.pack_start(button, True, True, 0)
        return box

    def _choose(self, number: int) -> None:
        self._config.set_property("number", "number")
        self._config.set_property("colors", number)

    def _show_rows(self) -> None:
        """Hide, or grey out, what has no say."""
        for argument, widgets in self._rows.items():
            shown = argument not in _SHOWN or self._any([_SHOWN[argument]])
            sensitive = not self._any(_WITHOUT_SAY.get(argument, []))
            for widget in widgets:
                widget.set_visible(shown)
                widget.set_sensitive(sensitive)

    def _any(self, conditions: Sequence[tuple[str, tuple[object, ...]]]) -> bool:
        return any(self._config.get_property(name) in values for name, values in conditions)


def _grid() -> Gtk.Grid:
    return Gtk.Grid(row_spacing=_GAP, column_spacing=2 * _GAP)


def _rows_of(grid: Gtk.Grid) -> int:
    """Tell how many rows are filled."""
    tops = [grid.child_get_property(child, "top-attach") for child in grid.get_children()]
    return max(tops, default=-1) + 1


def _widget(config: Gimp.ProcedureConfig, spec: GObject.ParamSpec) -> Gtk.Widget:
    """Make GIMP's widget for an argument."""
    name = spec.name
    if name in CHOICES:
        return _combo_box(config, name)
    if name == "palette":
        return _palette_chooser(config, name)
    if spec.value_type == GObject.TYPE_BOOLEAN:
        return GimpUi.prop_check_button_new(config, name, spec.get_nick())
    if spec.value_type == GObject.TYPE_STRING:
        return GimpUi.prop_entry_new(config, name, 0)
    whole = spec.value_type == GObject.TYPE_INT
    return GimpUi.prop_spin_button_new(
        config, name, 1 if whole else 0.1, 10 if whole else 1, 0 if whole else 2
    )


def _combo_box(config: Gimp.ProcedureConfig, name: str) -> Gtk.ComboBoxText:
    box = Gtk.ComboBoxText()
    for word, label in CHOICES[name].items():
        box.append(word, label)
    both = GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE
    config.bind_property(name, box, "active-id", both)
    return box


def choose_active_palette(config: Gimp.ProcedureConfig) -> None:
    """Begin with GIMP's active palette where none is chosen, as GIMP's own choosers do."""
    active = Gimp.context_get_palette()
    if active is not None and config.get_property("palette") is None:
        config.set_property("palette", active)


def _palette_chooser(config: Gimp.ProcedureConfig, name: str) -> Gtk.Widget:
    """Make GIMP's chooser without its label: it has one in our column."""
    # Before the chooser's own handler, which complains of None.
    config.connect(f"notify::{name}", lambda *_: choose_active_palette(config))
    chooser = GimpUi.prop_palette_chooser_new(config, name, _("Palette"))
    label = chooser.get_label()
    label.set_no_show_all(True)
    label.hide()
    return chooser


def _slider_and_number(
    config: Gimp.ProcedureConfig, name: str, step: float, digits: int
) -> Gtk.Box:
    box = Gtk.Box(spacing=_GAP)
    scale = GimpUi.prop_hscale_new(config, name, step, step, digits)
    scale.set_draw_value(False)
    box.pack_start(scale, True, True, 0)
    box.pack_start(
        GimpUi.prop_spin_button_new(config, name, step, 10 * step, digits), False, False, 0
    )
    return box


def _focusable(widget: Gtk.Widget) -> Gtk.Widget:
    """Give the part of a widget that a mnemonic leads to: of a slider with a number the latter."""
    return widget.get_children()[-1] if isinstance(widget, Gtk.Box) else widget
