"""Try the files of a release in fresh environments, and the installer as users do.

    python tools/check_release.py [--python PYTHON ...] [DIST]

The wheel is installed with the newest packages on every Python from 3.11 on that is found (or
named), and with the oldest that it takes on Python 3.11. There `tools/smoke.py` runs, and mypy on
a user's script. The zip for users is unpacked, and its install.sh run in a home folder of its own.
It takes minutes, and the network.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SMOKE = Path(__file__).with_name("smoke.py")
OLDEST_PYTHON, NEWEST_PYTHON = 11, 14
# Where Pythons are that are not on PATH.
ELSEWHERE = (".pyenv/versions", ".local/share/uv/python")
SCRIPT = """\
import numpy as np
import palette_core as pc

quantized = pc.quantize(np.zeros((2, 2, 3), np.uint8), 2, dither="none")
reveal_type(quantized.palette)
names: tuple[str, ...] = quantized.palette.names
"""


def main() -> None:
    """Check the release in the folder that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dist", nargs="?", type=Path, default=ROOT / "dist", metavar="DIST")
    parser.add_argument("--python", action="append", metavar="PYTHON")
    arguments = parser.parse_args()
    (wheel,) = arguments.dist.glob("*.whl")
    (archive,) = arguments.dist.glob("*.zip")
    pythons = arguments.python or found_pythons()
    if not pythons:
        sys.exit("no Python 3.11 or newer is found; name one with --python")
    for python in pythons:
        try_wheel(python, wheel, [])
        if version_of(python) == OLDEST_PYTHON:
            try_wheel(python, wheel, oldest_packages())
    try_install(archive)


def found_pythons() -> list[str]:
    """Find one Python of each version that is supported."""
    found = []
    for minor in range(OLDEST_PYTHON, NEWEST_PYTHON + 1):
        name = f"python3.{minor}"
        folders = [folder for part in ELSEWHERE for folder in (Path.home() / part).glob("*/bin")]
        places = [shutil.which(name), *(str(folder / name) for folder in folders)]
        fit = [place for place in places if place and version_of(place) == minor]
        print(f"Python 3.{minor}: {fit[0] if fit else 'not found'}")
        found += fit[:1]
    return found


def version_of(python: str) -> int | None:
    """Return the X of a Python 3.X; None if it does not start."""
    code = "import sys; print(sys.version_info.minor)"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return int(done.stdout)


def oldest_packages() -> list[str]:
    """Return the lower bounds of pyproject.toml as the versions to install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [re.sub(r">=([\d.]+).*", r"==\1.*", needed) for needed in project["dependencies"]]


def try_wheel(python: str, wheel: Path, versions: list[str]) -> None:
    """Install the wheel into a fresh environment, and use it there, far from the project."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "venv"
        own = str(environment / "bin" / "python")
        run([python, "-m", "venv", str(environment)], folder)
        pip = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, str(wheel.absolute()), *versions], folder)
        kept = Path(folder) / "work"
        kept.mkdir()
        print(run([own, "-I", "-W", "error", str(SMOKE)], str(kept)).strip())
        if not versions:
            script = kept / "script.py"
            script.write_text(SCRIPT, encoding="utf-8")
            run([*pip, "mypy"], folder)
            said = run([own, "-m", "mypy", "--strict", str(script)], str(kept))
            if 'Revealed type is "palette_core.palette.Palette"' not in said:
                sys.exit(f"mypy does not know the types:\n{said}")


def try_install(archive: Path) -> None:
    """Unpack the archive for users, and install from it into a home folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        unpack(archive, Path(folder))
        home = Path(folder) / "home"
        home.mkdir()
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("XDG_")
        } | {"HOME": str(home)}
        (script,) = Path(folder).glob("*/install.sh")
        run([str(script)], folder, environment)
        command = home / ".local" / "bin" / "palette-core"
        print(f"install.sh: {run([str(command), '--version'], folder, environment).strip()}")


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip file with the modes of its files."""
    with zipfile.ZipFile(archive) as packed:
        for entry in packed.infolist():
            Path(packed.extract(entry, folder)).chmod(entry.external_attr >> 16)


def run(command: list[str], folder: str, environment: dict[str, str] | None = None) -> str:
    """Run a command, and return its output; if it fails, print the output and stop."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nfailed: {' '.join(command)}")
    return done.stdout


if __name__ == "__main__":
    main()
