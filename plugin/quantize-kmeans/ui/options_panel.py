"""The options panel: a widget for each argument, bound to it, in the order of use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from gi.repository import Gdk, Gimp, GimpUi, GLib, GObject, Gtk

from gimp_io.palettes import usual_name
from i18n import _
from procedure.choices import CHOICES
from ui.color_options import AlphaThreshold, LockedColors, MatteColor
from ui.count_buttons import CountButtons
from ui.preset_box import PresetBox
from ui.widgets import new_combo_box, on_setting

_GAP = 6
_WIDTH = 440
_BOTH_WAYS = GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE

# Conditions: arguments, each of which has one of these values.
_Condition: TypeAlias = dict[str, tuple[object, ...]]
_TARGET: _Condition = {"number": ("target-psnr", "target-delta-e")}
_GIMP_PALETTE: _Condition = {"palette-use": ("map", "strict")}
_GIVEN_PALETTE: _Condition = {"palette-use": ("map", "strict", "library")}
_TILES: _Condition = {"palette-use": ("tiles",)}
_NO_DITHER: _Condition = {"dither": ("none",)}
_NO_IMAGE: _Condition = {"output": ("palette",)}
_NO_NEW_IMAGE: _Condition = {"output": ("convert", "layer", "palette")}
_NOT_SAVED: _Condition = {
    "save-palette": (False,), "output": ("new-image", "convert", "layer")
}  # fmt: skip
# These arguments are hidden unless their condition holds,
_SHOWN_IF: dict[str, _Condition] = {
    "target-psnr": {"number": ("target-psnr",)},
    "target-delta-e": {"number": ("target-delta-e",)},
    "palette": {"palette-use": ("map", "strict", "start", "lock")},
    "library": {"palette-use": ("library",)},
    "tiles": {"palette-use": ("tiles",)},
    "selection-weight": {"selection": ("more",)},
}
# and these have no effect, and are greyed out, if one of their conditions holds.
_DISABLED_IF: dict[str, tuple[_Condition, ...]] = {
    **dict.fromkeys(
        (
            *("number", "target-psnr", "target-delta-e", "order", "locked"),
            *("forced", "grid", "rare", "sample", "method", "init", "seed"),
        ),
        (_GIVEN_PALETTE, _TILES),
    ),
    "colors": (_GIVEN_PALETTE, _TARGET, _TILES),
    "effort": (_GIVEN_PALETTE,),
    "lightness-weight": (_TILES,),
    "save-palette": (_GIMP_PALETTE, _NO_IMAGE),
    "palette-name": (_GIMP_PALETTE, _NOT_SAVED),
    "dither": (_NO_IMAGE,),
    "dither-strength": (_NO_IMAGE, _NO_DITHER),
    "dither-adaptive": (_NO_IMAGE, _NO_DITHER, _TILES),
    "apply-to": (_NO_NEW_IMAGE,),
    "crop": (_NO_NEW_IMAGE, {"apply-to": ("all-layers",)}),
}
# The less usual arguments, by headings.
_MORE = {
    _("Palette"): ("locked", "forced", "grid", "rare", "order"),
    _("Sampling"): ("sample", "selection", "selection-weight"),
    _("New image"): ("apply-to", "crop"),
    _("Dithering"): ("dither-adaptive",),
    _("Transparency"): ("alpha-threshold", "alpha-dither", "matte"),
    _("Algorithm"): ("method", "effort", "space", "lightness-weight", "init", "seed"),
}


class OptionsPanel(Gtk.ScrolledWindow):
    """All options, in a column that scrolls on a low screen.

    If the image has several layers, a layer mask or a selection, the options of these are usual
    ones. The label `note` describes the output, below the choice of that.
    """

    def __init__(self, config: Gimp.ProcedureConfig, image: Gimp.Image) -> None:
        super().__init__(
            hscrollbar_policy=Gtk.PolicyType.NEVER, overlay_scrolling=False, width_request=_WIDTH
        )
        self.set_hexpand(False)  # as its widgets do; the preview gets all other room
        self._config = config
        self.note = Gtk.Label(xalign=0, wrap=True, max_width_chars=40)
        self.note.get_style_context().add_class(Gtk.STYLE_CLASS_DIM_LABEL)
        self._widgets: dict[str, list[Gtk.Widget]] = {}
        # All sections have their labels, and their widgets, at the same places.
        self._label_sizes = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
        relevant = find_relevant_arguments(image)
        usual = self._new_usual_options(relevant)
        more = self._new_more_options(relevant)
        # Then the panel is as wide with more options as without.
        self._sizes = Gtk.SizeGroup(mode=Gtk.SizeGroupMode.HORIZONTAL)
        self._sizes.add_widget(usual)
        self._sizes.add_widget(more)
        self._expander = Gtk.Expander.new_with_mnemonic(_("More opt_ions"))
        self._expander.set_expanded(config.get_property("more"))
        self._expander.add(more)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=_GAP, margin_end=2 * _GAP)
        box.pack_start(usual, False, False, 0)
        box.pack_start(self._expander, False, False, 0)
        self.add(box)
        on_setting(self, config, "", self._update_rows)
        on_setting(self, config, "more", self._remember_expander)  # Reset leaves it as it is
        self._expander.connect("notify::expanded", self._on_expanded)
        self.connect("map", lambda _self: self._update_rows())
        self._widgets["palette-name"][-1].set_placeholder_text(usual_name(image))

    def focus_first(self) -> None:
        """Move the keyboard focus to the number of colours."""
        self._widgets["colors"][-1].grab_focus()

    def _on_expanded(self, *_: object) -> None:
        self._remember_expander()
        GLib.idle_add(self._scroll_to_expander)  # when the options have their places

    def _remember_expander(self) -> None:
        is_expanded = self._expander.get_expanded()
        if self._config.get_property("more") != is_expanded:
            self._config.set_property("more", is_expanded)

    def _scroll_to_expander(self) -> bool:
        if self._expander.get_expanded():
            self.get_vadjustment().set_value(self._expander.get_allocation().y)
        return GLib.SOURCE_REMOVE

    def _new_usual_options(self, relevant: tuple[str, ...]) -> Gtk.Grid:
        grid = self._new_grid(())
        presets = PresetBox(self._config)
        tooltip = _("Sets all options at once; “Custom” means that they match no preset.")
        self._attach(grid, presets, _("_Preset"), tooltip, presets.combo_box)
        self._add_rows(grid, ("colors",))
        self._widgets["number"] = self._attach(grid, CountButtons(self._config))
        self._add_rows(grid, ("number", "target-psnr", "target-delta-e"))
        self._add_rows(grid, ("palette-use", "palette", "library", "tiles"))
        self._add_rows(grid, ("dither", "dither-strength", "output"))
        self._add_rows(grid, [name for name in relevant if name == "apply-to"])
        self._attach(grid, self.note)
        self._add_rows(grid, ("save-palette", "palette-name"))
        self._add_rows(grid, [name for name in relevant if name != "apply-to"])
        return grid

    def _new_more_options(self, relevant: tuple[str, ...]) -> Gtk.Box:
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=_GAP, margin_top=_GAP)
        for heading, arguments in _MORE.items():
            arguments = [name for name in arguments if name not in relevant]
            if not arguments:
                continue
            label = Gtk.Label(xalign=0, margin_top=_GAP)
            label.set_markup(f"<b>{heading}</b>")
            box.pack_start(label, False, False, 0)
            box.pack_start(self._new_grid(arguments), False, False, 0)
        return box

    def _new_grid(self, arguments: Iterable[str]) -> Gtk.Grid:
        grid = Gtk.Grid(row_spacing=_GAP, column_spacing=2 * _GAP)
        self._add_rows(grid, arguments)
        return grid

    def _add_rows(self, grid: Gtk.Grid, arguments: Iterable[str]) -> None:
        """Add widgets below the others of a grid, with a label unless they bring their own."""
        for argument in arguments:
            spec = self._config.find_property(argument)
            widget = _new_widget(self._config, spec)
            if isinstance(widget, Gtk.Entry):
                widget.set_activates_default(True)
            text = "" if isinstance(widget, Gtk.CheckButton) else spec.get_nick()
            tooltip = spec.get_blurb().partition("\n")[0]  # the words for scripts are below
            widgets = self._attach(grid, widget, text, tooltip)
            self._widgets.setdefault(argument, []).extend(widgets)

    def _attach(
        self,
        grid: Gtk.Grid,
        widget: Gtk.Widget,
        text: str = "",
        tooltip: str = "",
        focusable: Gtk.Widget | None = None,
    ) -> list[Gtk.Widget]:
        """Attach a row to a grid: a label, whose mnemonic focuses a widget, and the widget."""
        label = Gtk.Label(label=text, use_underline=True, xalign=0, tooltip_text=tooltip)
        label.set_mnemonic_widget(focusable or widget)
        self._label_sizes.add_widget(label)
        widget.set_hexpand(True)
        widget.set_tooltip_text(tooltip)
        guard_scrolling(widget)
        grid.attach_next_to(label, None, Gtk.PositionType.BOTTOM, 1, 1)
        grid.attach_next_to(widget, label, Gtk.PositionType.RIGHT, 1, 1)
        return [label, widget]

    def _update_rows(self) -> None:
        """Hide and grey out what has no effect."""
        for argument, widgets in self._widgets.items():
            is_shown = self._holds(_SHOWN_IF.get(argument, {}))
            is_disabled = any(map(self._holds, _DISABLED_IF.get(argument, ())))
            for widget in widgets:
                widget.set_visible(is_shown)
                widget.set_sensitive(not is_disabled)

    def _holds(self, condition: _Condition) -> bool:
        return all(self._config.get_property(name) in values for name, values in condition.items())


def find_relevant_arguments(image: Gimp.Image) -> tuple[str, ...]:
    """Return the arguments that matter for the layers, masks and the selection of an image."""
    layers = image.get_layers()
    has_parts = len(layers) > 1 or any(layer.is_group() or layer.get_mask() for layer in layers)
    has_selection = not Gimp.Selection.is_empty(image)
    return (
        *(("apply-to", "sample") if has_parts else ()),
        *(("selection", "selection-weight") if has_selection else ()),
    )


def choose_active_palette(config: Gimp.ProcedureConfig) -> None:
    """Choose GIMP's active palette, or another with colours, unless one with colours is chosen."""
    if _has_colors(config.get_property("palette")):
        return
    palettes = (Gimp.context_get_palette(), *Gimp.palettes_get_list(""))
    palette = next(filter(_has_colors, palettes), None)
    if palette is not None:
        config.set_property("palette", palette)


def _has_colors(palette: Gimp.Palette | None) -> bool:
    return palette is not None and palette.get_color_count() > 0


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


def _new_widget(config: Gimp.ProcedureConfig, spec: GObject.ParamSpec) -> Gtk.Widget:
    name = spec.name
    if name in CHOICES:
        box = new_combo_box(CHOICES[name])
        config.bind_property(name, box, "active-id", _BOTH_WAYS)
        return box
    if name in _OWN_WIDGETS:
        return _OWN_WIDGETS[name](config)
    if name in _SCALES:
        scale = GimpUi.prop_spin_scale_new(config, name, *_SCALES[name])
        scale.set_label("")  # the panel has one
        return scale
    if spec.value_type == GObject.TYPE_BOOLEAN:
        return GimpUi.prop_check_button_new(config, name, spec.get_nick())
    if spec.value_type == GObject.TYPE_STRING:
        return GimpUi.prop_entry_new(config, name, 0)
    steps = (1, 10, 0) if spec.value_type == GObject.TYPE_INT else (0.1, 1, 2)
    return GimpUi.prop_spin_button_new(config, name, *steps)


def _new_palette_chooser(config: Gimp.ProcedureConfig) -> Gtk.Widget:
    """Return GIMP's chooser without its label, as the panel has one."""

    def on_palette(*_: object) -> None:
        if config.get_property("palette") is None:
            choose_active_palette(config)

    # The chooser's own handler complains of None, so this one comes first.
    config.connect("notify::palette", on_palette)
    chooser = GimpUi.prop_palette_chooser_new(config, "palette", _("Palette"))
    label = chooser.get_label()
    label.set_no_show_all(True)
    label.hide()
    return chooser


# The arguments that have widgets of their own.
_OWN_WIDGETS = {
    "alpha-threshold": AlphaThreshold,
    "locked": LockedColors,
    "matte": MatteColor,
    "palette": _new_palette_chooser,
}
# The arguments that have sliders, with steps, pages and digits.
_SCALES = {
    "colors": (1, 10, 0),
    "dither-strength": (0.05, 0.1, 2),
    "lightness-weight": (0.1, 1, 1),
    "rare": (0.05, 0.1, 2),
    "target-psnr": (0.1, 1, 1),
    "target-delta-e": (0.1, 1, 2),
}
