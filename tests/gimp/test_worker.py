"""Where GIMP's Python has no NumPy a worker computes: the same pixels, words and progress."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.gimp.conftest import Studio
from tests.gimp.pictures import PALETTE_HEX, drawn, soft_edged
from tools.harness.gimp_session import (
    BARE_PYTHON,
    Gimp,
    environment_of,
    gimp_console,
    processes_of,
    profile_with_plugin,
    python_of,
    running_gimp,
    workers_of,
)
from tools.harness.screen import wait_for

PLUGIN = "plug-ins/quantize-kmeans"
# Put before the plug-in's last line: its progress is written down.
SPY = """
_update = Gimp.progress_update

def _spied(part):
    with open({log!r}, "a") as out:
        out.write(f"{{part}}\\n")
    return _update(part)

Gimp.progress_update = _spied
"""


class Bare:
    """GIMP whose own Python has no NumPy, and what runs for it."""

    def __init__(self, gimp: Gimp, profile: Path, log: Path) -> None:
        self.gimp, self._log = gimp, log
        self._plugin = profile / PLUGIN

    def plugins(self) -> list[int]:
        """Return the numbers of the plug-in's processes."""
        return processes_of(self._plugin / "quantize-kmeans.py")

    def workers(self) -> list[int]:
        """Return those of the workers."""
        return workers_of(self._plugin.parents[1])

    def progress(self) -> list[float]:
        """Return what the progress was since it was forgotten."""
        return [float(line) for line in self._log.read_text().splitlines()]

    def forget_progress(self) -> None:
        self._log.write_text("")


@pytest.fixture(scope="module")
def bare(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    folder = tmp_path_factory.mktemp("bare")
    assert subprocess.run([BARE_PYTHON, "-sE", "-c", "import numpy"], check=False).returncode == 1
    profile = profile_with_plugin(folder, f"{BARE_PYTHON} -sE", python_of(home))
    main, log = profile / PLUGIN / "quantize-kmeans.py", folder / "progress.log"
    text, last = main.read_text().rsplit("Gimp.main(", 1)
    main.write_text(f"{text}{SPY.format(log=str(log))}\nGimp.main({last}")
    log.write_text("")
    environment = {**environment_of(folder), "GIMP3_DIRECTORY": str(profile)}
    with running_gimp([gimp_console(), "--no-interface"], environment, folder) as session:
        found = Bare(session, profile, log)
        yield found
    wait_for(lambda: not found.workers(), "an end of the workers")


@pytest.fixture
def both(bare: Bare, studio: Studio) -> Iterator[list[Studio]]:
    """GIMP with a worker, and GIMP whose own Python computes."""
    yield [Studio(bare.gimp), studio]
    wait_for(lambda: not bare.workers(), "an end of the workers")
    bare.gimp.close_all()


# The same comes of it

PICTURES: dict[str, Callable[[Studio], int]] = {
    "rgb": lambda studio: studio.draw("rgb"),
    "soft edges": lambda studio: studio.draw("rgba", pixels=soft_edged()),
    "gray": lambda studio: studio.draw("gray", "u16"),
    "indexed": lambda studio: studio.draw("indexeda"),
    "16 bits": lambda studio: studio.draw("rgba", "u16", offset=(5, -3), canvas=(50, 60)),
    "float": lambda studio: studio.draw("graya", "float"),
    "selection": lambda studio: selected(studio),
    "layers": lambda studio: of_layers(studio),
    "filter": lambda studio: filtered(studio),
}
OUTPUTS = ("new-image", "convert", "layer", "palette")
WAYS: dict[str, dict[str, Any]] = {
    "as the dialog has it": {"plain": False, "colors": 12},
    "matte": {"matte": "#1e6432", "alpha_threshold": 60},
    "alpha dithered": {"alpha_dither": True, "dither": "blue-noise"},
    "all layers": {"sample": "all-layers", "apply_to": "all-layers", "selection": "ignore"},
    "from what is visible": {"sample": "visible", "locked": "#102030@2"},
    "selected count more": {"selection": "more", "selection_weight": 50},
    "as few as reach": {"number": "target-psnr", "target_psnr": 22},
}


def selected(studio: Studio) -> int:
    image = studio.draw("rgba", offset=(3, 2), canvas=(60, 70))
    studio.gimp.select_ellipse(image, 4, 5, 17, 23)
    return image


def of_layers(studio: Studio) -> int:
    image = studio.draw("rgb")
    for seed, name in enumerate(("one", "two"), start=1):
        studio.add_layer(image, "rgba", (seed, 2), name, drawn("rgba", seed))
    return image


def filtered(studio: Studio) -> int:
    image = studio.draw("rgba", "u16")
    studio.gimp.add_filter(studio.gimp.layers(image)[0], "gegl:gaussian-blur")
    return image


def result(studio: Studio, picture: str, **arguments: Any) -> dict[str, Any]:
    """Quantize an image, and return all results except the numbers of images."""
    gimp = studio.gimp
    image = PICTURES[picture](studio)
    outcome = gimp.quantize(image, palette_name="Of both", **{"colors": 7, **arguments})
    found: dict[str, Any] = {}
    if outcome["ok"]:
        made = outcome["image"]
        found["colormap"] = gimp.colormap(made)
        found["seen"] = [gimp.read_rgba(layer) for layer in gimp.layers(made)]
        if picture != "float" or found["colormap"]:
            # What babl makes of 8 bits in floats varies in the last bits from start to start.
            found["exactly"] = gimp.describe(made)
        if outcome["palette"]:
            found["palette"] = gimp.palette(outcome["palette"])
            gimp.delete_palette(outcome["palette"])
        outcome["image"] = outcome["image"] == image
    return {"outcome": outcome, **found}


@pytest.mark.parametrize(
    ("picture", "output"),
    [  # each picture with two of the outputs
        (picture, OUTPUTS[(number + step) % len(OUTPUTS)])
        for number, picture in enumerate(PICTURES)
        for step in (0, 2)
    ],
)
def test_own_python_makes_the_same_pictures(both: list[Studio], picture: str, output: str) -> None:
    one, other = (result(studio, picture, output=output) for studio in both)
    assert one == other
    assert one["outcome"]["ok"]


@pytest.mark.parametrize(
    ("way", "output"), list(zip(WAYS, itertools.cycle(OUTPUTS[:3]), strict=False))
)
def test_own_python_takes_the_same_arguments(both: list[Studio], way: str, output: str) -> None:
    picture = "layers" if "layers" in way or "visible" in way else "selection"
    arguments = dict(WAYS[way])
    if output != "new-image":
        arguments.pop("apply_to", None)
    one, other = (result(studio, picture, output=output, **arguments) for studio in both)
    assert one == other
    assert one["outcome"]["ok"]


@pytest.mark.parametrize("use", ["map", "start", "lock"])
def test_own_python_gives_the_same_with_palettes_of_gimp(both: list[Studio], use: str) -> None:
    found = []
    for studio in both:
        studio.gimp.new_palette("given", PALETTE_HEX[:9])
        found.append(result(studio, "rgb", palette_use=use, palette="given", colors=12))
        studio.gimp.delete_palette("given")
    assert found[0] == found[1]
    assert found[0]["outcome"]["ok"]


# The same is refused


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"matte": "mud"}, "“mud” is not a color"),
        ({"locked": "#12345"}, "#12345"),
        ({"number": "target-psnr", "palette_use": "start", "palette": "given"}, "start"),
        ({"method": "wu", "locked": "#123456"}, "wu"),
        ({"palette_use": "strict", "palette": "given"}, "not in the palette"),
    ],
)
def test_own_python_refuses_too(both: list[Studio], arguments: dict[str, Any], words: str) -> None:
    said = []
    for studio in both:
        image = of_layers(studio)
        studio.gimp.new_palette("given", PALETTE_HEX[:9])
        studio.gimp.select_rectangle(image, 2, 28, 9, 10)
        before = studio.gimp.describe(image), studio.gimp.images(), studio.gimp.palettes()
        outcome = studio.gimp.quantize(image, **arguments)
        after = studio.gimp.describe(image), studio.gimp.images(), studio.gimp.palettes()
        assert after == before
        assert not outcome["ok"]
        said.append(outcome["message"])
        studio.gimp.delete_palette("given")
    assert said[0] == said[1]
    assert words.lower() in said[0].lower()


# Progress, and ends before the end


@pytest.fixture
def large(both: list[Studio]) -> int:
    """A picture on which there is work for seconds."""
    studio = both[0]
    noise = np.random.default_rng(0).integers(0, 256, (900, 1200, 4), dtype=np.uint8)
    noise[..., 3] = 255
    return studio.draw(pixels=noise)


HARD = {"colors": 256, "effort": "best", "space": "oklab", "dither": "floyd-steinberg"}


def test_the_progress_moves(bare: Bare, large: int) -> None:
    bare.forget_progress()
    assert bare.gimp.quantize(large, **HARD)["ok"]
    parts = bare.progress()
    assert parts == sorted(parts)
    assert len(set(parts)) > 10
    assert parts[0] == 0.1
    assert parts[-1] > 0.7


def begun(bare: Bare, large: int, threads: ThreadPoolExecutor) -> Future[dict[str, Any]]:
    """Start the work, and return it when it is in its midst."""
    bare.forget_progress()
    call = threads.submit(bare.gimp.quantize, large, **HARD)
    wait_for(lambda: any(part > 0.15 for part in bare.progress()), "the work", pause=0.02)
    return call


def test_a_worker_that_is_killed(bare: Bare, large: int) -> None:
    gimp = bare.gimp
    before = gimp.describe(large), gimp.images(), gimp.palettes()
    with ThreadPoolExecutor() as threads:
        call = begun(bare, large, threads)
        (worker,) = bare.workers()
        os.kill(worker, signal.SIGKILL)
        outcome = call.result(60)
    assert not outcome["ok"]
    for word in ("SIGKILL", "image is unchanged", "run the filter again"):
        assert word in outcome["message"]
    assert (gimp.describe(large), gimp.images(), gimp.palettes()) == before
    assert gimp.quantize(large, colors=3)["ok"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_plug_in_that_is_killed(bare: Bare, large: int, how: signal.Signals) -> None:
    """As GIMP's Cancel button does it."""
    gimp = bare.gimp
    before = gimp.describe(large), gimp.images(), gimp.palettes()
    with ThreadPoolExecutor() as threads:
        call = begun(bare, large, threads)
        (plugin,) = bare.plugins()
        os.kill(plugin, how)
        assert not call.result(60)["ok"]
    wait_for(lambda: not bare.workers(), "an end of the worker")
    assert (gimp.describe(large), gimp.images(), gimp.palettes()) == before
    assert gimp.quantize(large, colors=3)["ok"]
