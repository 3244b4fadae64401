"""The plug-in reads palette_core's choices from the file `choices.json`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from palette_core.choices import collect_labels
from palette_core.color.hardware_grids import GRIDS
from palette_core.color.spaces import SPACES
from palette_core.design import EFFORTS, INITIALIZATIONS, METHODS
from palette_core.dither import DITHERS
from palette_core.ordering import ORDERS
from palette_core.palette_library import LIBRARY
from palette_core.tiles.presets import PRESETS

PRINT = "import json; from procedure.choices import CHOICES; print(json.dumps(CHOICES))"
PLUGIN = Path(__file__).parents[2] / "plugin" / "quantize-kmeans"


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """Return a copy of the plug-in with its file of choices, as `install.sh` makes it."""
    copy = tmp_path / PLUGIN.name
    shutil.copytree(PLUGIN, copy)
    write = [sys.executable, "-m", "palette_core.choices"]
    subprocess.run([*write, copy / "choices.json"], check=True)
    printed = subprocess.run(write, capture_output=True, check=True).stdout
    assert (copy / "choices.json").read_bytes() == printed
    return copy


def load_choices(plugin: Path, language: str = "en") -> subprocess.CompletedProcess[str]:
    """Print the choices that the plug-in reads, as JSON."""
    return subprocess.run(
        [sys.executable, "-c", PRINT],
        cwd=plugin,
        env=os.environ | {"LANG": "de_DE.UTF-8", "LANGUAGE": language},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_plugin_has_the_labels_of_every_registry(plugin: Path) -> None:
    registries = {
        "method": METHODS,
        "effort": EFFORTS,
        "space": SPACES,
        "dither": DITHERS,
        "init": INITIALIZATIONS,
        "order": ORDERS,
        "grid": ("none", *GRIDS, "1", "2", "3", "6"),
        "library": ("best", *LIBRARY),
        "tiles": PRESETS,
    }
    labels = collect_labels()
    assert labels.keys() == registries.keys()
    choices = json.loads(load_choices(plugin).stdout)
    for option, names in registries.items():
        assert list(choices[option].items()) == [(name, labels[option][name]) for name in names]
        assert all(labels[option].values())


def test_labels_are_translated_and_new_ones_in_english(plugin: Path) -> None:
    labels = collect_labels()
    labels["dither"]["new"] = "Something new"
    (plugin / "choices.json").write_text(json.dumps(labels), encoding="utf-8")
    dithers = json.loads(load_choices(plugin, "de").stdout)["dither"]
    assert dithers["blue-noise"] == "Blaues Rauschen"
    assert dithers["new"] == "Something new"


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"method": 1}', '{"method": ["a"]}'])
def test_a_missing_or_damaged_file_ends_the_plugin(plugin: Path, content: str | None) -> None:
    if content is None:
        (plugin / "choices.json").unlink()
    else:
        (plugin / "choices.json").write_text(content, encoding="utf-8")
    done = load_choices(plugin)
    assert done.returncode == 1
    assert done.stderr.startswith(f"quantize-kmeans: cannot read {plugin / 'choices.json'} (")
    assert done.stderr.endswith("); run ./install.sh again\n")
