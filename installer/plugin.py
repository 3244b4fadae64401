"""The plug-in in GIMP's folder, and what it makes of a photo."""

from __future__ import annotations

import filecmp
import re
import shutil
import tempfile
from pathlib import Path

from installer.console import COMMAND, InstallError, run, say
from installer.gimps import Gimp
from installer.library import Environment
from installer.machine import (
    PLUGIN,
    PROJECT,
    Machine,
    exists,
    make_writable,
    remove,
    replace_folder,
)

PROCEDURE = "plug-in-quantize-kmeans"
SOURCE = PROJECT / "plugin" / PLUGIN
DEMO = "palette-core-demo"
_OURS = re.compile(r"palette-core[/\\](flatpak-)?venv[/\\](bin|Scripts)[/\\]python")


def make_profile(gimp: Gimp) -> None:
    """Start GIMP once, so that it creates its folder and imports an older GIMP's settings.

    It does that only while there is no such folder.
    """
    if not gimp.profile.is_dir():
        say(f"Starting GIMP {gimp.version} once, without a window: it has no settings folder yet")
        outcome = gimp.run("#t")
        if not outcome.ok:
            remove(gimp.profile)  # in half a folder, GIMP would not import older settings
            raise InstallError(f"GIMP {gimp.version} does not start", outcome.reasons())


def install_plugin(gimp: Gimp, environment: Environment) -> None:
    """Copy the plug-in into GIMP's folder, and ask GIMP whether it is there."""
    target = gimp.profile / "plug-ins" / PLUGIN
    if target.is_symlink():
        say(f"Note: {target} was a link to {target.readlink()}, which stays as it is")
    elif target.exists() and not is_ours(target):
        raise InstallError(f"{target} is not from this script: move it away and try again")
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{PLUGIN}.new")
    remove(new)
    write_plugin(new, gimp, environment)
    replace_folder(target, new)
    if gimp.has_procedure(PROCEDURE).ok:
        return
    clear_memory(gimp)
    outcome = gimp.has_procedure(PROCEDURE)
    if not outcome.ok:
        msg = f"GIMP {gimp.version} does not take the plug-in: see {COMMAND} --check"
        raise InstallError(msg, outcome.reasons())


def clear_memory(gimp: Gimp) -> None:
    """Remove the file in which GIMP remembers plug-ins, so that it asks all of them again.

    GIMP asks a plug-in only if its file has another time than in there. An entry of the same
    second, of a plug-in that could not start, would stay.
    """
    memory = gimp.profile / "pluginrc"
    try:
        remove(memory)
    except OSError as error:
        raise InstallError(
            f"GIMP {gimp.version} remembers the plug-in as it was, in {memory}, which cannot be "
            f"removed ({error.strerror}): remove this file and try again"
        ) from error


def is_ours(folder: Path) -> bool:
    """Whether this installer has made a folder of a plug-in."""
    if folder.is_symlink():
        return False
    files = [folder / "environment", folder / f"{PLUGIN}.py"]
    return any(_OURS.search(first_line(file)) for file in files if file.is_file())


def first_line(file: Path) -> str:
    """Return the first line of a file."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        return lines.readline().rstrip("\r\n")


def write_plugin(folder: Path, gimp: Gimp, environment: Environment) -> None:
    """Write a copy of the plug-in, as a new folder.

    It runs in our environment, or starts a worker there. The choices of its dialog are those of
    the library.
    """
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    make_writable(folder)  # the project may be read-only
    main = folder / f"{PLUGIN}.py"
    first, rest = main.read_text(encoding="utf-8").split("\n", 1)
    # As it is, `/usr/bin/env python3`: so begin GIMP's own plug-ins, and those GIMPs have their
    # Python first in PATH. No path could be named: an AppImage is mounted at another one each time.
    first = first if gimp.brings_python else interpreter_line(environment.python)
    main.write_text(f"{first}\n{rest}", encoding="utf-8", newline="\n")
    main.chmod(0o755)
    (folder / "environment").write_text(f"{environment.python}\n", encoding="utf-8")
    outcome = environment.run("-m", "palette_core.choices")
    if not outcome.ok:
        raise InstallError(f"the library does not start: {outcome.last_line}")
    (folder / "choices.json").write_text(outcome.output, encoding="utf-8")


def interpreter_line(python: Path) -> str:
    """Return the first line of a plug-in that runs in an environment."""
    if not re.search(r"\s", str(python)):
        return f"#!{python} -sE"
    # Needs quotes, which GIMP does not know but env -S does; it also reads \ " $.
    return f"#!/usr/bin/env -S {quoted(str(python), '$')} -sE"


def quoted(text: str, more: str = "") -> str:
    """Return a text in quotes, with a backslash before each of backslash, quote and `more`."""
    return '"' + "".join(f"\\{char}" if char in f'\\"{more}' else char for char in text) + '"'


# The demo


def demo_files(machine: Machine) -> tuple[Path, Path]:
    """Return the picture and the palette that a demo makes."""
    return machine.data / "demo" / f"{DEMO}.png", machine.data / "demo" / f"{DEMO}.gpl"


def find_photo(environment: Environment) -> Path:
    """Return a photo that scikit-learn brings."""
    # Importing it would take a second.
    code = "import importlib.util as u; print(u.find_spec('sklearn').submodule_search_locations[0])"
    outcome = environment.run("-X", "utf8", "-c", code)
    photo = Path(outcome.output.strip()) / "datasets" / "images" / "china.jpg"
    if not outcome.ok or not photo.is_file():
        raise InstallError(f"scikit-learn here has no photo '{photo}': see --no-demo")
    return photo


def run_demo(gimp: Gimp, environment: Environment) -> None:
    """Reduce a photo to 16 colours in GIMP."""
    photo = find_photo(environment)
    say(f"Reducing a photo to 16 colours in GIMP {gimp.version}")
    picture, copy = demo_files(environment.machine)
    picture.parent.mkdir(parents=True, exist_ok=True)
    palette = gimp.profile / "palettes" / copy.name
    with tempfile.TemporaryDirectory() as scratch:
        # The palette of an earlier demo makes way, unless the user has changed it.
        earlier = Path(scratch) / copy.name
        is_unchanged = exists(palette) and exists(copy) and filecmp.cmp(palette, copy, False)
        if is_unchanged:
            shutil.move(palette, earlier)
        is_new = not exists(palette)
        outcome = gimp.run(demo_script(photo, picture))
        if not outcome.ok:
            if is_unchanged:
                shutil.move(earlier, palette)
            msg = f"the plug-in does not run in GIMP {gimp.version}: see {COMMAND} --check"
            raise InstallError(msg, outcome.reasons())
    shown = str(palette)
    if not is_new:
        say(f"Note: GIMP already has a palette {DEMO}, which stays as it is")
    elif palette.exists():
        shutil.copy(palette, copy)
    else:  # GIMP's preferences may name another folder for palettes
        shown = f"{DEMO}, in GIMP's Palettes dialog"
    say(f"Picture: {picture}")
    say(f"Palette: {shown}")


def demo_script(photo: Path, picture: Path) -> str:
    """Return Script-Fu that reduces a photo.

    A name that is taken makes GIMP number the new palette; that one goes again.
    """
    return f"""\
(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE {quoted(str(photo))})))
       (made ({PROCEDURE} #:run-mode RUN-NONINTERACTIVE #:image image
               #:drawables (car (gimp-image-get-layers image)) #:colors 16
               #:output "new-image" #:save-palette TRUE #:palette-name "{DEMO}"))
       (palette (caddr made)))
  (gimp-file-save RUN-NONINTERACTIVE (car made) {quoted(str(picture))})
  (if (not (string=? palette "{DEMO}"))
      (gimp-resource-delete (car (gimp-palette-get-by-name palette)))))"""


def run_demo_without_gimp(environment: Environment) -> None:
    """Reduce a photo to 16 colours by the command."""
    photo = find_photo(environment)
    say("Reducing a photo to 16 colours")
    picture, palette = demo_files(environment.machine)
    picture.parent.mkdir(parents=True, exist_ok=True)
    command = str(environment.machine.program(environment.folder, "palette-core"))
    files = ["-o", str(picture), "--palette-out", str(palette), "--force"]
    outcome = run([command, "quantize", str(photo), "-k", "16", *files])
    if not outcome.ok:
        raise InstallError(f"{command} does not work: {outcome.last_line}")
    say(f"Picture: {picture}")
    say(f"Palette: {palette}")
