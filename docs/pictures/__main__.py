"""Write the images of the documentation.

python -m docs.pictures [NAME ...]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from . import PICTURES

IMAGES = Path(__file__).parent.parent / "images"


def main() -> None:
    """Write all images, or those that are named."""
    parser = argparse.ArgumentParser(description="Write the pictures of the documentation.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PICTURES))
    for name in parser.parse_args().names or PICTURES:
        path = IMAGES / f"{name}.png"
        PICTURES[name]().save(path, optimize=True)
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
