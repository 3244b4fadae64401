"""Make the files of a release in dist/: the sdist, the wheel, and an archive with install.sh.

    python tools/make_release.py

They are made of the commit that is checked out, whatever else lies around, and twice: the same
commit gives the same bytes. It needs git and the extra `release`. `tools/check_release.py` tries
them afterwards.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
# What users of install.sh have no use for; its own parts may be in a folder of tools/.
DEVELOPERS = re.compile(
    r"(tests|benchmarks|\.ci|docs/pictures|docs/site)/|docs/screenshots\.py|tools/(harness/|[^/]*$)|"
    r"PKG-INFO|\.gitignore"
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
    return [*out.iterdir(), for_users(sdist)]


def for_users(sdist: Path) -> Path:
    """Make the archive with install.sh beside an sdist, of those of its files that users need."""
    stem = sdist.name.removesuffix(".tar.gz")
    new = sdist.with_name(f"{stem.replace('_', '-')}-linux.tar.gz")
    packed = io.BytesIO()
    with (
        tarfile.open(sdist) as old,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for member in old:
            inside = member.name.removeprefix(f"{stem}/")
            if not DEVELOPERS.match(inside):
                member.name = f"{stem.replace('_', '-')}/{inside}"
                archive.addfile(member, old.extractfile(member))
    # Without a time and a name of its own, so that the same files give the same bytes.
    with new.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as compressed:
        compressed.write(packed.getvalue())
    return new


if __name__ == "__main__":
    main()
