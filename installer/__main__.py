"""Start the installer: `python -m installer`, or `python FOLDER/installer`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

try:
    from installer.main import main
except KeyboardInterrupt:  # nothing has been done yet
    sys.exit(130)

sys.exit(main(sys.argv[1:]))
