"""Start the installer: `python -m installer`, or `python FOLDER/installer`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from installer.main import main  # noqa: E402 - found by the path above

sys.exit(main(sys.argv[1:]))
