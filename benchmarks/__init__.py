"""Measurements of `palette_core` and other quantizers, and the tables of the documentation.

=========================  ==================================================================
docs/benchmarks.md         `compare` measures into docs/benchmarks.csv; `report` writes the
                           tables and the chart
                           `scaling` measures sizes, and writes its table
docs/benchmark-details.md  `stages` measures parts of a call, and writes its tables
                           `gimp.preview` times the dialog's preview
                           `tiles` measures palettes for tiles, and writes its table;
                           `tiledpalettequant.cjs` is for its other program
                           `initialization` measures, and draws its chart
docs/appearance.md         `appearance` measures, `gimp.indexed` runs in GIMP; `report` writes
                           the tables
                           `soft_edges` measures images with alpha, and writes its tables
                           `lossy` measures lossy runs, and writes its tables
                           `epaper` measures images for a panel, and writes its table
                           `animations` measures pixels at rest, and writes its table
docs/reliability.md        `file_faults`, `size_limits`, `gimp.faults`, `gimp.limits`
docs/guide/many.md         `shared_palette_memory`
docs/guide/pixel-art.md    `pixel_grids`
docs/decisions             `constraints`, `neutral_greys`
=========================  ==================================================================

`images` has the measured images. `peers` has the quantizers that `compare` measures, and `pso_atcq`
one of them; `quantizers` has those of `appearance`, and `quality` its metrics.
"""
