"""The console: messages, JSON, colours and a progress bar."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..palette_values import one_line
from ..progress import Progress, no_progress

# The progress bar appears after this many seconds.
BAR_DELAY = 1.0
# Options in messages of errors, and those that are spelled differently on the command line.
_OPTION = re.compile("`([a-z_0-9]+)(?:=([^`]*))?`")
_SPELLINGS = {
    "locked": "lock",
    "overwrite": "force",
    "target_delta_e": "target-de",
    "tile_size": "tile",
}


def print_notes(name: str, notes: Sequence[str]) -> None:
    """Print the notes about how an image was read."""
    shown = "standard input" if name == "-" else name
    for note in notes:
        print_message(f"note: {shown}: {spell_options(note)}")


def print_line(text: str) -> None:
    """Print a line without control characters, which names of files may have."""
    print(one_line(text), flush=True)


def has_colors() -> bool:
    """Return whether to print colours: to a terminal, unless NO_COLOR is set (no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout is not None and sys.stdout.isatty()


def swatch(color: tuple[int, int, int], width: int) -> str:
    """Return spaces on a background in 24-bit escape sequences (ISO 8613-6)."""
    red, green, blue = color
    return f"\x1b[48;2;{red};{green};{blue}m{' ' * width}\x1b[0m"


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object."""
    print(json.dumps(value, indent=2, allow_nan=False))


@contextlib.contextmanager
def progress_bar() -> Iterator[tuple[Progress, Callable[[], object]]]:
    """Show on a terminal how far work is that takes longer than `BAR_DELAY`.

    A bar for shorter work would only flicker. The second function makes room for a line.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield no_progress, lambda: None
        return
    from tqdm import tqdm

    with tqdm(
        total=1.0,
        bar_format="{percentage:3.0f}%|{bar}| {elapsed}<{remaining}",
        delay=BAR_DELAY,
        leave=False,
        file=sys.stderr,
    ) as bar:
        yield lambda fraction: bar.update(fraction - bar.n), bar.clear


def print_message(message: object) -> None:
    """Print a line on standard error, as `print_line` does."""
    print(f"palette-core: {one_line(str(message))}", file=sys.stderr)


def spell_options(error: object) -> str:
    """Return the message of an error with options as they are typed: --method wu."""

    def spell(option: re.Match[str]) -> str:
        name, value = option.groups()
        typed = f"--{_SPELLINGS.get(name, name).replace('_', '-')}"
        return typed if value in (None, "True") else f"{typed} {value.strip(chr(39))}"

    return _OPTION.sub(spell, str(error))


def close_output() -> None:
    """Close standard output, so that Python does not flush it again at exit and fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Print a warning, which names its place, as a line; replaces `warnings.showwarning`."""
    print_message(f"warning: {message}")
