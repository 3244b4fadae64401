"""Make the files of a release in dist/: the sdist, the wheel, and a zip with the installer.

    python tools/make_release.py

They are made of the commit that is checked out, whatever else lies around, and twice: the same
commit gives the same bytes. It needs git and the extra `release`. `tools/check_release.py` tries
them afterwards.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
# What users of the installer have no use for.
DEVELOPERS = re.compile(
    r"(tests|benchmarks|\.ci|docs/pictures|docs/site)/|docs/\w+\.py|(tools|packaging)/|PKG-INFO|\.gitignore"
)


def main() -> None:
    """Make them, compare them, and put them into dist/."""
    if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True).stdout:
        print("note: there are changes that are not committed; they are not in it")
    with tempfile.TemporaryDirectory() as folder:
        one, two = (made(Path(folder) / name) for name in ("one", "two"))
        for first, second in zip(one, two, strict=True):
            if first.read_bytes() != second.read_bytes():
                sys.exit(f"{first.name} is not the same when it is made again")
        shutil.rmtree(DIST, ignore_errors=True)
        DIST.mkdir()
        for path in one:
            shutil.copy(path, DIST)
            print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  dist/{path.name}")


def made(folder: Path) -> list[Path]:
    """Make the files in a new folder, of the commit that is checked out."""
    source, out = folder / "source", folder / "out"
    source.mkdir(parents=True)
    tree = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    with tarfile.open(fileobj=io.BytesIO(tree.stdout)) as archive:
        archive.extractall(source, filter="data")
    dated = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    environment = os.environ | {"SOURCE_DATE_EPOCH": dated.stdout.decode().strip()}
    build = [sys.executable, "-m", "build", "--outdir", str(out), str(source)]
    subprocess.run(build, env=environment, stdout=subprocess.DEVNULL, check=True)
    (sdist,) = out.glob("*.tar.gz")
    (wheel,) = out.glob("*.whl")
    return [sdist, wheel, for_users(sdist, wheel)]


def for_users(sdist: Path, wheel: Path) -> Path:
    """Make the archive with the installer beside an sdist, of those of its files that users need.

    The wheel is in it, so that installing builds nothing. Times are those in the sdist, so that the
    same files give the same bytes.
    """
    stem = sdist.name.removesuffix(".tar.gz")
    folder = stem.replace("_", "-")
    new = sdist.with_name(f"{folder}.zip")
    with (
        tarfile.open(sdist) as old,
        zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
    ):
        members = [member for member in old if member.isfile()]
        for member in sorted(members, key=lambda member: member.name):
            inside = member.name.removeprefix(f"{stem}/")
            file = old.extractfile(member)
            if file is not None and not DEVELOPERS.match(inside):
                entry = _zip_entry(f"{folder}/{inside}", member.mtime, member.mode)
                archive.writestr(entry, file.read())
        dated = members[0].mtime
        archive.writestr(_zip_entry(f"{folder}/{wheel.name}", dated, 0o644), wheel.read_bytes())
    return new


def _zip_entry(name: str, mtime: float, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, time.gmtime(mtime)[:6])
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3  # Unix, for the mode
    entry.external_attr = (stat.S_IFREG | mode) << 16
    return entry


if __name__ == "__main__":
    main()
