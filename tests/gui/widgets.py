"""A window with the plug-in's widgets, which answers questions: a line of JSON in, one out.

The plug-in's own Python runs it, and the tests use it by mouse and keyboard.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from typing import Any

import gi

gi.require_versions({"Gdk": "3.0", "Gimp": "3.0", "Gtk": "3.0"})
from gi.repository import GLib, Gtk

sys.path.insert(0, sys.argv[1])

import numpy as np

import engine
from palette_core.preview.geometry import View
from ui.background_job import BackgroundJob
from ui.canvas import Canvas
from ui.swatches import Swatches, SwatchesPane


class Program:
    """The window; its methods are called by their names."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.canvas, self.swatches = Canvas(), Swatches()
        self.canvas.connect("view-changed", lambda _: self.events.append("view-changed"))
        self.swatches.connect("entry-selected", self.on_selected)
        self.swatches.connect("action-requested", lambda _, *event: self.events.append(event))
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6, margin=6)
        box.pack_start(self.canvas, True, True, 0)
        box.pack_start(SwatchesPane(self.swatches), False, False, 0)
        self.entry = Gtk.Entry(text="where Tab begins")
        box.pack_start(self.entry, False, False, 0)
        self.window = Gtk.Window(title="Widgets", default_width=440, default_height=320)
        self.window.add(box)
        self.window.connect("destroy", lambda _: Gtk.main_quit())
        self.window.show_all()
        self.entry.grab_focus()

    def on_selected(self, _swatches: Swatches, entry: int | None) -> None:
        self.events.append(["entry-selected", entry])
        self.canvas.update_state(result="result", highlight=entry)

    def show(self, width: int, height: int, colors: int, transparent: bool = False) -> Any:
        """Show a drawn picture before and after, and return the palette."""
        down, across = np.mgrid[:height, :width]
        planes = across * 255 // width, down * 255 // height, (across + down) % 256
        pixels = np.stack([*planes, np.full_like(across, 255)], axis=-1).astype(np.uint8)
        if transparent:
            pixels[: height // 4, : width // 4, 3] = 0
        area = 0, 0, width, height
        session = engine.session()
        session.allocate("pixels", area, "rgba")[:] = pixels.tobytes()
        layer = {"area": area, "pixels": "pixels", "mask": None, "selection": None, "use": "only"}
        session.open([layer], [layer], layer, area)
        self.palette = session.quantize({"colors": colors, "design": {}, "mapping": {}})
        session.prepare("original")
        session.prepare("result")
        self.canvas.set_original((width, height))
        self.canvas.update_state(result="result", highlight=None)
        self.show_palette()
        return self.palette

    def show_palette(self, locked: tuple[int, ...] = ()) -> None:
        """Show the palette, some entries locked."""
        found = engine.session().measure()
        transparent = found["transparent"] or None
        locks = dict.fromkeys(locked, True)
        self.swatches.set_palette(self.palette, found["pixels"], transparent, locks)

    def show_loss(self) -> float:
        """Show the loss map of what is seen, and return the end of its scale."""
        highest = engine.session().error_map(self.canvas.state.view.describe())
        self.canvas.update_state(mode="loss")
        return highest

    def call(self, name: str, *args: Any) -> None:
        """Call a method of the canvas."""
        getattr(self.canvas, name)(*args)

    def update_state(self, changes: dict[str, Any]) -> None:
        """Change the canvas's state."""
        self.canvas.update_state(**changes)

    def state(self) -> dict[str, Any]:
        """Return what has happened since the last call, and what the widgets show."""
        events, self.events = self.events, []
        view = self.canvas.state.view
        shown = View(**view.describe())
        focus = self.window.get_focus()
        return {
            "zoom": view.zoom,
            "window": view.window,
            "box": shown.box,
            "seen": shown.seen,
            "fitted": view.fitted,
            "mode": self.canvas.state.mode,
            "split": self.canvas.state.split,
            "selected": self.swatches.selected,
            "focus_name": focus.get_accessible().get_name() if focus else None,
            "events": events,
        }

    def places(self) -> dict[str, Any]:
        """Return where on the screen the canvas and the swatches are, in its own pixels."""
        scale = self.window.get_scale_factor()

        def place(widget: Gtk.Widget) -> list[int]:
            _, left, top = self.window.get_window().get_origin()
            x, y = widget.translate_coordinates(self.window, 0, 0)
            size = widget.get_allocation()
            return [scale * n for n in (left + x, top + y, size.width, size.height)]

        children = self.swatches.get_children()
        return {
            "canvas": place(self.canvas),
            "swatches": [place(child) for child in children],
            "names": [child.get_accessible().get_name() for child in children],
            "tooltips": [child.get_tooltip_text() for child in children],
            "least": self.swatches.get_preferred_size().minimum_size.width,
        }

    def run_jobs(self, jobs: int) -> list[Any]:
        """Start one job after the other while each works, and return what happened, in order."""
        happened: list[Any] = []
        begun: set[int] = set()
        job = BackgroundJob(
            lambda error: happened.append(["failed", str(error)]),
            lambda busy: happened.append(["busy", busy]),
        )

        def work(number: int, progress: Any) -> Any:
            for step in range(50):
                progress(step / 50)
                if step == 5:
                    begun.add(number)
                time.sleep(0.002)
            yield partial(happened.append, ["arrived", f"{number} half"])
            if number % 2:
                raise ValueError(f"{number} failed")
            yield partial(happened.append, ["arrived", f"{number} whole"])

        def wait(until: Any) -> None:
            end = time.monotonic() + 20
            while not until() and time.monotonic() < end:
                GLib.MainContext.default().iteration(may_block=False)
                time.sleep(0.001)

        for number in range(jobs):
            job.start(lambda progress, number=number: work(number, progress))
            wait(lambda number=number: number in begun)
        wait(lambda: not job.is_busy)
        happened.append("close")
        job.start(lambda progress: work(100, progress))
        wait(lambda: 100 in begun)
        job.close()
        wait(lambda: not GLib.MainContext.default().pending())
        return happened

    def answer(self, stream: Any, _condition: object) -> bool:
        """Answer one line; the end of them is the end of the program."""
        line = stream.readline()
        if not line:
            self.window.destroy()
            return False
        name, *args = json.loads(line)
        try:
            print(json.dumps(getattr(self, name)(*args)), flush=True)
        except Exception:
            self.window.destroy()  # so that nobody waits for the answer
            raise
        return True


program = Program()
GLib.io_add_watch(sys.stdin, GLib.PRIORITY_LOW, GLib.IO_IN | GLib.IO_HUP, program.answer)
Gtk.main()
