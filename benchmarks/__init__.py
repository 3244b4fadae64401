"""Measurements of the engine beside its peers, one script for each table of the documentation.

=========================  ==================================================================
docs/benchmarks.md         `measure`, `memory`, `scaling`, `initialization` and `charts`
                           measure and draw; `report` writes the tables
docs/appearance.md         `appearance` measures, `gimp.indexed` runs in GIMP,
                           `appearance_report` writes the tables
docs/reliability.md        `file_faults`, `size_limits`, `gimp.faults`, `gimp.limits`
docs/guide/many.md         `shared_palette_memory`
docs/decisions             `constraints`, `gimp.preview`
=========================  ==================================================================

`images` has the images that are measured, `quantizers` what is compared, and `quality` the errors.
"""
