"""Write docs/appearance.md from what `benchmarks.appearance` has measured.

python -m benchmarks.appearance_report
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator
from pathlib import Path

from .appearance import KIND
from .dithered_ways import WAYS
from .neutrals import neutrals_table
from .store import RESULTS, Record, Store
from .tables import number, table

DOCUMENT = Path("docs/appearance.md")

UNDITHERED, DITHERED = "oklab, none", "oklab, floyd-steinberg"
PEER = "libimagequant-1"
# By how much SSIMULACRA 2 is to be above the peer's, at each number of colours.
_AHEAD = {
    (DITHERED, f"{PEER}, dithered"): {16: 7, 64: 7, 256: 6},
    (UNDITHERED, f"{PEER}, none"): {16: 8, 64: 8, 256: 5},
}
_MEASURES = {
    "ssimulacra2": ("SSIMULACRA 2", 2),
    "butteraugli": ("Butteraugli", 2),
    "ssim": ("SSIM", 3),
    "ciede2000": ("CIEDE2000", 2),
    "mse": ("MSE", 1),
    "cast": ("cast", 2),
    "cast_ciede2000": ("cast, CIEDE2000", 2),
}

_INTRODUCTION = """\
# What the eye sees

Colour spaces and dithering beside the peers', by measures that others made, and the defaults
that follow. `benchmarks/appearance_report.py` writes this page from what
`benchmarks/appearance.py` has measured; the numbers in its tables are not typed by hand.

![One picture in 16 colours, in five ways](images/dithers.png)

*A part of a photo at its own size. Above: the original; without dithering, in sRGB; without, in
Oklab. Below: Floyd and Steinberg's dither at three quarters of its strength, in sRGB; the same
in Oklab, which is the default; blue noise in Oklab. All in 16 colours (`docs/pictures`
draws this).*
"""

_DEFAULTS = """\
## The defaults, and why

- **The space is Oklab on the command line and in the filter.** Of the four it has the best
  SSIMULACRA 2 and Butteraugli at every number of colours, with dithering and without. CIELAB
  has the least CIEDE2000, which is its own daughter, and loses by both others: it spends too
  many entries on dark and on saturated colours. Linear light spends them on bright ones, and is
  last.
- **Dithering is on, by Floyd and Steinberg's kernel at three quarters of its strength.** By
  SSIMULACRA 2 and Butteraugli that is better than none at every number of colours, on photos
  and on drawings, and most of all where there are few colours: they cannot hold a gradient
  without it. SSIM and MSE say the opposite. Both compare pixel by pixel, and to them a dot is
  an error; undithered skies are in steps. Full strength has more noise than it gains.
- **The kernels differ little.** Those with more neighbours are smoother and less sharp. Sierra
  Lite is as good as Floyd and Steinberg's. Ordered dithers are a little worse by both: they are
  for pictures that are edited later, for animations, and for a look.
- **Adaptive dithering is off.** It leaves flat areas without dots, as it should, which on
  photos is next to nothing. In the slow gradients of drawings it leaves steps, which cost more
  than the dots do.
- **The weight of lightness is 1.** At 1.4 SSIMULACRA 2 rises by one or two points without
  dithering and by less than one, or falls, with it, and every measure of colour gets worse.
- **`palette_core.quantize` itself stays with sRGB and no dithering**: the least squared error
  in the values of the array is what a function for arrays is expected to give, and what the
  book describes. So do the methods that are there to be compared with, on the command line too.

The palette for dithering is another one than that without: its entries lie farther out, so that
their mixes are near to the colours. The lines "palette for none" show what that is worth.

**Cast.** By CIEDE2000 the means of blocks are nearer to the original's than libimagequant's at
every number of colours, and on nearly every picture. By the squared error of their sRGB values
they are not, but for K 16: a palette that is designed in Oklab leaves errors where sRGB counts
them dearly and the eye does not. Designed in sRGB it is well ahead in that measure too. Less
noise allowed in the design of the palette, more strength, and errors that are carried in sRGB
or in linear light were tried: they take away 5 to 15 in 100 of it, or lose points of SSIMULACRA
2.

### What was seen

Side by side at 1:1, photos and drawings at K 16 and 64. Undithered, skies, skin and soft
backgrounds break into patches at K 16, and still into bands at K 64. Dithered in Oklab the
patches are gone; in plain areas dots are visible at K 16, fine and without worms, and at K 64
only on close inspection. Saturated things that are small (a parrot's yellow, a red lip) lose
some of their colour in all ways at K 16; the palette that is made for dithering keeps more of
it, and pays with single yellow dots at a red edge. libimagequant's dither is close to ours in
texture, with duller colours and lighter blacks. GIMP's and Pillow's full strength makes strong
grain at K 16 and grain in flat areas at K 64, GIMP's positioned dither a screen; Pillow's
median cut loses whole colours.
"""

_NEUTRALS = """\
## Greys on small palettes

In Oklab vivid colours are close to greys, so that on palettes of few colours many greys would get
a hue by the plain distance. So a hue costs neutral colours something beside the distance, where
the palette tells neutrals from hues. The table has how many of the 256 greys get a colour whose
channels are more than 40 levels apart: by CIEDE2000 (scikit-image's), and before → now without
dithering; and the part of a ramp of all greys that is made of such colours with dithering
(`python -m benchmarks.neutrals`). A Game Boy has no neutral colour. The neutrals of PICO-8 and the
MSX leave such gaps in lightness that error diffusion still takes other colours too.
"""

_PRICE_OF_NEUTRALS = """\
It is not free: a neutral entry is farther from a grey in lightness, which SSIMULACRA 2 and
Butteraugli count more than hues. But palettes that are found in pictures mostly have entries
between neutrals and hues, and keep the plain distance. Ten pictures of CQ100, scikit-learn's two
photos and the drawings of this page were put into 8, 16, 32, 64 and 256 colours, without dithering,
with Floyd and Steinberg's and with blue noise. Photos in 16 colours and more are the same to the
last byte, and with them SSIMULACRA 2 and Butteraugli. In 8 colours one photo and two drawings
change with dithering, SSIMULACRA 2 by -1.0, -2.7 and 0 with Floyd and Steinberg's, by -4.3, -14
and 0 with blue noise, while their mean CIEDE2000 falls; without dithering two drawings change, by
-1.7 (8 colours) and -0.2 (16 colours). The tables below were measured before the change.
"""

_MEASURES_TOLD = """\
## What the numbers mean

- **SSIMULACRA 2** and **Butteraugli** (3-norm): the reference programs of libjxl. 100 is the
  same for the first, and 0 for the second. They model what a person sees at a usual distance.
- **SSIM**: scikit-image's, over RGB, 1 is the same. **CIEDE2000**: the mean difference of a
  pixel, also by scikit-image. **MSE**: over pixels and channels.
- **Cast**: how far the means over blocks of 8 × 8 pixels are from the original's, as a mean
  squared error of sRGB values, and as the mean CIEDE2000 of these means. Dots do not change it,
  a cast does.
- All are arithmetic means over pictures. A picture is left out where it has no more colours
  than K.
- `libimagequant-1` is its slowest and best speed; `gimp-` is Image > Mode > Indexed in GIMP 3.0
  with an optimum palette; `pillow-median-cut` is Pillow's palette and dither,
  `pillow-our-palette` our palette in sRGB with its dither. A number behind ours is the strength
  where it is not 0.75, "lightness" the weight of lightness.
"""

_REPRODUCE = """\
## How to measure again

`ssimulacra2` and `butteraugli_main` have to be on PATH: Debian 13 has them in
`libjxl-devtools`.

```sh
.venv/bin/pip install -e '.[benchmark]'
.venv/bin/python -m benchmarks.appearance FOLDER --megapixels 0 1 --write build/gimp-in
export BENCHMARK_PICTURES=build/gimp-in BENCHMARK_RESULTS=build/gimp-out
export BENCHMARK_COLORS="8 16 32 64 256"
gimp-console -idf --batch-interpreter=python-fu-eval --quit \\
    -b "exec(open('benchmarks/gimp_indexed.py').read())"
.venv/bin/python -m benchmarks.appearance FOLDER --megapixels 0 1 --gimp build/gimp-out
.venv/bin/python -m benchmarks.appearance_report
```
"""


class Seen:
    """What was measured: the mean of a measure for a way, over the pictures of a kind."""

    def __init__(self, records: list[Record]) -> None:
        self._found: dict[int, dict[str, dict[str, Record]]] = {}
        for r in records:
            if r["kind"] == KIND:
                ways = self._found.setdefault(r["colors"], {})
                ways.setdefault(r["way"], {})[r["picture"]] = r
        self.colors = sorted(self._found)

    def pictures(self, colors: int, drawn: bool) -> list[str]:
        """Give the photos, or the drawn pictures, on which our default was measured."""
        found = self._found[colors].get(DITHERED, {})
        return sorted(name for name in found if name.startswith("drawn/") == drawn)

    def ways(self, colors: int, pictures: list[str]) -> list[str]:
        """Give the ways that were measured on all of these pictures, ours first."""
        order = list(WAYS)
        whole = [way for way, found in self._found[colors].items() if found.keys() >= set(pictures)]
        return sorted(whole, key=lambda way: order.index(way) if way in order else len(order))

    def mean(self, measure: str, way: str, colors: int, pictures: list[str]) -> float:
        """Give the mean over pictures."""
        found = self._found[colors][way]
        return statistics.fmean(found[picture][measure] for picture in pictures)


def main() -> None:
    """Write the document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--document", type=Path, default=DOCUMENT)
    arguments = parser.parse_args()
    seen = Seen(Store(arguments.results).records)
    arguments.document.write_text(render(seen), encoding="utf-8")


def render(seen: Seen) -> str:
    """Give the document."""
    sections = [
        _INTRODUCTION,
        _DEFAULTS,
        "## Targets",
        table(
            ["what", "K", "target", "measured", "met"],
            (row for rows in (_leads(seen), _behind(seen), _casts(seen)) for row in rows),
        ),
        _NEUTRALS,
        neutrals_table(),
        _PRICE_OF_NEUTRALS,
        _MEASURES_TOLD,
    ]
    for title, drawn in (("Photos", False), ("Drawings, screenshots and gradients", True)):
        sections.append(f"## {title}")
        for colors in seen.colors:
            pictures = seen.pictures(colors, drawn)
            if pictures:
                sections.append(f"### K {colors}, {len(pictures)} pictures")
                sections.append(_table(seen, colors, pictures))
    return "\n\n".join(section.strip() for section in [*sections, _REPRODUCE]) + "\n"


def _table(seen: Seen, colors: int, pictures: list[str]) -> str:
    rows = (
        [
            f"`{way}`",
            *(
                f"{seen.mean(measure, way, colors, pictures):.{digits}f}"
                for measure, (_, digits) in _MEASURES.items()
            ),
        ]
        for way in seen.ways(colors, pictures)
    )
    return table(["way", *(name for name, _ in _MEASURES.values())], rows)


def _leads(seen: Seen) -> Iterator[list[str]]:
    """Tell by how much our defaults are ahead in SSIMULACRA 2, on photos."""
    for (mine, peer), limits in _AHEAD.items():
        for colors, limit in limits.items():
            if colors in seen.colors:
                lead = _difference(seen, "ssimulacra2", mine, peer, colors)
                claim = f"SSIMULACRA 2 of `{mine}` less that of `{peer}`"
                yield [claim, str(colors), f"≥ {limit}", f"{lead:.1f}", _word(lead >= limit)]


def _behind(seen: Seen) -> Iterator[list[str]]:
    """Tell how far the others with dithering are behind, the best of each kind."""
    for kind in ("pillow-", "gimp-"):
        for colors in seen.colors:
            pictures = seen.pictures(colors, drawn=False)
            peers = [way for way in seen.ways(colors, pictures) if way.startswith(kind)]
            if peers:
                leads = [_difference(seen, "ssimulacra2", DITHERED, w, colors) for w in peers]
                claim = f"SSIMULACRA 2 of `{DITHERED}` less that of the best `{kind}`"
                yield [claim, str(colors), "> 0", f"{min(leads):.1f}", _word(min(leads) > 0)]


def _casts(seen: Seen) -> Iterator[list[str]]:
    """Tell whether colours stay, beside the peer."""
    for measure, (name, _) in _MEASURES.items():
        if not measure.startswith("cast"):
            continue
        for colors in seen.colors:
            pictures = seen.pictures(colors, drawn=False)
            mine, peer = (
                seen.mean(measure, way, colors, pictures) for way in (DITHERED, f"{PEER}, dithered")
            )
            claim = f"{name} of `{DITHERED}` / that of `{PEER}, dithered`"
            yield [claim, str(colors), "< 1", number(mine / peer), _word(mine < peer)]


def _difference(seen: Seen, measure: str, mine: str, peer: str, colors: int) -> float:
    pictures = seen.pictures(colors, drawn=False)
    if not pictures:
        return 0.0
    return seen.mean(measure, mine, colors, pictures) - seen.mean(measure, peer, colors, pictures)


def _word(met: bool) -> str:
    return "yes" if met else "**no**"


if __name__ == "__main__":
    main()
