"""Which way imports point: the pictures in docs/architecture.md, and what is really imported.

A picture is a block that is tagged ``layers``. Its first line names a folder; below that every line
is a layer, from top to bottom: modules with commas between them, and a remark behind two blanks. A
line that ends with a slash is a folder, and has its own layers indented below it. A module imports
from lower lines alone, never from its own. What has to point up, inside a function, is drawn as
``lower ↑ upper``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from .pages import PROJECT, blocks

ARCHITECTURE = PROJECT / "docs" / "architecture.md"

_UP = " ↑ "


class Import(NamedTuple):
    """An import of one module of a folder by another."""

    importer: str
    imported: str
    at_once: bool  # or only when a function is called


class Picture(NamedTuple):
    """The line that each module is on, from the top, and the imports that point up."""

    layers: dict[str, int]
    upward: set[tuple[str, str]]

    def faults(self, imports: set[Import]) -> list[str]:
        """Say which imports are not as they are drawn."""
        found = []
        for importer, imported, at_once in sorted(imports):
            if (importer, imported) in self.upward:
                if at_once:
                    found.append(f"{importer} imports {imported}, but not inside a function")
            elif self.layers[imported] <= self.layers[importer]:
                found.append(f"{importer} imports {imported}, which is not below it")
        pairs = {(one.importer, one.imported) for one in imports}
        return found + [f"{low} does not import {up}" for low, up in self.upward - pairs]


def pictures(page: Path = ARCHITECTURE) -> dict[str, Picture]:
    """Read the pictures of a page, by their folders."""
    drawn = [block.text for block in blocks(page) if block.tag == "layers"]
    return {text.partition("\n")[0].rstrip("/"): picture(text) for text in drawn}


def picture(text: str) -> Picture:
    """Read a picture. Modules are named by their path from the folder: "cli.show"."""
    layers: dict[str, int] = {}
    upward: set[tuple[str, str]] = set()
    folders: list[str] = []
    for number, line in enumerate(text.splitlines()[1:]):
        names = re.split(r"\s{2,}", line.strip())[0]
        depth = (len(line) - len(line.lstrip())) // 4 - 1
        assert 0 <= depth <= len(folders), line
        folders = folders[:depth]
        if names.endswith("/"):
            folders.append(names.rstrip("/"))
        elif _UP in names:
            low, up = names.split(_UP)
            upward.add((low, up))
        else:
            for name in names.split(", "):
                module = ".".join([*folders, name])
                assert module not in layers, f"{module} is in the picture twice"
                layers[module] = number
    return Picture(layers, upward)


def modules(folder: Path) -> dict[str, Path]:
    """Find the modules of a folder: a package, or one of modules that import each other by name."""
    return {
        ".".join(path.relative_to(folder).with_suffix("").parts): path
        for path in folder.rglob("*.py")
    }


def imports(folder: Path) -> set[Import]:
    """Find every import of one module of a folder by another.

    Those inside functions and those for types alone count too: what is needed only now and then is
    needed. Whoever imports from a package imports its ``__init__`` as well, unless they are in it.
    """
    known = modules(folder)
    package = folder.name if "__init__" in known else ""
    found = set()
    for importer, path in known.items():
        for node, at_once in _statements(ast.parse(path.read_text(encoding="utf-8"))):
            for name in _names(node, importer, package):
                imported = {_module(name, known), *_parents(name, importer, known)}
                found |= {Import(importer, one, at_once) for one in imported if one is not None}
    return found


def _statements(node: ast.AST, at_once: bool = True) -> Iterator[tuple[ast.AST, bool]]:
    """Give the import statements below a node, and whether they are outside of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child, at_once
        inside = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        yield from _statements(child, at_once and not inside)


def _names(node: ast.AST, importer: str, package: str) -> Iterator[str]:
    """Give the dotted names that a statement imports, as they are named from the folder."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        assert isinstance(node, ast.ImportFrom)
        base = [node.module or ""]
        if node.level:
            base = [package, *importer.split(".")[: -node.level], *base]
        names = [".".join(filter(None, [*base, alias.name])) for alias in node.names]
    for name in names:
        if not package:
            yield name
        elif name == package or name.startswith(f"{package}."):
            yield name.removeprefix(package).removeprefix(".")


def _module(name: str, known: Collection[str]) -> str | None:
    """Give the module that has a name, or is it; "" is the folder itself."""
    for module in (name, f"{name}.__init__".removeprefix(".")):
        if module in known:
            return module
    return _module(name.rpartition(".")[0], known) if name else None


def _parents(name: str, importer: str, known: Collection[str]) -> Iterator[str]:
    """Give the packages that are loaded before what is inside of them."""
    parts = name.split(".")
    for length in range(1, len(parts)):
        parent = ".".join(parts[:length])
        if f"{parent}.__init__" in known and not importer.startswith(f"{parent}."):
            yield f"{parent}.__init__"
