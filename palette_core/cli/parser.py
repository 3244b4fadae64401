"""The argument parser: errors of one line, and help in groups with one line per choice."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Mapping
from typing import NoReturn, TypeAlias

from ..registry import Choice

Group: TypeAlias = argparse._ArgumentGroup  # noqa: SLF001 - it has no public name

_CHOICE_INDENT = 6


class UsageError(Exception):
    """Arguments that cannot be combined."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise a message instead of printing it with the usage."""
        raise UsageError(f"{message} (see {self.prog} --help)")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Refuse a value that is no choice; suggest one that is spelled alike."""
        if action.choices is None or value in action.choices:
            return
        import difflib

        choices = [*map(str, action.choices)]
        words = re.sub(r"[\s_]+", "-", str(value).lower())
        longer = [choice for choice in choices if choice.startswith(words)]
        similar = longer or difflib.get_close_matches(words, choices, 1)
        meant = f"; did you mean {similar[0]}?" if similar else ""
        message = f"{str(value)!r} is not one of: {', '.join(choices)}{meant}"
        raise argparse.ArgumentError(action, message)

    def similar_option(self, text: str) -> str:
        """Return the option that is spelled most like a text; "" if none is."""
        import difflib

        name = text.partition("=")[0]
        return next(iter(difflib.get_close_matches(name, self._option_string_actions, 1)), "")


class HelpFormatter(argparse.HelpFormatter):
    """A formatter that lists choices with their summaries, and keeps the lines of examples."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" in text:
            return text
        return "\n".join(indent + line for line in self._split_lines(text, width))

    def _split_lines(self, text: str, width: int) -> list[str]:
        # A line that ends with "palette-" would tear the command's name apart.
        return textwrap.wrap(text, width, break_on_hyphens=False)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        """Return all spellings of an option, and its value once."""
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, action.dest.upper())
        return f"{', '.join(action.option_strings)} {value}"

    def _format_action(self, action: argparse.Action) -> str:
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - it has no public name
            commands = action._get_subactions()  # noqa: SLF001 - without a line for "COMMAND"
            return "".join(map(self._format_action, commands))
        choices = action.choices if isinstance(action.choices, Mapping) else {}
        rows = {name: text for name, text in choices.items() if isinstance(text, str)}
        column = max(map(len, rows), default=0) + 2
        lines = [
            textwrap.fill(
                f"{name:{column}}{text}",
                self._width,
                break_on_hyphens=False,
                initial_indent=" " * _CHOICE_INDENT,
                subsequent_indent=" " * (_CHOICE_INDENT + column),
            )
            for name, text in rows.items()
        ]
        return super()._format_action(action) + "".join(f"{line}\n" for line in lines)


def summaries(choices: Mapping[str, Choice]) -> dict[str, str]:
    """Return the choices of an option with their summaries, which the help lists."""
    return {name: choice.summary.replace("`", "") for name, choice in choices.items()}


def examples(*commands: str) -> str:
    """Return the examples at the end of a command's help."""
    return "\n".join(["Examples:", *(f"  {command}" for command in commands)])
