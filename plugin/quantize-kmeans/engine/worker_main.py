"""The program of a worker: reports why it cannot start, or serves a preview session."""

import pickle
import sys

try:
    from palette_core.preview.worker import main
except Exception as error:
    pickle.dump((0, "lack", f"{type(error).__name__}: {error}"), sys.stdout.buffer)
    sys.exit(1)
main()
