"""The command line.

Every command is a module with `HELP`, `DESCRIPTION`, `ARGUMENTS`, `EXAMPLES`, `add_arguments` and
`run`. To add a command, write its module and add its name to `COMMANDS`.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import palette_core as pc

from ..files import explain
from .console import close_output, print_message, show_warning, spell_options
from .parser import Group, HelpFormatter, Parser, UsageError, examples

COMMANDS = (
    "quantize",
    "palette",
    "convert",
    "sort",
    "show",
    "palettes",
    "tiles",
    "epaper",
    "sheet",
    "report",
    "downscale",
    "compare",
)
DONE, FAILED, WRONG_USAGE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143
_ENDINGS = ("SIGTERM", "SIGHUP")  # the latter is not on Windows


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Exit on SIGTERM and SIGHUP, so that unfinished files are deleted."""
    ours = []
    if threading.current_thread() is threading.main_thread():
        ours = [getattr(signal, name) for name in _ENDINGS if hasattr(signal, name)]
        ours = [ending for ending in ours if signal.getsignal(ending) == signal.SIG_DFL]
    for ending in ours:
        signal.signal(ending, _end)
    try:
        yield
    finally:
        for ending in ours:
            signal.signal(ending, signal.SIG_DFL)


def _end(_signal: int, _frame: object) -> NoReturn:
    sys.exit(TERMINATED)


@_ended_in_order()
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return the exit code.

    It is 0 if the work is done, 1 if it failed, 2 after wrong usage, 98 if --skip-if-larger skipped
    the result, and 99 if it is below --min-psnr or --min-ssimulacra2.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files may not be valid UTF-8
    try:
        args = _parsed(arguments)
        with warnings.catch_warnings():
            warnings.simplefilter("always", pc.PaletteFileWarning)
            warnings.showwarning = show_warning
            code = args.run(args)
        if sys.stdout is not None:
            sys.stdout.flush()  # while the error of a full disk can still be reported
    except (UsageError, pc.OptionError) as error:
        return _complain(error, WRONG_USAGE)
    except MemoryError:
        return _complain("out of memory; use a smaller image", FAILED)
    except pc.PaletteCoreError as error:
        if isinstance(error.__cause__, BrokenPipeError):
            return FAILED  # as below, if a pipe was given as a file
        return _complain(error, FAILED)
    except ImportError as error:  # there is too little memory to load Pillow, or it is broken
        return _complain(f"cannot load a package ({error}); free memory, or reinstall", FAILED)
    except BrokenPipeError:
        close_output()  # the reader has closed the pipe, as `head` does
        return FAILED
    except OSError as error:
        close_output()
        place = "write to standard output" if error.filename is None else f"use {error.filename}"
        return _complain(f"cannot {place}: {explain(error)}", FAILED)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    return code or DONE


def load_command(name: str) -> ModuleType:
    """Return the module of a command, which is only imported if it is needed."""
    return importlib.import_module(f"{__name__}.{name}")


def _parser(names: Sequence[str] = COMMANDS) -> Parser:
    parser = Parser(
        prog="palette-core",
        description="Reduce images to a few colours, and work with palettes.",
        epilog="Run 'palette-core COMMAND --help' for the options of a command.",
        formatter_class=HelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    commands = parser.add_subparsers(
        title="Commands", dest="command", metavar="COMMAND", required=True
    )
    for name in names:
        command = load_command(name)
        one = commands.add_parser(
            name,
            help=command.HELP,
            usage=f"%(prog)s [options] {command.ARGUMENTS}".rstrip(),
            description=command.DESCRIPTION,
            epilog=examples(*command.EXAMPLES),
            formatter_class=HelpFormatter,
            allow_abbrev=False,
            add_help=False,
        )
        one.set_defaults(run=command.run, parser=one)
        command.add_arguments(one)
        _add_help(one.add_argument_group("Help"))
    other = parser.add_argument_group("Options")
    _add_help(other)
    other.add_argument(
        "--version",
        action="version",
        version=f"palette-core {pc.__version__}",
        help="show the version",
    )
    return parser


def _add_help(group: Group) -> None:
    group.add_argument("-h", "--help", action="help", help="show this help")


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the arguments; an error about an extra file or a misspelled option suggests one."""
    if arguments is None:
        arguments = sys.argv[1:]
    if "" in arguments:
        raise UsageError("an argument is empty; check the variable that it comes from")
    parser = _parser(arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS)
    args, others = parser.parse_known_args(arguments)
    if others:
        meant = ""
        if len(others) == 1 and not others[0].startswith("-"):
            options = (("output", "-o"), ("png", "--png"))
            free = (option for name, option in options if getattr(args, name, "") is None)
            meant = "".join(f"; did you mean {option} {others[0]}?" for option in free)
        elif others[0].startswith("-") and Path(others[0]).exists():
            meant = f"; write ./{others[0]} for the file"
        elif others[0].startswith("--") and (option := args.parser.similar_option(others[0])):
            meant = f"; did you mean {option}?"
        args.parser.error(f"unrecognized arguments: {' '.join(others)}{meant}")
    return args


def _complain(error: object, code: int) -> int:
    print_message(f"error: {spell_options(error)}")
    return code
