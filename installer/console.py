"""Messages to the user, programs that are run, and an environment without foreign settings."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

SCRIPT = "install.bat" if os.name == "nt" else "install.sh"
COMMAND = SCRIPT if os.name == "nt" else f"./{SCRIPT}"
# What the user set for other work must not lead Python, pip and uv elsewhere. Their settings for
# reaching an index of packages stay.
_FOREIGN = re.compile(r"PYTHON|__PYVENV|PIP_|UV_|VIRTUAL_ENV$|CONDA_PREFIX$")
_INDEX_SETTINGS = re.compile(
    r"(PIP|UV)_(.*INDEX.*|.*CERT|.*TIMEOUT|CACHE_DIR|CONFIG_FILE|PROXY|TRUSTED_HOST"
    r"|INSECURE_HOST|RETRIES|FIND_LINKS|KEYRING_PROVIDER|NATIVE_TLS|PYTHON_.*MIRROR)$"
)
_QUOTED_LINES = 6
_IN_USE = (32, 33)  # Windows' numbers for a file that another program has locked
_programs: set[subprocess.Popen[str]] = set()  # those that run now


class InstallError(Exception):
    """A reason to stop, which says what is wrong and what to do."""

    def __init__(self, message: str, quoted: str = "", status: int = 1) -> None:
        super().__init__(message)
        self.quoted, self.status = quoted, status


class Outcome:
    """What a program has printed, and whether it succeeded."""

    def __init__(self, output: str, code: int) -> None:
        self.output, self.ok = output, code == 0

    @property
    def last_line(self) -> str:
        """The last line that is not empty."""
        lines = [line for line in self.output.splitlines() if line.strip()]
        return lines[-1].strip() if lines else "it printed nothing"

    def reasons(self, pattern: str = "error|not found|cannot open") -> str:
        """Return the first lines that say why the program failed, each once."""
        matches = re.compile(pattern, re.IGNORECASE).search
        lines = [line.strip() for line in self.output.splitlines()]
        found = [line for line in lines if matches(line) and "WARNING" not in line]
        return "\n".join(list(dict.fromkeys(found))[:_QUOTED_LINES])


def say(text: str) -> None:
    """Print a line for the user at once."""
    print(text, flush=True)


def complain(failure: InstallError) -> int:
    """Print why the installer stops, and return its exit code."""
    sys.stdout.flush()
    for line in failure.quoted.splitlines():
        print(f"  | {line}", file=sys.stderr)
    print(f"{SCRIPT}: error: {failure}", file=sys.stderr)
    return failure.status


def name_problem(error: OSError, home: str) -> InstallError:
    """Return what to do about an error of the file system."""
    place = error.filename or home
    if getattr(error, "winerror", None) in _IN_USE:
        return InstallError(f"another program uses {place}: close it, such as GIMP, and try again")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return InstallError(f"the disk is full ({place}): free 500 MB and try again")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        path = Path(os.fsdecode(place))
        folders = [folder for folder in (path, path.parent) if folder.is_dir()]
        place = next((folder for folder in folders if not os.access(folder, os.W_OK)), place)
        return InstallError(
            f"cannot write {place} ({error.strerror}): make it writable and try again"
        )
    return InstallError(f"{error.strerror or error} ({place})")


def run(
    command: Sequence[str | os.PathLike[str]], variables: Mapping[str, str] | None = None
) -> Outcome:
    """Run a program without input, and return its output and errors together."""
    try:
        with subprocess.Popen(  # noqa: S603 - no shell reads the arguments
            [os.fspath(part) for part in command],
            env={**os.environ, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as program:
            _programs.add(program)
            try:
                output, _ = program.communicate()
            except KeyboardInterrupt:
                program.kill()
                raise
            finally:
                _programs.discard(program)
    except OSError as error:
        return Outcome(str(error), 127)
    return Outcome(output, program.returncode)


def stop_programs() -> None:
    """Kill the programs that other threads wait for.

    A GIMP that is interrupted while it starts may never end by itself.
    """
    for program in list(_programs):
        program.kill()


def clean_environment() -> None:
    """Remove the user's settings of Python, pip and uv, except how to reach packages."""
    for name in list(os.environ):
        if _FOREIGN.match(name) and not _INDEX_SETTINGS.match(name):
            del os.environ[name]
    os.environ.update(
        {"PYTHONNOUSERSITE": "1", "PIP_USER": "0", "PIP_NO_INPUT": "1"},
        PIP_DISABLE_PIP_VERSION_CHECK="1",
    )
    if sys.platform == "linux" and os.environ.get("LC_ALL") in ("C", "POSIX"):
        os.environ["LC_ALL"] = "C.UTF-8"  # else GIMP refuses scripts that name non-ASCII paths
