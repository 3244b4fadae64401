"""Make the catalogues of the plug-in's words anew, from its source and the labels of palette_core.

    python tools/make_catalogues.py [LANGUAGE ...]

writes the template, brings every translation up to it, and compiles them for GIMP. What needs a
translator is marked "fuzzy", or empty. A language that is named and not there yet is begun.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from palette_core.choices import collect_labels

PLUGIN = Path(__file__).parents[1] / "plugin" / "quantize-kmeans"
DOMAIN = PLUGIN.name
LOCALE = PLUGIN / "locale"
# Where the labels of palette_core's choices are from. They may be untranslated.
LABELS = "palette_core"
TEMPLATE = LOCALE / f"{DOMAIN}.pot"
NAMES = {
    "project": "Quantize with k-means",
    "version": "for GIMP 3",
    "msgid_bugs_address": "as CONTRIBUTING.md says",
    "last_translator": "The palette-core team",
    "language_team": "The palette-core team",
}
HEADER = """\
# {language} words of the plug-in, to be translated by msgstr.
# tools/make_catalogues.py keeps this file; CONTRIBUTING.md tells how to translate."""


def main(languages: list[str]) -> None:
    """Write all files; those whose words are the same stay the same."""
    template = extract()
    _write(TEMPLATE, template)
    for language in sorted({*languages, *(path.stem for path in LOCALE.glob("*.po"))}):
        catalog = translation(language)
        catalog.update(template)
        _write(LOCALE / f"{language}.po", catalog)
        compiled = compiled_path(language)
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with compiled.open("wb") as file:
            write_mo(file, catalog)


def extract() -> Catalog:
    """Return the words of the source, each with the files that have it."""
    catalog = Catalog(**NAMES, fuzzy=False)
    catalog.header_comment = HEADER.format(language="English")
    for name, _line, words, comments, context in extract_from_dir(
        PLUGIN, [("**.py", "python")], keywords={"_": None, "ngettext": (1, 2)}
    ):
        catalog.add(words, None, [(name, 0)], auto_comments=comments, context=context)
    for labels in collect_labels().values():
        for label in labels.values():
            catalog.add(label, None, [(LABELS, 0)])
    if TEMPLATE.exists():
        with TEMPLATE.open("rb") as file:
            earlier = read_po(file)
        if _told(earlier) == _told(catalog):
            catalog.creation_date = earlier.creation_date
    return catalog


def translation(language: str) -> Catalog:
    """Return the translation as it is, empty for a new language."""
    path = LOCALE / f"{language}.po"
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale=language)
    catalog = Catalog(language, **NAMES, revision_date=datetime.now(UTC), fuzzy=False)
    catalog.header_comment = HEADER.format(language=catalog.locale.english_name)
    return catalog


def compiled_path(language: str) -> Path:
    """Return the file that gettext looks for."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


def words(catalog: Catalog) -> list[Message]:
    """Return the messages of a catalogue without its header."""
    return [message for message in catalog if message.id]


def _told(catalog: Catalog) -> list[tuple[object, list[str]]]:
    return [(message.id, [name for name, _ in message.locations]) for message in words(catalog)]


def _write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        # Lines of the source would change with every edit.
        write_po(file, catalog, width=100, ignore_obsolete=True, include_lineno=False)


if __name__ == "__main__":
    main(sys.argv[1:])
