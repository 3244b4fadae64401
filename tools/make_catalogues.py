"""Update the catalogues of the plug-in's texts from its source and the labels of palette_core.

    python tools/make_catalogues.py [LANGUAGE ...]

writes the template, brings every translation up to it, and compiles them for GIMP. What needs a
translator is marked "fuzzy", or empty. A language that is named and not there yet is begun. The
source is in American English, as GIMP's is. The British catalogue is compiled from it by a table.
"""

from __future__ import annotations

import re
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
# British spelling, by the beginning of American words. It keeps -ize, as in the filter's name.
BRITISH = {
    "color": "colour",
    "gray": "grey",
    "center": "centre",
    "neighbor": "neighbour",
    "dialog": "dialogue",
}
# What is filled in stays as it is; "_" marks the letter that is pressed with Alt.
_AMERICAN = re.compile(
    r"\{\w*\}|" + "|".join("_?".join(american) for american in BRITISH), re.IGNORECASE
)
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
        _compile(catalog)
    _compile(british(template))


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


def british(template: Catalog) -> Catalog:
    """Return the British catalogue, which needs no translator."""
    catalog = Catalog("en_GB", **NAMES, fuzzy=False)
    catalog.creation_date = catalog.revision_date = template.creation_date
    for message in words(template):
        texts = [message.id] if isinstance(message.id, str) else message.id
        spelled = [spell_british(text) for text in texts]
        catalog.add(message.id, spelled[0] if isinstance(message.id, str) else spelled)
    return catalog


def spell_british(text: str) -> str:
    """Return a text in British spelling."""
    return _AMERICAN.sub(_spell_word, text)


def _spell_word(match: re.Match[str]) -> str:
    found = match[0]
    if found.startswith("{"):
        return found
    place = found.find("_")
    word = BRITISH[found.replace("_", "").lower()]
    if found[0].isupper():
        word = word.capitalize()
    return word if place < 0 else f"{word[:place]}_{word[place:]}"


def compiled_path(language: str) -> Path:
    """Return the file that gettext looks for."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


def words(catalog: Catalog) -> list[Message]:
    """Return the messages of a catalogue without its header."""
    return [message for message in catalog if message.id]


def _told(catalog: Catalog) -> list[tuple[object, list[str]]]:
    return [
        (message.id, sorted(name for name, _ in message.locations)) for message in words(catalog)
    ]


def _compile(catalog: Catalog) -> None:
    path = compiled_path(str(catalog.locale))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_mo(file, catalog)


def _write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(exist_ok=True)
    for message in catalog:
        message.flags.discard("python-format")  # as Babel marks "% o"; all values are in braces
    with path.open("wb") as file:
        # Lines of the source would change with every edit.
        write_po(file, catalog, width=100, ignore_obsolete=True, include_lineno=False)


if __name__ == "__main__":
    main(sys.argv[1:])
