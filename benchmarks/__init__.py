"""Measurements of the engine beside its peers; `docs/benchmarks.md` is made by these modules."""
