from __future__ import annotations

import inspect
import pickle

import pytest

from palette_core import errors
from palette_core.errors import (
    FileError,
    PaletteCoreError,
    PaletteFileError,
    PaletteFileWarning,
    TargetError,
)

BUILTINS: dict[str, type[Exception]] = {
    "PixelsError": ValueError,
    "PixelTypeError": TypeError,
    "OptionError": ValueError,
    "UnknownOptionError": TypeError,
    "TargetError": ValueError,
    "PaletteError": ValueError,
    "ForeignColorError": ValueError,
    "PaletteFileError": ValueError,
    "ImageFileError": ValueError,
    "FileError": OSError,
    "MissingFileError": FileNotFoundError,
    "OutputExistsError": FileExistsError,
    "WorkerError": RuntimeError,
    "MissingPackageError": ImportError,
}
FAMILY = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, Exception)
]


def made(error: type[Exception]) -> Exception:
    return error("a.gpl", 3, "why", 12) if error is PaletteFileError else error("why")


def test_the_table_has_them_all() -> None:
    names = {error.__name__ for error in FAMILY}
    assert names == {*BUILTINS, "PaletteCoreError", "PaletteFileWarning"}


@pytest.mark.parametrize("name", BUILTINS)
def test_each_is_ours_and_the_builtin_as_documented(name: str) -> None:
    error = getattr(errors, name)
    assert issubclass(error, PaletteCoreError)
    assert issubclass(error, BUILTINS[name])
    assert issubclass(error, FileError) == issubclass(error, OSError)
    assert str(made(error)).endswith("why")
    lines = (errors.__doc__ or "").splitlines()
    assert any({name, BUILTINS[name].__name__} <= set(line.split()) for line in lines)


def test_a_warning_is_no_error() -> None:
    assert issubclass(PaletteFileWarning, UserWarning)
    assert not issubclass(PaletteFileWarning, PaletteCoreError)


@pytest.mark.parametrize(
    ("line", "byte", "message"),
    [
        (3, None, "a.gpl, line 3: why"),
        (None, 0, "a.gpl, byte 0: why"),
        (None, None, "a.gpl: why"),
    ],
)
def test_a_palette_file_error_names_the_place(
    line: int | None, byte: int | None, message: str
) -> None:
    error = PaletteFileError("a.gpl", line, "why", byte)
    assert (error.path, error.line, error.reason, error.byte) == ("a.gpl", line, "why", byte)
    assert str(error) == message


@pytest.mark.parametrize("error", FAMILY)
def test_each_survives_the_way_back_from_a_worker_process(error: type[Exception]) -> None:
    original = made(error)
    copy = pickle.loads(pickle.dumps(original))  # noqa: S301 - our own bytes
    assert type(copy) is error
    assert str(copy) == str(original)


def test_code_and_values_survive_it_too() -> None:
    original = TargetError("too high", "psnr", colors=256, best=34.99)
    copy = pickle.loads(pickle.dumps(original))  # noqa: S301 - our own bytes
    assert (copy.code, copy.values) == ("psnr", {"colors": 256, "best": 34.99})
    assert vars(copy) == vars(original)
