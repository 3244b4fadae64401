"""Write packaging/flathub/python3-packages.json, the packages that Flathub's extension contains.

    python tools/make_flathub_packages.py [FILE]

Flatpak builds without a network: the file names the address and the checksum of each wheel, for
both architectures of Flathub. The versions are those of installer/requirements.txt, and the
addresses those that pip has from its index. What the project itself is built with comes on top.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PINS = ROOT / "installer" / "requirements.txt"
PACKAGES = ROOT / "packaging" / "flathub" / "python3-packages.json"
PYTHON = "3.13"  # that of the runtime
ARCHITECTURES = ("x86_64", "aarch64")
# The wheels of Linux are for the C library of some year, and newer systems run them all.
GLIBC = [f"manylinux_2_{minor}" for minor in (17, 24, 26, 27, 28)] + ["manylinux2014"]


def main(target: Path) -> None:
    """Write the file."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    backend = settings["build-system"]["requires"]
    packages: dict[str, dict[str, Any]] = {}
    names = []
    for architecture in ARCHITECTURES:
        pinned = find_wheels(architecture, ["--require-hashes", "--requirement", str(PINS)])
        wheels = pinned + find_wheels(architecture, backend)
        names = [wheel["metadata"]["name"] for wheel in wheels]
        for wheel in wheels:
            found = wheel["download_info"]
            source = packages.setdefault(
                found["url"],
                {
                    "type": "file",
                    "url": found["url"],
                    "sha256": found["archive_info"]["hashes"]["sha256"],
                    "only-arches": [],
                },
            )
            source["only-arches"].append(architecture)
    install = 'pip3 install --no-index --find-links="file://${PWD}" --prefix=${FLATPAK_DEST}'
    module = {
        "name": "python3-packages",
        "buildsystem": "simple",
        "build-commands": [f"{install} {' '.join(names)}"],
        "sources": list(packages.values()),
    }
    target.write_text(json.dumps(module, indent=2) + "\n", encoding="utf-8")


def find_wheels(architecture: str, wanted: list[str]) -> list[dict[str, Any]]:
    """Return pip's description of each wheel that it would install in Flathub's runtime."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = ["--dry-run", "--ignore-installed", "--only-binary=:all:", "--target", folder]
        platforms = [f"--platform={libc}_{architecture}" for libc in GLIBC]
        subprocess.run(  # noqa: S603 - it runs pip with the arguments here
            [
                *[sys.executable, "-m", "pip", "install", "--quiet", *options, *platforms],
                *["--python-version", PYTHON, "--report", str(report), *wanted],
            ],
            check=True,
        )
        wheels: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["install"]
    return wheels


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGES)
