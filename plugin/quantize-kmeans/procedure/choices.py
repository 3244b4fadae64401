"""The values that an argument can have where these are a few words, each with its label.

A label is a plain string where it is the same in all languages.
"""

from __future__ import annotations

from i18n import _

# These are spelled as in palette_core and on its command line.
METHODS = {
    "kmeans": "k-means",
    "variance-cut": _("Variance cut"),
    "wu": _("Wu's boxes"),
    "median-cut": _("Median cut"),
    "sklearn-kmeans": _("k-means (scikit-learn)"),
    "sklearn-minibatch": _("Mini-batch k-means (scikit-learn)"),
}
INITS = {
    "auto": _("The method's own"),
    "k-means++": "k-means++",
    "k-means++-single": _("k-means++, one candidate a step"),
    "random": _("Random, the best of ten"),
    "variance-cut": _("Variance cut"),
}
EFFORTS = {"fast": _("Fast"), "balanced": _("Balanced"), "high": _("High"), "best": _("Best")}
SPACES = {"srgb": "sRGB", "linear": _("Linear light"), "oklab": "Oklab", "cielab": "CIELAB"}
DITHERS = {
    "none": _("None"),
    "floyd-steinberg": "Floyd-Steinberg",
    "jarvis-judice-ninke": _("Jarvis, Judice and Ninke"),
    "stucki": "Stucki",
    "burkes": "Burkes",
    "sierra": "Sierra",
    "sierra-lite": "Sierra Lite",
    "atkinson": "Atkinson",
    "bayer-2": "Bayer, 2 × 2",
    "bayer-4": "Bayer, 4 × 4",
    "bayer-8": "Bayer, 8 × 8",
    "bayer-16": "Bayer, 16 × 16",
    "blue-noise": _("Blue noise"),
}
ORDERS = {
    "kept": _("From dark to light, or as given"),
    "luminance": _("From dark to light"),
    "hue": _("Greys, then by hue"),
    "tour": _("Neighbours look alike"),
    "popularity": _("Most pixels first"),
    "appearance": _("As they appear in the picture"),
}
GRIDS = {
    "none": _("All colours"),
    "rgb332": "RGB 3-3-2",
    "rgb444": "RGB 4-4-4",
    "rgb555": "RGB 5-5-5",
    "rgb565": "RGB 5-6-5",
    "1": _("1 bit a channel"),
    "2": _("2 bits a channel"),
    "3": _("3 bits a channel"),
    "6": _("6 bits a channel"),
}
# The choices below are the plug-in's own.
OUTPUTS = {
    "new-image": _("New indexed image"),
    "convert": _("Convert this image to indexed"),
    "layer": _("This layer, in RGB"),
    "palette": _("Palette only"),
}
NUMBERS = {
    "number": _("As many as said"),
    "target-psnr": _("As few as reach a PSNR"),
    "target-delta-e": _("As few as reach a ΔE"),
}
PALETTE_USES = {
    "none": _("Found in the picture"),
    "map": _("A palette's, as they are"),
    "strict": _("A palette's; refuse others"),
    "start": _("Found, beginning from a palette"),
    "lock": _("A palette's, and others found"),
}
SELECTIONS = {
    "only": _("Quantize only selected pixels"),
    "more": _("Prioritise selected pixels"),
    "ignore": _("Ignore"),
}
SAMPLES = {
    "automatic": _("Automatic"),
    "layer": _("Selected layer"),
    "visible": _("Visible image"),
    "all-layers": _("All layers, including hidden"),
}
CONTENTS = {
    "layer": _("Selected layer"),
    "visible": _("Visible image"),
    "all-layers": _("All layers, as frames"),
}
# The choices of each argument that has any, with their labels.
CHOICES = {
    "method": METHODS,
    "effort": EFFORTS,
    "space": SPACES,
    "dither": DITHERS,
    "output": OUTPUTS,
    "init": INITS,
    "number": NUMBERS,
    "palette-use": PALETTE_USES,
    "order": ORDERS,
    "grid": GRIDS,
    "selection": SELECTIONS,
    "sample": SAMPLES,
    "apply-to": CONTENTS,
}
