"""Elements of XML palette files; DTDs and entities, which can be attacks, are refused."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat  # reads no other file, and no DTD here
from xml.sax.saxutils import escape

from ..errors import PaletteFileError


class Element(NamedTuple):
    """The beginning of an element, or its end."""

    name: str  # without the prefix of its namespace
    attributes: dict[str, str]  # their names without prefixes
    line: int
    ends: bool = False  # whether this is the end, which has no attributes


def elements_of(data: bytes, path: Path) -> list[Element]:
    """Return the beginnings and ends of all elements in their order."""
    found: list[Element] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        plain = {_local(key): value for key, value in attributes.items()}
        found.append(Element(_local(name), plain, parser.CurrentLineNumber))

    def end(name: str) -> None:
        found.append(Element(_local(name), {}, parser.CurrentLineNumber, ends=True))

    def refuse_dtd(*_: object) -> None:
        raise PaletteFileError(
            path,
            parser.CurrentLineNumber,
            "it has a DTD (<!DOCTYPE>), which is not allowed; remove it",
        )

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse_dtd
    try:
        parser.Parse(data, True)
    except PaletteFileError:
        raise
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise PaletteFileError(path, error.lineno, f"not valid XML: {reason}") from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        raise PaletteFileError(path, 1, f"not valid XML: {error}") from error
    return found


def quoted(text: str) -> str:
    """Return a text as the value of an attribute, with its quotes."""
    entities = {'"': "&quot;"}
    return f'"{escape(text, entities)}"'


def _local(name: str) -> str:
    return name.rpartition(":")[2]
