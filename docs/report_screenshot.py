"""Take the screenshot of a report for the guide; needs Chromium.

python -m docs.report_screenshot
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.cli import main as run_command

IMAGE = Path(__file__).parent / "images" / "report.png"
# A window that the page fills down to the figures; the picture is two thirds of its size.
_SIZE = (1240, 1820)


def main() -> None:
    """Write the report of a photo, and the screenshot of it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("no Chromium was found; install the package chromium")
    with tempfile.TemporaryDirectory() as folder:
        photo, page, shot = (Path(folder, name) for name in ("photo.png", "page.html", "shot.png"))
        Image.fromarray(load_sample_image("china.jpg")).save(photo)
        run_command(["report", str(photo), "-k", "16", "-o", str(page)])
        options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--virtual-time-budget=3000"]
        size = ",".join(map(str, _SIZE))
        subprocess.run(
            [chromium, *options, f"--window-size={size}", f"--screenshot={shot}", page.as_uri()],
            check=True,
        )
        with Image.open(shot) as image:
            small = image.convert("RGB").resize((_SIZE[0] * 2 // 3, _SIZE[1] * 2 // 3))
        pc.quantize(small, 256, dither="auto").to_image().save(IMAGE, optimize=True)


if __name__ == "__main__":
    main()
