"""Runs the filter in GIMP, as a script does, and as its dialog does."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Any

from gi.repository import Gimp

PROCEDURE = "plug-in-quantize-kmeans"


def procedure_exists(name: str) -> bool:
    """Return whether the procedural database has a procedure."""
    return bool(Gimp.get_pdb().procedure_exists(name))


def menu_label() -> str:
    """Return the filter's entry, as GIMP has it."""
    return Gimp.get_pdb().lookup_procedure(PROCEDURE).get_menu_label()


def quantize(
    image: int,
    drawables: list[int] | None = None,
    run_mode: str = "noninteractive",
    *,
    plain: bool = True,
    **arguments: Any,
) -> dict[str, Any]:
    """Run the filter, by default on the image's top layer, and return what it returned.

    Plain is what palette_core's functions do by default; else the filter's own defaults hold.
    """
    if plain:
        dither = arguments.get("dither", "none")
        space = "srgb" if dither == "none" else "oklab"
        arguments = {"space": space, "dither": dither, **arguments}
    config = _configured(image, drawables, run_mode, arguments)
    values = config.get_procedure().run(config)
    if values.index(0) != Gimp.PDBStatusType.SUCCESS:
        return {"ok": False, "message": str(values.index(1))}
    result = values.index(1)
    return {
        "ok": True,
        "image": result.get_id(),
        "colors": values.index(2),
        "palette": values.index(3) or "",
    }


def rehearse(
    image: int, drawables: list[int] | None, plugin: str, environment: str, **arguments: Any
) -> dict[str, Any]:
    """Do what the dialog does, in this process: see the preview, then press OK.

    The `preview` and the `original` are RGBA pixels over checks, and `image` is the number of the
    image with the result. If it is refused, there is only the `refusal`.
    """
    if plugin not in sys.path:
        sys.path.insert(0, plugin)
    import engine
    from errors import UserError
    from gimp_io.layer_reader import LayerReader
    from gimp_io.layers import check_drawables
    from procedure.outputs import read_output
    from procedure.run import quantize as make_output
    from ui.canvas_state import Viewport

    engine.ENVIRONMENT = Path(environment)
    config = _configured(image, drawables, "noninteractive", {"save_palette": False, **arguments})
    items = config.get_core_object_array("drawables")
    try:
        reader = LayerReader(Gimp.Image.get_by_id(image), check_drawables(items))
        output = read_output(config)
        task = reader.task(output)
        session = engine.session()
        task.open()
        session.prepare("original")
        colors = session.quantize(output.session_settings)
        if task.is_blended:
            task.project()
        else:
            session.prepare("result")
        note = output.describe(reader.image, reader.layer)
        width, height = task.size
        view = Viewport.fit(task.size, task.size).describe()
        shown = {}
        for what in ("projection" if task.is_blended else "result", "original"):
            data = base64.b64encode(session.render(view, what)).decode()
            shown[what] = {"width": width, "height": height, "data": data}
        outcome = make_output(reader, config)
    except UserError as refusal:
        return {"refusal": str(refusal)}
    return {
        "preview": shown.get("projection") or shown["result"],
        "original": shown["original"],
        "place": list(task.parts[0].area[:2]),
        "colors": list(colors),
        "note": note,
        "image": outcome.image.get_id(),
    }


def _configured(
    image: int, drawables: list[int] | None, run_mode: str, arguments: dict[str, Any]
) -> Gimp.ProcedureConfig:
    """Return the filter's arguments, for the image's top layer unless told."""
    owner = Gimp.Image.get_by_id(image)
    items = (
        owner.get_layers()[:1]
        if drawables is None
        else [Gimp.Item.get_by_id(number) for number in drawables]
    )
    config = Gimp.get_pdb().lookup_procedure(PROCEDURE).create_config()
    run_mode = run_mode.replace("-", "_").upper()
    config.set_property("run-mode", getattr(Gimp.RunMode, run_mode))
    config.set_property("image", owner)
    config.set_core_object_array("drawables", items)
    if "palette" in arguments:
        arguments = {**arguments, "palette": Gimp.Palette.get_by_name(arguments["palette"])}
    for name, value in arguments.items():
        config.set_property(name.replace("_", "-"), value)
    return config
