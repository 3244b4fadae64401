"""The filter in its users' languages: menu, dialog, and what it makes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import palette_core as pc
from tests.gimp.conftest import Studio
from tests.gui.dialog_driver import wait_until_saved
from tools.harness.gimp_session import Gimp, decode, environment_of, plugin_of, python_of
from tools.harness.gimp_window import gimp_window
from tools.harness.screen import IMAGE_WINDOW, Screen


class Language(NamedTuple):
    """What a user of a language sees, and presses."""

    code: str
    welcome: str
    filters: str
    entry: str
    label: str
    title: str
    number: str
    strength: str
    name: str
    more: str
    refusal: str


BRITISH = Language(
    code="en_GB",
    welcome="Welcome",
    filters="alt+r",
    entry="k",
    label="Quantize with _k-means…",
    title="Quantize with k-means",
    number="alt+n",
    strength="alt+t",
    name="alt+a",
    more="alt+i",
    refusal="“red” is not a colour.",
)
GERMAN = Language(
    code="de",
    welcome="Willkommen",
    filters="alt+r",
    entry="q",
    label="Mit k-means _quantisieren …",
    title="Mit k-means quantisieren",
    number="alt+n",
    strength="alt+t",
    name="alt+a",
    more="alt+w",
    refusal="»red« ist keine Farbe.",
)
FINNISH = Language(
    code="fi",
    welcome="Tervetuloa",
    filters="alt+s",
    entry="v",
    label="K_vantisoi k-means-menetelmällä…",
    title="Kvantisoi k-means-menetelmällä",
    number="alt+v",
    strength="alt+h",
    name="alt+i",
    more="alt+s",
    refusal="”red” ei ole väri.",
)


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with locales: in that of C, which every machine has, nothing is translated.

    The German one has a comma as decimal point.
    """
    folder = tmp_path_factory.mktemp("locales")
    for name in ("en_GB", "de_DE"):
        shutil.copytree("/usr/lib/locale/C.utf8", folder / f"{name}.UTF-8")
    numbers = folder / "de_DE.UTF-8" / "LC_NUMERIC"
    numbers.write_bytes(numbers.read_bytes().replace(b".\0", b",\0"))
    return folder


@pytest.fixture(
    scope="module",
    params=[BRITISH, GERMAN, pytest.param(FINNISH, marks=pytest.mark.any_gimp)],
    ids=lambda language: language.code,
)
def language(request: pytest.FixtureRequest) -> Language:
    """Return each language."""
    return request.param


@pytest.fixture(scope="module")
def gimp(
    language: Language,
    locales: Path,
    home: Path,
    screen: Screen,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Gimp]:
    """GIMP in that language, in a home folder that had it in another before."""
    environment = {
        **environment_of(home),
        "LOCPATH": str(locales),
        "LANG": "en_GB.UTF-8",
        "LANGUAGE": language.code,
    }
    folder = tmp_path_factory.mktemp(f"gimp-{language.code}")
    with gimp_window(environment, screen, folder, language.welcome) as session:
        yield session


@pytest.fixture
def settings(gimp: Gimp) -> Iterator[Path]:
    """GIMP's folder of last values: none of earlier tests, and none for later ones."""
    folder = Path(gimp.directory()) / "plug-in-settings"

    def delete_last_values() -> None:
        for file in folder.glob("*quantize-kmeans.*"):
            file.unlink()

    delete_last_values()
    yield folder
    delete_last_values()


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en_GB.UTF-8", "1 colour used · MSE 1.5 · PSNR ∞ dB · ΔE 0.25"),
        ("de_DE.UTF-8", "1 Farbe verwendet · MSE 1,5 · PSNR ∞ dB · ΔE 0,25"),
    ],
)
def test_figures_have_the_decimal_point_of_the_locale(
    home: Path, locales: Path, screen: Screen, locale: str, expected: str
) -> None:
    metrics = {"mse": 1.5, "psnr": float("inf"), "delta_e": 0.25, "pixels": [3, 0]}
    text = repr(metrics).replace("inf", "float('inf')")
    program = (
        "import gi; gi.require_versions({'Gdk': '3.0', 'Gimp': '3.0', 'Gtk': '3.0'}); "
        f"from ui.preview import describe_metrics as d; print(d({text}))"
    )
    done = subprocess.run(
        [python_of(home), "-c", program],
        env=environment_of(home)
        | {"LOCPATH": str(locales), "LANG": locale, "DISPLAY": screen.display},
        cwd=plugin_of(home),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == expected


def test_gimp_has_the_words(gimp: Gimp, language: Language) -> None:
    assert gimp.menu_label() == language.label


def test_menu_dialog_ok(
    gimp: Gimp, screen: Screen, photo: int, language: Language, settings: Path
) -> None:
    pixels = decode(gimp.read_rgba(gimp.layers(photo)[0]))
    expected = pc.quantize(pixels, 7, space="oklab", dither="floyd-steinberg", dither_strength=1.0)
    name = f"in {language.code}"

    screen.window(IMAGE_WINDOW)
    screen.press(language.filters)
    screen.picture(f"words-{language.code}-menu")
    screen.press(language.entry)
    screen.window(f"^{language.title}$")
    for letter, text in ((language.number, "7"), (language.strength, "1"), (language.name, name)):
        screen.press(letter, "ctrl+a")
        screen.type(text)
    screen.press("Tab")
    screen.picture(f"words-{language.code}-dialog")
    screen.press(language.more)
    screen.picture(f"words-{language.code}-more")
    screen.press(language.more)
    screen.press("alt+o")

    wait_until_saved(settings)
    assert name in gimp.palettes()
    (result,) = set(gimp.images()) - {photo}
    Studio(gimp).expect_image(result, expected)


def test_nothing_to_complain_about(gimp: Gimp) -> None:
    complaints = [line for line in gimp.log.read_text().splitlines() if "quantize-kmeans" in line]
    assert complaints == []  # such as letters of two labels that clash


def test_errors_are_translated(gimp: Gimp, language: Language) -> None:
    outcome = gimp.quantize(gimp.images()[0], locked="red")
    assert not outcome["ok"]
    assert language.refusal in outcome["message"]
