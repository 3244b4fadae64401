"""A GIMP that tests, benchmarks and screenshots can call, and a virtual screen for it."""
