"""Scripts for maintainers, and the harness that drives GIMP in tests and benchmarks."""
