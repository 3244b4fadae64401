"""The help of the command line: groups of options, one line per choice, examples."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Mapping

import pytest

from palette_core import cli as command_line
from palette_core.cli.console import spell_options
from palette_core.color.spaces import SPACES
from palette_core.design import METHODS
from palette_core.design.base import EFFORTS, INITIALIZATIONS
from palette_core.dither import DITHERS
from palette_core.formats import FORMATS
from palette_core.ordering import ORDERS
from palette_core.registry import Choice

from .command_line import Cli

COMMANDS = command_line.COMMANDS
GROUPS = {
    "quantize": ["Output", "Palette", "Dithering", "Transparency", "Algorithm", "Batch"],
    "palette": ["Output", "Palette", "Transparency", "Algorithm"],
    "report": ["Output", "Palette", "Dithering", "Transparency", "Algorithm"],
    "sheet": ["Output", "Palette", "Dithering", "Transparency", "Algorithm"],
}


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_fits_the_terminal(
    name: str, width: int, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    outcome = cli(*name.split(), "--help")
    lines = outcome.text.splitlines()
    assert (outcome.code, outcome.err) == (0, "")
    assert max(map(len, lines)) < width
    # Neither a torn command, nor a line for argparse's "COMMAND".
    assert [line for line in lines if line.endswith(("palette-", "COMMAND"))] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_a_short_usage_and_groups(name: str, cli: Cli) -> None:
    usage, *lines = cli(name, "--help").text.splitlines()
    arguments = command_line.load_command(name).ARGUMENTS
    assert usage == f"usage: palette-core {name} [options] {arguments}".rstrip()
    headings = [line[:-1] for line in lines if line.endswith(":") and line[0] != " "]
    assert headings[0] == ("Output" if name == "palettes" else "Input")
    assert headings[-2:] == ["Help", "Examples"]
    assert set(GROUPS.get(name, ())) <= set(headings)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_are_valid_and_the_last_lines(name: str, cli: Cli) -> None:
    shown = cli(name, "--help").text.splitlines()
    examples = command_line.load_command(name).EXAMPLES
    assert shown[-len(examples) :] == [f"  {example}" for example in examples]
    for example in examples:
        program, *arguments = shlex.split(example)
        assert (program, arguments[0]) == ("palette-core", name)
        command_line._parser().parse_args(arguments)  # noqa: SLF001 - an error would be raised


@pytest.mark.parametrize("choices", [METHODS, INITIALIZATIONS, EFFORTS, SPACES, DITHERS, ORDERS])
def test_help_has_one_line_per_choice(
    choices: Mapping[str, Choice], cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    lines = [line.split(maxsplit=1) for line in cli("quantize", "--help").text.splitlines()]
    for name, entry in choices.items():
        assert [name, entry.summary.replace("`", "")] in lines


def test_help_has_one_line_per_command(cli: Cli) -> None:
    lines = cli("--help").text.splitlines()
    for name in COMMANDS:
        assert f"  {name:12}{command_line.load_command(name).HELP}" in lines


def test_help_has_one_line_per_palette_format(cli: Cli) -> None:
    lines = [line.split(maxsplit=1) for line in cli("convert", "--help").text.splitlines()]
    for name, form in FORMATS.items():
        assert [name, " ".join((form.label, *form.suffixes))] in lines


@pytest.mark.parametrize("name", COMMANDS)
def test_messages_spell_options_as_the_parser_does(name: str) -> None:
    parser = argparse.ArgumentParser()
    command_line.load_command(name).add_arguments(parser)
    for action in parser._actions:  # noqa: SLF001 - there is no public list
        if action.option_strings:
            assert spell_options(f"`{action.dest}`") in action.option_strings
