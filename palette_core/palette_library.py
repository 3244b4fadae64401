"""The palette library: palettes of computers, consoles and displays, by name.

The colours of a machine are facts, and the others are free to use. Entries are in the order of the
machine, so that an index is the number that its programs use. To add a palette, add it to
`LIBRARY`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from .errors import OptionError
from .palette import Palette
from .registry import Choice, by_name


@dataclass(frozen=True, kw_only=True, eq=False)
class LibraryPalette(Choice):
    """A palette of the library.

    Attributes
    ----------
    codes : str
        The colours as "rrggbb", separated by spaces.
    source : str
        Where the colours come from.
    """

    codes: str
    source: str

    @cached_property
    def palette(self) -> Palette:
        """The palette, with the label as its name."""
        return Palette([f"#{code}" for code in self.codes.split()], name=self.label)


def find_palette(name: str) -> LibraryPalette:
    """Return a palette of the library; raise an `OptionError` if there is none with this name."""
    found = LIBRARY.get(name)
    if found is None:
        meant = difflib.get_close_matches(name.lower(), LIBRARY, 1)
        advice = f"did you mean {meant[0]!r}?" if meant else "palette-core palettes lists all"
        raise OptionError(f"there is no palette {name[:40]!r} in the library; {advice}")
    return found


def _join(colors: Iterator[Sequence[int]]) -> str:
    return " ".join("".join(f"{level:02x}" for level in color) for color in colors)


def _greys(count: int) -> str:
    """Return evenly spaced levels from black to white."""
    return _join((round(255 * n / (count - 1)),) * 3 for n in range(count))


def _ega() -> str:
    """Return the 64 colours of EGA: bits 0 to 2 are 2/3 of blue, green and red, bits 3 to 5 1/3."""
    return _join(
        [170 * (n >> bit & 1) + 85 * (n >> bit + 3 & 1) for bit in (2, 1, 0)] for n in range(64)
    )


def _vga() -> str:
    """Return the 256 default colours of VGA, whose 6 bits are repeated to make 8.

    After 16 colours and 16 greys there are 24 hues of nine combinations of brightness and
    saturation, the brightest and most saturated first, and 8 times black.
    """
    greys = (0, 5, 8, 11, 14, 17, 20, 24, 28, 32, 36, 40, 45, 50, 56, 63)
    steps = (
        *((0, 16, 31, 47, 63), (31, 39, 47, 55, 63), (45, 49, 54, 58, 63)),
        *((0, 7, 14, 21, 28), (14, 17, 21, 24, 28), (20, 22, 24, 26, 28)),
        *((0, 4, 8, 12, 16), (8, 10, 12, 14, 16), (11, 12, 13, 15, 16)),
    )
    # From blue over magenta, red, yellow, green and cyan: the step of each channel.
    rise, fall = (0, 1, 2, 3), (4, 3, 2, 1)
    red = (*rise, *[4] * 8, *fall, *[0] * 8)
    green = (*[0] * 8, *rise, *[4] * 8, *fall)
    blue = (*[4] * 4, *fall, *[0] * 8, *rise, *[4] * 4)
    hues = [*zip(red, green, blue, strict=True)]
    colors = [(grey,) * 3 for grey in greys]
    colors += [(some[r], some[g], some[b]) for some in steps for r, g, b in hues]
    colors += [(0, 0, 0)] * 8
    return f"{_CGA} {_join([level << 2 | level >> 4 for level in color] for color in colors)}"


def _xterm() -> str:
    """Return 16 colours, a cube of 6 levels per channel, and 24 greys."""
    cube = product((0, 95, 135, 175, 215, 255), repeat=3)
    greys = ((level,) * 3 for level in range(8, 248, 10))
    return f"{_XTERM} {_join(cube)} {_join(greys)}"


_CGA = (
    "000000 0000aa 00aa00 00aaaa aa0000 aa00aa aa5500 aaaaaa "
    "555555 5555ff 55ff55 55ffff ff5555 ff55ff ffff55 ffffff"
)
_XTERM = (
    "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 "
    "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
)

LIBRARY = by_name(
    [
        LibraryPalette(
            name="black-white",
            label="Black and white",
            summary="1 bit per pixel",
            source="its definition",
            codes=_greys(2),
        ),
        LibraryPalette(
            name="grey-4",
            label="Black to white, 4 levels",
            summary="2 bits per pixel",
            source="its definition",
            codes=_greys(4),
        ),
        LibraryPalette(
            name="grey-16",
            label="Black to white, 16 levels",
            summary="4 bits per pixel",
            source="its definition",
            codes=_greys(16),
        ),
        LibraryPalette(
            name="teletext",
            label="Teletext",
            summary="black, white and the six pure colours, as of the BBC Micro",
            source="World System Teletext: one bit per channel",
            codes=_join((255 * (n & 1), 255 * (n >> 1 & 1), 255 * (n >> 2)) for n in range(8)),
        ),
        LibraryPalette(
            name="cga",
            label="CGA",
            summary="also the default of EGA and VGA",
            source="IBM's RGBI colours, with the brown of the monitor 5153",
            codes=_CGA,
        ),
        LibraryPalette(
            name="cga-0",
            label="CGA, palette 0",
            summary="black, green, red and yellow of CGA's graphics modes",
            source="IBM CGA, mode 4 with high intensity",
            codes="000000 55ff55 ff5555 ffff55",
        ),
        LibraryPalette(
            name="cga-1",
            label="CGA, palette 1",
            summary="black, cyan, magenta and white of CGA's graphics modes",
            source="IBM CGA, mode 4 with high intensity",
            codes="000000 55ffff ff55ff ffffff",
        ),
        LibraryPalette(
            name="ega",
            label="EGA",
            summary="2 bits per channel",
            source="IBM EGA: two bits per channel",
            codes=_ega(),
        ),
        LibraryPalette(
            name="vga",
            label="VGA",
            summary="the default colours of mode 13h",
            source="the table of the IBM VGA BIOS, 6 bits per channel",
            codes=_vga(),
        ),
        LibraryPalette(
            name="windows-16",
            label="Windows 16",
            summary="also the named colours of HTML 4",
            source="HTML 4.01, 6.5; in the order of Windows",
            codes="000000 800000 008000 808000 000080 800080 008080 c0c0c0 "
            "808080 ff0000 00ff00 ffff00 0000ff ff00ff 00ffff ffffff",
        ),
        LibraryPalette(
            name="macintosh-16",
            label="Macintosh 16",
            summary="the colours of the Macintosh II",
            source="the 4-bit system palette of Mac OS",
            codes="ffffff fbf305 ff6403 dd0907 f20884 4700a5 0000d3 02abea "
            "1fb714 006412 562c05 90713a c0c0c0 808080 404040 000000",
        ),
        LibraryPalette(
            name="web-safe",
            label="Web-safe",
            summary="6 levels per channel",
            source="Netscape's colour cube",
            codes=_join(product(range(0, 256, 51), repeat=3)),
        ),
        LibraryPalette(
            name="xterm-256",
            label="xterm 256",
            summary="the colours of terminals",
            source="256colres.h and XTerm-col.ad of xterm",
            codes=_xterm(),
        ),
        LibraryPalette(
            name="apple-ii",
            label="Apple II",
            summary="low resolution; two greys are equal",
            source="computed from the composite signal, as in Wikipedia's table",
            codes="000000 722640 40337f e434fe 0e5940 808080 1b9afe bfb3ff "
            "404c00 e46501 808080 f1a6bf 1bcb01 bfcc80 8dd9bf ffffff",
        ),
        LibraryPalette(
            name="c64",
            label="Commodore 64",
            summary="the colours of the VIC-II",
            source="P. Timmermann's (Pepto's) calculation for PAL, 2001",
            codes="000000 ffffff 68372b 70a4b2 6f3d86 588d43 352879 b8c76f "
            "6f4f25 433900 9a6759 444444 6c6c6c 9ad284 6c5eb5 959595",
        ),
        LibraryPalette(
            name="c64-colodore",
            label="Commodore 64, Colodore",
            summary="the same colours by a newer model, more vivid",
            source="P. Timmermann's Colodore, 2017",
            codes="000000 ffffff 813338 75cec8 8e3c97 56ac4d 2e2c9b edf171 "
            "8e5029 553800 c46c71 4a4a4a 7b7b7b a9ff9f 706deb b2b2b2",
        ),
        LibraryPalette(
            name="zx-spectrum",
            label="ZX Spectrum",
            summary="8 colours, normal and bright; black is the same in both",
            source="85 % of the voltage for normal colours",
            codes=_join(
                [(255 if n & 8 else 216) * (n >> bit & 1) for bit in (1, 2, 0)] for n in range(16)
            ),
        ),
        LibraryPalette(
            name="amstrad-cpc",
            label="Amstrad CPC",
            summary="3 levels per channel",
            source="the firmware's numbers, with half the voltage as 128",
            codes=_join(
                (red, green, blue) for green, red, blue in product((0, 128, 255), repeat=3)
            ),
        ),
        LibraryPalette(
            name="msx",
            label="MSX",
            summary="the TMS9918, also of ColecoVision; its entry 0 is transparent, here black",
            source="computed from the voltages of TI's data book, as in Wikipedia's table",
            codes="000000 000000 3eb849 74d07d 5955e0 8076f1 b95e51 65dbef "
            "db6559 ff897d ccc35e ded087 3aa241 b766b5 cccccc ffffff",
        ),
        LibraryPalette(
            name="nes",
            label="NES",
            summary="the 64 numbers of the 2C02, of which 54 are different colours",
            source="the table of the 2C02 in the NESdev wiki",
            codes="545454 001e74 081090 300088 440064 5c0030 540400 3c1800 "
            "202a00 083a00 004000 003c00 00323c 000000 000000 000000 "
            "989698 084cc4 3032ec 5c1ee4 8814b0 a01464 982220 783c00 "
            "545a00 287200 087c00 007628 006678 000000 000000 000000 "
            "eceeec 4c9aec 787cec b062ec e454ec ec58b4 ec6a64 d48820 "
            "a0aa00 74c400 4cd020 38cc6c 38b4cc 3c3c3c 000000 000000 "
            "eceeec a8ccec bcbcec d4b2ec ecaeec ecaed4 ecb4b0 e4c490 "
            "ccd278 b4de78 a8e290 98e2b4 a0d6e4 a0a2a0 000000 000000",
        ),
        LibraryPalette(
            name="game-boy",
            label="Game Boy",
            summary="the green display of the first model",
            source="the customary colours; those of a display depend on its light",
            codes="0f380f 306230 8bac0f 9bbc0f",
        ),
        LibraryPalette(
            name="okabe-ito",
            label="Okabe-Ito",
            summary="colours that the colour-blind can tell apart",
            source="M. Okabe and K. Ito, Color Universal Design, 2008",
            codes="000000 e69f00 56b4e9 009e73 f0e442 0072b2 d55e00 cc79a7",
        ),
    ]
)
