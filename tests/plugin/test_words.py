"""What users of the plug-in read is in the catalogues, in every language, and fit for its place."""

from __future__ import annotations

import ast
import gettext
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tools.make_catalogues import (
    BRITISH,
    DOMAIN,
    LABELS,
    LOCALE,
    PLUGIN,
    TEMPLATE,
    extract,
    spell_british,
    translation,
    words,
)

LANGUAGES = sorted(path.stem for path in LOCALE.glob("*.po"))
# The letters of the buttons that GIMP puts into every dialog of a plug-in: Cancel, OK,
# Load Saved Settings, Save Settings, Reset, from its catalogue gimp30-libgimp.
TAKEN = {"en": "colsr", "de": "cogsz", "fi": "poltn"}
# What is seen together: the entries of menus, a swatch's menu, the choices of an image and of a
# colour, and all else in the dialog.
ALONE = ("quantize-kmeans.py", "ui/swatches.py", "ui/choosers.py")
# What looks like words, and is the same in all languages: names, measures, keys of the keyboard.
SAME = {
    "Quick Mask",
    *("quantize-kmeans: cannot read ", "); run ./install.sh again"),  # before there is a dialog
    "MSE %(mse).1f · PSNR %(psnr).1f dB · ΔE %(delta_e).2f",
    " · PNG\N{NO-BREAK SPACE}",
    "RGBA double",
    "The palette-core team",
    "<Palettes>/Palettes Menu",
    *("Left", "Right", "Up", "Down"),
}


def forms(texts: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return singular and plural, or the only form."""
    return (texts,) if isinstance(texts, str) else tuple(texts)


def places(text: str) -> Counter[str]:
    """Return what is filled in."""
    return Counter(re.findall(r"\{\w*\}", text))


def letters(text: str) -> list[str]:
    """Return the letters that are pressed with Alt."""
    return [letter.lower() for letter in re.findall(r"_(\w)", text)]


def own_messages(catalog: Catalog) -> list[Message]:
    """Return the messages of the plug-in's source.

    The labels of palette_core's choices may be untranslated: they are shown in English then.
    """
    return [
        message for message in words(catalog) if {name for name, _ in message.locations} != {LABELS}
    ]


def messages(language: str) -> list[Message]:
    """Return a translation's messages; for English those of the template."""
    return own_messages(extract() if language == "en" else translation(language))


def shown(language: str, message: Message) -> str:
    """Return what the user sees, of a message with one form."""
    return forms(message.id if language == "en" else message.string)[0]


def test_there_are_translations() -> None:
    assert {"de", "fi"} <= set(LANGUAGES)


def test_the_template_is_of_this_source() -> None:
    with TEMPLATE.open("rb") as file:
        template: Catalog = read_po(file)
    ids = [message.id for message in own_messages(template)]
    assert ids == [message.id for message in messages("en")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated(language: str) -> None:
    translated = {message.id for message in messages(language) if not message.fuzzy}
    assert translated == {message.id for message in messages("en")}
    assert [message.id for message in messages(language) if not all(forms(message.string))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_in_the_translation_too(language: str) -> None:
    for message in messages(language):
        allowed = [places(text) for text in forms(message.id)]
        for text in forms(message.string):
            assert places(text) in allowed, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_labels_have_letters(language: str) -> None:
    for message in messages(language):
        assert len(letters(shown(language, message))) == len(letters(forms(message.id)[0]))


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
@pytest.mark.parametrize("place", ["the dialog", *ALONE])
def test_no_two_labels_have_the_same_letter(language: str, place: str) -> None:
    used = Counter(TAKEN[language] if place == "the dialog" else "")
    for message in messages(language):
        files = {name for name, _ in message.locations}
        if place in files or (place == "the dialog" and not files <= set(ALONE)):
            used.update(letters(shown(language, message)))
    assert [letter for letter, count in used.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_the_translation(language: str) -> None:
    compiled = gettext.translation(DOMAIN, LOCALE, [language])
    for message in messages(language):
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string
        else:
            found = [compiled.ngettext(*message.id, count) for count in (1, 2)]
            assert found == [message.string[0], message.string[1]]


@pytest.mark.parametrize("language", ["en", "en_GB", *LANGUAGES])
def test_labels_of_options_have_at_most_25_characters(language: str) -> None:
    source = ast.parse((PLUGIN / "procedure" / "arguments.py").read_text())
    (table,) = (node.value for node in source.body if isinstance(node, ast.AnnAssign))
    labels = [ast.literal_eval(argument.elts[0].args[0]) for argument in table.values]
    translate = gettext.translation(DOMAIN, LOCALE, [language], fallback=True).gettext
    assert "_Number of colors" in labels
    assert [label for label in labels if len(translate(label).replace("_", "")) > 25] == []


def test_the_source_is_in_american_spelling() -> None:
    texts = [text for message in words(extract()) for text in forms(message.id)]
    british = re.compile("|".join(BRITISH.values()), re.IGNORECASE)
    # One text has words of both that users search for.
    found = [text for text in texts if british.search(text) and "Also called: " not in text]
    assert found == []


def test_the_british_catalogue_has_the_source_in_british_spelling() -> None:
    compiled = gettext.translation(DOMAIN, LOCALE, ["en_GB"])
    for message in messages("en"):
        for count, text in enumerate(forms(message.id), start=1):
            expected = spell_british(text)
            found = compiled.ngettext(*message.id, count) if count > 1 else compiled.gettext(text)
            assert found == expected
            assert letters(found) == letters(text)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("_Number of colors", "_Number of colours"),
        ("Colors in gra_y", "Colours in gre_y"),
        ("{color} is not a col_or", "{color} is not a col_our"),
        ("Select it in the Layers dialog.", "Select it in the Layers dialogue."),
    ],
)
def test_british_spelling(source: str, expected: str) -> None:
    assert spell_british(source) == expected


TEXT = "GIMP could not convert the image to indexed colors"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "de_AT.UTF-8"}, "indizierte Farben"),
        # As GIMP's Preferences do it.
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "fi"}, "indeksoituihin"),
        ({"LANG": "en_GB.UTF-8"}, "indexed colours"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "en_GB"}, "indexed colours"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "en_US"}, "indexed colors"),
        ({"LANG": "en_AU.UTF-8"}, "indexed colors"),
        ({"LANG": "fr_FR.UTF-8"}, "indexed colors"),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "en"}, "indexed colors"),
        ({"LANG": "C.UTF-8"}, "indexed colors"),
        ({}, "indexed colors"),
    ],
)
def test_the_environment_says_which_language(environment: dict[str, str], expected: str) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", f"from i18n import _; print(_({TEXT!r}))"],
        env={**kept, **environment},
        cwd=PLUGIN,
        capture_output=True,
        text=True,
        check=True,
    )
    assert expected in done.stdout


@pytest.mark.parametrize("path", sorted(PLUGIN.rglob("*.py")), ids=lambda path: path.stem)
def test_no_words_are_forgotten(path: Path) -> None:
    texts = untranslated(ast.parse(path.read_text()))
    looks = [text for text in texts if re.search(r"[A-Za-z]{2,} |^_?[A-Z][a-z]+", text)]
    assert [text for text in looks if text not in SAME and not text.startswith("#")] == []


def untranslated(node: ast.AST) -> Iterator[str]:
    """Return the texts of a source that are neither docstrings nor translated."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    if called in ("_", "ngettext", "gi.require_versions"):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from untranslated(child)
